"""The same in Python, of what the Explore and Locality pages show."""

from collections.abc import Sequence
from typing import Any

from lissnas.sharing.snippets import changed

SURVEYED = {
    "rwa": "rwa_figure(series, LIGHT)",
    "aad": "aad_figure(series, LIGHT)",
    "walk": "walk_figure(series, LIGHT)",
    "kind": "kind_figure(series[0], LIGHT)",
}
WALKED = {
    "map": "walk_map(flat(features), scores, flat(way), LIGHT, 'score')",
    "step": "step_figure(met, len(met) - 1, LIGHT, 'score')",
    "lag": "lag_figure(running_autocorrelation(met, 12), LIGHT)",
}


def _sampled(space: str, task: str | None) -> str:
    """Return code that samples a space as the Explore page does."""
    table = "None" if task is None else f"load({space!r}, {task!r})"
    return f"""\
import numpy as np

from lissnas.explain import overview
from lissnas.figures.theme import LIGHT
from lissnas.oracles import load
from lissnas.spaces import SPACES

space = SPACES[{space!r}]
table = {table}
seen = overview(space, table, np.random.default_rng(0))
"""


def spread_snippet(space: str, task: str | None) -> str:
    """Return code that samples a space and draws how costs and accuracies spread."""
    return f"""\
{_sampled(space, task)}
from lissnas.figures.spread import spread_columns, spread_figure

figure = spread_figure(seen, LIGHT)
figure.show()
numbers = spread_columns(seen)
"""


def map_snippet(space: str, task: str | None, colour: str, umap: Any = None) -> str:
    """Return code that draws the map of a space's sample, by PCA or a UMAP.

    `umap` are the settings of a UMAP, None for PCA.
    """
    lines = "where = embedding.projection(features)(features)"
    imported = "from lissnas import embedding"
    axes = ("PCA 1", "PCA 2")
    if umap is not None:
        imported += "\nfrom lissnas.embedding import UmapSettings"
        lines = (
            f"where = embedding.umap(features, settings=UmapSettings({changed(umap)}))"
        )
        axes = ("UMAP 1", "UMAP 2")
    return f"""\
{_sampled(space, task)}
{imported}
from lissnas.figures import landscape

encoded = space.encode(seen.archs)
features = embedding.scaled(encoded, encoded)
{lines}
shades = landscape.shades_of(space, seen, {colour!r}, LIGHT)
texts = landscape.landscape_texts(seen, space.short(seen.archs))
figure = landscape.landscape_figure(
    shades, where, texts, LIGHT, {colour!r}, {axes!r}
)
figure.show()
"""


def arch_snippet(space: str, arch: str) -> str:
    """Return code that lists an architecture's parts, costs and neighbours."""
    return f"""\
import numpy as np

from lissnas.explain import changes, sentence
from lissnas.spaces import SPACES

space = SPACES[{space!r}]
arch = space.canonical(space.parse([{arch!r}]))
graph, cost = space.graph(arch[0]), space.cost(arch)
neighbours = space.neighbours(arch).archs
words = [sentence(one) for one in changes(space, arch, neighbours)]
print(graph.nodes, graph.edges, cost.macs, cost.params)
print(*zip(space.format(neighbours), words), sep="\\n")
"""


def pair_snippet(space: str, first: str, second: str) -> str:
    """Return code that tells what differs between two architectures."""
    return f"""\
from lissnas.explain import compared, sentence
from lissnas.spaces import SPACES

space = SPACES[{space!r}]
first, second = space.canonical(space.parse([{first!r}, {second!r}]))
pair = compared(space, first, second)
print(sentence(pair.changes))
"""


def survey_snippet(
    figure: str, subjects: Sequence[tuple[str, str, str]], settings: Any, seed: int
) -> str:
    """Return code that measures locality and draws a figure of `SURVEYED`.

    `subjects` are names of a space and of a task, and the source of its scores.
    """
    name = SURVEYED[figure].partition("(")[0]
    listed = "".join(f"    {one!r},\n" for one in subjects)
    return f"""\
from lissnas.figures.locality import Series, {name}
from lissnas.figures.theme import LIGHT
from lissnas.metrics.locality import LocalitySettings, WalkSettings
from lissnas.survey import survey

subjects = [  # space, task, source
{listed}]
settings = LocalitySettings({changed(settings)})
series = []
for space, task, source in subjects:
    one = survey(space, task, settings, WalkSettings(), {seed}, source)
    series.append(
        Series(one.name, one.source, one.pairs, one.walk, one.threshold, one.total)
    )
figure = {SURVEYED[figure]}
figure.show()
"""


def geometry_snippet(spaces: Sequence[str]) -> str:
    """Return code that counts how many architectures are how far away."""
    return f"""\
import numpy as np

from lissnas.figures.locality import geometry_figure
from lissnas.figures.theme import LIGHT
from lissnas.metrics.locality import geometry
from lissnas.spaces import SPACES

near = {{
    SPACES[name].title: (
        geometry(SPACES[name], np.random.default_rng(0)),
        SPACES[name].total_edit_distance,
    )
    for name in {list(spaces)!r}
}}
figure = geometry_figure(near, LIGHT)
figure.show()
"""


def walk_snippet(
    figure: str, space: str, task: str, seed: int, number: int, steps: tuple[int, int]
) -> str:
    """Return code that takes the walk of the Locality page and draws it.

    `figure` is one of `WALKED`, `number` says which walk of the seed it is, and `steps`
    how far it has come and how far it goes.
    """
    at, last = steps
    return f"""\
import numpy as np

from lissnas import embedding
from lissnas.figures.theme import LIGHT
from lissnas.figures.walk import lag_figure, step_figure, walk_map
from lissnas.metrics.locality import random_walks, running_autocorrelation
from lissnas.spaces import SPACES
from lissnas.survey import answer_for

space, answer = SPACES[{space!r}], answer_for({space!r}, {task!r}, {seed})
rng = np.random.default_rng(np.random.SeedSequence([{seed}, 7, {number}]))
archs = random_walks(space, 1, {last}, rng)[0][: {at + 1}]
met = answer.oracle(archs)
sample = space.sample(1_200, np.random.default_rng({seed}))
scores, encoded = answer.oracle(sample), space.encode(sample)
features = embedding.scaled(encoded, encoded)
way = embedding.scaled(space.encode(archs), encoded)
flat = embedding.projection(features)
figure = {WALKED[figure]}
figure.show()
"""
