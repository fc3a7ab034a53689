"""Who may import whom, read from the syntax tree of every module.

commands   -> output, settings, credentials, client, connstr, envfile, shell, ci, doctor, sql, performance,
              top;
              commands/edge.py -> edge.process; commands/demo.py -> demo
performance -> sql, connstr; it measures, and the command shows
top        -> client, output; what is on the screen is made of what the API says
demo       -> client, connstr, settings; never output: it does, and the command shows
edge       -> itself and settings; never commands or anything else of the client's side
edge.wire  -> edge.engine, never the reverse; no protocol imports another
edge.serverless -> edge.wire and edge.engine; what is there for one protocol knows that protocol alone
edge.observe -> edge.engine; it knows no protocol and no API
edge.engine, the wire codecs and all of edge.serverless but SERVERLESS_DOING_IO do no I/O and read no clock
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = "polyscale_cli"

CLIENT_ROOMS = {
    *("output", "settings", "credentials", "client", "connstr", "envfile", "shell", "demo", "ci", "doctor", "sql"),
    *("performance", "top"),
}
COMMANDS_TO_EDGE = {f"{PACKAGE}.commands.edge": f"{PACKAGE}.edge.process"}
DEMO_TO = {"demo", "client", "connstr", "settings", "errors"}
TOP_TO = {"top", "client", "output", "errors"}
PERFORMANCE_TO = {"performance", "sql", "connstr", "errors"}

# The only modules of a protocol that may touch a loop, a socket or a clock; the rest is bytes in, bytes out.
PROTOCOLS = ("postgres", "mysql", "tds")
WIRE_DOING_IO = {"server", "session", "origin", "encryption"}
# What all protocols share: listeners and connections, so none of it is for codecs.
WIRE_FOR_ALL = {"client_tls", "listeners", "origin", "places", "session", "stopwatch"}
# What all protocols share and codecs may use: bytes in, bytes out, too.
WIRE_CODEC_FOR_ALL = {"cycle", "strangers", "tokens", "wires"}
# Connections and what is done with them; the rest of SQL over HTTP is bytes in, bytes out, too.
SERVERLESS_DOING_IO = {"connection", "endpoint", "front", "link", "pools"}
IO_MODULES = {
    *("asyncio", "socket", "ssl", "select", "selectors", "time", "datetime", "os", "io", "pathlib", "threading"),
    *("subprocess", "sqlite3", "signal", "tempfile", "shutil", "random", "uvloop", "aiohttp", "httpx"),
}


@dataclass(frozen=True, slots=True)
class Import:
    """One module that another imports."""

    importer: str
    imported: str

    def __str__(self) -> str:
        return f"{self.importer} imports {self.imported}"


def module_name(path: Path) -> str:
    """The dotted name of a file of the package."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(module: str, source: str, modules: Iterable[str]) -> Iterator[Import]:
    """Every import in a source, at any depth; `from package import module` counts as that module."""
    known = set(modules)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(module, alias.name)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} has a relative import"
            assert node.module is not None
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield Import(module, inner if inner in known else node.module)


def inside(module: str, room: str) -> bool:
    """Whether a module is that room or in it."""
    return module == room or module.startswith(room + ".")


def _room(module: str) -> str:
    """The room's name: the first word under the package."""
    return module.split(".")[1] if module.count(".") else ""


def _protocol(module: str) -> str | None:
    """The protocol whose folder under edge/wire the module is in."""
    parts = module.split(".")
    shared = WIRE_FOR_ALL | WIRE_CODEC_FOR_ALL
    return parts[3] if parts[1:3] == ["edge", "wire"] and len(parts) > 3 and parts[3] not in shared else None


def _serverless_protocol(module: str, protocols: Iterable[str]) -> str | None:
    """The protocol that a module of edge/serverless is for: by its folder, or by its name."""
    parts = module.split(".")
    own = parts[3:] if parts[1:3] == ["edge", "serverless"] else []
    return next((protocol for protocol in protocols if protocol in own), None)


