"""The settings there are: for each its variable, its option, and where else it may stand."""

from __future__ import annotations

import enum

from polyscale_cli.value import Value

LOCAL = "local"  # the profile that is built in: the edge of this user on this machine


class Key(enum.StrEnum):
    """One setting."""

    PROFILE = "profile"
    API_URL = "api_url"
    CACHE = "cache"
    TIMEOUT = "timeout"
    CA_BUNDLE = "ca_bundle"
    KEYRING = "keyring"
    OUTPUT = "output"
    NO_INPUT = "no_input"
    AUTOSTART = "autostart"
    CONFIG_DIR = "config_dir"
    STATE_DIR = "state_dir"


class Definition(Value):
    """Where one setting may come from.

    Attributes:
        option: the option that sets it for one command.
        in_project: whether a project file may carry it. It comes with a repository, so that anybody may have written
            it: it chooses among what the user has set up, and never says where a token goes.
        in_profile: whether a profile in the user's file may carry it.
        default: what holds when nothing is said.
    """

    key: Key
    about: str
    option: str | None = None
    in_project: bool = False
    in_profile: bool = False
    default: str | None = None

    @property
    def variable(self) -> str:
        """The environment variable."""
        return f"POLYSCALE_{self.key.upper()}"


DEFINITIONS: dict[Key, Definition] = {
    definition.key: definition
    for definition in (
        Definition(Key.PROFILE, "which profile is used", "--profile", in_project=True, default=LOCAL),
        Definition(Key.API_URL, "the management API; without one, the local edge", in_profile=True),
        Definition(Key.CACHE, "the cache of commands that name none", "--cache", in_project=True, in_profile=True),
        Definition(Key.TIMEOUT, "seconds to wait for the API", "--timeout", in_profile=True, default="30"),
        Definition(Key.CA_BUNDLE, "certificate authorities for the API, in PEM", in_profile=True),
        Definition(Key.KEYRING, "whether tokens go to the keyring: auto, off, required", None, False, True, "auto"),
        # The rest is the environment's alone: who reads the answer chooses its form, and no file can know that.
        Definition(Key.OUTPUT, "the form of answers", "--output", default="table"),
        Definition(Key.NO_INPUT, "never ask", "--no-input", default="0"),
        Definition(Key.AUTOSTART, "start the local edge when a command needs it", default="1"),
        Definition(Key.CONFIG_DIR, "where the user's file and stored tokens are"),
        Definition(Key.STATE_DIR, "where the local edge keeps its state"),
    )
}
