"""The lock that says whether an edge runs."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from polyscale_cli.edge.lock import EdgeLock, holder


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "edge.pid"


def test_it_is_held_by_one_and_free_after_release(path: Path) -> None:
    assert holder(path) is None
    first, second = EdgeLock(path), EdgeLock(path)
    assert first.acquire()
    assert not second.acquire()
    assert holder(path) == os.getpid()

    first.release()
    assert holder(path) is None
    assert second.acquire()
    second.release()


def test_a_pid_left_behind_by_a_dead_edge_means_nothing(path: Path) -> None:
    path.write_text(f"{os.getpid()}\n")
    assert holder(path) is None
    lock = EdgeLock(path)
    assert lock.acquire()
    lock.release()


def test_the_kernel_frees_it_when_its_holder_dies(path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from polyscale_cli.edge.lock import EdgeLock;"
        "EdgeLock(Path(sys.argv[1])).acquire() or sys.exit(1); lock = 1; print('held', flush=True); sys.stdin.read()"
    )
    program = program.replace(
        "EdgeLock(Path(sys.argv[1])).acquire()", "(held := EdgeLock(Path(sys.argv[1]))).acquire()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        assert holder(path) == child.pid
        child.kill()
    assert holder(path) is None


def test_to_ask_does_not_keep_an_edge_from_starting(path: Path) -> None:
    path.touch()
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            holder(path)

    asking = [threading.Thread(target=ask) for _ in range(2)]
    for thread in asking:
        thread.start()
    try:
        for _ in range(50):
            lock = EdgeLock(path)
            assert lock.acquire()
            lock.release()
    finally:
        done.set()
        for thread in asking:
            thread.join()