def _sans_io(module: str) -> bool:
    if inside(module, f"{PACKAGE}.edge.engine"):
        return True
    parts = module.split(".")
    if parts[1:3] == ["edge", "wire"] and parts[3:] and parts[3] in WIRE_CODEC_FOR_ALL:
        return True
    if parts[1:3] == ["edge", "serverless"]:
        return parts[-1] not in SERVERLESS_DOING_IO
    return _protocol(module) is not None and len(parts) > 4 and parts[4] not in WIRE_DOING_IO


def objection(found: Import) -> str | None:
    """Why an import is not allowed; None when it is."""
    importer, imported = found.importer, found.imported
    shared_io = {f"{PACKAGE}.edge.wire.{name}" for name in WIRE_FOR_ALL}
    if _sans_io(importer) and (imported.split(".")[0] in IO_MODULES or imported in shared_io):
        return f"{found}: this module does no I/O and reads no clock"
    if not inside(imported, PACKAGE):
        return None
    here, there = _room(importer), _room(imported)
    if here == "edge":
        return _objection_inside_edge(found)
    if there == "edge" and COMMANDS_TO_EDGE.get(importer) != imported:
        return f"{found}: the client's side knows the edge by its API; only commands/edge.py runs edge.process"
    if there == "demo" and here != "demo" and importer != f"{PACKAGE}.commands.demo":
        return f"{found}: the demo is nobody's but its command's"
    if here == "demo" and there not in DEMO_TO:
        return f"{found}: the demo does, and its command shows"
    if here == "performance" and there not in PERFORMANCE_TO:
        return f"{found}: the performance test measures, and its command shows"
    if here == "top" and there not in TOP_TO:
        return f"{found}: what is on the screen is made of what the API says"
    if here in CLIENT_ROOMS and there == "commands":
        return f"{found}: commands stand above the other rooms"
    return None


def _objection_inside_edge(found: Import) -> str | None:
    importer, imported = found.importer, found.imported
    if _room(imported) in {"commands", *CLIENT_ROOMS - {"settings"}}:
        return f"{found}: the edge does not know the client's side"
    engine, wire = f"{PACKAGE}.edge.engine", f"{PACKAGE}.edge.wire"
    theirs = _protocol(imported)
    if (ours := _serverless_protocol(importer, PROTOCOLS)) is not None and theirs not in (None, ours):
        return f"{found}: what is for one protocol knows that one alone"
    allowed = (engine, f"{PACKAGE}.edge.cache", f"{PACKAGE}.errors")
    if inside(importer, engine) and not any(inside(imported, room) for room in allowed):
        return f"{found}: the engine knows no protocol and no process"
    shown = (wire, f"{PACKAGE}.edge.api", f"{PACKAGE}.edge.serverless", f"{PACKAGE}.edge.server")
    if inside(importer, f"{PACKAGE}.edge.observe") and any(inside(imported, room) for room in shown):
        return f"{found}: statistics know the engine, and neither a protocol nor who asks for them"
    if inside(importer, wire):
        ours = _protocol(importer)
        if theirs is not None and ours != theirs:
            return f"{found}: no protocol imports another"
        if not inside(imported, wire) and not any(inside(imported, room) for room in allowed):
            return f"{found}: a protocol knows the engine and nothing else of the edge"
    return None


def all_imports() -> list[Import]:
    """Every import of the package."""
    sources = {module_name(path): path.read_text() for path in (ROOT / PACKAGE).rglob("*.py")}
    return [found for module, source in sources.items() for found in imports_of(module, source, sources)]


def test_every_import_keeps_to_the_rooms() -> None:
    found = all_imports()
    assert len(found) > 100, "the modules were not read"
    assert [text for each in found if (text := objection(each)) is not None] == []


