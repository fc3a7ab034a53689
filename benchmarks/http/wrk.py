"""One run of wrk, and what it measured."""

from __future__ import annotations

import enum
import re
import subprocess
from pathlib import Path

from benchmarks.http.targets import request_of
from benchmarks.target import Target
from benchmarks.work import Cell, Measured
from tests.servers.process import ServerError, server_directory, system_program


class Protocol(enum.StrEnum):
    """As fast as it is answered, or about half as often."""

    FULL = "full"
    HALF = "half"


PAUSE_MS = 3
"""Between the requests of a connection at half load, at most: one pause like another would make all ask at once."""

_SCRIPT = """
wrk.method = "POST"
wrk.path = "/sql"
wrk.headers["Content-Type"] = "application/json"
local file = io.open("{body}", "rb")
wrk.body = file:read("*a")
file:close()
{delay}
function done(summary, latency, requests)
  local bad = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status
  print(string.format("RESULT %d %d %d", summary.requests, summary.duration, bad + summary.errors.timeout))
  for share = 0, 999 do print(string.format("LATENCY %d", latency:percentile(share / 10))) end
end
"""
_RESULT = re.compile(r"^RESULT (\d+) (\d+) (\d+)$", re.MULTILINE)
_LATENCY = re.compile(r"^LATENCY (\d+)$", re.MULTILINE)


class Wrk:
    """As the load of benchmarks.throughput. Half of the rate is of the last rate that the target has shown."""

    def __init__(self) -> None:
        self._rates: dict[str, float] = {}

    def run(self, target: Target, cell: Cell, seconds: int, prefix: tuple[str, ...]) -> Measured:
        """Run it. Raises ServerError with wrk's own words when it fails, or an answer was an error."""
        if cell.protocol == Protocol.FULL:
            measured = self._run(target, cell.clients, seconds, prefix)
            self._rates[target.name] = measured.tps
            return measured
        half = self._rates[target.name] / 2
        clients = max(1, round(half * PAUSE_MS / 1000))
        for _ in range(2):  # how many it takes is found by trying
            tried = self._run(target, clients, 1, prefix, pause_ms=PAUSE_MS)
            clients = max(1, round(clients * half / tried.tps))
        return self._run(target, clients, seconds, prefix, pause_ms=PAUSE_MS)

    def warm_up(self, target: Target, protocol: str) -> None:
        """Ask a few times: the third answer is a hit."""
        self._run(target, 4, 1, ())

    def _run(
        self, target: Target, clients: int, seconds: int, prefix: tuple[str, ...], *, pause_ms: int = 0
    ) -> Measured:
        with server_directory("wrk") as directory:
            body = directory / "body"
            body.write_bytes(request_of(target))
            delay = f"function delay() return math.random(1, {pause_ms}) end" if pause_ms else ""
            script = Path(directory / "script.lua")
            script.write_text(_SCRIPT.format(body=body, delay=delay))
            command = [*prefix, system_program("wrk"), "-t1", f"-c{clients}", f"-d{seconds}s", "-s", str(script)]
            done = subprocess.run([*command, f"http://127.0.0.1:{target.port}/"], capture_output=True, text=True)
        found = _RESULT.search(done.stdout)
        if done.returncode or found is None or int(found[3]):
            raise ServerError(f"wrk to {target.name} failed:\n{(done.stdout[:2000] + done.stderr)}")
        requests, microseconds = int(found[1]), int(found[2])
        latencies = [int(each) / 1e6 for each in _LATENCY.findall(done.stdout)]
        return Measured(requests / microseconds * 1e6, requests, latencies)
