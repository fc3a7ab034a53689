"""Drivers in processes of their own: the command-line clients, and programs in other languages."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tests.drivers.mysql.sessions.face import Address
from tests.drivers.sessions.face import DriverError, InSql, Rows
from tests.drivers.sessions.processes import InWords, Lines, Program, generate_prisma_client
from tests.servers import mysql
from tests.servers.process import system_program

CONNECTOR_J = Path("/usr/share/java/mariadb-java-client.jar")
_SIZES_AND_LETTERS = ("--max-allowed-packet=64M", "--default-character-set=utf8mb4")
_ERROR = re.compile(r"ERROR (\d+) \((\w+)\) at line \d+: (.*)")


class CommandLine(Lines, InSql):
    """A client that reads statements from its input; parameters become literals, and all answers are text."""

    # Each is another statement, so that none of them is ever a hit.
    _numbers = itertools.count()

    def __init__(self, address: Address) -> None:
        where = (f"--host={address.host}", f"--port={address.port}", f"--user={address.user}", address.database)
        how = ("--batch", "--skip-column-names", "--unbuffered", "--force", *_SIZES_AND_LETTERS)
        super().__init__(
            [*self.program(), *how, *self.tls(encrypted=address.encrypted), *where],
            {"MYSQL_PWD": address.password},
            stderr=subprocess.STDOUT,
        )

    def program(self) -> Sequence[str]:
        """What starts it."""
        raise NotImplementedError

    def tls(self, *, encrypted: bool) -> Sequence[str]:
        """What has it use TLS, with any certificate, or not."""
        raise NotImplementedError

    def query(self, sql: str, *parameters: object) -> Rows:
        literals = [str(value) if isinstance(value, int | float) else _quoted(str(value)) for value in parameters]
        first, *rest = sql.split("?")
        return self._ask(first + "".join(map("".join, zip(literals, rest, strict=True))))

    def several(self, sql: str) -> list[Rows]:
        """It sends them one by one, and so the rows of all are in one."""
        return [self._ask(sql)]

    def _ask(self, sql: str) -> Rows:
        end = f"@@end {next(self._numbers)}"
        self.tell(f"{sql};\nSELECT '{end}';")
        rows: Rows = []
        failed = None
        while (line := self.hear()) != end:
            if (error := _ERROR.fullmatch(line)) is not None:
                failed = DriverError(error[2], f"{error[1]}: {error[3]}")
            else:
                rows.append(tuple(line.split("\t")))
        if failed is not None:
            raise failed
        return rows

    def encrypted(self) -> bool | None:
        return None


class MariaDbClient(CommandLine):
    """The client of MariaDB."""

    def program(self) -> Sequence[str]:
        return (system_program("mariadb"), "--no-defaults")

    def tls(self, *, encrypted: bool) -> Sequence[str]:
        return ("--ssl", "--skip-ssl-verify-server-cert") if encrypted else ("--skip-ssl",)


class MySqlClient(CommandLine):
    """The client of MySQL."""

    def program(self) -> Sequence[str]:
        return (str(mysql.HOME / "mysql"),)

    def tls(self, *, encrypted: bool) -> Sequence[str]:
        return ("--ssl-mode=REQUIRED",) if encrypted else ("--ssl-mode=DISABLED", "--get-server-public-key")


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


class MySqlProgram(Program):
    """A program that takes its address as JSON."""

    def __init__(self, address: Address) -> None:
        super().__init__(json.dumps(asdict(address)))


class Preparing(MySqlProgram):
    """One whose driver has the server prepare."""

    def prepared(self, sql: str, *parameters: object) -> Rows:
        return self.do("prepared", sql=sql, parameters=parameters)


class TakingSeveral(MySqlProgram):
    """One whose driver takes several statements."""

    def several(self, sql: str) -> list[Rows]:
        return [[tuple(row) for row in rows] for (rows,) in self.do("several", sql=sql)]


class Resetting(MySqlProgram):
    """One whose driver can begin anew."""

    def reset(self) -> None:
        self.do("reset")


class MySqlClientOfPython(TakingSeveral):
    """mysqlclient, which Debian's own Python has; it is C, and has no wheel for Linux."""

    command = ("/usr/bin/python3", "session.py")
    folder = "python"


class NodeMySql2(Preparing, TakingSeveral, Resetting):
    """mysql2."""

    command = ("node", "mysql.mjs", "mysql2")
    folder = "node"


class NodeMariaDb(Preparing, TakingSeveral, Resetting):
    """MariaDB's connector for Node.js."""

    command = ("node", "mysql.mjs", "mariadb")
    folder = "node"


class PrismaMariaDb(MySqlProgram):
    """Prisma's client on its adapter for MariaDB's connector."""

    command = ("node", "session.mjs", "mysql")
    folder = "prisma"

    def __init__(self, address: Address) -> None:
        generate_prisma_client("mysql.prisma")
        super().__init__(address)

    def find(self, number: int) -> Rows:
        """Read an item through its model."""
        return self.do("find", id=number)

    def rename(self, number: int, name: str) -> Rows:
        """Write one."""
        return self.do("rename", id=number, name=name)


class Pdo(Preparing):
    """PDO, whose statements go as text or are prepared, as one says."""

    command = ("php", "mysql.php", "pdo")
    folder = "php"


class MySqli(Preparing, TakingSeveral, Resetting):
    """PHP's mysqli."""

    command = ("php", "mysql.php", "mysqli")
    folder = "php"


class RubyMySql2(Preparing, TakingSeveral):
    """Ruby's mysql2."""

    command = ("ruby", "mysql.rb")
    folder = "ruby"


class ConnectorJ(Preparing, TakingSeveral, InWords):
    """MariaDB Connector/J, as Debian has it."""

    source = "MySqlSession.java"
    jar = CONNECTOR_J
