"""An oracle that remembers its answers and counts distinct queries."""

import numpy as np

from lissnas.arrays import Archs, Bools, Ints, Keys, Oracle, Scores
from lissnas.spaces import Space


class Counted:
    """An `Oracle` that asks the oracle inside once for each distinct architecture.

    Isomorphs are one architecture, and what the oracle inside sees is canonical. A
    score of NaN is an answer too, and is counted and remembered. If the oracle inside
    raises, nothing of that batch is remembered.
    """

    def __init__(self, oracle: Oracle, space: Space) -> None:
        self._oracle = oracle
        self._space = space
        self._memory = _Memory()
        self._fresh: list[tuple[Archs, Scores]] = []

    @property
    def queries(self) -> int:
        """Return the number of distinct architectures scored or preloaded so far."""
        return self._memory.size

    def __call__(self, archs: Archs) -> Scores:
        """Return the score of each row, ``(n,)``."""
        keys = self._space.identity(archs)
        scores, known = self._memory.find(keys)
        if known.all():
            return scores
        new_keys, first, inverse = np.unique(
            keys[~known], return_index=True, return_inverse=True
        )
        order = np.argsort(first)  # ask in the order of the batch, not of the keys
        asked = self._space.canonical(archs[~known][first[order]])
        answers = _checked_scores(self._oracle(asked), len(asked), "oracle")
        self._fresh.append((asked, answers))
        sorted_answers = np.empty_like(answers)
        sorted_answers[order] = answers
        self._memory.add(new_keys, sorted_answers)
        scores[~known] = sorted_answers[inverse]
        return scores

    def known(self, archs: Archs) -> Scores:
        """Return the score of each row that was asked before, else NaN, ``(n,)``."""
        return self._memory.find(self._space.identity(archs))[0]

    def drain(self) -> tuple[Archs, Scores]:
        """Return architectures and scores first queried since the last drain.

        Canonical ``(q, d)`` and ``(q,)``, in the order in which they were queried.
        """
        empty = np.zeros((0, len(self._space.decisions)), dtype=np.int8)
        archs = np.concatenate([empty, *(archs for archs, _ in self._fresh)])
        scores = np.concatenate([np.zeros(0), *(scores for _, scores in self._fresh)])
        self._fresh.clear()
        return archs, scores

    def preload(self, archs: Archs, scores: Scores) -> None:
        """Remember `scores` ``(n,)`` of `archs` from an earlier run.

        They count as queries but are not drained. What is known already stays.
        """
        scores = _checked_scores(scores, len(archs), "scores")
        keys = self._space.identity(archs)
        _, known = self._memory.find(keys)
        new_keys, first = np.unique(keys[~known], return_index=True)
        self._memory.add(new_keys, scores[~known][first])


class _Memory:
    """Keys and scores in sorted runs, each at least twice as long as the next.

    So n keys that come in many small batches cost O(n log n) to add, and 16 bytes
    each, and a batch is looked up by few binary searches.
    """

    def __init__(self) -> None:
        self._runs: list[tuple[Keys, Scores]] = []
        self.size = 0

    def find(self, keys: Keys) -> tuple[Scores, Bools]:
        """Return the scores ``(n,)``, NaN if unknown, and which keys are known."""
        scores = np.full(len(keys), np.nan)
        known = np.zeros(len(keys), dtype=bool)
        for run_keys, run_scores in self._runs:
            place, found = find_sorted(run_keys, keys)
            scores[found] = run_scores[place[found]]
            known |= found
        return scores, known

    def add(self, keys: Keys, scores: Scores) -> None:
        """Add sorted distinct `keys` that are not known yet."""
        if not len(keys):
            return
        self.size += len(keys)
        while self._runs and len(self._runs[-1][0]) < 2 * len(keys):
            run_keys, run_scores = self._runs.pop()
            keys = np.concatenate([run_keys, keys])
            scores = np.concatenate([run_scores, scores])
            order = np.argsort(keys, kind="stable")
            keys, scores = keys[order], scores[order]
        self._runs.append((keys, scores))


def find_sorted(known: Keys, keys: Keys) -> tuple[Ints, Bools]:
    """Return the place of each key in sorted `known`, and whether it is there."""
    if not len(known):
        return np.zeros(len(keys), dtype=np.int64), np.zeros(len(keys), dtype=bool)
    place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    found: Bools = known[place] == keys
    return place, found


def _checked_scores(scores: Scores, n: int, name: str) -> Scores:
    """Return `scores` as float64 ``(n,)`` or raise ValueError."""
    scores = np.asarray(scores, dtype=np.float64)
    if scores.shape != (n,):
        raise ValueError(f"{name} must give shape ({n},), got {scores.shape}")
    return scores
