"""``env print``: the variables on stdout, for a pipe."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Run, answer
from tests.cli.env_caches import CACHED, ID, ORIGIN, SERVERLESS, Command, refused, with_caches


@pytest.fixture
def show(isolated: Path, polyscale: Run) -> Command:
    return with_caches(isolated, polyscale, "env", "print")


def test_it_prints_one_line_for_each_variable_and_nothing_else(show: Command) -> None:
    done = show("--cache", "shop", "--prisma", DATABASE_URL=ORIGIN)
    assert done.returncode == 0
    assert [line.partition("=")[0] for line in done.stdout.splitlines()] == ["DATABASE_URL", "DIRECT_URL"]


@pytest.mark.parametrize(
    ("form", "printed"),
    [
        ("dotenv", f'DATABASE_URL="{CACHED}"\n'),
        ("export", f'export DATABASE_URL="{CACHED}"\n'),
        ("docker", f"DATABASE_URL={CACHED}\n"),
        ("json", json.dumps({"DATABASE_URL": CACHED}, indent=2) + "\n"),
        ("wrangler", json.dumps(SERVERLESS, indent=2) + "\n"),
        ("dev-vars", f'CACHE_ID="{ID}"\nUSERNAME="u"\nPASSWORD=\'s3cret$\'\nDATABASE_NAME="shop"\n'),
    ],
)
def test_each_format_has_its_form(show: Command, tmp_path: Path, form: str, printed: str) -> None:
    (tmp_path / ".env").write_text(f"DATABASE_URL={ORIGIN}\n")
    done = show("--format", form)
    assert done.stdout == printed
    assert "s3cret" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == [".env"], "nothing is written"


def test_a_shell_can_take_it_over(show: Command, tmp_path: Path) -> None:
    printed = show("--format", "export", "--from-url", "-", stdin=ORIGIN).stdout
    script = 'eval "$1"; printf %s "$DATABASE_URL"'
    assert subprocess.run(["sh", "-c", script, "sh", printed], capture_output=True, text=True).stdout == CACHED


def test_programs_get_the_values_in_the_envelope(show: Command) -> None:
    assert answer(show("--json", DATABASE_URL=ORIGIN))["data"] == {"DATABASE_URL": CACHED}


def test_an_output_that_cannot_carry_a_password_gets_ascii_json_or_a_refusal(show: Command) -> None:
    url = ORIGIN.replace("s3cret%24", "s3cret-%F0%9F%94%91")
    ascii_only = {"DATABASE_URL": url, "PYTHONIOENCODING": "ascii"}
    found = show("--format", "wrangler", **ascii_only)
    assert json.loads(found.stdout)["PASSWORD"] == "s3cret-🔑"
    refused(show("--format", "dev-vars", **ascii_only), 2, "encoding is ascii")
    assert 'PASSWORD="s3cret-🔑"\n' in show("--format", "dev-vars", DATABASE_URL=url).stdout


def test_the_url_of_another_database_is_warned_of(show: Command) -> None:
    done = show("--cache", "blog", DATABASE_URL=ORIGIN)
    assert done.returncode == 0
    assert "warning: Check DATABASE_URL in the environment" in done.stderr


def test_without_any_url_it_says_where_to_put_one(show: Command) -> None:
    refused(show("--cache", "shop"), 2, "DATABASE_URL", "--from-url -")


def test_a_password_that_the_runner_would_obey_arrives_whole_or_not_at_all(show: Command) -> None:
    url = ORIGIN.replace("s3cret%24", "%3A%3Awarning%3A%3As3cret")
    on_github = {"DATABASE_URL": url, "GITHUB_ACTIONS": "true"}
    found = show("--format", "wrangler", **on_github)
    assert "::" not in found.stdout
    assert json.loads(found.stdout)["PASSWORD"] == "::warning::s3cret"
    done = show("--format", "dev-vars", **on_github)
    assert (done.returncode, done.stdout) == (2, "")
    assert "runner" in done.stderr
    assert 'PASSWORD="::warning::s3cret"' in show("--format", "dev-vars", DATABASE_URL=url).stdout
