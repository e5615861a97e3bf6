"""Which rows are architectures of a space, and what one changed decision leads to."""

import numpy as np

from lissnas.arrays import Archs, Bools, Ints
from lissnas.spaces import Space


def valid(space: Space, rows: Archs) -> Bools:
    """Return which of `rows` are architectures of the space, ``(n,)``.

    A space only says whether a batch is valid, so one that is not is halved until it
    is known which rows are to blame.
    """
    found = np.zeros(len(rows), dtype=bool)
    waiting = [slice(0, len(rows))] if len(rows) else []
    while waiting:
        part = waiting.pop()
        try:
            space.check(rows[part])
        except ValueError:
            middle = (part.start + part.stop) // 2
            if part.stop - part.start > 1:
                waiting += [slice(part.start, middle), slice(middle, part.stop)]
        else:
            found[part] = True
    return found


def single_changes(space: Space, arch: Archs) -> tuple[Archs, Ints, Ints]:
    """Return a row ``(d,)`` with one decision changed in every way that is valid.

    The rows ``(m, d)`` are as they come, not canonical; with them the decision ``(m,)``
    that was changed and the option ``(m,)`` it has now.
    """
    pairs = [
        (column, option)
        for column, decision in enumerate(space.decisions)
        for option in range(len(decision.options))
        if option != arch[column]
    ]
    column, option = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    rows = np.repeat(arch[None], len(column), axis=0)
    rows[np.arange(len(column)), column] = option
    kept = valid(space, rows)
    return rows[kept], column[kept], option[kept]
