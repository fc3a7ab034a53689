"""psql as people run it: -c, files, \\copy and COPY both ways; and pgbench in its three protocols."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.servers.edge import EdgeCache
from tests.servers.postgres import SCRAM, Postgres, postgres_bin

ROWS = "".join(f"{number}\tname {number}\n" for number in range(5000))


@pytest.fixture
def url(cache: EdgeCache, postgres: Postgres, database: str) -> str:
    postgres.run("CREATE TABLE items (id int PRIMARY KEY, name text)", database)
    postgres.run("GRANT ALL ON items TO public", database)
    return cache.edge.connstr(cache, postgres.url(SCRAM, database), "--driver", "libpq")


def psql(url: str, *arguments: str, stdin: str = "") -> str:
    command = ["psql", "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set", "ON_ERROR_STOP=1", *arguments]
    done = subprocess.run([*command, url], input=stdin, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_each_c_is_answered_and_repeated_reads_hit(url: str, cache: EdgeCache) -> None:
    psql(url, "-c", "INSERT INTO items VALUES (1, 'one')")
    before = cache.metrics().hits
    for _ in range(5):
        assert psql(url, "-c", "SELECT name FROM items", "-c", "SELECT count(*) FROM items") == "one\n1\n"
    assert cache.metrics().hits - before >= 6


def test_copy_both_ways_from_files(url: str, cache: EdgeCache, tmp_path: Path) -> None:
    source, target = tmp_path / "in.tsv", tmp_path / "out.tsv"
    source.write_text(ROWS)
    for _ in range(4):
        assert psql(url, "-c", "SELECT count(*) FROM items") == "0\n"
    psql(url, "-c", f"\\copy items FROM '{source}'")
    assert psql(url, "-c", "SELECT count(*) FROM items") == "5000\n"
    psql(url, "-c", f"\\copy (SELECT * FROM items ORDER BY id) TO '{target}'")
    assert target.read_text() == ROWS


def test_copy_both_ways_over_standard_streams(url: str) -> None:
    psql(url, "-c", "COPY items FROM STDIN", stdin=ROWS)
    assert psql(url, "-c", "COPY (SELECT * FROM items ORDER BY id) TO STDOUT") == ROWS


def test_a_script_of_many_statements(url: str, database: str, postgres: Postgres) -> None:
    script = "".join(
        f"INSERT INTO items VALUES ({number}, 'n');\nSELECT count(*) FROM items;\n" for number in range(200)
    )
    assert psql(url, stdin=script) == "".join(f"{number}\n" for number in range(1, 201))
    assert postgres.run("SELECT count(*) FROM items", database) == [(200,)]


@pytest.mark.parametrize("protocol", ["simple", "extended", "prepared"])
def test_pgbench_runs_on_hits(url: str, cache: EdgeCache, tmp_path: Path, protocol: str) -> None:
    psql(url, "-c", "INSERT INTO items SELECT n, 'name' FROM generate_series(1, 10) n")
    script = tmp_path / "script.sql"
    script.write_text("\\set id random(1, 10)\nSELECT name FROM items WHERE id = :id;\n")
    command = [str(postgres_bin() / "pgbench"), "-n", "-f", str(script), "-M", protocol, "-c", "4", "-t", "500", url]
    for least in (1, 1900):  # the first time, the catalog is asked while the others go on
        before = cache.metrics().hits
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        assert "number of transactions actually processed: 2000/2000" in done.stdout
        assert cache.metrics().hits - before >= least
