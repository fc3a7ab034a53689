"""The user's own file, ``config.toml``: which profile is in use, and what each profile says. It holds no secret.

version = 1
profile = "staging"

[profiles.staging]
api_url = "https://edge.example.com"
cache = "shop"

It holds no secret: tokens are in the keyring, or in a file of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from polyscale_cli.errors import UsageError
from polyscale_cli.settings.keys import DEFINITIONS, LOCAL, Key
from polyscale_cli.settings.private_file import read_private
from polyscale_cli.settings.profile_name import checked_name
from polyscale_cli.settings.toml_text import parse_toml, write_toml
from polyscale_cli.settings.values import checked
from polyscale_cli.value import Value

FILE = "config.toml"
VERSION = 1
IN_PROFILE = frozenset(key for key, definition in DEFINITIONS.items() if definition.in_profile)
Profile = Mapping[Key, str]


class UserFile(Value):
    """What the file says; nothing, where there is none.

    Attributes:
        selected: the profile that ``polyscale profile use`` chose.
        profiles: what each says; ``local`` only when it says something.
    """

    path: Path
    selected: str | None = None
    profiles: Mapping[str, Profile] = MappingProxyType({})

    def names(self) -> tuple[str, ...]:
        """All profiles, the one that is built in first."""
        return (LOCAL, *sorted(self.profiles.keys() - {LOCAL}))

    def using(self, name: str) -> UserFile:
        """The same with another profile in use."""
        return self.replace(selected=name)

    def with_value(self, profile: str, key: Key, value: str | None) -> UserFile:
        """The same with one more value in a profile; None takes it out."""
        values = {known: text for known, text in self.profiles.get(profile, {}).items() if known is not key}
        if value is not None:
            values[key] = value
        return self.replace(profiles={**self.profiles, profile: values})

    def without(self, profile: str) -> UserFile:
        """The same without a profile; where it was in use, none is chosen."""
        kept = {name: values for name, values in self.profiles.items() if name != profile}
        return self.replace(profiles=kept, selected=None if self.selected == profile else self.selected)

    def save(self) -> Path | None:
        """Write it; where that loses comments, the path of the copy that has them. Raises UsageError."""
        document: dict[str, Any] = {"version": VERSION}
        if self.selected is not None:
            document["profile"] = self.selected
        document["profiles"] = {
            name: {str(key): _typed(key, value) for key, value in values.items()}
            for name, values in self.profiles.items()
            if values
        }
        return write_toml(self.path, document, "name another one with POLYSCALE_CONFIG_DIR")


def read_user_file(directory: Path, warn: Callable[[str], None]) -> UserFile:
    """Read ``config.toml`` of a directory.

    Raises:
        UsageError: it is broken, newer than this command, unreadable, or somebody else's.
    """
    path = directory / FILE
    content = read_private(path, warn)
    if content is None:
        return UserFile(path)
    document = parse_toml(path, content)
    version = document.pop("version", VERSION)
    if isinstance(version, int) and version > VERSION:
        raise UsageError(
            f"{path} was written by a newer polyscale.",
            why=f"Its version is {version}, and this command knows {VERSION}.",
            fix="Update polyscale-cli, or name another directory with POLYSCALE_CONFIG_DIR.",
            code="NEWER_FILE",
        )
    selected, profiles = document.pop("profile", None), document.pop("profiles", {})
    _refuse_unknown(path, "", document)
    if version != VERSION or not (selected is None or isinstance(selected, str)) or not isinstance(profiles, dict):
        raise _invalid(path, "version has to be a number, profile a text, and profiles a table of tables")
    return UserFile(
        path,
        checked_name(selected, str(path)) if selected is not None else None,
        {checked_name(name, str(path)): _profile(path, name, values) for name, values in profiles.items()},
    )


def _profile(path: Path, name: str, values: Any) -> Profile:
    if not isinstance(values, dict):
        raise _invalid(path, f"profiles.{name} is no table")
    _refuse_unknown(path, f"profiles.{name}.", {key: one for key, one in values.items() if key not in IN_PROFILE})
    where = f"profiles.{name} in {path}"
    return {Key(key): checked(Key(key), _text(path, key, value), f"{key} of {where}") for key, value in values.items()}


def _text(path: Path, key: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    if key == Key.TIMEOUT and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise _invalid(path, f"{key} has to be a text")


def _typed(key: Key, value: str) -> str | int | float:
    if key is not Key.TIMEOUT:
        return value
    number = float(value)
    return int(number) if number.is_integer() else number


def _refuse_unknown(path: Path, prefix: str, keys: Mapping[str, Any]) -> None:
    for key in keys:
        raise _invalid(path, f"{prefix}{key[:80]} is no setting; there are {', '.join(sorted(IN_PROFILE))}")


def _invalid(path: Path, why: str) -> UsageError:
    return UsageError(
        f"{path} says something that means nothing.",
        why=f"{why}.",
        fix="Correct it with an editor, or with `polyscale config` and `polyscale profile`.",
        code="INVALID_FILE",
    )
