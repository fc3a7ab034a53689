"""Passwords as nobody should have them, the same at every run, and the connection strings that carry them."""

from __future__ import annotations

import random
import unicodedata

from polyscale_cli.connstr.model import CacheAddress, Database, DatabaseUrl
from polyscale_cli.connstr.write import through_cache
from polyscale_cli.envfile.formats import Format
from polyscale_cli.errors import UsageError

CACHE = CacheAddress("0ab23c45-6789-4de1-a34f-abc5d67e8f90", "edge.example.com", 9010)

_HOSTILE = (
    *("plain", " edge spaces ", "tab\there", "a#b", "a # b", "#", "'", '"', "`", "'single'", '"double"', "`back`"),
    *("\"'`", "a'b\"c", "$HOME", "${HOME}", "$(id)", "`id`", "$$", "\\", "\\\\", "end\\", "\\n", "\\$HOME", "a\\'b"),
    *("=", "a=b", "&", "a&b;c|d", "!", "!!", "%", "%s", "%24", "%%", "+", "a+b", "~", "*", "?", "[x]", "{a,b}", "<>"),
    *("line\nbreak", "\r\n", "é", "ß", "日本語", "🔑", "e\u0301", "\u00a0", "\u2028", "\u2029", "\ufeff", "\u200b"),
    *("\u202e", "\x7f", "\x01", "\x1b[31m", "export A=1", "null", "true", "0", "://@/?#", "@", ":", "/", "x" * 2000),
)


def _random_passwords(count: int) -> list[str]:
    chance = random.Random(20240611)
    letters = [chr(code) for code in range(1, 0x110000) if unicodedata.category(chr(code)) not in {"Cs", "Cn"}]
    ascii_only = [chr(code) for code in range(1, 128)]
    return [
        "".join(chance.choices(chance.choice([letters, ascii_only]), k=chance.randint(1, 24))) for _ in range(count)
    ]


PASSWORDS = (*_HOSTILE, *_random_passwords(60))


def database(password: str) -> DatabaseUrl:
    """A database with that password."""
    return DatabaseUrl(Database.POSTGRES, "postgresql", "db", 5432, user="app", password=password, name="shop")


def urls() -> dict[str, str]:
    """One variable for each password."""
    through = (through_cache(database(password), CACHE).url for password in PASSWORDS)
    return {f"URL_{index}": url for index, url in enumerate(through)}


def accepted(form: Format) -> dict[str, str]:
    """One variable for each password that the format can hold as it is."""
    found = {}
    for index, password in enumerate(PASSWORDS):
        try:
            form.text([("P", password)])
        except UsageError:
            continue
        found[f"P_{index}"] = password
    return found
