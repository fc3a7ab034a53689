"""Have drivers log in with what was written for them, and say who the server says they are."""

from __future__ import annotations

import asyncio
import base64
import json
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.drivers.javac import java as compiled_java

HERE = Path(__file__).parent
WHO = "SELECT current_user"

Login = Callable[[str, Sequence[str]], list[str]]


def psql(_: str, texts: Sequence[str]) -> list[str]:
    """As a person would type it."""
    return [_shell(f"{text} --no-psqlrc --tuples-only --no-align --command '{WHO}'") for text in texts]


def mysql_client(_: str, texts: Sequence[str]) -> list[str]:
    """As a person would type it; the client puts the account's host behind the name."""
    said = [_shell(f"{text} --batch --skip-column-names --execute '{WHO}'") for text in texts]
    return [answer.rpartition("@")[0] for answer in said]


def psycopg(_: str, texts: Sequence[str]) -> list[str]:
    """psycopg 3, and with it libpq."""
    import psycopg

    def who(text: str) -> str:
        with psycopg.connect(text) as connection:
            (found,) = connection.execute(WHO).fetchone() or ("",)
            return str(found)

    return [who(text) for text in texts]


def asyncpg(_: str, texts: Sequence[str]) -> list[str]:
    """asyncpg."""
    import asyncpg

    async def who() -> list[str]:
        found = []
        for text in texts:
            connection = await asyncpg.connect(text)
            found.append(await connection.fetchval(WHO))
            await connection.close()
        return found

    return asyncio.run(who())


def sqlalchemy(_: str, texts: Sequence[str]) -> list[str]:
    """SQLAlchemy with a driver that waits."""
    from sqlalchemy import NullPool, create_engine

    found = []
    for text in texts:
        engine = _engine(text, create_engine, NullPool)
        with engine.connect() as connection:
            found.append(_account(str(connection.exec_driver_sql(WHO).scalar())))
        engine.dispose()
    return found


def _engine(text: str, create_engine: Callable[..., Any], pool: Any) -> Any:
    """The engine of a URL, or of source code that makes one."""
    if "\n" not in text:
        return create_engine(text, poolclass=pool)
    space: dict[str, Any] = {}
    exec(text, space)
    return space["engine"]


def sqlalchemy_async(_: str, texts: Sequence[str]) -> list[str]:
    """SQLAlchemy with a driver for asyncio."""
    from sqlalchemy import NullPool
    from sqlalchemy.ext.asyncio import create_async_engine

    async def who() -> list[str]:
        found = []
        for text in texts:
            async with create_async_engine(text, poolclass=NullPool).connect() as connection:
                found.append(_account(str((await connection.exec_driver_sql(WHO)).scalar())))
        return found

    return asyncio.run(who())


def django(_: str, texts: Sequence[str]) -> list[str]:
    """Django, with psycopg."""
    from django import setup
    from django.conf import settings
    from django.db.utils import ConnectionHandler

    if not settings.configured:
        settings.configure()
        setup()
    found = []
    for text in texts:
        space: dict[str, Any] = {}
        exec(text, space)
        connection = ConnectionHandler(space["DATABASES"])["default"]
        with connection.cursor() as cursor:
            cursor.execute(WHO)
            found.append(str(cursor.fetchone()[0]))
        connection.close()
    return found


def node(driver: str, texts: Sequence[str]) -> list[str]:
    """The drivers for Node.js, in one process."""
    return _json(["node", "login.mjs"], "node", driver, texts)


def php(driver: str, texts: Sequence[str]) -> list[str]:
    """PDO."""
    return _json([_needed("php"), "login.php"], "php", driver, texts)


def ruby(driver: str, texts: Sequence[str]) -> list[str]:
    """pg and mysql2, as Rails uses them."""
    return _json([_needed("ruby"), "login.rb"], "ruby", driver, texts)


def java(_: str, texts: Sequence[str]) -> list[str]:
    """pgjdbc and MariaDB Connector/J, as Debian has them."""
    jars = [jar for name in JAR_NAMES if (jar := Path("/usr/share/java") / name).exists()]
    if len(jars) < len(JAR_NAMES):
        pytest.skip(f"not all of {', '.join(JAR_NAMES)} are in /usr/share/java")
    _needed("javac")
    done = subprocess.run(
        compiled_java(HERE / "java" / "Login.java", *jars),
        input="".join(base64.b64encode(text.encode()).decode() + "\n" for text in texts),
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    return [_account(base64.b64decode(line).decode()) for line in done.stdout.split()]


JAR_NAMES = ("postgresql.jar", "mariadb-java-client.jar")


def _json(command: list[str], folder: str, driver: str, texts: Sequence[str]) -> list[str]:
    done = subprocess.run(
        command,
        input=json.dumps([(driver, text) for text in texts]),
        capture_output=True,
        text=True,
        cwd=HERE / folder,
        timeout=100,
    )
    if "LoadError" in done.stderr or "could not find driver" in done.stdout:
        pytest.skip(f"{driver}: its driver is not installed")
    assert done.returncode == 0, done.stderr
    return [_account(answer) for answer in json.loads(done.stdout)]


def _account(said: str) -> str:
    """MySQL says ``user@host``; Postgres the role alone."""
    return said.removesuffix("@%")


def _needed(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed")
    return found


def _shell(line: str) -> str:
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=60)
    return done.stdout.strip("\n") if done.returncode == 0 else done.stderr
