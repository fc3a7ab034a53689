"""Settings: what holds, why, and how it is changed."""

from __future__ import annotations

import os
import pwd
import subprocess
from pathlib import Path

import pytest

from polyscale_cli.settings.keys import DEFINITIONS
from tests.cli.conftest import COMMAND, Run, answer


@pytest.fixture
def file(isolated: Path) -> Path:
    return isolated / "config" / "polyscale" / "config.toml"


def test_every_setting_is_listed_with_its_origin(polyscale: Run, tmp_path: Path, file: Path) -> None:
    (tmp_path / ".polyscale.toml").write_text('cache = "shop"\n')
    polyscale("config", "set", "keyring", "off")
    listed = answer(polyscale("config", "list", "--json", "--timeout", "7", env={"POLYSCALE_OUTPUT": "table"}))["data"]
    assert [one["key"] for one in listed] == list(DEFINITIONS)
    origins = {one["key"]: (one["value"], one["origin"], one["place"]) for one in listed}
    assert origins["timeout"] == ("7", "option", "--timeout")
    assert origins["output"] == ("table", "environment", "POLYSCALE_OUTPUT")
    assert origins["cache"] == ("shop", "project file", str(tmp_path / ".polyscale.toml"))
    assert origins["keyring"] == ("off", "user file", f"profile local in {file}")
    assert origins["profile"] == ("local", "built-in", "")


def test_a_value_is_set_read_and_taken_out(polyscale: Run, file: Path) -> None:
    assert polyscale("config", "set", "timeout", "12").returncode == 0
    assert "timeout = 12\n" in file.read_text()
    assert polyscale("config", "get", "POLYSCALE_TIMEOUT").stdout == "12\n"
    assert answer(polyscale("config", "unset", "timeout", "--json"))["data"]["removed"] is True
    assert answer(polyscale("config", "unset", "timeout", "--json"))["data"]["removed"] is False
    assert polyscale("config", "get", "timeout").stdout == "30\n"
    assert polyscale("config", "get", "cache").returncode == 3


def test_it_belongs_to_the_profile_that_is_named(polyscale: Run) -> None:
    polyscale("profile", "add", "staging", "--api-url", "https://edge.example.com")
    assert polyscale("config", "set", "cache", "shop", "--profile", "staging").returncode == 0
    assert polyscale("config", "get", "cache").returncode == 3
    assert polyscale("config", "get", "cache", "--profile", "staging").stdout == "shop\n"
    assert polyscale("config", "set", "cache", "shop", "--profile", "nobody").returncode == 3


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["set", "token", "psc_planted"], "SECRET"),
        (["set", "db_password", "psc_planted"], "SECRET"),
        (["set", "output", "json"], "NOT_IN_A_FILE"),
        (["set", "state_dir", "/x"], "NOT_IN_A_FILE"),
        (["set", "timeuot", "1"], "UNKNOWN_SETTING"),
        (["set", "timeout", "soon"], "INVALID_TIMEOUT"),
        (["set", "keyring", "maybe"], "INVALID_KEYRING"),
        (["set", "api_url", "https://edge.example.com"], "BUILT_IN_PROFILE"),
        (["set", "cache", "\x1b[31m"], "INVALID_VALUE"),
        (["set", "cache", "x" * 5000], "INVALID_VALUE"),
        (["set", "profile", "nobody"], "PROFILE_NOT_FOUND"),
        (["get", "\x1b[31m"], "UNKNOWN_SETTING"),
    ],
)
def test_what_cannot_be_set_is_refused_and_nothing_is_written(
    polyscale: Run, file: Path, arguments: list[str], code: str
) -> None:
    done = polyscale("config", *arguments, "--json")
    assert answer(done)["errors"][0]["code"] == code
    assert done.returncode in {2, 3}
    assert "psc_planted" not in done.stdout + done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    assert not file.exists()


def test_a_near_name_is_offered(polyscale: Run) -> None:
    assert "Did you mean timeout?" in polyscale("config", "get", "timeuot").stderr


@pytest.mark.parametrize("content", ["broken = ", "version = 99\n", "\x00", "[profiles.x]\ntoken = 'psc_planted'\n"])
def test_a_file_that_cannot_be_used_is_one_clear_message(polyscale: Run, file: Path, content: str) -> None:
    file.parent.mkdir(parents=True)
    file.touch(0o600)
    file.write_text(content)
    for command in (["config", "list"], ["config", "set", "timeout", "1"], ["cache", "list"], ["auth", "status"]):
        done = polyscale(*command)
        assert done.returncode == 2
        assert done.stderr.startswith(f"error: {file}")
        assert "Traceback" not in done.stderr
        assert "psc_planted" not in done.stderr
    assert polyscale("config", "path").stdout == f"{file}\n"
    assert file.read_text() == content


def test_one_that_others_may_read_is_closed_and_still_used(polyscale: Run, file: Path) -> None:
    polyscale("config", "set", "timeout", "9")
    file.chmod(0o644)
    done = polyscale("config", "get", "timeout")
    assert (done.stdout, done.returncode) == ("9\n", 0)
    assert "warning:" in done.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    assert polyscale("config", "get", "timeout").stderr == ""


def test_comments_are_kept_in_a_copy_which_is_named(polyscale: Run, file: Path) -> None:
    polyscale("config", "set", "timeout", "9")
    file.write_text(file.read_text() + "# why nine\n")
    assert f"{file}.bak" in polyscale("config", "set", "timeout", "10").stderr
    assert "# why nine" in file.with_name("config.toml.bak").read_text()


def test_the_directory_can_be_moved(polyscale: Run, tmp_path: Path) -> None:
    moved = {"POLYSCALE_CONFIG_DIR": str(tmp_path / "moved")}
    polyscale("config", "set", "timeout", "9", env=moved)
    assert polyscale("config", "path", env=moved).stdout == f"{tmp_path}/moved/config.toml\n"
    assert (tmp_path / "moved").stat().st_mode & 0o777 == 0o700
    assert polyscale("config", "get", "timeout").stdout == "30\n"


def test_a_full_or_read_only_place_is_named(polyscale: Run) -> None:
    done = polyscale("config", "set", "timeout", "9", env={"POLYSCALE_CONFIG_DIR": "/proc/nowhere"})
    assert done.returncode == 2
    assert done.stderr.startswith("error: /proc/nowhere/config.toml cannot be written.")


def test_without_home_the_system_s_own_list_of_users_is_asked() -> None:
    environ = {name: value for name, value in os.environ.items() if name not in {"HOME", "XDG_CONFIG_HOME"}}
    done = subprocess.run([*COMMAND, "config", "path"], capture_output=True, text=True, env=environ, check=True)
    assert done.stdout == f"{Path(pwd.getpwuid(os.getuid()).pw_dir) / '.config/polyscale/config.toml'}\n"
