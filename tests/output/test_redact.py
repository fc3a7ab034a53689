"""Secrets do not survive in text that is not the answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyscale_cli.connstr.quoting import encode
from polyscale_cli.output.redact import Redactor


@pytest.mark.parametrize(
    "text",
    [
        "connect to postgresql://app:hunter2secret@db.example.com:5432/shop failed",
        "postgres://app:hunter2secret@x@db/shop",
        "Authorization: Bearer hunter2secret",
        "authorization: hunter2secret",
        "token psc_hunter2secret was refused",
        "password=hunter2secret;user=me",
        "PASSWORD: 'hunter2secret'",
        '{"token": "x", "pwd" = "hunter2secret"}',
    ],
)
def test_what_looks_like_a_secret_is_masked(text: str) -> None:
    assert "hunter2secret" not in Redactor()(text)


@pytest.mark.parametrize("text", ["postgresql://app@db:5432/shop", "see https://example.com/a@b", "no secret at all"])
def test_what_is_no_secret_stays(text: str) -> None:
    assert Redactor()(text) == text


@given(st.text(st.characters(categories=["L", "N", "P", "S"])))
def test_a_learned_secret_is_masked_wherever_it_stands(secret: str) -> None:
    planted = f"Pl4nted{secret}"
    redact = Redactor()
    redact.learn([planted, encode(planted)])
    masked = redact(f"before {planted} and {encode(planted)} after")
    assert "Pl4nted" not in masked


def test_a_word_is_masked_where_it_stands_alone() -> None:
    redact = Redactor()
    redact.learn(["magic"])
    assert (
        redact("magical magic, imagic: postgres://u:magic@h magic.") == "magical ***, imagic: postgres://u:***@h ***."
    )
    redact.learn(["secret"])
    assert redact("npx wrangler secret bulk secrets.json") == "npx wrangler secret bulk secrets.json"


def test_an_everyday_word_is_not_learned() -> None:
    redact = Redactor()
    redact.learn(["postgres", "ab"])
    assert redact("postgres on ab") == "postgres on ab"
