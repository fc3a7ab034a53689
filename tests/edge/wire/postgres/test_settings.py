"""What SET and its relatives change, by their texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyscale_cli.edge.wire.postgres.settings import Change, ChangeKind, apply, changes

SET, LOCAL, RESET = ChangeKind.SET, ChangeKind.SET_LOCAL, ChangeKind.RESET


def kinds(text: str) -> list[tuple[ChangeKind, str]]:
    return [(change.kind, change.name) for change in changes(text.encode())]


TEXTS = {
    "SET search_path = two": [(SET, "search_path")],
    "SET search_path TO two, public": [(SET, "search_path")],
    'set SESSION "Search_Path" = two': [(SET, "search_path")],
    "SET LOCAL search_path = two": [(LOCAL, "search_path")],
    "SET SCHEMA 'two'": [(SET, "search_path")],
    "SET LOCAL SCHEMA 'two'": [(LOCAL, "search_path")],
    "SET TIME ZONE 'UTC'": [(SET, "timezone")],
    "SET LOCAL TIME ZONE LOCAL": [(LOCAL, "timezone")],
    "SET SESSION TIME ZONE DEFAULT": [(RESET, "timezone")],
    "SET TimeZone = 'UTC'": [(SET, "timezone")],
    "SET NAMES 'latin1'": [(SET, "client_encoding")],
    "SET client_encoding TO latin1": [(SET, "client_encoding")],
    "SET ROLE app": [(SET, "role")],
    "SET ROLE NONE": [(SET, "role")],
    "SET SESSION ROLE app": [(SET, "role")],
    "SET SESSION AUTHORIZATION app": [(SET, "session_authorization")],
    "SET LOCAL SESSION AUTHORIZATION app": [(ChangeKind.UNTOLD, "session_authorization")],
    "SELECT set_config('session_authorization', 'app', true)": [(ChangeKind.UNTOLD, "session_authorization")],
    "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY": [(SET, "session characteristics")],
    "SET XML OPTION DOCUMENT": [(SET, "xmloption")],
    "SET app.tenant = '1'": [(SET, "app.tenant")],
    'SET "App"."Tenant" = 1': [(SET, "app.tenant")],
    "SET datestyle TO DEFAULT": [(RESET, "datestyle")],
    "RESET datestyle": [(RESET, "datestyle")],
    "RESET TIME ZONE": [(RESET, "timezone")],
    "RESET SESSION AUTHORIZATION": [(RESET, "session_authorization")],
    "RESET ALL": [(ChangeKind.RESET_ALL, "")],
    "DISCARD ALL": [(ChangeKind.DISCARD_ALL, "")],
    "DISCARD PLANS": [],
    "DISCARD TEMP": [],
    "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE": [],
    "SET CONSTRAINTS ALL DEFERRED": [],
    "SET application_name = 'x'": [],
    "SET statement_timeout = 5": [],
    "RESET statement_timeout": [],
    "SELECT 1": [],
    "SET a = 1; SELECT 1; RESET b": [(SET, "a"), (RESET, "b")],
    "/* SET b = 1 */ SET a = 1 -- ; SET c = 1": [(SET, "a")],
    "SELECT set_config('search_path', 'two', false)": [(SET, "search_path")],
    "select pg_catalog.set_config('search_path', 'two', false);": [(SET, "search_path")],
    "SELECT set_config('search_path', 'two', true)": [(LOCAL, "search_path")],
    "SELECT set_config('search_path', 'pg_temp', true)": [(ChangeKind.UNTOLD, "search_path")],
    "SET LOCAL search_path = public, PG_TEMP": [(ChangeKind.UNTOLD, "search_path")],
    "SELECT set_config('application_name', $1, false)": [],
    "SET": [],
    "RESET": [],
    "DISCARD": [],
}


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_tells_what_it_changes(text: str) -> None:
    assert kinds(text) == TEXTS[text]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT set_config('search_path', $1, false)",
        "SELECT set_config($1, 'two', false)",
        "SELECT set_config('search_path', 'two', $1)",
        "SELECT set_config('search_path', 'two', false) WHERE false",
        "SELECT set_config('search_path', 'two', false), 1",
        "SELECT 1, set_config('search_path', 'two', false)",
        "SELECT CASE WHEN false THEN set_config('search_path', 'two', false) END",
        "SELECT set_config(E'search_path', 'two', false)",
        "VALUES (set_config('search_path', 'two', false))",
        "EXPLAIN ANALYZE SELECT set_config('search_path', 'two', false)",
        "SELECT set_config('search_path', 'a' 'b', false)",
        "SELECT set_config('search_path', lower('TWO'), false)",
        'SELECT "set_config"(name, value, false) FROM settings',
        "SELECT set_config('search_path', 'two', not true)",
        "SELECT set_config(",
        "SELECT set_config",
    ],
)
def test_a_call_of_which_the_text_does_not_tell_all_says_so(text: str) -> None:
    found = kinds(text)
    assert found == [(ChangeKind.UNTOLD, "")] or (not found and "(" not in text)


SAME = [
    ("SET search_path = two", "set SEARCH_PATH to two"),
    ("SET search_path = two, public", "SET search_path TO two , public"),
    ("SET TimeZone = 'UTC'", "SET TIME ZONE 'UTC'"),
]
DIFFERENT = [
    ("SET search_path = two", "SET search_path = 'TWO'"),
    ("SET search_path = 'two, public'", "SET search_path = two, public"),
    ("SET search_path = 'two, public'", "SELECT set_config('search_path', 'two, public', false)"),
    ('SET search_path = "Two"', "SET search_path = Two"),
    ("SET a = 1", "SET a = -1"),
    ("SET a = 1", "SET b = 1"),
    ("SET a = '1 2'", "SET a = '1', '2'"),
]


def settings_after(*texts: str, begins_in_role: bool = False) -> dict[str, str]:
    settings: dict[str, str] = {}
    for text in texts:
        for change in changes(text.encode()):
            apply(settings, change, begins_in_role=begins_in_role)
    return settings


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_setting_is_the_same(one: str, other: str) -> None:
    assert settings_after(one) == settings_after(other) != {}


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_another_setting_is_another(one: str, other: str) -> None:
    assert settings_after(one) != settings_after(other)


def test_resetting_goes_back_to_the_start() -> None:
    assert settings_after("SET a = 1; SET b = 2", "RESET a") == settings_after("SET b = 2")
    assert settings_after("SET a = 1; SET b = 2", "SET a TO DEFAULT; RESET b") == {}
    assert settings_after("SET a = 1; SET SESSION AUTHORIZATION x; SET ROLE app", "RESET ALL") == settings_after(
        "SET SESSION AUTHORIZATION x; SET ROLE app"
    )
    assert settings_after("SET a = 1; SET ROLE app", "DISCARD ALL") == {}
    assert settings_after("SET LOCAL a = 1") == {}


@pytest.mark.parametrize("text", ["SET SESSION AUTHORIZATION x", "RESET SESSION AUTHORIZATION", "DISCARD ALL"])
def test_the_session_authorization_puts_the_role_off(text: str) -> None:
    assert settings_after("SET ROLE app", text) == settings_after(text)
    begun_in_a_role = settings_after(text, begins_in_role=True)
    assert begun_in_a_role == settings_after("SET ROLE app", text, begins_in_role=True)
    assert begun_in_a_role.keys() == settings_after(text).keys() | {"role"}
    assert settings_after(text, "RESET ROLE", begins_in_role=True) == settings_after(text)


@pytest.mark.parametrize(
    ("text", "moves"),
    [
        ("SET search_path = two", True),
        ("SET LOCAL search_path = two", True),
        ("SET ROLE app", True),
        ("SET SESSION AUTHORIZATION app", True),
        ("RESET ALL", True),
        ("DISCARD ALL", True),
        ("RESET search_path", True),
        ("SELECT set_config($1, 'x', false)", True),
        ("SET TimeZone = 'UTC'", False),
    ],
)
def test_whether_names_may_mean_other_objects_after_it(text: str, moves: bool) -> None:
    (change,) = changes(text.encode())
    assert change.moves_names is moves


@pytest.mark.parametrize(
    ("text", "leads"),
    [
        ("SET search_path = public, two", False),
        ("SET search_path = pg_temp", True),
        ("SET search_path = public, PG_TEMP", True),
        ("SET search_path TO 'pg_temp'", True),
        ('SET search_path TO "pg_temp"', True),
        ("SET search_path TO E'pg\\137temp'", True),
        ("SET search_path TO U&'pg!005ftemp'", True),
        ("SELECT set_config('search_path', 'public,pg_temp', false)", True),
        ("SET app.tenant = 'pg_temp'", False),
        ("RESET search_path", False),
    ],
)
def test_whether_what_is_created_after_it_may_be_temporary(text: str, leads: bool) -> None:
    (change,) = changes(text.encode())
    assert change.leads_to_temporary is leads


@given(
    st.binary(max_size=80),
    st.sampled_from([b"SET ", b"RESET ", b"DISCARD ", b"SELECT set_config(", b"SET LOCAL ", b""]),
)
def test_noise_raises_nothing(data: bytes, start: bytes) -> None:
    settings = {"a": "1"}
    for change in changes(start + data):
        assert isinstance(change, Change)
        apply(settings, change, begins_in_role=False)
