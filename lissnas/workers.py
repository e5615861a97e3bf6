"""Processes that share a computation, and end with the one that asked for it."""

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process


@contextmanager
def workers(count: int) -> Iterator[ProcessPoolExecutor]:
    """Give a pool of `count` processes that ends with the block.

    What still runs then is stopped. The processes leave interruptions to the one that
    asked, use one thread each, and end by themselves when it is gone, however it ended:
    nobody would ever read what they compute.
    """
    pool = ProcessPoolExecutor(count, get_context("spawn"), initializer=_begin)
    try:
        yield pool
    finally:
        running = list((pool._processes or {}).values())
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in running:
            worker.terminate()
        for worker in running:
            worker.join()


def _begin() -> None:
    """Prepare a process for its work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["OMP_NUM_THREADS"] = "1"
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Wait until the process that asked is gone, and end."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
