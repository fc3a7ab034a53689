"""A flat JSON object of texts, as ``wrangler secret bulk`` takes it: any other kind of value is fatal there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from polyscale_cli.envfile.syntax import check_name, check_utf8
from polyscale_cli.errors import UsageError


@dataclass(frozen=True, slots=True)
class JsonFile:
    """The object's members in their order; a key may be there twice."""

    members: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def render(self, *, only_ascii: bool = False) -> str:
        """The file's text, indented by two spaces."""
        if not self.members:
            return "{}\n"
        rows = (
            f"  {json.dumps(key, ensure_ascii=only_ascii)}: {json.dumps(value, ensure_ascii=only_ascii)}"
            for key, value in self.members
        )
        return "{\n" + ",\n".join(rows) + "\n}\n"

    def get(self, key: str, _: Mapping[str, str] | None = None) -> str | None:
        """A key's value as JSON's readers see it: of several the last."""
        return next((value for name, value in reversed(self.members) if name == key), None)

    def occurrences(self, key: str) -> int:
        """How often a key is there."""
        return sum(name == key for name, _ in self.members)

    def set(self, key: str, value: str) -> JsonFile:
        """The object with one value changed in its place, or added at the end. Raises UsageError."""
        check_name(key)
        check_utf8(key, value)
        last = max((index for index, member in enumerate(self.members) if member[0] == key), default=None)
        if last is None:
            return JsonFile((*self.members, (key, value)))
        return JsonFile((*self.members[:last], (key, value), *self.members[last + 1 :]))


def parse(text: str) -> JsonFile:
    """Read an object; an empty file is an empty one. Raises UsageError, which never quotes the text."""
    text = text.removeprefix("\ufeff")
    if not text.strip():
        return JsonFile()
    try:
        members = json.loads(text, object_pairs_hook=tuple)
    except json.JSONDecodeError as error:
        raise _refused(f"It is not JSON: {error.msg} in line {error.lineno}, column {error.colno}.") from None
    except (ValueError, RecursionError):
        raise _refused("It holds a number of too many digits, or is nested too deeply.") from None
    # An array is a list; only an object became a tuple of its members.
    if not isinstance(members, tuple):
        raise _refused("It is not one JSON object.")
    for key, value in members:
        if not isinstance(value, str):
            raise _refused(f"The value of {key!r} is not a text in quotes, and variables are nothing else.")
    return JsonFile(members)


def _refused(why: str) -> UsageError:
    return UsageError("The file is no flat JSON object.", why=why, fix="Mend it, or name another with --file.")
