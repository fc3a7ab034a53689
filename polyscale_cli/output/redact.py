"""Take secrets out of text that is not the answer: notes, errors, debug lines, tracebacks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

MASK = "***"
SHORTEST = 4  # a shorter secret would mask half of every sentence
# Passwords of every tutorial: no secrets, and masking them would maul the sentences around them.
_WORDS = frozenset("postgres postgresql mysql mariadb password polyscale localhost database secret root test".split())

# Texts, and compiled when there is something to say: most commands that do what they should say nothing but the answer.
# The password is greedy up to the last @ before the path: people forget to encode an @ of their own.
_URL_PASSWORD = (
    r"(?P<head>[A-Za-z][A-Za-z0-9+.-]*://[^\s:/@]*:)[^\s/]+(?=@)"  # noqa: S105
    r"|(?P<open>://[^\s:/@]*:)[^\s]+(?=@)"
)
_TOKEN = r"\bpsc_[A-Za-z0-9_-]+"  # noqa: S105 - what tokens look like
_BEARER = r"(?i)(authorization:\s*|bearer\s+)(?!bearer)[^\s\"',]+(\s+[^\s\"',]+)?"
_ASSIGNED = r"(?i)\b(password|passwd|pwd|token|secret)([\"']?\s*[=:]\s*)(\"[^\"]*\"|'[^']*'|[^\s;&,]+)"


class Redactor:
    """Masks what looks like a secret, and every secret it was told of.

    Attributes:
        on_learn: told of each secret once, as soon as it is known.
    """

    def __init__(self) -> None:
        self._known: set[str] = set()
        self.on_learn: Callable[[str], None] = lambda _: None

    def learn(self, secrets: Iterable[str]) -> None:
        """Remember texts to mask wherever they appear; very short and everyday words are not worth it."""
        worth = {secret for secret in secrets if len(secret) >= SHORTEST and secret not in _WORDS}
        for secret in sorted(worth - self._known):
            self._known.add(secret)
            self.on_learn(secret)

    def __call__(self, text: str) -> str:
        for secret in sorted(self._known, key=len, reverse=True):
            # A password that is a word is no reason to take it out of the middle of another word.
            text = re.sub(rf"\b{secret}\b", MASK, text) if secret.isalpha() else text.replace(secret, MASK)
        text = re.sub(_URL_PASSWORD, lambda match: f"{match['head'] or match['open']}{MASK}", text)
        text = re.sub(_BEARER, lambda match: f"{match[1]}{MASK}", text)
        text = re.sub(_TOKEN, f"psc_{MASK}", text)
        return re.sub(_ASSIGNED, lambda match: f"{match[1]}{match[2]}{MASK}", text)
