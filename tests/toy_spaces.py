"""Small and huge made-up spaces, to test what real ones do not show."""

import numpy as np

from lissnas.spaces.base import Cost, Decision, Graph
from lissnas.spaces.categorical import CategoricalSpace


class Toy(CategoricalSpace):
    """Free decisions of so many options each; dearer options have higher numbers."""

    title = citation = "toy"
    datasets = ("toy",)

    def __init__(self, *options, name="toy"):
        self.name = name
        self.decisions = tuple(
            Decision(f"layer {i}", tuple(f"op {o}" for o in range(count)))
            for i, count in enumerate(options)
        )

    def cost(self, archs):
        weight = 1 + np.arange(len(self.decisions))
        macs = 1_000_000 * (1 + (self.check(archs).astype(np.int64) * weight).sum(1))
        return Cost(macs // 10, macs)

    def format(self, archs):
        return self.short(archs)

    def parse(self, texts):
        return self.parse_digits(texts)

    def graph(self, arch):
        return Graph(("input", "output"), ((0, 1, self.short(arch[None])[0]),))


class Ruled(Toy):
    """A toy space that names constraints, some of which worsen it.

    The first two layers take the same operation; each layer takes a given one.
    """

    def constraints(self):
        rules = {"first two alike": lambda archs: archs[:, 0] == archs[:, 1]}
        for layer, decision in enumerate(self.decisions):
            for option in range(len(decision.options)):
                rules[f"layer {layer} is {option}"] = taking(layer, option)
        return rules


def taking(layer, option):
    """Return the constraint that a layer takes an option."""
    return lambda archs: archs[:, layer] == option


class Pairs(Toy):
    """Cells of two different inputs, in order, and an operation each: not free.

    A row is, for each of `cells` nodes, inputs a < b of 4 and two of 3 operations.
    """

    def __init__(self, cells, enumerable=False):
        super().__init__(*[4, 4, 3, 3] * cells, name=f"pairs-{cells}")
        self.cells = cells
        self.small = enumerable

    @property
    def size(self):
        return (6 * 9) ** self.cells

    @property
    def enumerable(self):
        return self.small

    def identity(self, archs):
        limits = np.array([len(decision.options) for decision in self.decisions])
        return archs.astype(np.int64) @ np.cumprod([1, *limits[:-1]])

    def sample(self, n, rng):
        pairs = np.array([(a, b) for b in range(4) for a in range(b)], dtype=np.int8)
        parts = []
        for _ in range(self.cells):
            parts.append(pairs[rng.integers(0, 6, n)])
            parts.append(rng.integers(0, 3, (n, 2), dtype=np.int8))
        return np.concatenate(parts, axis=1)

    def enumerate(self):
        columns = np.indices([len(d.options) for d in self.decisions])
        rows = columns.reshape(len(self.decisions), -1).T.astype(np.int8)
        valid = (rows[:, 0::4] < rows[:, 1::4]).all(axis=1)
        return rows[valid]


class Holed(Toy):
    """Free decisions but for one combination that is missing: no product at all."""

    enumerable = False

    @property
    def size(self):
        return super().size - 1

    def sample(self, n, rng):
        rows = super().sample(n + 100, rng)
        return rows[rows.any(axis=1)][:n]
