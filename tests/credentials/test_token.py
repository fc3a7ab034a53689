"""What can be a token, what of it is shown, and which API a stored one belongs to."""

from __future__ import annotations

import pytest

from polyscale_cli.credentials.place import Place
from polyscale_cli.credentials.token import Kind, Token, checked
from polyscale_cli.errors import AuthenticationError


def test_what_is_around_a_token_is_not_of_it() -> None:
    assert checked(" psc_x\r\n", "stdin", Kind.GIVEN) == Token("psc_x", "stdin", Kind.GIVEN)


@pytest.mark.parametrize("text", ["", " \n", "a b", "a\nb", "t\x00", "t\x7f", "tök", "\udcff", "x" * 5000, "a\u2028b"])
def test_what_cannot_be_one_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(AuthenticationError, match="stdin") as caught:
        checked(text, "stdin", Kind.GIVEN)
    assert (caught.value.code, caught.value.exit_code) == ("INVALID_TOKEN", 4)
    assert not text.strip() or text not in f"{caught.value.what} {caught.value.why} {caught.value.fix}"


def test_little_of_it_is_shown() -> None:
    token = Token("psc_abcdefgh0123456789", "x")
    assert token.masked == "psc_abcd…"
    assert "efgh" not in repr(token)
    assert Token("somebody-else's", "x").masked == "…"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://edge.example.com", "https://EDGE.example.com:443/base"),
        ("https://edge.example.com.", "https://edge.example.com"),
        ("http://[::1]:80", "http://[::1]"),
    ],
)
def test_one_origin_has_one_place(one: str, other: str) -> None:
    assert Place.of("p", one) == Place.of("p", other)


@pytest.mark.parametrize(
    "other",
    [
        "http://edge.example.com",
        "https://edge.example.com:8443",
        "https://edge.example.co",
        "https://x.edge.example.com",
    ],
)
def test_another_origin_is_another_place(other: str) -> None:
    assert Place.of("p", "https://edge.example.com") != Place.of("p", other)
    assert Place.of("p", other) != Place.of("q", other)
