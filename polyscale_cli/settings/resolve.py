"""Which value holds, and who says so: option, then environment, project file, profile, and what is built in."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from pathlib import Path

from polyscale_cli.errors import NotFoundError, UsageError
from polyscale_cli.settings.environment import text
from polyscale_cli.settings.keys import DEFINITIONS, LOCAL, Key
from polyscale_cli.settings.paths import NO_HOME, config_dir, home, state_dir
from polyscale_cli.settings.project_file import ProjectFile, find_project_file, read_project_file
from polyscale_cli.settings.user_file import FILE, UserFile, read_user_file
from polyscale_cli.settings.values import checked
from polyscale_cli.value import Value


class Origin(enum.StrEnum):
    """Where a value comes from, strongest first."""

    OPTION = "option"
    ENVIRONMENT = "environment"
    PROJECT = "project file"
    USER_FILE = "user file"
    BUILT_IN = "built-in"


class Resolved(Value):
    """A setting's value, None where there is none, and where it comes from.

    Attributes:
        place: the option, the variable, or the file, with the profile in it.
    """

    key: Key
    value: str | None
    origin: Origin
    place: str


class Settings:
    """The settings of one run; files are read when a value could stand in them, and at most once.

    Args:
        cwd: where the search for a project file begins; None has none.
        options: what the command line says.
        warn: told of what the reader should act on.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        cwd: Path | None = None,
        options: Mapping[Key, str] | None = None,
        warn: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.environ = environ
        self._cwd = cwd
        self._options = options if options is not None else {}
        self.warn = warn
        self._user: UserFile | None = None
        self._project: ProjectFile | None = None
        self._looked_for_project = False

    @classmethod
    def of_variables(cls, environ: Mapping[str, str]) -> Settings:
        """Settings that come from these variables alone: no file is read."""
        made = cls(environ)
        made._user = UserFile(Path(FILE))
        return made

    def value(self, key: Key) -> str | None:
        """A setting's value. Raises what `resolve` raises."""
        return self.resolve(key).value

    def resolve(self, key: Key) -> Resolved:
        """A setting's value, and where it comes from.

        Raises:
            UsageError: the value is impossible, or a file that could say it cannot be used.
            NotFoundError: the profile does not exist.
        """
        found = self._found(key)
        if found.value is None or found.origin is Origin.BUILT_IN:
            return found
        # Values of files were looked at when the file was read.
        if found.origin in {Origin.OPTION, Origin.ENVIRONMENT}:
            return Resolved(key, checked(key, found.value, found.place), found.origin, found.place)
        return found

    def seconds(self, key: Key) -> float:
        """A duration."""
        return float(self.value(key) or 0)

    @property
    def profile(self) -> str:
        """The name of the profile in use, whether or not it exists."""
        return self.value(Key.PROFILE) or LOCAL

    @property
    def user_file(self) -> UserFile:
        """The user's own file."""
        if self._user is None:
            self._user = read_user_file(config_dir(self.environ), self.warn)
        return self._user

    @property
    def project_file(self) -> ProjectFile | None:
        """The project file that holds here."""
        if not self._looked_for_project:
            path = self.project_path()
            self._project = read_project_file(path) if path is not None else None
            self._looked_for_project = True
        return self._project

    def project_path(self) -> Path | None:
        """Where that file is, whatever it says."""
        return find_project_file(self._cwd, self._home()) if self._cwd is not None else None

    def _user_file_if_any(self) -> UserFile:
        """The user's file; nothing for a user without a home directory, who sets everything by variables."""
        try:
            return self.user_file
        except UsageError as error:
            if error.code != NO_HOME:
                raise
            return UserFile(Path(FILE))

    def _home(self) -> Path | None:
        try:
            return home(self.environ)
        except UsageError:
            return None

    def _found(self, key: Key) -> Resolved:
        definition = DEFINITIONS[key]
        option = self._options.get(key)
        if option is not None:
            return Resolved(key, option, Origin.OPTION, definition.option or str(key))
        variable = text(self.environ, definition.variable)
        if variable is not None:
            return Resolved(key, variable, Origin.ENVIRONMENT, definition.variable)
        if definition.in_project and self.project_file is not None:
            said = self.project_file.value(key)
            if said is not None:
                return Resolved(key, said, Origin.PROJECT, str(self.project_file.path))
        if key is Key.PROFILE and (user := self._user_file_if_any()).selected is not None:
            return Resolved(key, user.selected, Origin.USER_FILE, str(user.path))
        if definition.in_profile:
            said = self._in_profile(key)
            if said is not None:
                return Resolved(
                    key, said, Origin.USER_FILE, f"profile {self.profile} in {self._user_file_if_any().path}"
                )
        return Resolved(key, self._built_in(key), Origin.BUILT_IN, "")

    def _in_profile(self, key: Key) -> str | None:
        chosen = self.resolve(Key.PROFILE)
        user = self._user_file_if_any()
        profile = user.profiles.get(chosen.value or LOCAL)
        if profile is not None:
            return profile.get(key)
        if chosen.value == LOCAL:
            return None
        raise NotFoundError(
            f"There is no profile {chosen.value}.",
            why=f"It is named by {chosen.place}; there are {', '.join(user.names())}.",
            fix=f"Make it with `polyscale profile add {chosen.value} --api-url URL`, or name another with --profile.",
            code="PROFILE_NOT_FOUND",
        )

    def _built_in(self, key: Key) -> str | None:
        if key is Key.CONFIG_DIR:
            return str(config_dir(self.environ))
        if key is Key.STATE_DIR:
            return str(state_dir(self.environ))
        return DEFINITIONS[key].default
