"""Which commands begin a block that may be held back, and which end it."""

from __future__ import annotations

import pytest

from polyscale_cli.edge.wire.postgres.block import BlockCommand, CommandKind, command_of
from tests.e2e.raw import SYNC, bind, execute, parse, query
from tests.edge.wire.postgres.frames import (
    BEGUN,
    BOUND,
    PARSED,
    back,
    done,
    extended,
    ready,
)


@pytest.mark.parametrize(
    ("text", "tag", "states_level"),
    [
        ("BEGIN", "BEGIN", False),
        (" begin\f\r\n\twork ;", "BEGIN", False),
        ("BEGIN TRANSACTION", "BEGIN", False),
        ("begin ", "BEGIN", False),
        ("START TRANSACTION", "START TRANSACTION", False),
        ("BEGIN ISOLATION LEVEL READ COMMITTED", "BEGIN", True),
        ("BEGIN READ ONLY", "BEGIN", False),
        ("START TRANSACTION READ ONLY, ISOLATION LEVEL read committed", "START TRANSACTION", True),
        ("BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY NOT DEFERRABLE", "BEGIN", True),
    ],
)
def test_a_begin_that_cannot_fail_may_be_held(text: str, tag: str, states_level: bool) -> None:
    expected = BlockCommand(CommandKind.BEGINS, text.encode(), states_level, done(tag) + ready("T"))
    assert command_of(query(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "BEGIN ISOLATION LEVEL REPEATABLE READ",
        "BEGIN ISOLATION LEVEL SERIALIZABLE",
        "BEGIN READ WRITE",
        "BEGIN ISOLATION LEVEL READ UNCOMMITTED",
        "BEGIN; SELECT 1",
        "BEGIN /* so */",
        "BEGIN\v",
        "BEGIN;;",
        "BEGINNING",
        "START",
        "COMMIT AND CHAIN",
        "COMMIT PREPARED 'x'",
        "ROLLBACK TO a",
        "SAVEPOINT a",
        "PREPARE TRANSACTION 'x'",
        "",
    ],
)
def test_nothing_else_is(text: str) -> None:
    assert command_of(query(text)) is None


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("COMMIT", "COMMIT"),
        ("end;", "COMMIT"),
        ("commit work", "COMMIT"),
        ("COMMIT AND NO CHAIN", "COMMIT"),
        ("ROLLBACK", "ROLLBACK"),
        ("abort transaction", "ROLLBACK"),
    ],
)
def test_a_block_ends(text: str, tag: str) -> None:
    assert command_of(query(text)) == BlockCommand(CommandKind.ENDS, text.encode(), False, done(tag) + ready())


def test_the_extended_protocol_is_answered_in_its_own_messages() -> None:
    plain, described = command_of(extended("BEGIN")), command_of(extended("BEGIN", described=True))
    assert plain is not None
    assert described is not None
    assert plain.answer == PARSED + BOUND + BEGUN
    assert described.answer == PARSED + BOUND + back("n") + BEGUN


def test_parameters_are_the_origins_to_refuse() -> None:
    assert command_of(parse("BEGIN") + bind("x") + execute() + SYNC) is None
