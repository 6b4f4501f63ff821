"""Memory that nobody uses any longer goes back to the system."""

import ctypes
import time

import psutil

from components.local_endpoint.freed_memory import FreedMemory

MANY, SIZE = 3000, 64_000
"""Blocks too small to be given back one by one: 192 MB."""

ALL = MANY * SIZE


def resident() -> int:
    """Bytes that this process holds."""
    return int(psutil.Process().memory_info().rss)


def test_what_was_freed_goes_back_once_somebody_tells() -> None:
    library = ctypes.CDLL(None)
    library.malloc.restype = ctypes.c_void_p
    freed = FreedMemory()
    for _ in range(2):
        blocks = [ctypes.c_void_p(library.malloc(SIZE)) for _ in range(MANY)]
        for block in blocks:
            ctypes.memset(block, 1, SIZE)
        full = resident()
        # One behind them stays in use: what is free up to the end of the memory would be given back at once.
        for block in blocks[:-1]:
            library.free(block)
        assert full - resident() < 0.2 * ALL
        freed.may_be_there()
        deadline = time.monotonic() + 30
        while full - resident() < 0.8 * ALL:
            assert time.monotonic() < deadline, "it was not given back"
            time.sleep(0.1)
        library.free(blocks[-1])
