"""The process that works: ``python -m lissnas.jobs.work FOLDER``.

It reads what is asked from the folder of its job, calls the kind's function, and
writes how far it is and how it ended there; it knows no list of jobs. Its supervisor
may be on this machine or on a node of a cluster. Under `torchrun` this is each of the
processes, of which the first speaks for all.
"""

import contextlib
import ctypes
import math
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lissnas.jobs import folders, words
from lissnas.jobs.processes import TOKEN
from lissnas.jobs.records import End, Progress
from lissnas.work import Stopped

WRITE_SECONDS, ASK_SECONDS, WAIT_SECONDS = 0.5, 0.2, 60.0
DIES_WITH_PARENT = 1  # prctl's PR_SET_PDEATHSIG
LIBRARY = ctypes.CDLL(None) if sys.platform.startswith("linux") else None


class Control:
    """What the work is given: `report` and `stop`, both cheap to call."""

    def __init__(self, folder: Path, speaks: bool = True) -> None:
        self.folder = folder
        self.speaks = speaks
        self._progress = self._written = Progress()
        self._asked, self._next = False, 0.0
        self._writing = threading.Lock()
        if speaks:
            threading.Thread(target=self._write_on, daemon=True).start()

    def report(self, done: int, total: int, numbers: Mapping[str, float]) -> None:
        """Take down how far the work is; a thread writes it."""
        kept = {n: float(v) for n, v in numbers.items() if math.isfinite(v)}
        self._progress = Progress(int(done), int(total), kept)

    def stop(self) -> bool:
        """Return whether the work was asked to stop."""
        now = time.monotonic()
        if not self._asked and now >= self._next:
            self._next = now + ASK_SECONDS
            self._asked = (self.folder / folders.STOP).exists()
        return self._asked

    def ask(self, *_: Any) -> None:
        """Ask to stop; this is the handler of signals."""
        self._asked = True

    def write(self) -> None:
        """Write how far the work is; a full disk is no reason to end it."""
        with self._writing:  # else an older one may be written over the last
            latest = self._progress
            if self.speaks and latest is not self._written:
                with contextlib.suppress(OSError):
                    folders.write_progress(self.folder, latest)
                    self._written = latest

    def _write_on(self) -> None:
        """Write again and again what is new."""
        while True:
            self.write()
            time.sleep(WRITE_SECONDS)


@contextlib.contextmanager
def only_one(work: Path, control: Control) -> Iterator[None]:
    """Hold a folder for this process; the system lets go of it when the process ends.

    Raises
    ------
    ValueError
        If another process holds it for too long.
    """
    work.mkdir(parents=True, exist_ok=True)
    try:
        import fcntl
    except ImportError:  # no such locks here; the list of jobs still tells
        yield
        return
    with (work / ".lock").open("ab") as file:
        end = time.monotonic() + WAIT_SECONDS
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if control.stop():
                    raise Stopped from None
                if time.monotonic() > end:
                    raise ValueError(
                        f"another process works in {work}; end it and resume"
                    ) from None
                time.sleep(ASK_SECONDS)
            except OSError:
                break  # a shared disk without locks
        yield


def die_with_parent(parent: int) -> None:
    """Let the system end this process when its parent ends, however that ends."""
    if LIBRARY is not None:
        LIBRARY.prctl(DIES_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(words.FAILED)  # it ended before this line


def main() -> None:
    """Work in the folder that the command line names."""
    folder = Path(sys.argv[1])
    speaks = int(os.environ.get("RANK", "0")) == 0
    if "RANK" in os.environ:
        die_with_parent(os.getppid())  # torchrun, which its own parent ends
    control = Control(folder, speaks)
    signal.signal(signal.SIGTERM, control.ask)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end, code = worked(folder, control)
    control.write()
    if speaks and end is not None:
        with contextlib.suppress(OSError):
            folders.write_end(folder, os.environ.get(TOKEN, ""), end)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # threads of libraries do not hold it up


def worked(folder: Path, control: Control) -> tuple[End | None, int]:
    """Do the work; return how it ended, and the exit code.

    Work that stopped when it was asked to has no end of its own: the supervisor knows
    what it was asked for.
    """
    try:
        result = _run(folder, control)
    except Stopped:
        return None, words.STOPPED
    except BaseException as error:
        with contextlib.suppress(MemoryError):
            traceback.print_exc()
        sentence, code = words.of_exception(error)
        return End("failed", sentence), code
    return End("done", "Done.", dict(result) if isinstance(result, Mapping) else {}), 0


def _run(folder: Path, control: Control) -> Any:
    """Call the function of the job's kind."""
    params = folders.read_json(folder / folders.PARAMS)
    if params is None:
        raise ValueError(f"{folder / folders.PARAMS} must be there and hold JSON")
    from lissnas.jobs.kinds import decoded, kind_of

    kind = kind_of(params["kind"])
    settings = decoded(kind, params["settings"])
    work = folder.parent / params["work"]
    if not control.speaks:
        return kind.run(settings, work, control.report, control.stop)
    with only_one(work, control):
        return kind.run(settings, work, control.report, control.stop)


if __name__ == "__main__":
    main()
