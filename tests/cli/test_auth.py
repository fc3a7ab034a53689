"""Log in, see, use, and forget; against the real edge, with real keyrings and with those in trouble."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import COMMAND, answer
from tests.cli.elsewhere import PROFILE, Elsewhere
from tests.cli.terminal import Person
from tests.servers.edge import Edge

KEYRING_FILE = {
    "POLYSCALE_KEYRING": "required",
    "PYTHON_KEYRING_BACKEND": "keyrings.alt.file.PlaintextKeyring",
}


def troubled(name: str) -> dict[str, str]:
    return {"POLYSCALE_KEYRING": "required", "PYTHON_KEYRING_BACKEND": f"troubled.{name}"}


@pytest.fixture
def there(edge: Edge, tmp_path: Path) -> Elsewhere:
    return Elsewhere(edge, tmp_path / "person")


def errors(done: subprocess.CompletedProcess[str]) -> tuple[int, str]:
    return done.returncode, answer(done)["errors"][0]["code"]


def test_a_token_in_the_file_is_used_until_it_is_forgotten(there: Elsewhere) -> None:
    assert errors(there.command("cache", "list", "--json")) == (4, "NO_TOKEN")
    there.login("--insecure-storage")
    assert there.credentials.stat().st_mode & 0o777 == 0o600
    assert there.command("cache", "list").returncode == 0
    found = answer(there.command("auth", "status", "--json"))["data"]
    assert (found["source"], found["valid"], found["profile"]) == ("file", True, PROFILE)
    assert str(there.credentials) in found["source_detail"]
    assert there.command("auth", "token").stdout == f"{there.edge.token}\n"
    assert answer(there.command("auth", "logout", "--json"))["data"]["forgotten"] is True
    assert there.edge.token not in there.credentials.read_text()
    assert errors(there.command("auth", "status", "--json")) == (4, "NO_TOKEN")
    assert answer(there.command("auth", "logout", "--json"))["data"]["forgotten"] is False


def test_a_real_keyring_keeps_it_for_this_profile_and_api(there: Elsewhere) -> None:
    there.login(env=KEYRING_FILE)
    assert there.edge.token not in there.credentials.read_text()
    assert there.command("cache", "list", env=KEYRING_FILE).returncode == 0
    assert answer(there.command("auth", "status", "--json", env=KEYRING_FILE))["data"]["source"] == "keyring"
    stored = list((there.home / "data").rglob("keyring_pass.cfg"))
    assert len(stored) == 1
    assert "polyscale-cli" in stored[0].read_text().replace("_2D", "-").replace("_2d", "-")
    other = answer(there.command("profile", "add", "other", "--api-url", there.url, "--json", env=KEYRING_FILE))
    assert other["status"] == "success"
    assert errors(there.command("auth", "token", "--profile", "other", "--json", env=KEYRING_FILE)) == (4, "NO_TOKEN")
    assert in_keyring(stored[0], there.edge.token)
    there.command("auth", "logout", env=KEYRING_FILE)
    assert not in_keyring(stored[0], there.edge.token)
    assert errors(there.command("auth", "token", "--json", env=KEYRING_FILE)) == (4, "NO_TOKEN")


def in_keyring(file: Path, token: str) -> bool:
    """Whether the keyring's file, which has lines of base64, holds the token."""
    return b64encode(token.encode()).decode() in "".join(line.strip() for line in file.read_text().splitlines())


def test_a_login_elsewhere_takes_the_old_token_out(there: Elsewhere) -> None:
    there.login("--insecure-storage")
    there.login(env=KEYRING_FILE)
    assert there.edge.token not in there.credentials.read_text()
    (stored,) = (there.home / "data").rglob("keyring_pass.cfg")
    kept = stored.read_text()
    # Where the keyring is not asked, what stays in it is said.
    assert "may still be in the keyring" in there.login("--insecure-storage", env={"POLYSCALE_KEYRING": "off"})
    assert stored.read_text() == kept


def test_without_a_keyring_nothing_is_stored_in_silence(there: Elsewhere) -> None:
    done = there.command("auth", "login", "--with-token", "--json", stdin=there.edge.token)
    assert errors(done) == (4, "NO_KEYRING")
    found = answer(done)["errors"][0]
    assert "--insecure-storage" in found["fix"]
    assert "POLYSCALE_TOKEN" in found["fix"]
    assert not there.credentials.exists()


