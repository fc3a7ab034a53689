"""A ``.env`` file as lines, so that one value can be changed and every other byte stays.

How a value is written is decided in `polyscale_cli.envfile.syntax`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from polyscale_cli.envfile.syntax import Syntax, check_name, quoted
from polyscale_cli.value import Value

BOM = "\ufeff"
MARKER = "# Written by polyscale"
_ASSIGNMENT = re.compile(r"[ \t]*(?:export[ \t]+)?(?P<key>[A-Za-z_][\w.-]*)[ \t]*=[ \t]*(?P<rest>.*)", re.DOTALL)
# Compiled when they are first needed: most files need none of them.
# Docker knows neither quotes nor comments behind a value, and takes every character up to the line's end.
_DOCKER_ASSIGNMENT = r"[ \t]*(?P<key>[^\s=#][^\s=]*)=(?P<value>[^\n]*?)(?P<tail>\r?\n?)"
_LINE = r"[^\n]*\n|[^\n]+"
_EXPORTED = r"[ \t]*export[ \t]"
_REFERENCE = r"\$\{([A-Za-z_]\w*)\}"
_ESCAPE = r"\\([nrt\"'\\$])"
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}


class Line(Value):
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


class EnvFile(Value):
    """A whole file; ``render`` gives back what `parse` was given."""

    lines: tuple[Line, ...]
    syntax: Syntax = Syntax.DOTENV
    bom: bool = False

    def render(self) -> str:
        """The file's text."""
        return (BOM if self.bom else "") + "".join(line.raw for line in self.lines)

    def get(self, key: str, environ: Mapping[str, str] | None = None) -> str | None:
        """A key's value as its readers see it: of several the last, with ``${NAME}`` filled in."""
        line = self._last(key)
        return None if line is None else self._read(line, environ or {}, frozenset({key}))

    def occurrences(self, key: str) -> int:
        """How many lines set a key."""
        return sum(line.key == key for line in self.lines)

    @property
    def keys(self) -> frozenset[str]:
        """Everything that is set."""
        return frozenset(line.key for line in self.lines if line.key is not None)

    def set(self, key: str, value: str) -> EnvFile:
        """The file with one value changed in its place, or added at the end.

        Raises:
            UsageError: the key is no variable's name, or the value could not be read back by everybody.
        """
        check_name(key)
        written = quoted(key, value, self.syntax)
        last = self._last(key)
        if last is None:
            return self._append(key, written)
        # A mark of its own, so that of equal lines only the last changes.
        position = max(index for index, line in enumerate(self.lines) if line is last)
        head = last.raw[: len(last.raw) - len(last.tail) - len(last.value)]
        if self.syntax is Syntax.EXPORT:
            head = _as_shell(head, key)
        tail = f" {last.tail}" if last.tail.startswith("#") else last.tail
        changed = Line(f"{head}{written}{tail}", key, written, tail)
        return self.replace(lines=(*self.lines[:position], changed, *self.lines[position + 1 :]))

    def _append(self, key: str, written: str) -> EnvFile:
        newline = "\r\n" if any(line.raw.endswith("\r\n") for line in self.lines) else "\n"
        lines = list(self.lines)
        if lines and not lines[-1].raw.endswith("\n"):
            lines[-1] = lines[-1].replace(raw=lines[-1].raw + newline, tail=lines[-1].tail + newline)
        if not any(line.raw.strip() == MARKER for line in lines):
            if lines and lines[-1].raw.strip():
                lines.append(Line(newline))
            lines.append(Line(MARKER + newline))
        lines.append(Line(f"{_head(key, self.syntax)}{written}{newline}", key, written, newline))
        return self.replace(lines=tuple(lines))

    def _last(self, key: str) -> Line | None:
        return next((line for line in reversed(self.lines) if line.key == key), None)

    def _read(self, line: Line, environ: Mapping[str, str], seen: frozenset[str]) -> str:
        value = line.value
        if self.syntax is Syntax.DOCKER:
            return value
        quote = value[:1] if len(value) > 1 and value[0] in "\"'`" and value[-1] == value[0] else ""
        if quote:
            value = value[1:-1]
        if quote in {"'", "`"}:
            return value
        if self.syntax is Syntax.DEV_VARS:
            return value.replace("\\n", "\n").replace("\\r", "\r") if quote else value
        if quote and "\\" in value:
            value = re.sub(_ESCAPE, lambda match: _ESCAPED.get(match[1], match[1]), value)

        def fill(match: re.Match[str]) -> str:
            name = match[1]
            if name in environ:
                return environ[name]
            other = self._last(name)
            return "" if other is None or name in seen else self._read(other, environ, seen | {name})

        return re.sub(_REFERENCE, fill, value) if "${" in value else value


def parse(text: str, syntax: Syntax = Syntax.DOTENV) -> EnvFile:
    """Take a file apart without losing a character."""
    bom = text.startswith(BOM)
    text = text.removeprefix(BOM) if bom else text
    lines = map(_docker_line, re.findall(_LINE, text)) if syntax is Syntax.DOCKER else _lines(text)
    return EnvFile(tuple(lines), syntax, bom)


def assignment(key: str, value: str, syntax: Syntax) -> str:
    """One line, for a file that has no others to agree with. Raises UsageError as `EnvFile.set` does."""
    check_name(key)
    return f"{_head(key, syntax)}{quoted(key, value, syntax)}\n"


def _head(key: str, syntax: Syntax) -> str:
    return f"export {key}=" if syntax is Syntax.EXPORT else f"{key}="


def _docker_line(raw: str) -> Line:
    match = re.fullmatch(_DOCKER_ASSIGNMENT, raw)
    return Line(raw) if match is None else Line(raw, match["key"], match["value"], match["tail"])


def _as_shell(head: str, key: str) -> str:
    """What stands before a value, in the one form that a shell exports."""
    indent = head[: len(head) - len(head.lstrip())]
    return head if re.match(_EXPORTED, head) and head.endswith(f"{key}=") else indent + _head(key, Syntax.EXPORT)


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
        if quote == '"' and _backslashes_before(text, found) % 2:
            position = found + 1
            continue
        # Where something other than a comment follows, the quote was part of an unquoted value.
        tail = text[found + 1 : text.find("\n", found) + 1 or len(text)]
        return found if re.fullmatch(r"\s*(#.*)?", tail, re.DOTALL) else None
    return None


def _backslashes_before(text: str, position: int) -> int:
    first = position
    while first and text[first - 1] == "\\":
        first -= 1
    return position - first
