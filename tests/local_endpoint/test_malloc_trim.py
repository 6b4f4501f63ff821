"""Memory that nobody uses any longer goes back to the system."""

import ctypes
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

import psutil

from components.local_endpoint.malloc_trim import SECONDS, MemoryTrimmer
from tests.embedded_server import Server, client, wait_until_in_service

MANY, SIZE = 3000, 64_000
"""Blocks too small to be given back one by one: 192 MB."""

ALL = MANY * SIZE


def resident(process: int | None = None) -> int:
    """Bytes that this process holds, or another."""
    return int(psutil.Process(process).memory_info().rss)


def wait_until_fewer(bytes_held: int, process: int | None = None) -> None:
    """Waits until no more than that is held."""
    deadline = time.monotonic() + 30
    while resident(process) > bytes_held:
        assert time.monotonic() < deadline, "it was not given back"
        time.sleep(0.1)


def test_what_was_freed_goes_back_once_somebody_tells() -> None:
    library = ctypes.CDLL(None)
    library.malloc.restype = ctypes.c_void_p
    trimmer = MemoryTrimmer()
    for _ in range(2):
        blocks = [ctypes.c_void_p(library.malloc(SIZE)) for _ in range(MANY)]
        for block in blocks:
            ctypes.memset(block, 1, SIZE)
        full = resident()
        # One behind them stays in use: what is free up to the end of the memory would be given back at once.
        for block in blocks[:-1]:
            library.free(block)
        assert full - resident() < 0.2 * ALL
        trimmer.request()
        wait_until_fewer(full - int(0.8 * ALL))
        library.free(blocks[-1])


def test_the_endpoint_gives_back_what_its_requests_took(
    start_server: Callable[..., AbstractContextManager[Server]], speech: bytes
) -> None:
    with start_server(PORTAL_THREADS="2", PORTAL_EMBEDDED_MODEL="whisper-base") as server:
        endpoint = server.process.pid
        wait_until_in_service(client("sagemaker", server.url), "whisper-base")
        runtime = client("sagemaker-runtime", server.url)
        # What loading took goes back first.
        time.sleep(5 * SECONDS)

        def ask(_: int) -> None:
            runtime.invoke_endpoint(EndpointName="whisper-base", ContentType="audio/wav", Body=speech)

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(ask, range(8)))
        # Each ended less than a second after the one before: nothing has gone back so far.
        wait_until_fewer(resident(endpoint) - 40 * 2**20, endpoint)
