"""Secrets of API keys."""

from __future__ import annotations

import dataclasses
import re

import pytest

from polyscale_cli.edge.keys import ApiKey, Scope, digest, find_key, hint, is_secret, new_secret


def key(secret: str, name: str = "one") -> ApiKey:
    return ApiKey(name, name, digest(secret), hint(secret), frozenset(Scope), "2026")


def test_a_secret_has_the_shape_that_scanners_match() -> None:
    secret = new_secret()
    assert re.fullmatch(r"psc_[0-9A-Za-z]{38}", secret)
    assert is_secret(secret)
    assert new_secret() != secret


@pytest.mark.parametrize("at", [0, 4, 20, 41])
def test_one_wrong_character_is_noticed(at: int) -> None:
    secret = new_secret()
    assert not is_secret(f"{secret[:at]}{'x' if secret[at] != 'x' else 'y'}{secret[at + 1 :]}")


@pytest.mark.parametrize("text", ["", "psc_", "psc_ünï", "hunter2", "psc_" + "0" * 38])
def test_look_alikes_are_no_secrets(text: str) -> None:
    assert not is_secret(text)


def test_the_digest_and_the_hint_do_not_give_the_secret_away() -> None:
    secret = new_secret()
    made = key(secret)
    assert secret not in repr(dataclasses.asdict(made))
    assert len(made.hint) == 9
    assert secret.startswith(made.hint[:-1])


def test_a_secret_opens_its_own_key_only() -> None:
    first, second = new_secret(), new_secret()
    keys = [key(first, "first"), key(second, "second")]
    assert find_key(keys, first) == keys[0]
    assert find_key(keys, second) == keys[1]
    assert find_key(keys, first[:-1]) is None
    assert find_key(keys, "ünïcode") is None
    assert find_key([], first) is None
