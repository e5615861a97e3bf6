"""A supervisor: starts the work, keeps its log, passes wishes on, says how it ended.

It is small and does nothing that could hold it up, so that heartbeats, cancelling and
the reason of a crash do not depend on what the work does. Work that does not stop when
it is asked to gets some time, then SIGTERM, then SIGKILL, with all that it started.
"""

import contextlib
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Any, Protocol

from lissnas.jobs import folders, words
from lissnas.jobs.folders import Reason
from lissnas.jobs.logs import BoundedLog
from lissnas.jobs.processes import end_all, with_package
from lissnas.jobs.records import End, Progress
from lissnas.jobs.work import die_with_parent

BEAT_SECONDS = 0.5
GRACE_SECONDS, KILL_SECONDS, READ_SECONDS = 30.0, 10.0, 5.0
Wish = Reason | None


class Post(Protocol):
    """Where a supervisor tells how its work is."""

    def beat(self, progress: Progress | None) -> Wish:
        """Tell that all is well and how far it is; return why to stop, or None."""

    def ended(self, end: End) -> None:
        """Tell how it ended."""


@dataclass(slots=True)
class Supervisor:
    """One start of a job.

    Parameters
    ----------
    folder, token
        The job's folder, and the secret of this start.
    command
        What is run; the folder is its last argument.
    environment
        Of what is run.
    post
        Where all is told.
    grace
        Seconds between asking to stop and SIGTERM.
    on_user_signal
        What SIGUSR1 means: Slurm's warning before a job is requeued.
    """

    folder: Path
    token: str
    command: Sequence[str]
    environment: Mapping[str, str]
    post: Post
    grace: float = GRACE_SECONDS
    on_user_signal: Reason = "interrupted"
    wish: Wish = None
    killed: bool = False
    _asked_at: float = 0.0
    _signals: list[Reason] = field(default_factory=list)
    _reader: threading.Thread | None = None

    def run(self) -> End:
        """Start the work, wait for its end, and tell it."""
        log = BoundedLog(self.folder)
        self._listen()
        log.say(f"Started on {socket.gethostname()}, process {os.getpid()}.")
        (self.folder / folders.END).unlink(missing_ok=True)
        child = self._start(log)
        if child is None:
            end = End("failed", "It could not be started; see the log.")
        else:
            code = self._wait(child, log)
            end = self._outcome(code)
        log.say(end.message)
        with contextlib.suppress(OSError):
            folders.write_end(self.folder, self.token, end)
        self.post.ended(end)
        return end

    def _listen(self) -> None:
        """Take signals as wishes to stop."""

        def interrupted(*_: Any) -> None:
            self._signals.append("interrupted")

        def user(*_: Any) -> None:
            self._signals.append(self.on_user_signal)

        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, interrupted)
        signal.signal(signal.SIGUSR1, user)

    def _start(self, log: BoundedLog) -> subprocess.Popen[bytes] | None:
        """Start the work in a process group of its own, its output into the log."""
        about = {**self.environment, "PYTHONUNBUFFERED": "1"}
        try:
            child = subprocess.Popen(
                [*self.command, str(self.folder)],
                env=with_package(about),
                cwd=self._where(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                process_group=0,
                preexec_fn=partial(die_with_parent, os.getpid()),
            )
        except (OSError, subprocess.SubprocessError) as error:
            log.say(f"{self.command[0]}: {error}")
            return None
        assert child.stdout is not None
        self._reader = threading.Thread(
            target=_pump, args=(child.stdout, log), daemon=True
        )
        self._reader.start()
        return child

    def _where(self) -> str | None:
        """Return the folder of who submitted, to which relative paths belong."""
        params = folders.read_json(self.folder / folders.PARAMS) or {}
        stated = params.get("cwd")
        return stated if isinstance(stated, str) and os.path.isdir(stated) else None

    def _wait(self, child: subprocess.Popen[bytes], log: BoundedLog) -> int:
        """Look after the work until it ends; return its exit code."""
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                code = child.wait(BEAT_SECONDS)
                self.post.beat(folders.read_progress_file(self.folder))
                end_all(self.token)  # what it left behind
                if self._reader is not None:
                    self._reader.join(READ_SECONDS)
                return code
            wish = self.post.beat(folders.read_progress_file(self.folder))
            wish = wish or (self._signals[0] if self._signals else None)
            if wish and self.wish != "cancel" and wish != self.wish:
                self._ask(wish, log)
            if self.wish:
                self._press(child.pid, log)

    def _ask(self, wish: Reason, log: BoundedLog) -> None:
        """Ask the work to stop, through its folder."""
        log.say(f"Asking it to stop ({wish}).")
        self._asked_at = self._asked_at or time.monotonic()
        self.wish = wish
        with contextlib.suppress(OSError):
            folders.ask_to_stop(self.folder, wish)

    def _press(self, pid: int, log: BoundedLog) -> None:
        """End work that does not stop in time, gently first."""
        late = time.monotonic() - self._asked_at - self.grace
        if late > min(KILL_SECONDS, self.grace):
            self._kill(pid, signal.SIGKILL)
            end_all(self.token)
        elif late > 0 and not self.killed:
            log.say(f"It did not stop within {self.grace:.0f} seconds; ending it.")
            self.killed = True
            self._kill(pid, signal.SIGTERM)

    def _kill(self, group: int, number: int) -> None:
        """Send a signal to all processes of the work."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)

    def _outcome(self, code: int) -> End:
        """Return how the work ended, by its own words where it has left any."""
        end = folders.read_end(self.folder, self.token)
        if end is not None and end.state == "done":
            return end
        if self.wish == "cancel" or folders.stop_reason(self.folder) == "cancel":
            how = "Cancelled by force" if self.killed else "Cancelled"
            return End("cancelled", f"{how}; {words.KEPT}.")
        if self.wish is not None or code == words.STOPPED:
            return End("lost", f"The system asked it to end; {words.KEPT}.")
        if end is not None and end.state == "failed":
            return end
        return End("failed", words.of_exit(code))


def _pump(output: IO[bytes], log: BoundedLog) -> None:
    """Write what the work prints into its log, until it has ended."""
    with output:
        while content := os.read(output.fileno(), 2**16):
            log.write(content)
