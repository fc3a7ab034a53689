"""Quoting for what is no URL: shells, source code, and the strings of keys and values."""

from __future__ import annotations

import json
import re

# Not compiled here: most runs need none of them.
_SHELL_SAFE = r"[A-Za-z0-9_.,:/@%+=-]+"
_YAML_SAFE = r"[\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"


def shell(text: str) -> str:
    """One word for a POSIX shell (XCU 2.2.2): in single quotes, where nothing has a meaning."""
    if re.fullmatch(_SHELL_SAFE, text):
        return text
    return "'" + text.replace("'", "'\\''") + "'"


def libpq(text: str) -> str:
    """A value of libpq's keywords (PostgreSQL manual, 34.1.1.1)."""
    if text and not re.search(r"[\s'\\]", text):
        return text
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def javascript(text: str) -> str:
    """A string of JavaScript, in ASCII."""
    return json.dumps(text)


def python(text: str) -> str:
    """A string of Python, in double quotes where that needs no escapes."""
    return f'"{text}"' if text.isascii() and text.isprintable() and not re.search(r'["\\]', text) else repr(text)


def php(text: str) -> str:
    """A string of PHP in single quotes, which know two escapes only."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def yaml(text: str) -> str:
    """A double-quoted scalar of YAML 1.1 (section 5.7); ``<`` is escaped, since Rails reads the file as ERB first."""
    return '"' + "".join(_yaml_character(character) for character in text) + '"'


def _yaml_character(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character != "<" and re.fullmatch(_YAML_SAFE, character):
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def braced(text: str) -> str:
    """A value of ODBC, and of JDBC and PHP for SQL Server: where it has to be, in braces, the closing one doubled."""
    if text and not re.search(r"[\s;={}\[\](),?*!@]", text):
        return text
    return "{" + text.replace("}", "}}") + "}"


def ado(text: str) -> str:
    """A value of ADO.NET: in double quotes, those in it doubled (DbConnectionStringBuilder's rules)."""
    if re.fullmatch(r"[A-Za-z0-9_.:,/%+~-]+", text):
        return text
    return '"' + text.replace('"', '""') + '"'