@pytest.mark.parametrize(
    ("importer", "source"),
    [
        ("polyscale_cli.edge.engine.store", "import asyncio"),
        ("polyscale_cli.edge.engine.store", "def f():\n    from time import monotonic"),
        ("polyscale_cli.edge.engine.store", "from polyscale_cli.edge.wire.postgres import messages"),
        ("polyscale_cli.edge.engine.store", "from polyscale_cli.edge import registry"),
        ("polyscale_cli.edge.wire.postgres.messages", "import ssl"),
        ("polyscale_cli.edge.wire.postgres.messages", "from polyscale_cli.edge.wire.origin import dial"),
        ("polyscale_cli.edge.wire.strangers", "import socket"),
        ("polyscale_cli.edge.wire.listeners", "from polyscale_cli.edge.wire.postgres import messages"),
        ("polyscale_cli.edge.wire.postgres.session", "from polyscale_cli.edge.wire.mysql import messages"),
        ("polyscale_cli.edge.wire.postgres.session", "import polyscale_cli.edge.registry"),
        ("polyscale_cli.edge.wire.postgres.session", "from polyscale_cli.edge.serverless import pools"),
        ("polyscale_cli.edge.engine.store", "from polyscale_cli.edge.serverless import pools"),
        ("polyscale_cli.edge.serverless.postgres.rows", "from polyscale_cli.edge.wire.mysql import messages"),
        ("polyscale_cli.edge.serverless.bindings.postgres", "from polyscale_cli.edge.wire.mysql import messages"),
        ("polyscale_cli.edge.serverless.request", "import asyncio"),
        ("polyscale_cli.edge.observe.collector", "from polyscale_cli.edge.wire.postgres import messages"),
        ("polyscale_cli.edge.observe.statistics", "from polyscale_cli.edge.server import Edge"),
        ("polyscale_cli.edge.api.app", "from polyscale_cli.commands.cache import create"),
        ("polyscale_cli.edge.server", "from polyscale_cli.client.api import Api"),
        ("polyscale_cli.commands.cache.create", "from polyscale_cli.edge.registry import Registry"),
        ("polyscale_cli.commands.edge", "from polyscale_cli.edge.registry import Registry"),
        ("polyscale_cli.client.api", "import polyscale_cli.edge.process"),
        ("polyscale_cli.output.render", "from polyscale_cli.commands import cache"),
        ("polyscale_cli.demo.story", "from polyscale_cli.output.console import Console"),
        ("polyscale_cli.demo.story", "from polyscale_cli.edge.process import start"),
        ("polyscale_cli.commands.cache", "from polyscale_cli.demo.stage import Stage"),
        ("polyscale_cli.top.asking", "from polyscale_cli.settings.resolve import Settings"),
        ("polyscale_cli.performance.trial", "from polyscale_cli.output.console import Console"),
    ],
)
def test_a_forbidden_import_is_found(importer: str, source: str) -> None:
    modules = {
        *("polyscale_cli.edge.registry", "polyscale_cli.edge.wire.postgres.messages", "polyscale_cli.commands.cache"),
        *("polyscale_cli.edge.wire.mysql.messages", "polyscale_cli.commands.cache.create"),
        *("polyscale_cli.edge.process", "polyscale_cli.demo.stage", "polyscale_cli.output.console"),
        *("polyscale_cli.edge.wire.origin", "polyscale_cli.edge.serverless.pools"),
    }
    assert [text for each in imports_of(importer, source, modules) if (text := objection(each)) is not None]


@pytest.mark.parametrize(
    ("importer", "source"),
    [
        ("polyscale_cli.commands.edge", "from polyscale_cli.edge import process"),
        ("polyscale_cli.commands.edge", "def run():\n    from polyscale_cli.edge.process import run"),
        ("polyscale_cli.edge.wire.postgres.session", "import asyncio\nfrom polyscale_cli.edge.engine import Engine"),
        ("polyscale_cli.edge.serverless.postgres.rows", "from polyscale_cli.edge.wire.postgres import messages"),
        ("polyscale_cli.edge.serverless.pools", "import asyncio"),
        ("polyscale_cli.edge.process", "from polyscale_cli.settings import paths"),
        ("polyscale_cli.commands.purge", "from polyscale_cli.output.result import Result"),
        ("polyscale_cli.commands.demo", "from polyscale_cli.demo.stage import Stage"),
        ("polyscale_cli.demo.edge", "from polyscale_cli.client.target import Target"),
    ],
)
def test_a_lawful_import_is_let_be(importer: str, source: str) -> None:
    modules = {"polyscale_cli.edge.process", "polyscale_cli.settings.paths", "polyscale_cli.output.result"}
    assert [text for each in imports_of(importer, source, modules) if (text := objection(each)) is not None] == []
