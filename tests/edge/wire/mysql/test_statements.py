"""What an execution's bytes mean, and what the origin gets of those that it never saw."""

from __future__ import annotations

from polyscale_cli.edge.wire.mysql.packets import Command, packet
from polyscale_cli.edge.wire.mysql.statements import Statement, Statements

LONG, STRING = b"\x08\x00", b"\xfe\x00"


def execution(number: int, values: bytes, types: bytes | None, *, flags: int = 0) -> bytes:
    """COM_STMT_EXECUTE of a statement with one parameter that is not NULL."""
    new_types = b"\x00" if types is None else b"\x01" + types
    head = bytes((Command.STMT_EXECUTE,)) + number.to_bytes(4, "little") + bytes((flags,)) + b"\x01\x00\x00\x00"
    return packet(head + b"\x00" + new_types + values, 0)


ONE = (1).to_bytes(8, "little")


def test_executions_with_the_same_values_are_told_by_the_same_bytes() -> None:
    statement, other = Statement(b"SELECT ?", 1), Statement(b"SELECT ?", 1)
    with_types = statement.execution(execution(7, ONE, LONG))
    assert with_types is not None
    assert statement.execution(execution(7, ONE, None)) == with_types
    assert other.execution(execution(9, ONE, LONG)) == with_types
    assert other.execution(execution(9, ONE, STRING)) != with_types


def test_an_execution_that_cannot_be_told_has_no_key() -> None:
    statement = Statement(b"SELECT ?", 1)
    assert statement.execution(execution(7, ONE, None)) is None, "the types are not known"
    assert statement.execution(execution(7, ONE, LONG, flags=1)) is None, "it opens a cursor"
    statement.gathers = True
    assert statement.execution(execution(7, ONE, LONG)) is None, "values were sent in pieces"
    assert statement.execution(execution(7, ONE, LONG)[:12]) is None, "it is cut"


def test_the_origin_gets_types_that_it_has_not_seen() -> None:
    statement = Statement(b"SELECT ?", 1)
    statement.execution(execution(7, ONE, LONG))  # was answered from the cache
    bare = execution(7, ONE, None)
    statement.execution(bare)
    assert statement.for_origin(bare) == execution(7, ONE, LONG)
    assert statement.for_origin(bare) == bare, "now it has"


def test_the_origin_gets_the_types_that_changed_meanwhile() -> None:
    statement = Statement(b"SELECT ?", 1)
    first = execution(7, ONE, LONG)
    statement.execution(first)
    assert statement.for_origin(first) == first
    statement.execution(execution(7, ONE, STRING))  # was answered from the cache
    bare = execution(7, ONE, None)
    statement.execution(bare)
    assert statement.for_origin(bare) == execution(7, ONE, STRING)


def test_statements_are_found_until_they_are_closed() -> None:
    statements = Statements()
    statements.define(7, b"SELECT 1", 0)
    run = packet(bytes((Command.STMT_EXECUTE,)) + (7).to_bytes(4, "little") + b"\x00\x01\x00\x00\x00", 0)
    last = packet(bytes((Command.STMT_EXECUTE,)) + b"\xff\xff\xff\xff\x00\x01\x00\x00\x00", 0)
    found = statements.find(run)
    assert found is not None
    assert statements.find(last) is found
    statements.follow(Command.STMT_CLOSE, packet(bytes((Command.STMT_CLOSE,)) + (7).to_bytes(4, "little"), 0))
    assert statements.find(run) is statements.find(last) is None
