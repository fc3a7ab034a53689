"""``env write`` for readers other than dotenv's: shells, docker, wrangler, and whatever reads JSON."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from tests.cli.conftest import Done, Run, answer
from tests.cli.env_caches import CACHED, DIRECT, ID, ORIGIN, OTHER, SERVERLESS, Command, refused, with_caches


@pytest.fixture
def write(isolated: Path, polyscale: Run) -> Command:
    command = with_caches(isolated, polyscale, "env", "write", "--cache", "shop")

    def run(*arguments: str, **env: str) -> Done:
        return command(*arguments, **{"DATABASE_URL": ORIGIN, **env})

    return run


def test_secrets_for_wrangler_are_four_texts(write: Command, tmp_path: Path) -> None:
    done = write("--format", "wrangler")
    assert done.returncode == 0, done.stderr
    file = tmp_path / "secrets.json"
    assert file.read_text() == json.dumps(SERVERLESS, indent=2) + "\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "  npx wrangler secret bulk secrets.json\n" in done.stderr
    assert (
        "What the Serverless client reads in secrets.json goes through the cache shop now."
        " Written: CACHE_ID, DATABASE_NAME, PASSWORD, USERNAME." in done.stderr
    )
    assert "goes through the cache shop already; nothing was changed." in write("--format", "wrangler").stderr
    assert "s3cret" not in done.stderr
    assert answer(write("--format", "wrangler", "--json"))["data"]["changed"] is False


def test_the_next_command_names_the_file_as_it_is_typed_here(write: Command, tmp_path: Path) -> None:
    (tmp_path / "a b").mkdir()
    assert answer(write("--file", "a b/secrets.json", "--json"))["next_steps"] == [
        "npx wrangler secret bulk 'a b/secrets.json'"
    ]
    assert answer(write("--format", "export", "--file", "a b/x", "--json"))["next_steps"] == [". ./'a b/x'"]
    elsewhere = tmp_path.parent / f"{tmp_path.name}.env"
    assert answer(write("--format", "export", "--file", str(elsewhere), "--json"))["next_steps"] == [f". {elsewhere}"]


def test_secrets_are_merged_and_others_stay(write: Command, tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    file.write_text('{"API_KEY": "é\\u00e9", "USERNAME": "u",\n"Z": ""}')
    assert write("--format", "wrangler").returncode == 0
    expected = {"API_KEY": "éé", "USERNAME": "u", "Z": "", **SERVERLESS}
    assert json.loads(file.read_text()) == expected
    assert list(json.loads(file.read_text())) == ["API_KEY", "USERNAME", "Z", "CACHE_ID", "PASSWORD", "DATABASE_NAME"]
    assert '  "API_KEY": "éé",\n' in file.read_text()


def test_another_password_is_not_replaced_unasked(write: Command, tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    file.write_text(json.dumps({**SERVERLESS, "PASSWORD": "mine"}))
    before = file.read_text()
    refused(write("--format", "wrangler"), 5, "another value for PASSWORD")
    assert file.read_text() == before
    assert write("--format", "wrangler", "--force").returncode == 0
    assert json.loads(file.read_text()) == SERVERLESS


def test_a_file_of_secrets_is_enough_to_change_its_cache(write: Command, tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    file.write_text(json.dumps({**SERVERLESS, "CACHE_ID": OTHER}))
    refused(write("--format", "wrangler", DATABASE_URL=""), 5, "another value for CACHE_ID")
    assert write("--format", "wrangler", "--force", DATABASE_URL="").returncode == 0
    assert json.loads(file.read_text()) == SERVERLESS


def test_a_prefix_stands_before_each_name(write: Command, tmp_path: Path) -> None:
    assert write("--format", "wrangler", "--prefix", "SHOP_").returncode == 0
    found = json.loads((tmp_path / "secrets.json").read_text())
    assert found == {f"SHOP_{key}": value for key, value in SERVERLESS.items()}
    refused(write("--format", "wrangler", "--prefix", "a b"), 2, "no variable's name")
    refused(write("--prefix", "X_"), 2, "--prefix")


def test_a_worker_with_prisma_gets_both_urls_as_secrets(write: Command, tmp_path: Path) -> None:
    assert write("--format", "wrangler", "--prisma").returncode == 0
    found = json.loads((tmp_path / "secrets.json").read_text())
    assert list(found) == ["DATABASE_URL", "DIRECT_URL"]
    assert found["DIRECT_URL"] == DIRECT


def test_a_worker_gets_one_url_when_its_name_is_given(write: Command, tmp_path: Path) -> None:
    assert write("--format", "dev-vars", "--name", "DATABASE_URL").returncode == 0
    assert f'DATABASE_URL="{CACHED}"\n' in (tmp_path / ".dev.vars").read_text()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('{"A": 1}', "'A' is not a text"),
        ('{"A": null}', "'A' is not a text"),
        ('{"A": {"B": "c"}}', "'A' is not a text"),
        ('["A"]', "not one JSON object"),
        ('"s3cret"', "not one JSON object"),
        ('{"A": "s3cret"', "not JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("9" * 10_000, "too many digits"),
    ],
)
def test_a_file_of_another_shape_is_left_alone(write: Command, tmp_path: Path, content: str, says: str) -> None:
    (tmp_path / "secrets.json").write_text(content)
    refused(write("--format", "wrangler"), 2, says, "secrets.json")
    assert (tmp_path / "secrets.json").read_text() == content


def test_dev_vars_hold_the_same_four_for_wrangler_dev(write: Command, tmp_path: Path) -> None:
    done = write("--format", "dev-vars")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / ".dev.vars").read_text() == (
        f'# Written by polyscale\nCACHE_ID="{ID}"\nUSERNAME="u"\nPASSWORD=\'s3cret$\'\nDATABASE_NAME="shop"\n'
    )
    assert "npx wrangler dev" in done.stderr


def test_a_password_that_dev_vars_cannot_hold_is_sent_to_json(write: Command, tmp_path: Path) -> None:
    hostile = ORIGIN.replace("s3cret%24", "s3cret%27%22%60")
    refused(write("--format", "dev-vars", DATABASE_URL=hostile), 2, "PASSWORD", "--format json")
    assert list(tmp_path.iterdir()) == []
    assert write("--format", "wrangler", DATABASE_URL=hostile).returncode == 0
    assert json.loads((tmp_path / "secrets.json").read_text())["PASSWORD"] == "s3cret'\"`"


def test_a_password_that_is_no_text_fits_into_a_url_alone(write: Command, tmp_path: Path) -> None:
    hostile = ORIGIN.replace("s3cret%24", "s3cret%ff")
    refused(write("--format", "wrangler", DATABASE_URL=hostile), 2, "PASSWORD", "UTF-8")
    assert list(tmp_path.iterdir()) == []


def test_docker_gets_no_quotes(write: Command, tmp_path: Path) -> None:
    (tmp_path / ".env.docker").write_text('A="1" # kept\nDATABASE_URL=\n')
    done = write("--format", "docker")
    assert (tmp_path / ".env.docker").read_text() == f'A="1" # kept\nDATABASE_URL={CACHED}\n'
    assert "docker run --env-file .env.docker IMAGE" in done.stderr


def test_a_shell_gets_an_export(write: Command, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# mine\n  DATABASE_URL = old # was\n")
    refused(write("--format", "export"), 2, "DATABASE_URL in .env")
    (tmp_path / ".env").write_text("# mine\n  DATABASE_URL = # was\n")
    done = write("--format", "export", "--prisma")
    text = (tmp_path / ".env").read_text()
    assert text.startswith('# mine\n  export DATABASE_URL="postgresql://')
    assert f'\nexport DIRECT_URL="{DIRECT}"\n' in text
    assert ". ./.env" in done.stderr


def test_json_is_a_flat_object(write: Command, tmp_path: Path) -> None:
    assert write("--format", "json").returncode == 0
    assert json.loads((tmp_path / "env.json").read_text()) == {"DATABASE_URL": CACHED}


@pytest.mark.parametrize(
    ("file", "form"),
    [
        ("secrets.production.json", "wrangler"),
        ("other.json", "json"),
        (".dev.vars.staging", "dev-vars"),
        (".env.docker", "docker"),
        (".env.production", "dotenv"),
    ],
)
def test_the_format_follows_the_files_name(write: Command, tmp_path: Path, file: str, form: str) -> None:
    assert answer(write("--file", file, "--json"))["data"]["format"] == form
    assert (tmp_path / file).exists()


def test_an_unknown_format_lists_the_known_ones(write: Command) -> None:
    refused(write("--format", "yaml"), 2, "'yaml'", "'dotenv'", "'wrangler'")


def test_hyperdrive_gets_its_local_variable(write: Command, tmp_path: Path) -> None:
    done = write("--hyperdrive", "DB")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / ".env").read_text() == (
        "# Written by polyscale\n"
        f'CLOUDFLARE_HYPERDRIVE_LOCAL_CONNECTION_STRING_DB="postgresql://{ID}-u:s3cret%24@edge.example.com:9010/shop"\n'
    )
    assert "npx wrangler dev" in done.stderr
    assert "hyperdrive create" not in done.stderr
    assert answer(write("--hyperdrive", "DB", "--json"))["data"]["changed"] is False


@pytest.mark.parametrize(
    "arguments",
    [
        "--hyperdrive DB --prisma",
        "--hyperdrive DB --driver pg",
        "--hyperdrive DB --name X",
        "--hyperdrive DB --format wrangler",
        "--hyperdrive A-B",
        "--format wrangler --direct",
        "--prisma --driver pg",
        "--name A-B",
        "--name=",
        "--file=",
    ],
)
def test_options_that_make_no_sense_are_refused(write: Command, tmp_path: Path, arguments: str) -> None:
    refused(write(*arguments.split()), 2)
    assert list(tmp_path.iterdir()) == []
