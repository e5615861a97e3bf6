"""AnyNetX [1]_: depth, width, bottleneck ratio and group width of four stages.

Depths are 1 to 16, widths 8 to 1,024 in steps of 8, bottleneck ratios 1, 2 or 4 and
group widths 1 to 32 by powers of two: 1.8e18 combinations. A network is valid if in
each stage the group width divides the inner width, which is width / bottleneck ratio;
that leaves 23,680^4 = 3.1e17 networks. No two of them are alike, since each parameter
shows in the shape of some layer. One edit changes one of the 16 parameters to any value
with which the network stays valid; `edits` proves that shortest edit distances are then
the numbers of parameters that differ.

.. [1] Radosavovic et al., "Designing Network Design Spaces", CVPR 2020,
   arXiv:2003.13678.
"""

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from lissnas.arrays import Archs, Bools, Features, Ints, Keys, chunks
from lissnas.spaces.anynetx import stages
from lissnas.spaces.anynetx.constraints import (
    CONSTRAINTS,
    constrained_size,
    sample_constrained,
)
from lissnas.spaces.anynetx.costs import complexity
from lissnas.spaces.anynetx.edits import draw, mean_shells
from lissnas.spaces.anynetx.stages import DEPTHS, FORM_OF, FORMS, KINDS, STAGES, VALUES
from lissnas.spaces.base import (
    EXACT_MEAN,
    Cost,
    Decision,
    Graph,
    Neighbours,
    Pairs,
    Shells,
    checked_rows,
)
from lissnas.spaces.chain import chain_graph

CHUNK = 1 << 16
LETTERS = "dwbg"
NUMBERS = ",".join([r"(\d{1,6})"] * STAGES)
TEXT = re.compile("-".join(letter + NUMBERS for letter in LETTERS))
COSTS = ("log params", "log macs", "log activations")


