"""The drawing of one architecture: graphviz's language, or a row of layers in HTML."""

from collections.abc import Collection, Sequence
from html import escape

from lissnas.figures.theme import FONT, Columns, Theme, faint

ABOUT = """
The architecture's graph: data flow from left to right, or from top to bottom. Where
operations are on edges, arrows carry them; where they are on vertices, the boxes do,
with the number by which words call them. A network that is a chain of layers is a row
of boxes.

*In the paper:* Appendices C and D, how architectures are written down.
"""
ABOUT_PAIR = """
What differs between the two architectures, with the same things marked in the drawings.
Both are in **canonical form**. Where vertices or layers can be arranged in several
ways, the second is matched to the first so that as little as possible differs, and
numbers are those of the first; so this is not always what the two strings differ in.

*In the paper:* Appendix D, edits and the edit distance.
"""


def cell_dot(
    nodes: Sequence[str],
    edges: Sequence[tuple[int, int, str]],
    theme: Theme,
    marked_nodes: Collection[int] = (),
    marked_edges: Collection[int] = (),
    upright: bool = False,
) -> str:
    """Return a graph as DOT: node labels, and edges as (from, to, label).

    Vertices are numbered where they carry the operations. Those that are marked, and
    edges marked by their place, are drawn thick and in a colour of their own. A graph
    of several cells is never upright, so that they stand below each other, the first
    one on top: there graphviz draws what comes last.
    """
    cells = _cells(len(nodes), edges)
    upright = upright and len(set(cells)) <= 1
    font = FONT.split(",")[-1].strip()
    common = f'fontname="{font}", fontsize=11, fontcolor="{theme.ink}"'
    mark = f'color="{theme.vermillion}", penwidth=2.5'
    lines = [
        "digraph {",
        f"rankdir={'TB' if upright else 'LR'};",
        f'bgcolor="transparent"; nodesep=0.25; ranksep={0.3 if upright else 0.45};',
        f'node [shape=box, style="rounded", color="{theme.accent}", {common}];',
        f'edge [color="{theme.muted}", arrowsize=0.7, {common}];',
    ]
    labels = numbered(nodes, edges)
    for place in sorted(range(len(nodes)), key=lambda place: -cells[place]):
        label, extra = labels[place], f", {mark}" if place in marked_nodes else ""
        lines.append(f"{place} [label={_quoted(label)}{extra}];")
    for place, (a, b, label) in enumerate(edges):
        extra = ""
        if place in marked_edges:
            extra = f', {mark}, fontcolor="{theme.vermillion}"'
        lines.append(f"{a} -> {b} [label={_quoted(label)}{extra}];")
    return "\n".join([*lines, "}"])


def numbered(
    nodes: Sequence[str], edges: Sequence[tuple[int, int, str]]
) -> tuple[str, ...]:
    """Return labels with the numbers of inner vertices, where these are operations."""
    if any(label for _, _, label in edges):
        return tuple(nodes)
    inner = {a for a, _, _ in edges} & {b for _, b, _ in edges}
    return tuple(
        f"{place}: {label}" if place in inner else label
        for place, label in enumerate(nodes)
    )


def chain_html(
    nodes: Sequence[str], theme: Theme, marked_nodes: Collection[int] = ()
) -> str:
    """Return a chain as rows of boxes that wrap to the width there is."""
    boxes = []
    for place, label in enumerate(nodes):
        marked = place in marked_nodes
        colour = theme.vermillion if marked else theme.accent
        inner = 0 < place < len(nodes) - 1
        fill = faint(colour, 0.22 if marked else 0.1) if inner else "transparent"
        number = f"<small style='opacity:.65'>{place}</small> " if inner else ""
        style = (
            f"border:{2 if marked else 1}px solid {colour};background:{fill};"
            "border-radius:6px;padding:1px 7px;white-space:nowrap"
        )
        boxes.append(f"<span style='{style}'>{number}{escape(label)}</span>")
    arrow = f"<span style='color:{theme.muted}'>\N{RIGHTWARDS ARROW}</span>"
    return (
        "<div role='img' aria-label='Layers in order' style='display:flex;"
        "flex-wrap:wrap;gap:5px 4px;align-items:center;font-size:13px;"
        f"color:{theme.ink}'>{arrow.join(boxes)}</div>"
    )


def cell_columns(
    nodes: Sequence[str], edges: Sequence[tuple[int, int, str]]
) -> Columns:
    """Return the edges of a drawing: numbers and labels of both ends, operation."""
    return {
        "from": [a for a, _, _ in edges],
        "to": [b for _, b, _ in edges],
        "from_label": [nodes[a] for a, _, _ in edges],
        "to_label": [nodes[b] for _, b, _ in edges],
        "operation": [label for _, _, label in edges],
    }


def _cells(count: int, edges: Sequence[tuple[int, int, str]]) -> list[int]:
    """Return the first vertex of the part that each vertex hangs together with."""
    part = list(range(count))
    for _ in range(count):
        for a, b, _label in edges:
            part[a] = part[b] = min(part[a], part[b])
    return part


def _quoted(text: str) -> str:
    """Return `text` as a DOT string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'
