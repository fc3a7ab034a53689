"""Sets of variables that belong together."""

from __future__ import annotations

import pytest

from polyscale_cli.connstr.model import CacheAddress
from polyscale_cli.connstr.parse import parse
from polyscale_cli.connstr.variables import Variables, prisma_variables, serverless_variables
from polyscale_cli.connstr.write import through_cache
from polyscale_cli.errors import UsageError
from tests.connstr.hostile import ID

CACHE = CacheAddress(ID, "edge.example.com", 9010)


def prisma(text: str, version: tuple[int, int] | None = None) -> Variables:
    return prisma_variables(parse(text), CACHE, host="db", port=5432, origin_tls="require", version=version)


def test_prisma_gets_a_way_through_and_a_way_around() -> None:
    assert prisma("postgres://u:p@db/s?schema=x").pairs == (
        (
            "DATABASE_URL",
            f"postgresql://u:p@edge.example.com:9010/s?application_name={ID}&channel_binding=disable&schema=x",
        ),
        ("DIRECT_URL", "postgresql://u:p@db:5432/s?schema=x"),
    )


def test_the_way_around_is_found_again_from_the_way_through() -> None:
    text = through_cache(parse("postgres://u:p@db/s?schema=x"), CACHE).url
    found = prisma(text)
    assert found.pairs[1] == ("DIRECT_URL", "postgresql://u:p@db:5432/s?sslmode=require&schema=x")
    assert any("TLS" in note for note in found.notes)


def test_prismas_other_databases_get_both_too() -> None:
    found = prisma("sqlserver://db:1433;database=s;user=u;password={a;b};encrypt=true")
    assert found.pairs == (
        (
            "DATABASE_URL",
            f"sqlserver://edge.example.com:9010;database=s;user={ID}-u;password={{a;b}};"
            "encrypt=true;trustServerCertificate=true",
        ),
        (
            "DIRECT_URL",
            "sqlserver://db:1433;database=s;user=u;password={a;b};encrypt=true;trustServerCertificate=false",
        ),
    )


def test_an_old_prisma_is_warned_of() -> None:
    assert any("4.8" in note for note in prisma("postgres://u@db/s", (4, 7)).notes)
    assert not any("4.8" in note for note in prisma("postgres://u@db/s", (6, 0)).notes)


def test_the_serverless_client_gets_what_it_wants() -> None:
    for text in ("postgres://u:p%26@db/s", f"mysql://{ID}-u:p%26@edge/s"):
        assert serverless_variables(parse(text), ID).pairs == (
            ("CACHE_ID", ID),
            ("USERNAME", "u"),
            ("PASSWORD", "p&"),
            ("DATABASE_NAME", "s"),
        )


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("postgres://u@db/s", "password"),
        ("postgres://u:p@db", "database"),
        ("postgres://db", "user, password, database"),
    ],
)
def test_the_serverless_client_takes_nothing_empty(text: str, missing: str) -> None:
    with pytest.raises(UsageError) as caught:
        serverless_variables(parse(text), ID)
    assert caught.value.code == "INCOMPLETE_URL"
    assert f"needs {missing}," in caught.value.what


def test_no_secret_is_in_its_repr() -> None:
    assert "p&" not in repr(serverless_variables(parse("postgres://u:p%26@db/s"), ID))
