"""Session settings, as the texts of SET, RESET and DISCARD tell them.

Two sessions that started alike and hold the same settings give the same answers, so the settings are part of the
scope. RESET goes back to the value at the session's start (manual, RESET), which the scope's base stands for.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from polyscale_cli.edge.wire.postgres import lexer
from polyscale_cli.edge.wire.tokens import Token, TokenKind

# They shape no answer. Not among them is client_min_messages: notices are part of an answer, and one that is kept
# without any must not be given to a session that is to get some.
_WITHOUT_EFFECT = frozenset(
    {
        "application_name",
        "idle_in_transaction_session_timeout",
        "idle_session_timeout",
        "jit",
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

_ROLE_PUT_OFF = "by the session authorization"


class ChangeKind(enum.Enum):
    """How a setting changes."""

    SET = "until the session ends, or it is changed again"
    SET_LOCAL = "until the transaction ends"
    RESET = "back to the session's start"
    RESET_ALL = "all settings back to the session's start"
    DISCARD_ALL = "all settings, and everything else that the session holds, back to its start"
    UNTOLD = "in a way that the text does not tell"


@dataclass(frozen=True, slots=True)
class Change:
    """One change; ``value`` is the text of it, for SET."""

    kind: ChangeKind
    name: str = ""
    value: str = ""

    @property
    def moves_names(self) -> bool:
        """Whether names may mean other objects after it."""
        return not self.name or self.name in ("search_path", "role", "session_authorization")

    @property
    def leads_to_temporary(self) -> bool:
        """Whether what is created after it may be temporary without saying so."""
        return self.name == "search_path" and leads_to_temporary(self.value)


def changes(text: bytes) -> list[Change]:
    """Read the changes that the statements of a text make to the session; those that shape no answer are left out."""
    found = []
    for _, words in lexer.statements(text, lexer.tokens(text)):
        found += _statement(words) + _set_config(words)
    return [change for change in found if change.name not in _WITHOUT_EFFECT]


def _statement(words: list[Token]) -> list[Change]:  # noqa: PLR0911  (one way out for each form)
    first, rest = words[0], words[1:]
    if not rest or not first.is_word("set", "reset", "discard"):
        return []
    if first.is_word("discard"):
        return [Change(ChangeKind.DISCARD_ALL)] if rest[0].is_word("all") else []
    if first.is_word("reset"):
        return [Change(ChangeKind.RESET_ALL) if rest[0].is_word("all") else Change(ChangeKind.RESET, _name(rest)[0])]
    if rest[0].is_word("transaction", "constraints"):
        return []
    local = rest[0].is_word("local")
    name, value = _name(rest[1:] if local else rest)
    if value and (value[0].is_word("to") or value[0].is_sign("=")):
        value = value[1:]
    if local:
        return [_local(name, _spelled(value))]
    if len(value) == 1 and value[0].is_word("default"):
        return [Change(ChangeKind.RESET, name)]
    return [Change(ChangeKind.SET, name, _spelled(value))]


def _set_config(words: list[Token]) -> list[Change]:
    """Read the calls of set_config.

    Only ``SELECT set_config('name', 'value', true|false)`` and nothing more is sure to be carried out as it is written.
    """
    found = []
    whole = [token for token in words if not token.is_word("pg_catalog") and not token.is_sign(".")]
    for i, token in enumerate(words):
        if not (token.is_name and token.text == "set_config"):
            continue
        name = _plain_literal(words[i + 2]) if len(words) > i + 2 else ""
        signs = "".join(word.text for word in whole[2::2])
        alone = len(whole) == 9 and words[0].is_word("select") and whole[1] is token and signs == "(,,)"
        if name in _WITHOUT_EFFECT:
            continue
        if not name or not alone or whole[5].kind is not TokenKind.LITERAL or not whole[7].is_word("true", "false"):
            found.append(Change(ChangeKind.UNTOLD))
        elif whole[7].is_word("true"):
            found.append(_local(name, whole[5].text))
        else:
            # A list in one string, where SET takes it for one name.
            found.append(Change(ChangeKind.SET, name, "set_config " + _spelled([whole[5]])))
    return found


def leads_to_temporary(path: str) -> bool:
    """Whether a search path, as it is or as a text spells it, may name the schema of temporary tables."""
    return "pg_temp" in path.lower() or "\\" in path or "&" in path


def _local(name: str, value: str) -> Change:
    # Older servers leave the session without its role when the transaction is over (CVE-2024-10978).
    lasts = name == "session_authorization" or (name == "search_path" and leads_to_temporary(value))
    return Change(ChangeKind.UNTOLD if lasts else ChangeKind.SET_LOCAL, name)


def _plain_literal(token: Token) -> str:
    return token.text[1:-1].lower() if token.kind is TokenKind.LITERAL and token.text.startswith("'") else ""


def _spelled(value: list[Token]) -> str:
    return " ".join(f"{token.kind.value[0]}{token.text}" for token in value)


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


def apply(settings: dict[str, str], change: Change, *, begins_in_role: bool) -> None:
    """Apply one change to the settings that differ from the session's start.

    Setting or resetting the session authorization, as DISCARD ALL does, too, puts the role off (manual, SET SESSION
    AUTHORIZATION). Where the session did not begin in a role, that is as it was at its start; where it did, newer
    servers go back to that role and older ones to none.
    """
    if change.kind is ChangeKind.DISCARD_ALL:
        settings.clear()
    elif change.kind is ChangeKind.RESET_ALL:
        for name in settings.keys() - _KEPT_BY_RESET_ALL:
            del settings[name]
    elif change.kind is ChangeKind.RESET:
        settings.pop(change.name, None)
    elif change.kind is ChangeKind.SET:
        settings[change.name] = change.value
    if change.kind is ChangeKind.DISCARD_ALL or change.name == "session_authorization":
        settings.pop("role", None)
        if begins_in_role:
            settings["role"] = _ROLE_PUT_OFF
