"""What went wrong, as one sentence for the user; tracebacks are for the log."""

import errno
import signal

KEPT = "the last checkpoint is intact, and the job can be resumed"
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
MEMORY = "OutOfMemoryError"  # torch's, on any device
FAILED, STOPPED, DISK, OUT_OF_MEMORY = 1, 3, 4, 5  # exit codes of the work


def of_exception(error: BaseException) -> tuple[str, int]:
    """Return a sentence on an exception, and the exit code that stands for it."""
    if isinstance(error, OSError) and error.errno in FULL:
        where = f" at {error.filename}" if error.filename else ""
        return f"The disk is full{where} ({error.strerror}); {KEPT}.", DISK
    names = {kind.__name__ for kind in type(error).__mro__}
    if isinstance(error, MemoryError) or MEMORY in names:
        what = "GPU memory" if "cuda" in str(error).lower() else "memory"
        return f"There was not enough {what}; {KEPT}.", OUT_OF_MEMORY
    if isinstance(error, KeyboardInterrupt):
        return f"It was interrupted; {KEPT}.", FAILED
    text = " ".join(str(error).split()) or "no further words"
    if isinstance(error, ValueError):
        return text[:500], FAILED
    return f"{type(error).__name__}: {text[:500]}", FAILED


def of_exit(code: int) -> str:
    """Return a sentence on a process that ended without saying how.

    `code` is its exit code, the negative number of a signal where one ended it.
    """
    if code == DISK:
        return f"The disk is full; {KEPT}."
    if code == OUT_OF_MEMORY:
        return f"There was not enough memory; {KEPT}."
    if code in (-signal.SIGKILL, 128 + signal.SIGKILL):
        return f"The system killed it, most likely for lack of memory; {KEPT}."
    if code < 0:
        return f"It crashed ({_name(-code)}); {KEPT}."
    return f"It ended with exit code {code} without a result; see the log."


def _name(number: int) -> str:
    """Return the name of a signal."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
