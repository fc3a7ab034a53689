"""Drivers in processes of their own, which take and give lines: psql, and programs in other languages beside this."""

from __future__ import annotations

import base64
import fcntl
import functools
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from tests.drivers.javac import java
from tests.drivers.sessions.face import DriverError, InSql, Rows
from tests.servers.process import PATIENCE

HERE = Path(__file__).parent.parent
PGJDBC = Path("/usr/share/java/postgresql.jar")


class Lines:
    """A process that takes and gives lines."""

    def __init__(
        self, command: Sequence[str], env: Mapping[str, str], cwd: Path | None = None, stderr: int | None = None
    ) -> None:
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            errors="backslashreplace",
            env={**os.environ, **env},
            cwd=cwd,
        )

    def tell(self, text: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def hear(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise DriverError(None, f"{self.process.args!r} ended with {self.process.wait()}")
        return line.rstrip("\n")

    def close(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(PATIENCE)
        self.process.stdout.close()


class Psql(Lines, InSql):
    """psql, one session: the simple protocol and nothing else; parameters become literals."""

    END = "@@end"

    def __init__(self, url: str) -> None:
        super().__init__(
            ["psql", "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", url], {"PGCONNECT_TIMEOUT": "60"}
        )
        self.tell("\\set VERBOSITY terse")

    def query(self, sql: str, *parameters: object) -> Rows:
        for number, value in enumerate(parameters, 1):
            sql = sql.replace(f"${number}", "'" + str(value).replace("'", "''") + "'")
        self.tell(f"{sql};\n\\echo {self.END} :ERROR :SQLSTATE :LAST_ERROR_MESSAGE")
        rows: Rows = []
        while not (line := self.hear()).startswith(self.END):
            rows.append(tuple(line.split("|")))
        failed, sqlstate, message = (*line.removeprefix(self.END).strip().split(" ", 2), "")[:3]
        if failed == "true":
            raise DriverError(sqlstate, message)
        return rows

    def encrypted(self) -> bool:
        self.tell(f"\\conninfo\n\\echo {self.END}")
        said = ""
        while (line := self.hear()) != self.END:
            said += line
        return "SSL connection" in said


class Program(Lines):
    """One of our programs around a driver: a JSON request a line, and a line of JSON with rows or an error.

    Requests are ``{"do": …}`` with what that takes: query (sql, parameters), begin, commit, rollback, encrypted; and
    what the class offers: start (sql) and cancel, copy_in (sql, text), copy_out (sql), listen (channel), heard,
    streamed (sql, size). The first line out says that the connection stands.
    """

    command: Sequence[str]
    folder: ClassVar[str]

    def __init__(self, written: str) -> None:
        super().__init__(self.command, {"DATABASE_URL": written}, HERE / self.folder)
        self.answer()

    def do(self, what: str, **request: object) -> Rows:
        self.tell(json.dumps({"do": what, **request}))
        return self.answer()

    def answer(self) -> Rows:
        answer: dict[str, Any] = json.loads(self.hear())
        if "error" in answer:
            raise DriverError(answer["error"]["code"], answer["error"]["message"])
        return [tuple(row) for row in answer["rows"]]

    def query(self, sql: str, *parameters: object) -> Rows:
        return self.do("query", sql=sql, parameters=parameters)

    def begin(self) -> None:
        self.do("begin")

    def commit(self) -> None:
        self.do("commit")

    def rollback(self) -> None:
        self.do("rollback")

    def encrypted(self) -> bool | None:
        ((whether,),) = self.do("encrypted")
        return None if whether is None else bool(whether)


class Cancelling(Program):
    """A program whose driver can cancel."""

    def cancelled(self, sql: str, runs: Callable[[], object]) -> None:
        self.do("start", sql=sql)
        runs()
        self.do("cancel")


class Copying(Program):
    """A program whose driver knows COPY."""

    def copy_in(self, sql: str, text: str) -> None:
        self.do("copy_in", sql=sql, text=text)

    def copy_out(self, sql: str) -> str:
        return "".join(text for (text,) in self.do("copy_out", sql=sql))


class Listening(Program):
    """A program whose driver hands out notifications."""

    def listen(self, channel: str) -> None:
        self.do("listen", channel=channel)

    def heard(self) -> str:
        ((payload,),) = self.do("heard")
        return str(payload)


class Streaming(Program):
    """A program whose driver reads in parts."""

    def streamed(self, sql: str, size: int) -> Rows:
        return self.do("streamed", sql=sql, size=size)


class NodePg(Cancelling, Listening, Streaming):
    """node-postgres, see node/session.mjs."""

    command = ("node", "session.mjs", "pg")
    folder = "node"


class NodePgNamed(NodePg):
    """node-postgres with named prepared statements."""

    command = ("node", "session.mjs", "pg-named")


class PostgresJs(Cancelling, Copying, Listening, Streaming):
    """postgres.js."""

    command = ("node", "session.mjs", "postgres")
    folder = "node"


class Prisma(Program):
    """Prisma's client on its driver adapter for node-postgres, see prisma/session.mjs."""

    command = ("node", "session.mjs")
    folder = "prisma"

    def __init__(self, written: str) -> None:
        generate_prisma_client()
        super().__init__(written)

    def find(self, number: int) -> Rows:
        """Read an item through its model."""
        return self.do("find", id=number)

    def rename(self, number: int, name: str) -> Rows:
        """Write one."""
        return self.do("rename", id=number, name=name)


@functools.cache
def generate_prisma_client(schema: str = "schema.prisma") -> None:
    """`prisma generate`, once for each schema and release: it takes seconds, and test processes run side by side.

    The command looks for an engine that only migrations use, and would download it; it is told of some program.
    """
    home = HERE / "prisma"
    told = {"PRISMA_SCHEMA_ENGINE_BINARY": sys.executable, "CHECKPOINT_DISABLE": "1"}
    made_of = home / "node_modules" / f".generated-of-{schema}"
    now = (home / schema).read_text() + (home / "package-lock.json").read_text()
    with (home / "package.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if made_of.exists() and made_of.read_text() == now:
            return
        done = subprocess.run(
            ["npx", "--no-install", "prisma", "generate", "--schema", schema],
            cwd=home,
            env={**os.environ, **told},
            capture_output=True,
            text=True,
            timeout=100,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        made_of.write_text(now)


class Ruby(Cancelling, Copying, Listening):
    """Ruby's pg, with what connstr writes for Rails."""

    command = ("ruby", "session.rb")
    folder = "ruby"


class Php(Copying, Listening):
    """PDO, with statements that the server prepares."""

    command = ("php", "session.php")
    folder = "php"


class InWords(Program):
    """A program in Java, which reads no JSON."""

    folder = "java"
    source: ClassVar[str]
    jar: ClassVar[Path]

    def __init__(self, written: str) -> None:
        self.command = java(HERE / self.folder / self.source, self.jar)
        super().__init__(written)

    def do(self, what: str, **request: object) -> Rows:
        """A word, and what it takes in Base64, each parameter with its type before it."""
        words = [
            f"{type(value).__name__}:{value}"
            for each in request.values()
            for value in (each if isinstance(each, tuple) else (each,))
        ]
        self.tell(" ".join([what, *(base64.b64encode(word.encode()).decode() for word in words)]))
        return self.answer()


class Jdbc(InWords, Cancelling, Copying, Listening, Streaming):
    """pgjdbc, as Debian has it."""

    source = "Session.java"
    jar = PGJDBC
