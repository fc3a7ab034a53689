"""Whose rights a session has: no session is ever given what another role would be told."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.freshness.through import Rows, Through, ask
from tests.servers.postgres import CLEARTEXT, MD5, SUPERUSER, TRUST, Postgres

QUESTION = "SELECT current_user, session_user, name FROM items WHERE id = 1"
RUNS = 4
CLEAR, OTHER = CLEARTEXT.name, MD5.name

HISTORIES = (
    (),
    (f"SET ROLE {CLEAR}",),
    (f"SET ROLE {OTHER}",),
    (f"SET ROLE {CLEAR}", "RESET ROLE"),
    (f"SET ROLE {CLEAR}", "SET ROLE NONE"),
    (f"SET ROLE {CLEAR}", "RESET ALL"),
    (f"SET ROLE {CLEAR}", "DISCARD ALL"),
    (f"SET ROLE {CLEAR}", "RESET SESSION AUTHORIZATION"),
    (f"SET ROLE {CLEAR}", "SET SESSION AUTHORIZATION DEFAULT"),
    (f"SET ROLE {CLEAR}", f"SET SESSION AUTHORIZATION {TRUST.name}"),
    (f"SET ROLE {CLEAR}", f"SET session_authorization = '{TRUST.name}'"),
    (f"SET ROLE {CLEAR}", f"SELECT set_config('session_authorization', '{TRUST.name}', false)"),
    (f"SET ROLE {CLEAR}", "RESET SESSION AUTHORIZATION", "RESET ROLE"),
    (f"SET ROLE {CLEAR}", "DISCARD ALL", "RESET ROLE"),
    (f"SET ROLE {CLEAR}", f"BEGIN; SET SESSION AUTHORIZATION {TRUST.name}; ROLLBACK"),
    (f"SET ROLE {CLEAR}", f"BEGIN; SET LOCAL SESSION AUTHORIZATION {TRUST.name}; COMMIT"),
    (f"BEGIN; SET ROLE {CLEAR}; RESET SESSION AUTHORIZATION; COMMIT",),
    (f"RESET SESSION AUTHORIZATION; SET ROLE {CLEAR}",),
    (f"SET ROLE {CLEAR}; RESET SESSION AUTHORIZATION; SET ROLE {OTHER}",),
)
OF_A_SUPERUSER = (
    (f"SET ROLE {CLEAR}", f"SET SESSION AUTHORIZATION {OTHER}"),
    (f"SET SESSION AUTHORIZATION {OTHER}", f"SET ROLE {OTHER}"),
    (f"SET SESSION AUTHORIZATION {OTHER}", "RESET SESSION AUTHORIZATION"),
    (f"SET SESSION AUTHORIZATION {OTHER}", "RESET SESSION AUTHORIZATION", f"SET ROLE {CLEAR}"),
    (f"SET ROLE {OTHER}", f"BEGIN; SET SESSION AUTHORIZATION {CLEAR}; ROLLBACK"),
    (f"SET ROLE {OTHER}", f"BEGIN; SET LOCAL SESSION AUTHORIZATION {CLEAR}; COMMIT"),
)


@pytest.fixture(autouse=True)
def membership(postgres: Postgres) -> Iterator[None]:
    """The role that logs in is a member of two others."""
    postgres.run(f"GRANT {CLEAR}, {OTHER} TO {TRUST.name}")
    yield
    postgres.run(f"REVOKE {CLEAR}, {OTHER} FROM {TRUST.name}")


def told(connection: psycopg.Connection, history: tuple[str, ...]) -> Rows:
    for statement in history:
        connection.execute(statement.encode())
    return ask(connection, QUESTION)


@pytest.mark.parametrize(
    ("user", "options", "histories"),
    [
        (TRUST.name, "", HISTORIES),
        (TRUST.name, f"-c role={OTHER}", HISTORIES),
        (SUPERUSER, "", HISTORIES[:4] + OF_A_SUPERUSER),
        (SUPERUSER, f"-c role={OTHER}", HISTORIES[:4] + OF_A_SUPERUSER),
    ],
)
def test_no_history_of_roles_is_taken_for_another(
    user: str, options: str, histories: tuple[tuple[str, ...], ...], through: Through
) -> None:
    sessions = []
    for history in histories:
        with psycopg.connect(
            through.postgres.dsn(through.database), user=user, options=options, autocommit=True
        ) as direct:
            expected = told(direct, history)
        session = through.connect(user=user, options=options)
        assert told(session, history) == expected
        sessions.append((session, history, expected))
    for _ in range(RUNS):
        for session, history, expected in sessions:
            assert ask(session, QUESTION) == expected, history


def test_sessions_in_one_role_share_their_answers(through: Through) -> None:
    one, other = through.connect(), through.connect()
    one.execute(f"SET ROLE {CLEAR}")
    through.prime(lambda: ask(one, QUESTION))
    other.execute(f"SET ROLE {OTHER}")
    other.execute("RESET SESSION AUTHORIZATION")
    other.execute("DISCARD ALL")
    other.execute(f"SET ROLE {CLEAR}")
    assert through.hit(lambda: ask(other, QUESTION))[1]
    for session in (one, other):
        session.execute("RESET ROLE")
    through.prime(lambda: ask(one, QUESTION))
    assert through.hit(lambda: ask(other, QUESTION))[1]