class AnyNetX:
    """The 23,680^4 valid networks of AnyNetX."""

    name = "anynetx"
    title = "AnyNetX"
    citation = "Radosavovic et al., CVPR 2020, arXiv:2003.13678"
    decisions = tuple(
        Decision(f"{kind} {stage + 1}", tuple(map(str, values.tolist())))
        for kind, values in zip(KINDS, VALUES, strict=True)
        for stage in range(STAGES)
    )
    datasets = ("imagenet",)
    edit_kinds = KINDS
    total_edit_distance = len(KINDS) * STAGES
    size = (len(DEPTHS) * len(FORMS)) ** STAGES
    enumerable = False

    @property
    def feature_names(self) -> tuple[str, ...]:
        logs = ("", "log ", "", "log ")
        kinds = [log + kind for log, kind in zip(logs, KINDS, strict=True)]
        names = [f"{kind} {i + 1}" for kind in kinds for i in range(STAGES)]
        return (*names, *COSTS)

    def check(self, archs: Archs) -> Archs:
        """Return `archs` as int8 ``(n, 16)``; ValueError names the first bad row."""
        archs = checked_rows(archs, self.decisions)
        bad = _forms(archs) < 0
        if bad.any():
            row, stage = np.argwhere(bad)[0]
            _, w, b, g = (values[row, stage] for values in _values(archs))
            raise ValueError(
                f"archs row {row}: the group width must divide width / bottleneck "
                f"ratio, got {g} for {w} / {b} in stage {stage + 1}"
            )
        return archs

    def canonical(self, archs: Archs) -> Archs:
        """Return `archs`, since no two rows of this space are isomorphic."""
        return self.check(archs)

    def identity(self, archs: Archs) -> Keys:
        """Return the number of each network below the size, ``(n,)`` int64."""
        archs = self.check(archs)
        stage = _forms(archs) * len(DEPTHS) + archs[:, :STAGES]
        radix = (len(FORMS) * len(DEPTHS)) ** np.arange(STAGES)[::-1]
        keys: Keys = stage @ radix
        return keys

    def sample(self, n: int, rng: np.random.Generator) -> Archs:
        """Return `n` independent uniform draws, ``(n, 16)``.

        The valid networks are all combinations of four valid stages, so uniform stages
        make uniform networks. The publication samples log-uniformly instead; see
        `sample_log_uniform`.
        """
        depths = rng.integers(0, len(DEPTHS), (n, STAGES))
        return _rows(depths, rng.integers(0, len(FORMS), (n, STAGES)))

    def sample_log_uniform(self, n: int, rng: np.random.Generator) -> Archs:
        """Return `n` independent draws as published, log-uniform, ``(n, 16)``."""
        depth, form = stages.log_uniform_weights()
        depths = rng.choice(len(DEPTHS), (n, STAGES), p=depth)
        return _rows(depths, rng.choice(len(FORMS), (n, STAGES), p=form))

    def constraints(self) -> Mapping[str, Callable[[Archs], Bools]]:
        """Return the publication's rules by name, in its order."""
        return CONSTRAINTS

    def constrained_size(self, names: tuple[str, ...]) -> int:
        """Return how many networks obey all the rules named."""
        return constrained_size(names)

    def sample_constrained(
        self, names: tuple[str, ...], n: int, rng: np.random.Generator
    ) -> Archs:
        """Return `n` independent uniform draws of those, ``(n, 16)``."""
        return _rows(*sample_constrained(names, n, rng))

    def enumerate(self) -> Archs:
        """Refuse: there are too many."""
        raise ValueError(
            f"{self.name} has {self.size:,} architectures, which is more than can be "
            "enumerated"
        )

    def neighbours(self, archs: Archs) -> Neighbours:
        """Return every valid change of one parameter of each row."""
        archs = self.check(archs)
        found, sources, kinds = [], [], []
        for column, decision in enumerate(self.decisions):
            stage = column % STAGES
            for option in range(len(decision.options)):
                changed = archs[archs[:, column] != option]
                source = np.flatnonzero(archs[:, column] != option)
                changed[:, column] = option
                valid = _forms(changed)[:, stage] >= 0
                found.append(changed[valid])
                sources.append(source[valid])
                kinds.append(np.full(valid.sum(), column // STAGES))
        source = np.concatenate(sources)
        order = np.argsort(source, kind="stable")
        rows = np.concatenate(found)[order]
        return Neighbours(rows, source[order], np.concatenate(kinds)[order])

    def sample_neighbours(
        self,
        archs: Archs,
        distance: Ints,
        rng: np.random.Generator,
        kind: str | None = None,
    ) -> Pairs:
        """Return one row a row, uniform among the valid ones `distance` edits away.

        With `kind`, among those that differ in parameters of that kind only.
        """
        if kind is not None and kind not in self.edit_kinds:
            raise ValueError(f"kind must be one of {self.edit_kinds}, got {kind!r}")
        archs = self.check(archs)
        distance = np.broadcast_to(np.asarray(distance), len(archs))
        inside = (distance >= 1) & (distance <= self.total_edit_distance)
        found, kept = [archs[:0]], [np.zeros(0, dtype=np.int64)]
        for rows in chunks(len(archs), CHUNK):
            number = np.flatnonzero(inside[rows]) + rows.start
            forms = _forms(archs[number])
            depths = archs[number, :STAGES].astype(np.int64)
            depths, forms, some = draw(depths, forms, distance[number], rng, kind)
            found.append(_rows(depths, forms))
            kept.append(number[some])
        return Pairs(np.concatenate(found), np.concatenate(kept))

    def distance(self, first: Archs, second: Archs) -> Ints:
        """Return in how many parameters each pair of rows differs, ``(n,)``.

        That is the shortest edit distance; `edits` proves it.
        """
        return np.asarray((self.check(first) != self.check(second)).sum(axis=1))

    def shells(self, rng: np.random.Generator) -> Shells:
        """Return how many networks are at each distance, over all of them."""
        return Shells(mean_shells(), EXACT_MEAN)

    def walk_step(self, archs: Archs, rng: np.random.Generator) -> Archs:
        """Return each row after one edit, uniform over its neighbours."""
        return self.sample_neighbours(archs, np.ones(len(archs), dtype=int), rng).archs

    def encode(self, archs: Archs) -> Features:
        """Return d, log w, b, log g and the logarithms of all costs, ``(n, 19)``."""
        d, w, b, g = _values(self.check(archs))
        costs = np.log(np.stack(complexity(d, w, w // b, g), axis=1))
        return np.concatenate([d, np.log(w), b, np.log(g), costs], 1).astype(np.float32)

    def cost(self, archs: Archs) -> Cost:
        """Return parameters and multiply-adds at 224x224, ``(n,)`` each."""
        d, w, b, g = _values(self.check(archs))
        return Cost(*complexity(d, w, w // b, g)[:2])

    def activations(self, archs: Archs) -> Ints:
        """Return the outputs of all convolutions and the classifier, ``(n,)``."""
        d, w, b, g = _values(self.check(archs))
        return complexity(d, w, w // b, g)[2]

    def parse(self, texts: Sequence[str]) -> Archs:
        """Return rows of ``d1,1,4,7-w24,56,152,368-b1,1,1,1-g8,8,8,8``, ``(n, 16)``.

        The numbers are depths, widths, bottleneck ratios and group widths by stage.
        """
        rows = np.array([_parsed(text) for text in texts], dtype=np.int8)
        return rows.reshape(len(texts), len(self.decisions))

    def format(self, archs: Archs) -> list[str]:
        """Return the values by parameter, ``d1,1,4,7-w24,56,152,368-...``."""
        values = [part.tolist() for part in _values(self.check(archs))]
        return [
            "-".join(
                letter + ",".join(map(str, part))
                for letter, part in zip(LETTERS, parts, strict=True)
            )
            for parts in zip(*values, strict=True)
        ]

    def short(self, archs: Archs) -> list[str]:
        """Return the same string."""
        return self.format(archs)

    def hashes(self, archs: Archs) -> list[str] | None:
        """Return None: the space has no official hash."""
        return None

    def graph(self, arch: Archs) -> Graph:
        """Return the chain of stages of one network."""
        parts = np.stack(_values(self.check(arch[None])))[:, 0].T.tolist()
        blocks = [
            f"{d} block{'s' * (d > 1)}, width {w}, ratio {b}, group {g}"
            for d, w, b, g in parts
        ]
        return chain_graph(blocks)


def _forms(archs: Archs) -> Ints:
    """Return the form of each stage, -1 where it is not valid, ``(n, 4)``."""
    _, w, b, g = np.split(archs, len(KINDS), axis=1)
    return np.asarray(FORM_OF[w, b, g])


def _values(archs: Archs) -> list[Ints]:
    """Return depths, widths, bottleneck ratios and group widths, ``(n, 4)`` each."""
    parts = np.split(archs, len(KINDS), axis=1)
    return [values[part] for values, part in zip(VALUES, parts, strict=True)]


def _rows(depths: Ints, forms: Ints) -> Archs:
    """Return the rows of options of depths and forms by stage, ``(n, 16)``."""
    parts = np.moveaxis(FORMS[forms], 2, 0)
    return np.concatenate([depths, *parts], axis=1).astype(np.int8)


def _parsed(text: str) -> list[int]:
    """Return the options of one string; ValueError if it names no combination."""
    match = TEXT.fullmatch(text)
    if match is None:
        raise ValueError(
            f"arch must be like d1,1,4,7-w24,56,152,368-b1,1,1,1-g8,8,8,8, got {text!r}"
        )
    row = []
    for column, number in enumerate(match.groups()):
        values = VALUES[column // STAGES].tolist()
        if int(number) not in values:
            raise ValueError(
                f"arch must have a {KINDS[column // STAGES]} in its grid from "
                f"{values[0]} to {values[-1]}, got {number} in {text!r}"
            )
        row.append(values.index(int(number)))
    return row
