"""Session settings, as the texts of SET, RESET and DISCARD tell them.

Two sessions that started alike and hold the same settings give the same answers, so the settings are part of the
scope. RESET goes back to the value at the session's start (manual, RESET), which the scope's base stands for.
"""

from __future__ import annotations

from dataclasses import dataclass

from polyscale_cli.edge.wire.postgres import lexer
from polyscale_cli.edge.wire.postgres.lexer import Token

# They shape no answer.
_WITHOUT_EFFECT = frozenset(
    {
        "application_name",
        "client_min_messages",
        "idle_in_transaction_session_timeout",
        "idle_session_timeout",
        "lock_timeout",
        "statement_timeout",
    }
)

_SPELLINGS = {
    ("time", "zone"): "timezone",
    ("names",): "client_encoding",
    ("schema",): "search_path",
    ("session", "authorization"): "session_authorization",
    ("session", "characteristics"): "session characteristics",
    ("xml", "option"): "xmloption",
}

# RESET ALL leaves them (manual, SET ROLE and SET SESSION AUTHORIZATION).
_KEPT_BY_RESET_ALL = frozenset({"role", "session_authorization"})


@dataclass(frozen=True, slots=True)
class Change:
    """One change: of ``name`` to ``value``, or back to the start when ``value`` is None.

    ``name`` is None for RESET ALL; ``everything`` marks DISCARD ALL, which also drops what is not a setting; ``local``
    marks SET LOCAL, which ends with the transaction.
    """

    name: str | None
    value: str | None = None
    everything: bool = False
    local: bool = False

    @property
    def moves_names(self) -> bool:
        """Whether names may mean other objects after it."""
        return self.name in (None, "search_path", "role", "session_authorization")


def changes(text: bytes) -> list[Change]:
    """Read the changes that the statements of a text make to the session."""
    found = []
    for _, words in lexer.statements(text, lexer.tokens(text)):
        change = _change(words)
        if change is not None and change.name not in _WITHOUT_EFFECT:
            found.append(change)
    return found


def _change(words: list[Token]) -> Change | None:
    first = words[0]
    if first.is_word("discard"):
        return Change(None, everything=True) if len(words) > 1 and words[1].is_word("all") else None
    if first.is_word("reset"):
        if len(words) > 1 and words[1].is_word("all"):
            return Change(None)
        return Change(_name(words[1:])[0])
    if not first.is_word("set") or len(words) < 3 or words[1].is_word("transaction", "constraints"):
        return None
    local = words[1].is_word("local")
    name, rest = _name(words[2:] if local else words[1:])
    if rest and (rest[0].is_word("to") or rest[0].is_sign("=")):
        rest = rest[1:]
    if len(rest) == 1 and rest[0].is_word("default"):
        return Change(name, local=local)
    return Change(name, local=local, value=" ".join(f"{token.kind.value[0]}{token.text}" for token in rest))


def _name(words: list[Token]) -> tuple[str, list[Token]]:
    for spelling, name in _SPELLINGS.items():
        if tuple(token.text for token in words[: len(spelling)]) == spelling:
            return name, words[len(spelling) :]
    if words and words[0].is_word("session") and len(words) > 1:
        return _name(words[1:])
    end = 1
    while end + 1 < len(words) and words[end].is_sign("."):
        end += 2
    return ".".join(token.text.lower() for token in words[:end] if not token.is_sign(".")), words[end:]


def apply(settings: dict[str, str], change: Change) -> None:
    """Apply one change to the settings that differ from the session's start."""
    if change.everything:
        settings.clear()
    elif change.name is None:
        for name in settings.keys() - _KEPT_BY_RESET_ALL:
            del settings[name]
    elif change.value is None:
        settings.pop(change.name, None)
    else:
        settings[change.name] = change.value
