"""An endpoint on starlette and uvicorn that answers the same bytes to whatever is asked: what a usual service costs."""

from __future__ import annotations

import sys
from pathlib import Path


def main(port_file: str, packages: str, document: str) -> None:
    """Serve; `packages` is the directory that the server's packages are in."""
    sys.path.insert(0, packages)
    import asyncio

    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    body = document.encode()

    async def sql(_: Request) -> Response:
        return Response(body, media_type="application/json")

    application = Starlette(routes=[Route("/sql", sql, methods=["POST"])])
    config = uvicorn.Config(
        application, port=0, loop="uvloop", http="httptools", access_log=False, log_level="error", lifespan="off"
    )
    server = uvicorn.Server(config)

    async def serve() -> None:
        task = asyncio.ensure_future(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        Path(port_file).write_text(str(server.servers[0].sockets[0].getsockname()[1]))
        await task

    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve())


if __name__ == "__main__":
    main(*sys.argv[1:])
