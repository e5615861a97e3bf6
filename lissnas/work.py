"""Long work: how it tells how far it is, and how it is asked to stop.

Whoever runs long work passes two functions. It calls `Report` as it goes on and asks
`Stop` at least once a second; when that says yes, it writes what it has and raises
`Stopped`. Called again with the same folder, it goes on where it was.
"""

from collections.abc import Callable, Mapping

Report = Callable[[int, int, Mapping[str, float]], None]  # done, of how many, numbers
Stop = Callable[[], bool]


class Stopped(Exception):
    """The work was asked to stop; what it had done is stored."""


def silent(_done: int, _total: int, _numbers: Mapping[str, float]) -> None:
    """Report nothing."""


def never() -> bool:
    """Ask never to stop."""
    return False
