"""What an edit changes, in words: ``edge 0-1: none -> skip_connect``.

Where decisions are free, an edit is the decisions that differ. Elsewhere canonical rows
may differ in more than was changed: a removed vertex renumbers the others, an inserted
layer shifts those behind it. Then the shortest of these descriptions is taken: the
decisions that differ; one decision of the first row whose change gives the second
architecture; what differs between the drawings with vertices matched as well as
possible; one decision of the second row whose change gives the first architecture.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from lissnas.arrays import Archs, Keys
from lissnas.explain.graphs import Difference, difference, is_chain
from lissnas.explain.valid import single_changes
from lissnas.spaces import Space
from lissnas.spaces.anynetx import AnyNetX
from lissnas.spaces.base import Decision, Graph
from lissnas.spaces.categorical import CategoricalSpace

BY_DECISION = (CategoricalSpace, AnyNetX)  # no isomorphs, every edit is one decision
ARROW, SEPARATOR, SAME = " \N{RIGHTWARDS ARROW} ", "; ", "no difference"


class Change(NamedTuple):
    """One thing that differs: its name, and what it was and is; "" where it is not."""

    what: str
    old: str
    new: str

    def __str__(self) -> str:
        if self.old and self.new:
            return f"{self.what}: {self.old}{ARROW}{self.new}"
        label, verb = (self.new, "added") if self.new else (self.old, "removed")
        named = self.what if label == self.what else f"{self.what} ({label})"
        return f"{named} {verb}"


def sentence(found: Sequence[Change]) -> str:
    """Return changes as one line of text."""
    return SEPARATOR.join(map(str, found)) or SAME


def changes(space: Space, before: Archs, after: Archs) -> list[tuple[Change, ...]]:
    """Return what differs between each row of `before` and of `after`, ``(n, d)``.

    `before` may be a single row ``(1, d)``, compared with all of `after`. Equal or
    isomorphic architectures give no change.
    """
    before, after = space.canonical(before), space.canonical(after)
    before = np.broadcast_to(before, after.shape)
    decided = [
        _by_decision(space.decisions, a, b) for a, b in zip(before, after, strict=True)
    ]
    if isinstance(space, BY_DECISION):
        return decided
    long = np.flatnonzero((before != after).sum(axis=1) > 1)
    sources: dict[bytes, list[int]] = {}
    for row in long.tolist():
        sources.setdefault(before[row].tobytes(), []).append(row)
    for rows in sources.values():
        shorter = _shortest(space, before[rows[0]], after[rows])
        for row, other in zip(rows, shorter, strict=True):
            decided[row] = min(other, decided[row], key=len)
    return decided


def _by_decision(
    decisions: Sequence[Decision], before: Archs, after: Archs
) -> tuple[Change, ...]:
    """Return the decisions in which two rows ``(d,)`` differ."""
    return tuple(
        _decided(decisions[column], int(before[column]), int(after[column]))
        for column in np.flatnonzero(before != after).tolist()
    )


def _decided(decision: Decision, old: int, new: int) -> Change:
    """Return the change of one decision."""
    return Change(decision.name, decision.options[old], decision.options[new])


def _shortest(
    space: Space, before: Archs, after: Archs
) -> Iterator[tuple[Change, ...]]:
    """Yield the shortest description of each change of a row ``(d,)`` to ``(n, d)``."""
    forward = _reached(space, before)
    noun, drawn = _noun(space.decisions), space.graph(before)
    start = _key(space.identity(before[None]))
    for row in after:
        found = forward.get(_key(space.identity(row[None])))
        if found is not None:
            yield (found,)
            continue
        graph = space.graph(row)
        best = by_graph(drawn, graph, noun)
        if len(best) > 1:
            back = _reached(space, row).get(start)
            best = best if back is None else (Change(back.what, back.new, back.old),)
        yield best


def _reached(space: Space, arch: Archs) -> dict[object, Change]:
    """Return the architectures that one changed decision of a row ``(d,)`` leads to."""
    rows, column, option = single_changes(space, arch)
    if not len(rows):
        return {}
    found: dict[object, Change] = {}
    for key, place, new in zip(
        space.identity(rows).tolist(), column.tolist(), option.tolist(), strict=True
    ):
        old = int(arch[place])
        found.setdefault(key, _decided(space.decisions[place], old, new))
    return found


def _key(keys: Keys) -> object:
    """Return the only one of `keys` ``(1,)`` as something that can be looked up."""
    return keys.tolist()[0]


class Comparison(NamedTuple):
    """Two drawings, what differs between them, and the same in words."""

    first: Graph
    second: Graph
    difference: Difference
    changes: tuple[Change, ...]


def compared(space: Space, first: Archs, second: Archs) -> Comparison:
    """Return two architectures, rows ``(d,)``, as drawings and words that agree.

    Words are decisions where these are free, else vertices and edges as drawn and
    numbered in the first.
    """
    rows = space.canonical(np.stack([first, second]))
    graphs = space.graph(rows[0]), space.graph(rows[1])
    if isinstance(space, BY_DECISION):
        found = difference(*graphs, by_place=True)
        return Comparison(*graphs, found, _by_decision(space.decisions, *rows))
    words = by_graph(*graphs, _noun(space.decisions))
    return Comparison(*graphs, difference(*graphs), words)


def _noun(decisions: Sequence[Decision]) -> str:
    """Return what the space calls its vertices: "layer" where a decision is layer 1."""
    nouns = [d.name.split()[0] for d in decisions if d.name.split()[-1] == "1"]
    return nouns[0] if nouns else "node"


def by_graph(first: Graph, second: Graph, noun: str = "node") -> tuple[Change, ...]:
    """Return what differs between two drawings, in the numbering of the first.

    A vertex that comes or goes takes its edges along. In chains edges follow from the
    vertices, so that only those are named.
    """
    found = difference(first, second)
    parts = [
        Change(f"{noun} {a}", first.nodes[a], second.nodes[b])
        for a, b in found.relabelled
    ]
    parts += [Change(f"{noun} {a}", first.nodes[a], "") for a in found.removed]
    parts += [Change(f"{noun} {b}", "", second.nodes[b]) for b in found.added]
    if is_chain(first) and is_chain(second):
        return tuple(parts)
    return (*parts, *_edge_changes(first, second, found))


def _edge_changes(first: Graph, second: Graph, found: Difference) -> Iterator[Change]:
    """Yield the edges that differ, without those of vertices that come or go.

    An operation that only comes from elsewhere is one change.
    """
    lost = {
        first.edges[i][:2]: first.edges[i][2]
        for i in found.lost_edges
        if not set(first.edges[i][:2]) & set(found.removed)
    }
    new = {}
    for a, b, label in (second.edges[i] for i in found.new_edges):
        if not {a, b} & set(found.added):
            new[found.match[a], found.match[b]] = label
    names = _names(first)
    for a, b in sorted(lost.keys() - new.keys()):
        ends = (pair for pair in sorted(new.keys() - lost.keys()) if pair[1] == b)
        moved = [pair for pair in ends if lost[a, b] and new[pair] == lost[a, b]]
        if moved:
            what = f"input of {lost[a, b]} into {names[b]}"
            yield Change(what, names[a], names[moved[0][0]])
            del lost[a, b], new[moved[0]]
    for a, b in sorted({*lost, *new}):
        what = f"edge {names[a]}-{names[b]}"
        yield Change(
            what,
            (lost[a, b] or what) if (a, b) in lost else "",
            (new[a, b] or what) if (a, b) in new else "",
        )


def _names(graph: Graph) -> list[str]:
    """Return what vertices are called in words.

    Where edges carry the operations, by their labels, after the first word of their
    cell's first vertex if there are several cells. Else by number, inputs and outputs
    by their labels.
    """
    starts, ends = {a for a, _, _ in graph.edges}, {b for _, b, _ in graph.edges}
    if not any(label for _, _, label in graph.edges):
        inner = starts & ends
        return [str(v) if v in inner else name for v, name in enumerate(graph.nodes)]
    cell = list(range(len(graph.nodes)))
    for _ in cell:
        for a, b, _ in graph.edges:
            cell[a] = cell[b] = min(cell[a], cell[b])
    heads = [graph.nodes[head].split()[0] for head in cell]
    return [
        name if graph.nodes.count(name) == 1 else f"{head} {name}"
        for name, head in zip(graph.nodes, heads, strict=True)
    ]
