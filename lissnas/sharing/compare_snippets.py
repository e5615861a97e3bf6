"""The same in Python, of what the Compare page shows."""

from collections.abc import Sequence
from typing import Any

from lissnas.sharing.snippets import changed

FIGURES = {
    "table": """\
from lissnas.comparison import estimate_text, summarise

for row in summarise(outcomes):
    if row.estimates:
        print(row.title, estimate_text(row, "size"), estimate_text(row, "mean_true"))
""",
    "measures": """\
from itertools import cycle

from lissnas.comparison import MEASURES, summarise
from lissnas.figures.measures import Bar, Panel, measures_figure
from lissnas.figures.theme import LIGHT, styles

names = ("mean_true", "p_good", "shrink_index", "dispersion", "queries")
bars = []
for row, style in zip(summarise(outcomes), cycle(styles(LIGHT))):
    found = [row.estimates.get(name) for name in names]
    values = [one and (one.mean, one.low, one.high) for one in found]
    bars.append(Bar(row.title, style, values))
panels = [Panel(MEASURES[name].title) for name in names]
figure = measures_figure(panels, bars, LIGHT)
figure.show()
""",
    "errors": """\
from itertools import cycle

from lissnas.figures.overlays import Series, errors_figure
from lissnas.figures.theme import LIGHT, styles

series = [
    Series(title, style, 1 - some.{scores})
    for (title, some), style in zip(members.items(), cycle(styles(LIGHT)))
]
figure = errors_figure(series, LIGHT, "{kind}")
figure.show()
""",
    "costs": """\
from itertools import cycle

from lissnas.figures.overlays import Series, costs_figure
from lissnas.figures.theme import LIGHT, styles

series = [
    Series(title, style, some.macs.astype(float))
    for (title, some), style in zip(members.items(), cycle(styles(LIGHT)))
]
figure = costs_figure(series, LIGHT)
figure.show()
""",
    "searches": """\
from itertools import cycle

import numpy as np

from lissnas.comparison import GRID
from lissnas.figures.search import Found, found_figure
from lissnas.figures.theme import LIGHT, styles

series = []
for (title, some), style in zip(members.items(), cycle(styles(LIGHT))):
    found = some.found[~np.isnan(some.found).any(axis=1)]
    if len(found):
        series.append(Found(title, style, GRID, found))
figure = found_figure(series, LIGHT)
figure.show()
""",
    "maps": """\
from itertools import cycle

import numpy as np

from lissnas import embedding
from lissnas.figures.multiples import Spot, multiples_figure
from lissnas.figures.theme import LIGHT, styles
from lissnas.spaces import SPACES

space = SPACES[{space!r}]
rng = np.random.default_rng(0)
reference = space.encode(next(iter(members.values())).archs)
plane = embedding.projection(embedding.scaled(reference, reference))
spots = []
for (title, some), style in zip(members.items(), cycle(styles(LIGHT))):
    rows = rng.permutation(len(some.archs))[:400]
    archs = some.archs[rows]
    where = plane(embedding.scaled(space.encode(archs), reference))
    spots.append(Spot(title, style, where, space.short(archs), some.predicted[rows]))
figure = multiples_figure(spots[0], spots, LIGHT)
figure.show()
""",
    "paper": """\
from lissnas.comparison import paper_numbers

for number in paper_numbers({space!r}):
    print(number)
""",
}
"""Name: code that draws it, of `outcomes` and `members` that stand before it."""


def comparison_snippet(figure: str, comparison: Any, kind: str = "true") -> str:
    """Return code that computes what a comparison lacks, and draws one of `FIGURES`.

    `kind` says which errors are drawn, "true" or "predicted".
    """
    arguments = changed(comparison, without=("space", "task", "predictor"))
    more = f",\n    {arguments}" if arguments else ""
    return f"""\
from lissnas.comparison import Comparison, execute, finished, members_of, pooled
from lissnas.predictor import PredictorSettings

comparison = Comparison(
    {comparison.space!r},
    {comparison.task!r}{more},
    predictor=PredictorSettings({changed(comparison.predictor)}),
)
for _ in execute(comparison):  # what is stored is not computed again
    pass
outcomes, members = [], {{}}
for cell, outcome in finished(comparison).items():
    outcomes.append(outcome)
    some = members_of(comparison, cell)
    own = not outcome.matched and outcome.role != "control"
    title = f"{{outcome.title}} (own size)" if own else outcome.title
    if some is not None:
        members.setdefault(title, []).append(some)
members = {{title: pooled(parts) for title, parts in members.items()}}

{_drawn(figure, comparison.space, kind)}"""


def runs_snippet(
    figure: str, names: Sequence[str], space: str, kind: str = "true"
) -> str:
    """Return code that measures stored runs and draws one of `FIGURES`."""
    return f"""\
from lissnas.comparison import compare_runs

outcomes, members = [], {{}}
for outcome, some in compare_runs({list(names)!r}):
    outcomes.append(outcome)
    members[outcome.title] = some
first = [title for title in members if title == "Original space"]
members = {{title: members[title] for title in [*first, *members]}}

{_drawn(figure, space, kind)}"""


def _drawn(figure: str, space: str, kind: str) -> str:
    """Return the code of a figure, filled in."""
    scores = "true" if kind == "true" else "predicted"
    text = FIGURES[figure].replace("{space!r}", repr(space))
    return text.replace("{scores}", scores).replace("{kind}", kind)
