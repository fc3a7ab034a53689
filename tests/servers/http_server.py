"""HTTP servers of the standard library, for what no real API would say."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from socketserver import BaseServer

LOOK_SECONDS = 0.01
"""How often a server looks whether it is to end; on its own it does so twice a second, and each end waits for that."""


@contextlib.contextmanager
def serving(server: BaseServer) -> Iterator[None]:
    """Have a server answer in a thread of its own."""
    thread = threading.Thread(target=server.serve_forever, args=(LOOK_SECONDS,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