def test_a_person_is_asked_before_a_file_takes_its_place(there: Elsewhere) -> None:
    for typed, code in (("n\n", 4), ("y\n", 0)):
        person = Person(("auth", "login"), there.env, there.home / "work")
        person.reads("which you alone may read? [y/N]")
        person.types(typed)
        if code == 0:
            person.reads("input hidden")
            person.types(f"{there.edge.token}\n")
        assert person.ends() == code
        assert there.edge.token not in person.seen
    assert there.command("cache", "list").returncode == 0


@pytest.mark.parametrize("kind", ["Locked", "Forgetful"])
def test_a_keyring_that_does_not_keep_it_is_found_out(there: Elsewhere, kind: str) -> None:
    done = there.command("auth", "login", "--with-token", "--json", stdin=there.edge.token, env=troubled(kind))
    assert errors(done) == (4, "KEYRING_FAILED")
    assert there.edge.token not in done.stdout + done.stderr
    assert not there.credentials.exists()


@pytest.mark.parametrize("backend", ["null", "fail"])
def test_a_backend_that_is_none_counts_as_none(there: Elsewhere, backend: str) -> None:
    env = {"POLYSCALE_KEYRING": "required", "PYTHON_KEYRING_BACKEND": f"keyring.backends.{backend}.Keyring"}
    done = there.command("auth", "login", "--with-token", "--json", stdin=there.edge.token, env=env)
    assert errors(done) == (4, "KEYRING_FAILED")
    assert "this machine has none" in answer(done)["errors"][0]["why"]


def test_a_keyring_that_hangs_is_left_alone(there: Elsewhere) -> None:
    done = there.command("auth", "login", "--with-token", "--json", stdin=there.edge.token, env=troubled("Hanging"))
    assert errors(done) == (4, "KEYRING_TIMEOUT")
    # Neither a token in the environment nor one in the file waits for it.
    there.login("--insecure-storage", env={**troubled("Hanging"), "POLYSCALE_KEYRING": "auto"})
    assert there.command("cache", "list", env=troubled("Hanging")).returncode == 0


@contextmanager
def silent_bus(directory: Path) -> Iterator[tuple[str, list[socket.socket]]]:
    """A D-Bus session that lets everybody in and then never says a word."""
    taken: list[socket.socket] = []
    path = directory / "bus"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()

        def take() -> None:
            while True:
                try:
                    taken.append(listening.accept()[0])
                    # One after the other, as there is one client: AUTH EXTERNAL, NEGOTIATE_UNIX_FD, BEGIN.
                    for line in taken[-1].makefile("rb"):
                        if b"BEGIN" in line:
                            break
                        taken[-1].sendall(b"AGREE_UNIX_FD\r\n" if b"NEGOTIATE" in line else b"OK 0123456789\r\n")
                except OSError:
                    return

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        yield f"unix:path={path}", taken
        listening.shutdown(socket.SHUT_RDWR)
    thread.join()
    for one in taken:
        one.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps its keyring behind a D-Bus")
def test_a_bus_that_never_answers_costs_three_seconds_once_and_nothing_where_nobody_can_answer(
    there: Elsewhere, tmp_path: Path
) -> None:
    with silent_bus(tmp_path) as (address, taken):
        env = {"DBUS_SESSION_BUS_ADDRESS": address, "PYTHON_KEYRING_BACKEND": "keyring.backends.SecretService.Keyring"}
        for why in ({"POLYSCALE_KEYRING": "off"}, {"POLYSCALE_KEYRING": "auto", "CI": "1"}):
            done = there.command("auth", "login", "--with-token", "--json", stdin=there.edge.token, env={**env, **why})
            assert errors(done) == (4, "NO_KEYRING")
        there.login(env=KEYRING_FILE)
        left = there.command("auth", "logout", env={**env, "POLYSCALE_KEYRING": "off"})
        assert "may still be in the keyring: It was not asked, because the keyring is switched off" in left.stderr
        assert errors(there.command("auth", "token", "--json", env=KEYRING_FILE)) == (4, "NO_TOKEN")
        assert taken == [], "the bus was asked"
        asked = {**env, "POLYSCALE_KEYRING": "required"}
        done = there.command("auth", "login", "--with-token", "--json", stdin=there.edge.token, env=asked)
        assert errors(done) == (4, "KEYRING_TIMEOUT")
        assert taken


def test_the_variable_wins_and_touches_no_store(there: Elsewhere) -> None:
    there.login(env=KEYRING_FILE)
    there.credentials.write_text("broken")
    token = {"POLYSCALE_TOKEN": there.edge.token, **troubled("Hanging")}
    found = answer(there.command("auth", "status", "--json", env=token))["data"]
    assert (found["source"], found["source_detail"]) == ("environment", "the variable POLYSCALE_TOKEN")
    assert there.command("cache", "list", env=token).returncode == 0


