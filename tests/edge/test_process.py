"""Starting, stopping, killing and asking for real edge processes."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from polyscale_cli.edge import process
from polyscale_cli.edge.lock import EdgeLock
from polyscale_cli.edge.settings import USUAL_PORTS
from polyscale_cli.errors import ConflictError, PolyscaleError, UnavailableError, UsageError
from tests.edge.conftest import free_ports, start
from tests.edge.foreground import foreground, readiness
from tests.servers.process import PATIENCE, free_port, wait_until


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_started_edge_serves_and_a_stopped_one_is_gone(state_dir: Path) -> None:
    status = process.start(free_ports(state_dir))

    assert status.running
    assert status.pid is not None
    assert status.pid != os.getpid()
    assert status == process.status(state_dir)
    assert httpx.get(f"{status.http_url}/healthz").json() == {"status": "ok"}
    with socket.create_connection((status.listeners[0].host, status.listeners[0].port)):
        pass

    stopped = process.stop(state_dir)

    assert not stopped.running
    assert stopped.http_url is None
    assert not (state_dir / "edge.json").exists()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{status.http_url}/healthz")


def test_to_stop_what_does_not_run_is_no_error(state_dir: Path) -> None:
    assert not process.stop(state_dir).running


def test_state_is_closed_to_others_even_where_it_was_open(state_dir: Path) -> None:
    state_dir.mkdir(mode=0o755)
    (state_dir / "edge.db").touch(mode=0o644)

    process.start(free_ports(state_dir))

    assert mode(state_dir) == 0o700
    # Statistics are opened by a thread of their own, and by way of a journal.
    for name in ("statistics.db-wal", "statistics.db-shm"):
        wait_until((state_dir / name).exists, f"{name} is there")
    modes = {file.name: mode(file) for file in state_dir.iterdir() if file.name != "tls.crt"}
    assert set(modes.values()) == {0o600}
    assert modes.keys() == {
        *("edge.db", "edge.db-shm", "edge.db-wal", "edge.json", "edge.log", "edge.pid", "tls.key", "token"),
        *("statistics.db", "statistics.db-shm", "statistics.db-wal"),
    }


def test_a_second_edge_on_the_same_state_is_refused_and_the_first_goes_on(state_dir: Path) -> None:
    first = process.start(free_ports(state_dir))

    with pytest.raises(ConflictError, match=f"already runs on .* \\(pid {first.pid}\\)") as refused:
        process.start(free_ports(state_dir))
    with foreground(free_ports(state_dir)) as second:
        out, err = second.communicate(timeout=PATIENCE)

    assert refused.value.code == "EDGE_RUNNING"
    assert (second.returncode, out) == (5, "")
    assert f"EDGE_RUNNING An edge already runs on {state_dir} (pid {first.pid})" in err
    assert process.status(state_dir) == first
    assert httpx.get(f"{first.http_url}/healthz").status_code == 200


def test_a_killed_edge_is_recognised_and_its_successor_knows_all_that_it_knew(state_dir: Path) -> None:
    edge = start(free_ports(state_dir))
    with edge.api:
        kept = edge.cache("kept", listenPort=free_port())
        gone = edge.cache("gone")
        edge.api.patch(f"/v1/caches/{kept['id']}", json={"defaultTtl": 7})
        edge.api.delete(f"/v1/caches/{gone['id']}")
        edge.api.post(f"/v1/caches/{kept['id']}/network-tests")
        rule = {"type": "TABLE", "key": "Orders", "value": 5, "name": "ünïcode"}
        edge.api.post(f"/v1/caches/{kept['id']}/cache-ttls", json=rule)
        secret = edge.key("ci", "caches:read")
        tests = edge.api.get(f"/v1/caches/{kept['id']}/network-tests").json()
        before = edge.api.get("/v1/caches").json()
    assert edge.status.pid is not None
    os.kill(edge.status.pid, signal.SIGKILL)
    wait_until(lambda: not process.status(state_dir).running, "the kernel dropped the lock")

    assert (state_dir / "edge.json").exists()
    assert process.status(state_dir).http_url is None

    again = start(free_ports(state_dir))
    with again.api:
        after = again.api.get("/v1/caches").json()
        # The shared port is another one now; a cache's own is the same.
        assert after == before
        assert [(cache["name"], cache["defaultTtl"]) for cache in after] == [("kept", 7)]
        assert again.api.get(f"/v1/caches/{kept['id']}/network-tests").json() == tests
        assert again.api.get(f"/v1/caches/{kept['id']}/cache-ttls").json() == [{**rule, "cacheId": kept["id"]}]
        explained = again.api.post(f"/v1/caches/{kept['id']}/explain", json={"sql": "SELECT 1 FROM orders"}).json()
        assert (explained["decidedBy"], explained["ttl"]) == ("TABLE", 5)
        with again.client(secret) as ci:
            assert ci.get("/v1/caches").status_code == 200
        assert [listener.port for listener in again.status.listeners if listener.cache_id] == [kept["listenPort"]]


def test_what_a_killed_edge_left_behind_is_not_taken_for_its_successor_that_is_still_starting(state_dir: Path) -> None:
    process.start(free_ports(state_dir))
    left_behind = (state_dir / "edge.json").read_text()
    process.stop(state_dir)
    (state_dir / "edge.json").write_text(left_behind)
    successor = EdgeLock(state_dir / "edge.pid")
    assert successor.acquire()
    try:
        found = process.status(state_dir)
        assert (found.running, found.pid, found.http_url, found.listeners) == (True, os.getpid(), None, ())
    finally:
        successor.release()


def test_the_readiness_line_and_the_ready_file_say_where_it_listens(state_dir: Path, tmp_path: Path) -> None:
    ready_file = tmp_path / "ready.json"
    ready_file.write_text("left behind by another")
    with foreground(free_ports(state_dir, ready_file=ready_file)) as child:
        line = readiness(child)
        place = r"127\.0\.0\.1:(\d+)"
        ports = f"postgres={place} mysql={place} mariadb={place}"
        found = re.fullmatch(rf"polyscale edge ready http=(http://127\.0\.0\.1:\d+) {ports}", line)
        assert found, line
        said = json.loads(ready_file.read_text())
        assert said["pid"] == child.pid
        assert found[1] == f"http://{said['http']['host']}:{said['http']['port']}"
        assert [(each["protocol"], each["cacheId"], each["port"]) for each in said["listeners"]] == [
            ("postgres", None, int(found[2])),
            ("mysql", None, int(found[3])),
            ("mariadb", None, int(found[4])),
        ]
        assert said == json.loads((state_dir / "edge.json").read_text())
        assert httpx.get(f"{found[1]}/healthz").status_code == 200
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=PATIENCE)

    assert child.returncode == 0
    assert not ready_file.exists()
    assert not (state_dir / "edge.json").exists()


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_order(state_dir: Path, sent: signal.Signals) -> None:
    with foreground(free_ports(state_dir)) as child:
        readiness(child)
        child.send_signal(sent)
        _, err = child.communicate(timeout=PATIENCE)

    assert child.returncode == 0
    assert "edge stopped" in err
    assert "Traceback" not in err
    assert "edge stopped" in process.logs(state_dir, 1)[0]


@pytest.mark.parametrize(
    ("option", "taken"),
    [("--http-port", "http_port"), ("--postgres-port", "postgres_port"), ("--mysql-port", "mysql_port")],
)
def test_a_port_in_use_is_named_with_its_option(state_dir: Path, option: str, taken: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ConflictError) as refused:
            process.start(free_ports(state_dir, **{taken: port}))

    assert refused.value.code == "PORT_IN_USE"
    assert refused.value.exit_code == 5
    assert f"Port {port} on 127.0.0.1 is in use" in refused.value.what
    assert option in str(refused.value.fix)
    assert not process.status(state_dir).running
    process.start(free_ports(state_dir))  # nothing is left in the way of the next


def test_an_address_of_another_machine_cannot_be_bound(state_dir: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot listen on 192\.0\.2\.1") as refused:
        process.start(free_ports(state_dir, host="192.0.2.1"))
    assert refused.value.why == f"{os.strerror(errno.EADDRNOTAVAIL)}."


def test_a_ready_file_that_cannot_be_written_keeps_the_edge_from_starting(state_dir: Path, tmp_path: Path) -> None:
    with pytest.raises(PolyscaleError, match="cannot use one of its files") as refused:
        process.start(free_ports(state_dir, ready_file=tmp_path / "missing" / "ready.json"))
    assert "missing" in str(refused.value.why)
    assert not process.status(state_dir).running


def test_on_every_address_the_uri_names_the_host_by_which_the_api_was_asked(state_dir: Path) -> None:
    edge = start(free_ports(state_dir, host="0.0.0.0"))
    with edge.api:
        made = edge.cache("everywhere")
        port = edge.status.listeners[0].port
        assert f"@127.0.0.1:{port}/" in made["connectionUriTemplate"]
        seen = edge.api.get(f"/v1/caches/{made['id']}", headers={"Host": "edge.example:10000"}).json()
        assert f"@edge.example:{port}/" in seen["connectionUriTemplate"]
    assert any("travel unencrypted" in line for line in process.logs(state_dir))


def test_a_name_that_is_no_host_cannot_be_bound(state_dir: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot listen on no-such-host\.invalid"):
        process.start(free_ports(state_dir, host="no-such-host.invalid"))


def test_an_own_port_that_is_taken_does_not_keep_the_edge_from_starting(state_dir: Path) -> None:
    port = free_port()
    edge = start(free_ports(state_dir))
    with edge.api:
        made = edge.cache("own", listenPort=port)
    process.stop(state_dir)

    with socket.create_server(("127.0.0.1", port)):
        edge = start(free_ports(state_dir))
        with edge.api:
            assert {listener.cache_id for listener in edge.status.listeners} == {None}
            assert f":{edge.status.listeners[0].port}/" in edge.api.get("/v1/caches").json()[0]["connectionUriTemplate"]
            busy = edge.api.patch(f"/v1/caches/{made['id']}", json={"listenPort": port})
            assert (busy.status_code, busy.json()["code"]) == (409, "PORT_IN_USE")
    assert any(f"port {port} of cache own cannot be opened" in line for line in process.logs(state_dir))

    again = edge.client((state_dir / "token").read_text().strip())
    with again:
        assert again.patch(f"/v1/caches/{made['id']}", json={"listenPort": port}).status_code == 200
    assert made["id"] in [listener.cache_id for listener in process.status(state_dir).listeners]


def test_a_path_that_cannot_be_a_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "file", tmp_path / "file" / "state"):
        with pytest.raises(PolyscaleError, match="cannot keep its state") as refused:
            process.start(free_ports(path))
        assert refused.value.code == "STATE_DIR"
        assert str(path) in refused.value.what
        assert "POLYSCALE_STATE_DIR" in str(refused.value.fix)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a directory away")
def test_a_directory_of_another_user_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "state"
    path.mkdir()
    os.chown(path, 65534, 65534)
    with pytest.raises(PolyscaleError, match="cannot keep its state") as refused:
        process.start(free_ports(path))
    assert "belongs to user id 65534" in str(refused.value.why)


def test_a_directory_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    parent = tmp_path / "closed"
    parent.mkdir(mode=0o500)
    prefix: tuple[str, ...] = ()
    if os.geteuid() == 0:  # root may write everywhere, unless it gives that right away
        if shutil.which("setpriv") is None:
            pytest.skip("setpriv is missing: this root cannot be kept from writing")
        prefix = ("setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override")
    with foreground(free_ports(parent / "state"), prefix) as child:
        out, err = child.communicate(timeout=PATIENCE)
    assert (child.returncode, out) == (1, "")
    assert f"STATE_DIR The edge cannot keep its state in {parent / 'state'}. Permission denied." in err


def test_a_registry_that_is_none_is_refused_and_left_alone(state_dir: Path) -> None:
    state_dir.mkdir(mode=0o700)
    (state_dir / "edge.db").write_text("this is not a database, and it is somebody's only copy of it")
    with pytest.raises(PolyscaleError, match=r"registry .* cannot be used") as refused:
        process.start(free_ports(state_dir))
    assert refused.value.code == "REGISTRY"
    assert "somebody's only copy" in (state_dir / "edge.db").read_text()


def test_a_token_file_that_holds_something_else_is_refused(state_dir: Path) -> None:
    state_dir.mkdir(mode=0o700)
    (state_dir / "token").write_text("hunter2\n")
    with pytest.raises(PolyscaleError, match="does not hold a token") as refused:
        process.start(free_ports(state_dir))
    assert refused.value.code == "TOKEN_FILE"


def test_the_local_token_stays_the_same(state_dir: Path) -> None:
    process.start(free_ports(state_dir))
    first = (state_dir / "token").read_text()
    process.stop(state_dir)
    process.start(free_ports(state_dir))
    assert (state_dir / "token").read_text() == first


def test_an_edge_that_is_too_slow_is_ended_and_said_so(state_dir: Path) -> None:
    with pytest.raises(UnavailableError, match="did not become ready within 0 s"):
        process.start(free_ports(state_dir), timeout=0)
    assert not process.status(state_dir).running


def test_an_edge_that_someone_else_starts_can_be_waited_for(state_dir: Path) -> None:
    with foreground(free_ports(state_dir)) as child:
        wait_until(lambda: process.status(state_dir).running, "it holds the lock")
        found = process.wait_until_ready(state_dir)
        assert found.pid == child.pid
        assert found.ready
    wait_until(lambda: not process.status(state_dir).running, "it was killed")
    with pytest.raises(UnavailableError):
        process.wait_until_ready(state_dir)


def test_a_module_in_the_current_directory_does_not_take_the_place_of_ours(
    state_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state_dir.mkdir(mode=0o700)
    for directory in (tmp_path, state_dir):
        (directory / "aiohttp.py").write_text("raise SystemExit('taken over')")
    monkeypatch.chdir(tmp_path)
    assert process.start(free_ports(state_dir)).ready


def test_to_ask_for_an_edge_imports_nothing_heavy() -> None:
    program = "import polyscale_cli.edge.process, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    heavy = {
        "aiohttp",
        "asyncio",
        "cryptography",
        "httpx",
        "logging",
        "sqlglot",
        "sqlite3",
        "ssl",
        "subprocess",
        "uvloop",
    }
    assert heavy.isdisjoint(loaded)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has the whole of 127.0.0.0/8")
def test_a_usual_port_that_nobody_asked_for_does_not_keep_the_edge_from_starting(state_dir: Path) -> None:
    # An address of this test alone, so that no other edge has these ports.
    with socket.create_server(("127.0.0.77", USUAL_PORTS["mysql"])):
        edge = start(free_ports(state_dir, host="127.0.0.77", mysql_port=None, mariadb_port=None))
    with edge.api:
        made = edge.cache("unreachable", database="mysql")
    assert [(one.protocol, one.port) for one in edge.status.listeners[1:]] == [("mariadb", USUAL_PORTS["mariadb"])]
    assert made["connectionUriTemplate"] == ""
    assert any("caches of type mysql have no port to share" in line for line in process.logs(state_dir))
