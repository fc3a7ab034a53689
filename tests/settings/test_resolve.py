"""Which value holds, and who says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from polyscale_cli.errors import NotFoundError, UsageError
from polyscale_cli.settings.keys import DEFINITIONS, Key
from polyscale_cli.settings.resolve import Origin, Settings
from polyscale_cli.settings.user_file import FILE

MakeSettings = Callable[..., Settings]
USER = """
version = 1
profile = "staging"

[profiles.staging]
api_url = "https://edge.example.com/v1/"
cache = "of-profile"
timeout = 5
ca_bundle = "/ca.pem"
keyring = "off"

[profiles.other]
api_url = "https://other.example.com"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository of the user's."""
    directory = tmp_path / "home" / "project"
    (directory / ".git").mkdir(parents=True)
    return directory


@pytest.fixture
def settings(tmp_path: Path, project: Path) -> MakeSettings:
    """Settings in that repository; the user's file says what is above."""
    directory = tmp_path / "config"
    directory.mkdir(mode=0o700)
    (directory / FILE).touch(mode=0o600)
    (directory / FILE).write_text(USER)

    def make(options: dict[Key, str] | None = None, cwd: Path = project, **variables: str) -> Settings:
        environ = {"HOME": str(tmp_path / "home"), "POLYSCALE_CONFIG_DIR": str(directory), **variables}
        return Settings(environ, cwd=cwd, options=options or {})

    return make


def test_each_place_gives_way_to_the_one_before_it(settings: MakeSettings, project: Path) -> None:
    (project / ".polyscale.toml").write_text('cache = "of-project"\n')
    said = []
    for options, variables in (({Key.CACHE: "of-option"}, {"POLYSCALE_CACHE": "x"}), ({}, {"POLYSCALE_CACHE": "x"})):
        said.append(settings(options, **variables).resolve(Key.CACHE))
    said.append(settings().resolve(Key.CACHE))
    (project / ".polyscale.toml").unlink()
    said.append(settings().resolve(Key.CACHE))
    said.append(settings(POLYSCALE_PROFILE="local").resolve(Key.CACHE))
    assert [(one.value, one.origin) for one in said] == [
        ("of-option", Origin.OPTION),
        ("x", Origin.ENVIRONMENT),
        ("of-project", Origin.PROJECT),
        ("of-profile", Origin.USER_FILE),
        (None, Origin.BUILT_IN),
    ]
    assert [one.place for one in said[:3]] == ["--cache", "POLYSCALE_CACHE", str(project / ".polyscale.toml")]
    assert said[3].place.startswith("profile staging in ")


def test_an_empty_variable_is_unset_and_an_empty_option_is_a_mistake(settings: MakeSettings) -> None:
    assert settings(POLYSCALE_PROFILE="").profile == "staging"
    with pytest.raises(UsageError, match="''"):
        assert settings({Key.PROFILE: ""}).profile


def test_the_values_of_a_profile_are_read_as_they_are_used(settings: MakeSettings) -> None:
    found = settings()
    assert found.value(Key.API_URL) == "https://edge.example.com"
    assert found.seconds(Key.TIMEOUT) == 5
    assert (found.value(Key.CA_BUNDLE), found.value(Key.KEYRING)) == ("/ca.pem", "off")
    assert settings({Key.PROFILE: "other"}).value(Key.API_URL) == "https://other.example.com"


def test_a_profile_that_is_not_there_is_named_with_its_origin(settings: MakeSettings) -> None:
    with pytest.raises(NotFoundError) as caught:
        settings(POLYSCALE_PROFILE="stagnig").value(Key.API_URL)
    assert "POLYSCALE_PROFILE" in (caught.value.why or "")
    assert "local, other, staging" in (caught.value.why or "")


