from __future__ import annotations

import platform
import re
import subprocess
import sys

import pytest

from server.cli.memory import limit_arenas

COUNT_HEAPS = """
import ctypes, sys, threading
from pathlib import Path
from server.cli.memory import limit_arenas

if sys.argv[1] == "limited":
    assert limit_arenas()
malloc, held = ctypes.CDLL(None).malloc, threading.Barrier(13)
malloc.restype = ctypes.c_void_p

def work():
    malloc(1000)
    held.wait()
    held.wait()

threads = [threading.Thread(target=work) for _ in range(12)]
for thread in threads:
    thread.start()
held.wait()
ctypes.CDLL(None).malloc_stats()
held.wait()
"""


def count_heaps(how: str) -> int:
    run = subprocess.run([sys.executable, "-c", COUNT_HEAPS, how], capture_output=True, text=True, check=True)
    return len(re.findall(r"^Arena \d+:", run.stderr, re.MULTILINE))


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="heaps of threads are glibc's")
def test_threads_share_few_heaps() -> None:
    assert count_heaps("limited") <= 2 < count_heaps("as it comes")


def test_an_operators_own_limit_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MALLOC_ARENA_MAX", "4")
    assert limit_arenas() is False