def test_a_wrong_token_is_not_stored(there: Elsewhere) -> None:
    done = there.command("auth", "login", "--with-token", "--insecure-storage", "--json", stdin="psc_wrong")
    assert errors(done) == (4, "UNAUTHORIZED")
    assert "stdin" in answer(done)["errors"][0]["why"]
    assert not there.credentials.exists()


def test_a_refused_token_is_named_by_where_it_is(there: Elsewhere) -> None:
    for env, place in (
        ({"POLYSCALE_TOKEN": "psc_wrong"}, "POLYSCALE_TOKEN"),
        ({}, str(there.credentials)),
    ):
        there.login("--insecure-storage")
        there.credentials.write_text(there.credentials.read_text().replace(there.edge.token, "psc_wrong"))
        status = there.command("auth", "status", "--json", env=env)
        assert errors(status) == (4, "UNAUTHORIZED")
        assert answer(status)["data"]["valid"] is False
        refused = answer(there.command("cache", "list", "--json", env=env))["errors"][0]
        assert place in refused["why"]
        assert "psc_wrong" not in status.stdout + status.stderr


@pytest.mark.parametrize("stdin", ["", "\n", "a b\n", b"\xff\xfe", "x" * 200_000, "psc_\x1b[31m"])
def test_what_is_no_token_is_refused_before_it_is_sent(there: Elsewhere, stdin: str | bytes) -> None:
    done = there.command("auth", "login", "--with-token", "--insecure-storage", "--json", stdin=stdin)
    assert errors(done) == (4, "INVALID_TOKEN")


def test_a_closed_stdin_is_an_empty_one(there: Elsewhere) -> None:
    command = " ".join([*COMMAND, "auth login --with-token --insecure-storage <&-"])
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, env=there.environ())
    assert done.returncode == 4
    assert "Traceback" not in done.stderr
    assert "It is empty." in done.stderr


@pytest.mark.parametrize("value", ["a\nb", "\udcff", "x" * 5000, "tök"])
def test_a_variable_that_is_no_token_is_named_and_not_repeated(there: Elsewhere, value: str) -> None:
    done = there.command("cache", "list", env={"POLYSCALE_TOKEN": value})
    assert done.returncode == 4
    assert "POLYSCALE_TOKEN" in done.stderr
    assert value not in done.stderr


def test_nobody_to_ask_is_said_with_the_ways_to_give_it(there: Elsewhere) -> None:
    done = there.command("auth", "login", "--insecure-storage", "--json")
    assert errors(done) == (2, "NO_TOKEN_GIVEN")
    fix = answer(done)["errors"][0]["fix"]
    assert all(way in fix for way in ("--with-token", "--token-file", "POLYSCALE_TOKEN"))


def test_a_token_can_come_from_a_file(there: Elsewhere) -> None:
    (there.home / "work" / "key").write_text(there.edge.token + "\n")
    assert there.command("auth", "login", "--token-file", "key", "--insecure-storage").returncode == 0
    missing = there.command("auth", "login", "--token-file", "nothing", "--insecure-storage", "--json")
    assert errors(missing) == (2, "UNREADABLE_FILE")


def test_the_local_edge_needs_no_login(edge: Edge) -> None:
    done = edge.command("auth", "login", "--with-token", "--json", stdin="x")
    assert errors(done) == (2, "NO_LOGIN_NEEDED")
    found = answer(edge.command("auth", "status", "--json"))["data"]
    assert (found["source"], found["valid"]) == ("local-edge", True)
    assert edge.command("auth", "token").stdout == f"{edge.token}\n"


def test_a_stored_token_is_sent_to_its_own_origin_alone(there: Elsewhere) -> None:
    """Not to another port, not by a variable, not by an edited profile."""
    there.login("--insecure-storage")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        elsewhere = f"http://127.0.0.1:{other.getsockname()[1]}"
        assert errors(there.command("cache", "list", "--json", env={"POLYSCALE_API_URL": elsewhere})) == (4, "NO_TOKEN")
        there.command("config", "set", "api_url", elsewhere)
        assert errors(there.command("cache", "list", "--json")) == (4, "NO_TOKEN")


