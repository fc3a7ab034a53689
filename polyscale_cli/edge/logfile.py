"""The edge's log: one line an event, bounded in size, never a password, a token or a query's values."""

from __future__ import annotations

import logging
import logging.handlers
import os
import sys
import time
from pathlib import Path

# Two files of at most 5 MiB: enough for weeks of an edge that has nothing to complain of.
LIMIT_BYTES = 5 * 1024 * 1024


class _Utc(logging.Formatter):
    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"


class _PrivateFile(logging.handlers.RotatingFileHandler):
    """A rotating file that is made with mode 0600 each time."""

    def _open(self):  # type: ignore[no-untyped-def]  # the type of the base class is private to its stub
        os.close(os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT, 0o600))
        return super()._open()


def open_log(path: Path, level: str, *, to_stderr: bool) -> None:
    """Send the edge's log to ``path``, and to stderr as well if someone is there to read it."""
    handlers: list[logging.Handler] = [_PrivateFile(path, maxBytes=LIMIT_BYTES, backupCount=1, encoding="utf-8")]
    if to_stderr:
        handlers.append(logging.StreamHandler(sys.stderr))
    form = _Utc("%(asctime)s %(levelname)s %(name)s: %(message)s")
    logger = logging.getLogger("polyscale_cli")
    for old in logger.handlers[:]:
        logger.removeHandler(old)
        old.close()
    for handler in handlers:
        handler.setFormatter(form)
        logger.addHandler(handler)
    logger.setLevel(level.upper())
    logger.propagate = False
    # What asyncio and aiohttp have to say of our own tasks belongs to the same place.
    for name in ("asyncio", "aiohttp"):
        other = logging.getLogger(name)
        other.handlers = handlers
        other.setLevel(logging.WARNING)
        other.propagate = False
