"""What an ErrorResponse is to whoever asked: its SQLSTATE, and its words as sentences (manual, section 55.8)."""

from __future__ import annotations

from collections.abc import Mapping

from polyscale_cli.edge.serverless.backend import ConnectionLost, QueryFailed, Refused, Unreachable

_BY_CREDENTIALS = "28"
"""Class of invalid authorization (manual, appendix A)."""

_PROTOCOL_VIOLATION = "08P01"
"""What PgBouncer up to 1.18 gives with every refusal, one of the credentials too."""

_NOT_NOW = ("08", "53", "57", "58", "XX")
"""Classes of errors for which neither the user nor the database's name is to blame: connection, resources, operator
intervention, system and internal errors."""

_FATAL = ("FATAL", "PANIC")


def is_fatal(fields: Mapping[str, str]) -> bool:
    """Whether an error ends the session."""
    return fields.get("V", fields.get("S")) in _FATAL


def query_failed(fields: Mapping[str, str]) -> QueryFailed:
    """Make the error of a statement."""
    return QueryFailed(_code(fields), words(fields))


def connection_lost(fields: Mapping[str, str]) -> ConnectionLost:
    """Make the error of a session that the server ended."""
    return ConnectionLost(words(fields))


def login_failed(fields: Mapping[str, str]) -> Refused | Unreachable:
    """Make the error of a login."""
    code, said = _code(fields), words(fields)
    if code == _PROTOCOL_VIOLATION and "authentication failed" in said:
        return Refused(code, said, by_credentials=True)
    if code.startswith(_NOT_NOW):
        return Unreachable(said)
    return Refused(code, said, by_credentials=code.startswith(_BY_CREDENTIALS))


def words(fields: Mapping[str, str]) -> str:
    """Give message, detail and hint, each a sentence; the message alone as the server wrote it."""
    said = [fields[key] for key in "MDH" if fields.get(key)]
    if len(said) < 2:
        return "".join(said)
    return " ".join(one if one.endswith((".", "!", "?")) else f"{one}." for one in said)


def _code(fields: Mapping[str, str]) -> str:
    return fields.get("C", "XX000")
