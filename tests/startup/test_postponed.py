"""Modules that are imported at their first use are the same modules then, whoever asks first."""

from __future__ import annotations

import subprocess
import sys

import pytest

from polyscale_cli.postponed import NAMED


def printed(program: str) -> str:
    """What a program prints in an interpreter of its own, where `polyscale_cli.postponed` has been imported."""
    program = f"import sys\nfrom polyscale_cli.postponed import NAMED, postpone\n{program}"
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize("name", NAMED)
def test_naming_a_module_does_not_import_it(name: str) -> None:
    assert printed(f"postpone({name!r})\nimport {name}\nprint(hasattr({name}, '__getattr__'))") == "True"
    assert printed(f"postpone({name!r})\nimport {name}\nprint('__file__' in vars({name}))") == "False"


@pytest.mark.parametrize("name", NAMED)
def test_using_a_module_imports_it_once(name: str) -> None:
    program = f"""
postpone({name!r})
import {name} as early
words = [word for word in ("run", "open", "decompress", "tokenize", "dedent", "ip_address") if hasattr(early, word)]
import {name} as late
print(bool(words), early is not late, all(getattr(early, word) is getattr(late, word) for word in words))
"""
    assert printed(program) == "True True True"


def test_what_is_imported_already_stays() -> None:
    assert printed("import textwrap\npostpone('textwrap')\nprint(sys.modules['textwrap'] is textwrap)") == "True"


def test_an_absent_module_is_missed_when_it_is_used() -> None:
    program = """
postpone("nowhere")
import nowhere
try:
    nowhere.anything
except ModuleNotFoundError as error:
    print(error.name)
"""
    assert printed(program) == "nowhere"


def test_threads_that_ask_at_once_get_one_module() -> None:
    program = """
from threading import Barrier, Thread
postpone(*NAMED)
import subprocess
found, barrier = [], Barrier(8)
def ask():
    barrier.wait()
    found.append(subprocess.Popen)
threads = [Thread(target=ask) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(len(found), len(set(map(id, found))))
"""
    assert printed(program) == "8 1"
