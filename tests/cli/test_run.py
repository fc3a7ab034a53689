"""``polyscale run``: a program that knows nothing of caches, with its variables through one."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import COMMAND, Run, answer
from tests.cli.env_caches import API, CACHED, DIRECT, ID, ORIGIN, Command, refused, with_caches

SHOW = 'printf %s "$DATABASE_URL"'


@pytest.fixture
def run(isolated: Path, polyscale: Run) -> Command:
    command = with_caches(isolated, polyscale, "run")

    def started(*arguments: str, stdin: str = "", **env: str) -> subprocess.CompletedProcess[str]:
        return command(*arguments, stdin=stdin, **{"DATABASE_URL": ORIGIN, **env})

    return started


def environ(**more: str) -> dict[str, str]:
    return {**os.environ, "POLYSCALE_API_URL": API, "DATABASE_URL": ORIGIN, **more}


def test_the_program_gets_the_url_and_nothing_is_written(run: Command, tmp_path: Path) -> None:
    done = run("--cache", "shop", "--", "sh", "-c", SHOW)
    assert (done.returncode, done.stdout, done.stderr) == (0, CACHED, "")
    assert list(tmp_path.iterdir()) == []


def test_the_url_may_come_from_a_file(run: Command, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"DATABASE_URL={ORIGIN}\n")
    assert run("--", "sh", "-c", SHOW, DATABASE_URL="").stdout == CACHED


def test_prisma_gets_its_second_url(run: Command) -> None:
    assert run("--prisma", "--", "sh", "-c", 'printf %s "$DIRECT_URL"').stdout == DIRECT


def test_a_driver_and_a_name_are_heeded(run: Command) -> None:
    done = run("--driver", "asyncpg", "--name", "PG_URL", "--", "sh", "-c", 'printf %s "$PG_URL $DATABASE_URL"')
    url, _, own = done.stdout.partition(" ")
    assert ID in url
    assert "channel_binding" not in url
    assert own == ORIGIN


def test_hyperdrive_gets_its_variable(run: Command) -> None:
    done = run("--hyperdrive", "DB", "--", "sh", "-c", "env")
    assert f"CLOUDFLARE_HYPERDRIVE_LOCAL_CONNECTION_STRING_DB=postgresql://{ID}-u:" in done.stdout


def test_the_programs_own_options_stay_its_own(run: Command) -> None:
    done = run("--", "printf", "%s|", "-o", "json", "--json", "--", "--help", "a b", "")
    assert done.stdout == "-o|json|--json|--|--help|a b||"


@pytest.mark.parametrize("code", [0, 1, 7, 42, 255])
def test_the_exit_code_is_the_programs(run: Command, code: int) -> None:
    done = run("--", "sh", "-c", f"exit {code}")
    assert (done.returncode, done.stderr) == (code, "")


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize("name", ["TERM", "INT", "KILL", "PIPE", "XFSZ"])
def test_a_program_that_a_signal_ends_looks_so_to_the_shell(name: str, tmp_path: Path) -> None:
    inner = f"{' '.join(COMMAND)} run -- sh -c 'kill -{name} $$'; echo $?"
    done = subprocess.run(["sh", "-c", inner], env=environ(), cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout == f"{128 + signal.Signals['SIG' + name]}\n"


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1])
def test_a_signal_reaches_the_program(sign: signal.Signals, tmp_path: Path) -> None:
    script = f"trap 'echo caught; exit 3' {sign.name.removeprefix('SIG')}; echo ready; while :; do sleep 0.01; done"
    with subprocess.Popen(
        [*COMMAND, "run", "--", "sh", "-c", script],
        env=environ(),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
        # A shell traps nothing that was ignored when it began, as nohup has it of SIGHUP.
        preexec_fn=lambda: signal.signal(sign, signal.SIG_DFL),  # noqa: PLW1509
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        running.send_signal(sign)
        assert running.stdout.read() == "caught\n"
        assert running.wait(30) == 3


def test_input_and_output_are_passed_through_byte_for_byte(run: Command, tmp_path: Path) -> None:
    content = bytes(range(256)) * 4096
    done = subprocess.run(
        [*COMMAND, "run", "--", "cat"], input=content, env=environ(), cwd=tmp_path, capture_output=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, content, b"")


@pytest.mark.usefixtures("run")
def test_the_program_has_the_terminal(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    script = "[ -t 0 ] && [ -t 1 ] && [ -t 2 ] && read word && echo got $word"
    with subprocess.Popen(
        [*COMMAND, "run", "--", "sh", "-c", script],
        env=environ(),
        cwd=tmp_path,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as running:
        os.close(theirs)
        os.write(ours, b"this\n")
        seen = b""
        while b"got this" not in seen:
            seen += os.read(ours, 1024)
        assert running.wait(30) == 0
    os.close(ours)


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_stay_closed(closed: str, tmp_path: Path) -> None:
    """No terminal, no streams: cron and daemons start programs so."""
    seen = tmp_path / "seen"
    inner = f"""{" ".join(COMMAND)} run -- sh -c 'printf %s "$DATABASE_URL" > {seen}' {closed}"""
    done = subprocess.run(["sh", "-c", inner], env=environ(), cwd=tmp_path, start_new_session=True)
    assert done.returncode == 0
    assert seen.read_text() == CACHED


def program(path: Path, content: str, mode: int = 0o755) -> str:
    path.write_text(content)
    path.chmod(mode)
    return str(path)


def test_a_program_that_is_missing_is_127(run: Command, tmp_path: Path) -> None:
    refused(run("--", "no-such-program"), 127, "no program 'no-such-program'", "PATH")
    refused(run("--", "./no-such"), 127, "does not exist")
    refused(run("--", program(tmp_path / "script", "#!/no/such/interpreter\n")), 127, "interpreter")
    assert answer(run("--json", "--", "no-such-program"))["errors"][0]["code"] == "PROGRAM_NOT_FOUND"


def test_a_program_that_cannot_be_run_is_126(run: Command, tmp_path: Path) -> None:
    refused(run("--", program(tmp_path / "plain", "text", 0o644)), 126, "Permission denied")
    refused(run("--", str(tmp_path)), 126, "Permission denied")
    refused(run("--", program(tmp_path / "neither", "text")), 126, "Exec format error")


def test_no_program_at_all_is_a_mistake(run: Command) -> None:
    refused(run(), 2, "polyscale run -- npm run dev")
    refused(run("--cache", "shop", "--"), 2, "no program")
    refused(run("--", ""), 2, "no program")


def test_a_database_that_is_another_caches_is_not_touched(run: Command) -> None:
    refused(run("--cache", "blog", "--", "echo", "started"), 5, "DATABASE_URL in the environment", "--cache.")


def test_without_any_url_the_program_is_not_started(run: Command) -> None:
    refused(run("--", "echo", "started", DATABASE_URL=""), 2, "no DATABASE_URL")


def test_it_starts_without_http_and_without_an_event_loop(run: Command) -> None:
    probe = (
        "import json, sys\n"
        "from polyscale_cli.__main__ import main\n"
        "sys.argv = ['polyscale', 'run', '--', 'no-such-program']\n"
        "assert main() == 127\n"
        "print(json.dumps(sorted(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", probe], env=environ(), capture_output=True, text=True)
    assert not {"httpx", "asyncio", "rich", "keyring", "sqlite3"} & set(json.loads(done.stdout))
