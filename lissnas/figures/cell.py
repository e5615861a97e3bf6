"""The drawing of one architecture, in graphviz's language."""

from collections.abc import Sequence

from lissnas.figures.theme import FONT, Theme

ABOUT = """
The architecture's graph: data flow from left to right. Where operations are on edges,
arrows carry them; where they are on vertices, the boxes do.
"""


def cell_dot(
    nodes: Sequence[str], edges: Sequence[tuple[int, int, str]], theme: Theme
) -> str:
    """Return a graph as DOT: node labels, and edges as (from, to, label)."""
    font = FONT.split(",")[-1].strip()
    common = f'fontname="{font}", fontsize=11, fontcolor="{theme.ink}"'
    lines = [
        "digraph {",
        'rankdir=LR; bgcolor="transparent"; nodesep=0.25; ranksep=0.45;',
        f'node [shape=box, style="rounded", color="{theme.accent}", {common}];',
        f'edge [color="{theme.muted}", arrowsize=0.7, {common}];',
    ]
    lines += [f"{place} [label={_quoted(label)}];" for place, label in enumerate(nodes)]
    lines += [f"{a} -> {b} [label={_quoted(label)}];" for a, b, label in edges]
    return "\n".join([*lines, "}"])


def _quoted(text: str) -> str:
    """Return `text` as a DOT string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'
