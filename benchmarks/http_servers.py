"""Which HTTP server the edge's API stands on: aiohttp.web against starlette on uvicorn, both on uvloop.

    python -m venv /tmp/http && /tmp/http/bin/pip install aiohttp starlette uvicorn httptools uvloop httpx rich
    /tmp/http/bin/python benchmarks/http_servers.py

Prints the CPU time that a server takes for a request with a small JSON answer, over 8 kept-alive connections and
interleaved; and that of ``import httpx`` with click hidden, and with click found, as uvicorn brings it. CPU time, for a
clock shows what else the machine does. It needs packages that the project does not, and so runs in an environment of
its own.
"""

from __future__ import annotations

import asyncio
import os
import resource
import statistics
import subprocess
import sys
import time

ROUNDS = 6
SECONDS = 2.0
CONNECTIONS = 8
REQUEST = b"GET /v1/caches/one HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer psc_x\r\n\r\n"

AIOHTTP = """
import asyncio, sys, uvloop
from aiohttp import web
async def show(request): return web.Response(body=b'{"status":"ok"}', content_type="application/json")
async def main():
    application = web.Application()
    application.router.add_get("/v1/caches/{id}", show)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(sys.argv[1])).start()
    await asyncio.Event().wait()
asyncio.Runner(loop_factory=uvloop.new_event_loop).run(main())
"""
UVICORN = """
import sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
async def show(request): return Response(b'{"status":"ok"}', media_type="application/json")
application = Starlette(routes=[Route("/v1/caches/{id}", show)])
uvicorn.run(application, port=int(sys.argv[1]), loop="uvloop", http="httptools", access_log=False, log_level="error")
"""
SERVERS = {"aiohttp.web": (AIOHTTP, 18431), "starlette on uvicorn": (UVICORN, 18432)}
WITHOUT_CLICK = "import sys; sys.modules['click'] = None; import httpx"


async def _connection(port: int, end: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answered = 0
    while time.perf_counter() < end:
        writer.write(REQUEST)
        await reader.readuntil(b'"}')
        answered += 1
    writer.close()
    return answered


async def _requests(port: int) -> int:
    end = time.perf_counter() + SECONDS
    return sum(await asyncio.gather(*(_connection(port, end) for _ in range(CONNECTIONS))))


async def _wait_for(port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return


async def _load() -> dict[str, int]:
    answered = dict.fromkeys(SERVERS, 0)
    for _, port in SERVERS.values():
        await _wait_for(port)
    for _ in range(ROUNDS):
        for name, (_, port) in SERVERS.items():
            answered[name] += await _requests(port)
    return answered


def _import_cpu(program: str) -> float:
    found = []
    for _ in range(15):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", program], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(found) * 1000


def main() -> None:
    """Measure both jobs and print the figures."""
    import uvloop

    children = {
        name: subprocess.Popen([sys.executable, "-c", program, str(port)]) for name, (program, port) in SERVERS.items()
    }
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            answered = runner.run(_load())
    finally:
        for child in children.values():
            child.terminate()
    for name, child in children.items():
        _, child.returncode, used = os.wait4(child.pid, 0)
        each = (used.ru_utime + used.ru_stime) / answered[name] * 1e6
        print(f"{name:22} {each:5.1f} us CPU a request, of {answered[name]:,}")
    for label, program in (("without click", WITHOUT_CLICK), ("with click", "import httpx")):
        print(f"import httpx {label:14} {_import_cpu(program):5.0f} ms CPU")


if __name__ == "__main__":
    main()
