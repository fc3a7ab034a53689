"""SQLAlchemy on PyMySQL and on asyncmy."""

from __future__ import annotations

from sqlalchemy import URL

from tests.drivers.mysql.sessions.face import Address
from tests.drivers.sessions.face import Rows
from tests.drivers.sessions.sqlalchemy import SqlAlchemy, SqlAlchemyAsync


def _url(driver: str, address: Address) -> str:
    url = URL.create(
        f"mysql+{driver}",
        address.user,
        address.password,
        address.host,
        address.port,
        address.database,
        _tls(driver, address),
    )
    return url.render_as_string(hide_password=False)


def _tls(driver: str, address: Address) -> dict[str, str]:
    if address.encrypted:
        # The names in a certificate are not looked at; but it says that there is to be one.
        return {"ssl_check_hostname": "false"}
    # PyMySQL takes TLS where it is on offer; asyncmy where it is told.
    return {"ssl_disabled": "true"} if driver == "pymysql" else {}


def _numbered(sql: str) -> str:
    """``$1`` for ``?``, as the sessions for PostgreSQL take it."""
    first, *rest = sql.split("?")
    return first + "".join(f"${number}{part}" for number, part in enumerate(rest, 1))


class OnPyMySql(SqlAlchemy):
    """It waits."""

    def __init__(self, address: Address) -> None:
        super().__init__(_url("pymysql", address))

    def query(self, sql: str, *parameters: object) -> Rows:
        return super().query(_numbered(sql), *parameters)

    def encrypted(self) -> bool | None:
        return None


class OnAsyncMy(SqlAlchemyAsync):
    """On a loop."""

    def __init__(self, address: Address) -> None:
        super().__init__(_url("asyncmy", address))

    def query(self, sql: str, *parameters: object) -> Rows:
        return super().query(_numbered(sql), *parameters)

    def encrypted(self) -> bool | None:
        return None
