"""One connection of mysqlclient, driven by lines of JSON; see tests/drivers/mysql/sessions/processes.py.

It runs on the Python of the system, which has that driver.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import MySQLdb
from MySQLdb.constants import CLIENT

Json = dict[str, Any]


class Session:
    """What may be asked of it."""

    def __init__(self, address: Json) -> None:
        self.connection = MySQLdb.connect(
            host=address["host"],
            port=address["port"],
            user=address["user"],
            passwd=address["password"],
            db=address["database"],
            charset="utf8mb4",
            client_flag=CLIENT.MULTI_STATEMENTS,
            # The library takes any cipher for a wish for TLS.
            **({"ssl": {"cipher": "DEFAULT"}} if address["encrypted"] else {}),
        )
        self.connection.autocommit(True)

    def query(self, request: Json) -> list[Any]:
        cursor = self.connection.cursor()
        parameters = request["parameters"]
        sql = request["sql"]
        cursor.execute(sql.replace("%", "%%").replace("?", "%s") if parameters else sql, parameters or None)
        return list(cursor.fetchall())

    def several(self, request: Json) -> list[Any]:
        cursor = self.connection.cursor()
        cursor.execute(request["sql"])
        found = []
        more = True
        while more:
            if cursor.description:
                found.append([list(cursor.fetchall())])
            more = cursor.nextset()
        return found

    def begin(self, _: Json) -> list[Any]:
        self.connection.begin()
        return []

    def commit(self, _: Json) -> list[Any]:
        self.connection.commit()
        return []

    def rollback(self, _: Json) -> list[Any]:
        self.connection.rollback()
        return []

    def encrypted(self, _: Json) -> list[Any]:
        return [[None]]


def say(answer: Json) -> None:
    """A line; what JSON has no word for is shown as Python shows it."""
    sys.stdout.write(json.dumps(answer, default=repr) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Answer until the end of the input."""
    session = Session(json.loads(os.environ["DATABASE_URL"]))
    say({"rows": []})
    for line in sys.stdin:
        request = json.loads(line)
        try:
            say({"rows": getattr(session, request["do"])(request)})
        except MySQLdb.Error as error:
            say({"error": {"code": None, "message": f"{error.args[0]}: {error.args[1]}"}})


main()
