"""Modules that are imported when they are used, not when they are named.

Typer and the standard library beneath it name modules that a short command never uses: `subprocess` to open a file, the
compressors for archives. A stand-in takes the place of each and imports it at its first use.
`importlib.util.LazyLoader` is meant for this, but before Python 3.12 the second `import` of a module already loads it.
"""

from __future__ import annotations

import sys
from _thread import allocate_lock
from types import ModuleType

# What is named by everybody and used by few, with who names it. None of them does anything when it is imported.
NAMED = (
    "subprocess",  # typer, to open a file or a shell
    "bz2",  # shutil, for archives
    "lzma",
    "zlib",
    "tokenize",  # inspect and linecache, to show source code
    "textwrap",  # traceback, to indent what it shows
    "ipaddress",  # urllib.parse, for addresses in brackets
)


_leaving = allocate_lock()


def postpone(*names: str) -> None:
    """Let these modules be imported at their first use; what is imported already stays."""
    for name in names:
        if name not in sys.modules:
            sys.modules[name] = _Postponed(name)


class _Postponed(ModuleType):
    """In the place of a module until somebody asks for something in it. Threads may do so at once."""

    def __getattr__(self, attribute: str) -> object:
        from importlib import import_module

        name = self.__name__
        with _leaving:
            if sys.modules.get(name) is self:
                del sys.modules[name]
        module = import_module(name)
        self.__dict__.update(module.__dict__)
        return getattr(module, attribute)
