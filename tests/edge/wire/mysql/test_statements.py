"""What an execution's bytes mean, and what the origin gets of those that it never saw."""

from __future__ import annotations

from polyscale_cli.edge.engine import Resolution
from polyscale_cli.edge.wire.mysql.packets import Command, packet
from polyscale_cli.edge.wire.mysql.statements import Statement, Statements
from tests.edge.wire.mysql.frames import MYSQL, READ, Session, T, World, rows

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


def test_where_types_are_derived_from_executions_only_those_like_the_first_are_told_by_their_bytes() -> None:
    statement, other = (Statement(b"SELECT ?", 1, derives=True) for _ in range(2))
    nothing = packet(execution(7, b"", STRING)[4:].replace(b"\x00\x01\xfe", b"\x01\x01\xfe"), 0)
    assert statement.execution(nothing) is None, "a NULL is of the type that was derived before"
    first = statement.execution(execution(7, ONE, LONG))
    assert first is not None
    assert first == other.execution(execution(7, ONE, LONG))
    assert statement.execution(execution(7, b"\x01x", STRING)) is None
    assert statement.execution(execution(7, ONE, LONG)) is None, "it may have been derived anew"
    assert other.execution(execution(7, ONE, LONG)) == first


def test_an_execution_that_the_origin_never_saw_is_remembered_until_it_sees_one() -> None:
    statement, taking_each = Statement(b"SELECT ?", 1, derives=True), Statement(b"SELECT ?", 1)
    first = execution(7, ONE, LONG)
    for each in (statement, taking_each):
        each.execution(first)
        each.was_served(first)
    assert (statement.unsent, taking_each.unsent) == (first, None)
    statement.for_origin(first)
    assert statement.unsent is None
    statement.was_served(first)
    assert statement.unsent is None, "the origin knows it"


def test_the_first_execution_reaches_the_origin_before_values_in_pieces_that_are_for_the_next() -> None:
    session = Session(World(), flavour=MYSQL)
    text = READ.replace(b"1", b"?")
    session.learn(text, Resolution(reads=frozenset({T})))
    asked = packet(bytes((Command.STMT_PREPARE,)) + text, 0)
    definition = packet(b"\x03def" + bytes(9), 2)
    for number in (7, 8):  # the first is kept; the second is served, and never seen by the origin
        session.conversation.client_sent(asked)
        session.conversation.origin_sent(
            packet(b"\0" + number.to_bytes(4, "little") + b"\0\0\1\0\0\0\0", 1)
            + definition
            + packet(b"\xfe\0\0\2\0", 3)
        )
        for _ in range(3):
            before = len(session.sent)
            session.conversation.client_sent(first := execution(number, ONE, LONG))
            if len(session.sent) > before:
                session.conversation.origin_sent(rows())
    piece = packet(bytes((Command.STMT_SEND_LONG_DATA,)) + first[5:9] + b"\0\0text", 0)
    session.sent.clear()
    session.conversation.client_sent(piece)
    assert session.sent == [first]
    session.conversation.origin_sent(rows())
    assert session.sent == [first, piece]


def attributed(values: bytes, types: bytes | None, *, count: int = 1, flags: int = 8) -> bytes:
    """The same as MySQL's own clients send it: with the number of parameters, and a name for each."""
    new_types = b"\x00" if types is None else b"\x01" + types + b"\x01n"
    head = bytes((Command.STMT_EXECUTE,)) + (7).to_bytes(4, "little") + bytes((flags,)) + b"\x01\x00\x00\x00"
    return packet(head + bytes((count,)) + b"\x00" + new_types + values, 0)


def test_executions_of_clients_that_may_send_attributes_are_told_apart_as_others() -> None:
    statement = Statement(b"SELECT ?", 1, attributes=True)
    first = statement.execution(attributed(ONE, LONG))
    assert first is not None
    assert statement.execution(attributed(ONE, None)) == first
    assert statement.execution(attributed(ONE, LONG, flags=0)) == first
    assert statement.execution(attributed(ONE, STRING)) != first
    assert statement.execution(attributed(ONE, LONG, count=2)) is None, "there is an attribute"
    assert statement.execution(attributed(ONE, LONG, flags=9)) is None, "it opens a cursor"
    assert statement.execution(attributed(ONE, LONG)[:19]) is None, "it is cut"


def test_the_origin_gets_the_types_of_clients_that_may_send_attributes() -> None:
    statement = Statement(b"SELECT ?", 1, attributes=True)
    statement.execution(attributed(ONE, LONG))
    statement.execution(attributed(ONE, None))
    assert statement.for_origin(attributed(ONE, None)) == attributed(ONE, LONG)


def test_a_statement_without_parameters_may_say_so() -> None:
    statement = Statement(b"SELECT 1", 0, attributes=True)
    head = bytes((Command.STMT_EXECUTE,)) + (7).to_bytes(4, "little")
    assert statement.execution(packet(head + b"\x00\x01\x00\x00\x00", 0)) == b""
    assert statement.execution(packet(head + b"\x08\x01\x00\x00\x00\x00", 0)) == b""
    assert statement.execution(packet(head + b"\x08\x01\x00\x00\x00\x01", 0)) is None


def test_statements_are_found_until_they_are_closed() -> None:
    statements = Statements(attributes=False)
    statements.define(b"SELECT 1", (7, 1, 0))
    run = packet(bytes((Command.STMT_EXECUTE,)) + (7).to_bytes(4, "little") + b"\x00\x01\x00\x00\x00", 0)
    last = packet(bytes((Command.STMT_EXECUTE,)) + b"\xff\xff\xff\xff\x00\x01\x00\x00\x00", 0)
    found = statements.find(run)
    assert found is not None
    assert statements.find(last) is found
    statements.follow(Command.STMT_CLOSE, packet(bytes((Command.STMT_CLOSE,)) + (7).to_bytes(4, "little"), 0))
    assert statements.find(run) is statements.find(last) is None


def test_where_types_are_derived_strings_that_look_otherwise_have_no_key() -> None:
    statement = Statement(b"SELECT ? + 1", 1, derives=True)
    assert statement.execution(execution(7, b"\x011", STRING)) is not None
    assert statement.execution(execution(7, b"\x0222", None)) is not None
    assert statement.execution(execution(7, b"\x031.0", None)) is None
    assert statement.execution(execution(7, b"\x011", None)) is None, "it may be a decimal by now"
    other = Statement(b"SELECT ? + 1", 1)
    assert other.execution(execution(7, b"\x031.0", STRING)) is not None
    assert other.execution(execution(7, b"\x011", STRING)) is not None, "MariaDB takes each as it comes"
