"""A ``.env`` file as lines, so that one value can be changed and every other byte stays.

The readers of such files (Node's dotenv, python-dotenv, docker, shells) agree on little: a value is written as
``KEY="value"`` with characters that none of them touches, and anything else is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from polyscale_cli.errors import UsageError

BOM = "\ufeff"
MARKER = "# Written by polyscale"
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ASSIGNMENT = re.compile(r"[ \t]*(?:export[ \t]+)?(?P<key>[A-Za-z_][\w.-]*)[ \t]*=[ \t]*(?P<rest>.*)", re.DOTALL)
_UNSAFE = re.compile(r"[\"$\\`\x00-\x1f\x7f]")
_REFERENCE = re.compile(r"\$\{([A-Za-z_]\w*)\}")
_ESCAPE = re.compile(r"\\([nrt\"'\\$])")
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line, or one assignment that spans several; ``raw`` holds every character of it.

    Attributes:
        key: None for a comment, a blank line, or what is no assignment.
        value: as written, with its quotes.
        tail: what follows the value on the line: blanks, a comment, the line's end.
    """

    raw: str
    key: str | None = None
    value: str = ""
    tail: str = ""


@dataclass(frozen=True, slots=True)
class EnvFile:
    """A whole file; ``render`` gives back what `parse` was given."""

    lines: tuple[Line, ...]
    bom: bool = False

    def render(self) -> str:
        """The file's text."""
        return (BOM if self.bom else "") + "".join(line.raw for line in self.lines)

    def get(self, key: str, environ: Mapping[str, str] | None = None) -> str | None:
        """A key's value as its readers see it: of several the last, with ``${NAME}`` filled in."""
        line = self._last(key)
        return None if line is None else self._read(line, environ or {}, frozenset({key}))

    def count(self, key: str) -> int:
        """How many lines set a key."""
        return sum(line.key == key for line in self.lines)

    def set(self, key: str, value: str) -> EnvFile:
        """The file with one value changed in its place, or added at the end.

        Raises:
            UsageError: the key is no variable's name, or the value could not be read back by everybody.
        """
        if not _KEY.fullmatch(key):
            raise UsageError(f"{key!r} is no variable's name.", fix="Use letters, digits and _.", code="INVALID_NAME")
        if _UNSAFE.search(value):
            raise UsageError(
                f"The value of {key} cannot be written to a .env file so that every reader understands it.",
                why='It holds one of " $ \\ ` or a line break.',
                code="UNREPRESENTABLE",
            )
        last = self._last(key)
        if last is None:
            return self._append(key, value)
        # A mark of its own, so that of equal lines only the last changes.
        position = max(index for index, line in enumerate(self.lines) if line is last)
        head = last.raw[: len(last.raw) - len(last.tail) - len(last.value)]
        tail = f" {last.tail}" if last.tail.startswith("#") else last.tail
        changed = Line(f'{head}"{value}"{tail}', key, f'"{value}"', tail)
        return replace(self, lines=(*self.lines[:position], changed, *self.lines[position + 1 :]))

    def _append(self, key: str, value: str) -> EnvFile:
        newline = "\r\n" if any(line.raw.endswith("\r\n") for line in self.lines) else "\n"
        lines = list(self.lines)
        if lines and not lines[-1].raw.endswith("\n"):
            lines[-1] = replace(lines[-1], raw=lines[-1].raw + newline, tail=lines[-1].tail + newline)
        if not any(line.raw.strip() == MARKER for line in lines):
            if lines and lines[-1].raw.strip():
                lines.append(Line(newline))
            lines.append(Line(MARKER + newline))
        lines.append(Line(f'{key}="{value}"{newline}', key, f'"{value}"', newline))
        return replace(self, lines=tuple(lines))

    def _last(self, key: str) -> Line | None:
        return next((line for line in reversed(self.lines) if line.key == key), None)

    def _read(self, line: Line, environ: Mapping[str, str], seen: frozenset[str]) -> str:
        value = line.value
        quote = value[:1] if len(value) > 1 and value[0] in "\"'`" and value[-1] == value[0] else ""
        if quote:
            value = value[1:-1]
        if quote in {"'", "`"}:
            return value
        if quote:
            value = _ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[1]), value)

        def fill(match: re.Match[str]) -> str:
            name = match[1]
            if name in environ:
                return environ[name]
            other = self._last(name)
            return "" if other is None or name in seen else self._read(other, environ, seen | {name})

        return _REFERENCE.sub(fill, value)


def parse(text: str) -> EnvFile:
    """Take a file apart without losing a character."""
    bom = text.startswith(BOM)
    return EnvFile(tuple(_lines(text.removeprefix(BOM) if bom else text)), bom)


def _lines(text: str) -> Iterator[Line]:
    position = 0
    while position < len(text):
        end = text.find("\n", position) + 1 or len(text)
        line = _assignment(text, position, end)
        yield line
        position += len(line.raw)


def _assignment(text: str, start: int, end: int) -> Line:
    raw = text[start:end]
    match = _ASSIGNMENT.fullmatch(raw)
    if match is None:
        return Line(raw)
    value_at = start + match.start("rest")
    quote = text[value_at : value_at + 1]
    if quote in {'"', "'", "`"}:
        closing = _closing_quote(text, value_at + 1, quote)
        if closing is not None:
            # A quoted value may span lines; what follows it belongs to the last of them.
            stop = text.find("\n", closing) + 1 or len(text)
            return Line(text[start:stop], match["key"], text[value_at : closing + 1], text[closing + 1 : stop])
    rest = match["rest"]
    bare = re.match(r"(?:(?!\s+#|\s*$).)*", rest, re.DOTALL)
    length = bare.end() if bare and not rest.startswith("#") else 0
    return Line(raw, match["key"], rest[:length], rest[length:])


def _closing_quote(text: str, position: int, quote: str) -> int | None:
    while (found := text.find(quote, position)) >= 0:
        backslashes = len(text[:found]) - len(text[:found].rstrip("\\"))
        if quote == '"' and backslashes % 2:
            position = found + 1
            continue
        # Where something other than a comment follows, the quote was part of an unquoted value.
        tail = text[found + 1 : text.find("\n", found) + 1 or len(text)]
        return found if re.fullmatch(r"\s*(#.*)?", tail, re.DOTALL) else None
    return None