@pytest.mark.parametrize(
    "line",
    [
        'api_url = "{url}"',
        '[profiles.staging]\napi_url = "{url}"',
        'token = "psc_theirs"',
        'ca_bundle = "thief.pem"',
    ],
)
def test_a_hostile_project_file_gets_no_token(there: Elsewhere, line: str) -> None:
    """A cloned repository, in which a stranger wants the token sent to their own server."""
    there.login("--insecure-storage")
    project = there.home / "clone"
    (project / ".git").mkdir(parents=True)
    with socket.socket() as thief:
        thief.bind(("127.0.0.1", 0))
        thief.listen()
        thief.settimeout(0)
        url = f"http://127.0.0.1:{thief.getsockname()[1]}"
        (project / ".polyscale.toml").write_text(f'profile = "{PROFILE}"\n{line.format(url=url)}\n')
        for command in (("cache", "list"), ("purge", "--all"), ("auth", "status"), ("api", "GET", "/v1/caches")):
            done = there.command(*command, "--json", cwd=project)
            assert errors(done) == (2, "PROJECT_FILE")
            assert there.edge.token not in done.stdout + done.stderr
        with pytest.raises(BlockingIOError):
            thief.accept()


def test_a_project_file_chooses_among_the_user_s_own_profiles(there: Elsewhere) -> None:
    there.login("--insecure-storage")
    there.command("profile", "use", "local")
    (there.home / "work" / ".polyscale.toml").write_text(f'profile = "{PROFILE}"\n')
    assert there.command("cache", "list").returncode == 0
    (there.home / "work" / ".polyscale.toml").write_text('profile = "theirs"\n')
    assert errors(there.command("cache", "list", "--json")) == (3, "PROFILE_NOT_FOUND")


def test_an_api_out_of_reach_stores_nothing(there: Elsewhere) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        env = {"POLYSCALE_API_URL": f"http://127.0.0.1:{closed.getsockname()[1]}"}
        done = there.command("auth", "login", "--with-token", "--insecure-storage", "--json", stdin="psc_x", env=env)
    assert errors(done) == (6, "API_UNREACHABLE")
    assert not there.credentials.exists()


def test_a_key_for_ci_may_purge_and_nothing_else(there: Elsewhere) -> None:
    there.login("--insecure-storage")
    made = answer(there.command("auth", "keys", "create", "ci", "--scope", "caches:purge", "--json"))["data"]
    try:
        key = {"POLYSCALE_TOKEN": made["secret"], "CI": "1"}
        cache = there.edge.create_cache(("127.0.0.1", 5432), "of-ci")
        purged = there.command("api", "PUT", f"/v1/caches/{cache.id}/purge", "--json", env=key)
        assert answer(purged)["data"] == {"purged": 0}
        assert "of-ci" in there.command("cache", "list", env=key).stdout, "it may look up which cache a name means"
        for refused in (("cache", "test", "of-ci"), ("cache", "delete", "of-ci", "--yes"), ("auth", "keys", "list")):
            assert errors(there.command(*refused, "--json", env=key)) == (4, "FORBIDDEN")
        assert answer(there.command("auth", "status", "--json", env=key))["data"]["valid"] is True
        listed = answer(there.command("auth", "keys", "list", "--json"))["data"]
        assert [(one["name"], one["scopes"]) for one in listed if one["id"] == made["id"]] == [("ci", ["caches:purge"])]
        assert made["secret"] not in json.dumps(listed)
        cache.delete()
    finally:
        gone = there.command("auth", "keys", "revoke", "ci", "--yes")
        assert gone.returncode == 0, gone.stderr
    assert errors(there.command("auth", "status", "--json", env=key)) == (4, "UNAUTHORIZED")


def test_a_new_key_is_one_line_that_can_be_piped(there: Elsewhere) -> None:
    there.login("--insecure-storage")
    done = there.command("auth", "keys", "create", "piped", "--scope", "caches:read", "--scope", "caches:purge")
    assert done.stdout.startswith("psc_")
    assert done.stdout.count("\n") == 1
    assert done.stdout.strip() not in done.stderr
    assert answer(there.command("auth", "keys", "revoke", "piped", "--json"))["errors"][0]["code"] == (
        "CONFIRMATION_NEEDED"
    )
    person = Person(("auth", "keys", "revoke", "piped"), there.env, there.home / "work")
    person.reads("Type piped to confirm")
    person.types("piped\n")
    assert person.ends() == 0
    gone = there.command("auth", "keys", "revoke", "piped", "--yes", "--json")
    assert errors(gone) == (3, "KEY_NOT_FOUND")
    assert there.command("auth", "keys", "revoke", "piped", "--if-exists").returncode == 0


@pytest.mark.parametrize("arguments", [[], ["--scope", "everything"], ["--scope", ""]])
def test_a_key_for_nothing_known_is_not_made(there: Elsewhere, arguments: list[str]) -> None:
    there.login("--insecure-storage")
    done = there.command("auth", "keys", "create", "x", *arguments, "--json")
    assert done.returncode == 2
    assert "caches:purge" in done.stdout
