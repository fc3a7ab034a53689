"""A database of MariaDB or of MySQL with the scripts' tables."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from tests.e2e.raw_mysql import Packet, RawMySql, run
from tests.servers.edge import Edge
from tests.servers.mysql_like import MySqlLike
from tests.transparency.compare import Shown
from tests.transparency.mysql.plain import plain
from tests.transparency.mysql.player import MySqlStage
from tests.transparency.mysql.schema import ELSEWHERE, RESET, SCHEMA
from tests.transparency.stage import Cutting
from tests.transparency.world import World

RESTORER = "restorer"
"""A user of the same rights as the scripts' own, whom no script kills."""


class MySqlWorld(World):
    """See ``World``.

    Attributes:
        control: a superuser's connection around the edge, for questions.
        restorer: one through the edge.
    """

    def __init__(self, edge: Edge, server: MySqlLike, database: str) -> None:
        self.database_type = server.kind
        super().__init__(edge, (server.host, server.port))
        self.database = database
        self.control = RawMySql(server.socket)
        self.control.login("root", database)
        run(
            self.control,
            "SET GLOBAL local_infile = 1",
            f"CREATE USER IF NOT EXISTS {RESTORER}@'%'",
            f"GRANT ALL ON *.* TO {RESTORER}@'%'",
            *SCHEMA,
            f"CREATE DATABASE {self.elsewhere}",
            *(statement.format(elsewhere=self.elsewhere) for statement in ELSEWHERE),
        )
        self.restorer = RawMySql(self.front.port)
        self.restorer.login(RESTORER, database)
        self.restore()

    @property
    def elsewhere(self) -> str:
        """The name of the second database."""
        return f"{self.database}_too"

    def plain(self) -> Callable[[Packet], Shown]:
        """Nothing of it depends on this world."""
        return plain()

    def restore(self) -> None:
        """Run what makes the tables' rows."""
        run(self.restorer, *RESET)

    def stage(self, port: int, cutting: Cutting = Cutting.WHOLE, seed: int = 0) -> MySqlStage:
        """In the database."""
        return MySqlStage(port, self.database, self.control, cutting, seed)


@contextlib.contextmanager
def build(server: MySqlLike, edge: Edge, database: str) -> Iterator[MySqlWorld]:
    """Make the tables in an empty database."""
    world = MySqlWorld(edge, server, database)
    with world.control, world.restorer:
        yield world
        run(world.control, f"DROP DATABASE {world.elsewhere}")
    world.front.cache.delete()