def test_what_variables_say_alone_needs_no_file(settings: MakeSettings, tmp_path: Path) -> None:
    (tmp_path / "config" / FILE).write_text("broken")
    found = settings(POLYSCALE_API_URL="https://x.example.com", POLYSCALE_TIMEOUT="2")
    assert (found.value(Key.API_URL), found.value(Key.TIMEOUT)) == ("https://x.example.com", "2")


def test_without_a_home_directory_variables_and_what_is_built_in_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOME")
    monkeypatch.setattr(Path, "home", _no_home)
    found = Settings({"POLYSCALE_API_URL": "https://x.example.com"}, cwd=Path("/"))
    assert (found.value(Key.API_URL), found.value(Key.TIMEOUT), found.profile) == (
        "https://x.example.com",
        "30",
        "local",
    )
    with pytest.raises(UsageError) as caught:
        found.value(Key.CONFIG_DIR)
    assert caught.value.code == "NO_HOME"


def _no_home() -> Path:
    raise RuntimeError("Could not determine home directory.")


@pytest.mark.parametrize(
    ("variable", "key"),
    [
        ("POLYSCALE_TIMEOUT", Key.TIMEOUT),
        ("POLYSCALE_KEYRING", Key.KEYRING),
        ("POLYSCALE_PROFILE", Key.PROFILE),
        ("POLYSCALE_API_URL", Key.API_URL),
        ("POLYSCALE_CA_BUNDLE", Key.CA_BUNDLE),
        ("POLYSCALE_CACHE", Key.CACHE),
    ],
)
@pytest.mark.parametrize("value", ["\x1b[31m", "x" * 10_000, "\udcff", "a\nb"])
def test_a_hostile_value_is_refused_and_its_variable_named(
    settings: MakeSettings, variable: str, key: Key, value: str
) -> None:
    with pytest.raises(UsageError, match=variable) as caught:
        settings(**{variable: value}).value(key)
    assert value not in f"{caught.value.what} {caught.value.why} {caught.value.fix}"


@pytest.mark.parametrize("value", ["abc", "-1", "0", "inf", "nan", "1e9"])
def test_a_timeout_that_is_none_names_its_origin(settings: MakeSettings, value: str) -> None:
    with pytest.raises(UsageError, match="--timeout"):
        settings({Key.TIMEOUT: value}).value(Key.TIMEOUT)


def test_a_project_file_holds_below_its_directory(settings: MakeSettings, project: Path) -> None:
    (project / ".polyscale.toml").write_text('profile = "other"\n')
    below = project / "src" / "app"
    below.mkdir(parents=True)
    assert settings(cwd=below).profile == "other"


def test_the_search_ends_at_the_repository_s_root(settings: MakeSettings, project: Path) -> None:
    (project.parent / ".polyscale.toml").write_text('profile = "other"\n')
    assert settings().profile == "staging"


def test_the_search_ends_at_the_home_directory(settings: MakeSettings, tmp_path: Path) -> None:
    (tmp_path / ".polyscale.toml").write_text('profile = "other"\n')
    inside = tmp_path / "home" / "plain"
    inside.mkdir()
    assert settings(cwd=inside).profile == "staging"
    (tmp_path / "home" / ".polyscale.toml").write_text('profile = "other"\n')
    assert settings(cwd=inside).profile == "other"


def test_outside_of_both_only_the_directory_itself_counts(settings: MakeSettings, tmp_path: Path) -> None:
    """Else anybody who may write to /tmp could choose for everybody who works below it."""
    outside = tmp_path / "shared" / "work"
    outside.mkdir(parents=True)
    (tmp_path / "shared" / ".polyscale.toml").write_text('profile = "other"\n')
    assert settings(cwd=outside).profile == "staging"
    (outside / ".polyscale.toml").write_text('profile = "other"\n')
    assert settings(cwd=outside).profile == "other"


def test_every_setting_has_a_variable_and_a_value_here(settings: MakeSettings) -> None:
    found = settings()
    for key, definition in DEFINITIONS.items():
        assert definition.variable == f"POLYSCALE_{key.upper()}"
        assert found.resolve(key).key is key
