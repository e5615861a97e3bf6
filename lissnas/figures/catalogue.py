"""All figures by name: what they show, how they are explained, and their numbers.

Whatever draws an interactive figure for readers is here, so that none is without an
explanation, its place in the paper, its numbers and words for those who do not see it.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from lissnas.figures import (
    correlations,
    costs,
    edf,
    landscape,
    locality,
    locality_data,
    measures,
    multiples,
    overlays,
    quality,
    ranking,
    reached,
    search,
    spread,
    teaching,
    timeline,
    training,
    walk,
)
from lissnas.figures import map as maps
from lissnas.figures.theme import Columns, Figure


class Entry(NamedTuple):
    """A figure: a text alternative, its explanation, and what makes it and its numbers.

    `alt` is one phrase for those who do not see it; the numbers are the longer one.
    """

    alt: str
    about: str
    draw: Callable[..., Figure]
    columns: Callable[..., Columns]


def _entries(module: Any, *names: tuple[str, str, str]) -> dict[str, Entry]:
    """Return entries of a module, each of a name, its alternative and its ABOUT."""
    found = {}
    for name, alt, about in names:
        draw, columns = f"{name}_figure", f"{name}_columns"
        found[f"{module.__name__.split('.')[-1]}.{name}"] = Entry(
            alt, getattr(module, about), getattr(module, draw), getattr(module, columns)
        )
    return found


FIGURES: Mapping[str, Entry] = {
    **_entries(
        timeline,
        ("timeline", "Size, accuracy and share of good networks by iteration", "ABOUT"),
    ),
    **_entries(maps, ("map", "Map of the architectures of an iteration", "ABOUT")),
    **_entries(edf, ("edf", "Error distributions of all iterations", "ABOUT")),
    **_entries(
        costs, ("cost", "Multiply-adds of a space over those of the original", "ABOUT")
    ),
    **_entries(quality, ("quality", "Predicted against true accuracies", "ABOUT")),
    **_entries(landscape, ("landscape", "Map of a sample of a space", "ABOUT")),
    **_entries(
        spread, ("spread", "Histograms of accuracy, parameters, multiply-adds", "ABOUT")
    ),
    "locality.rwa": Entry(
        "Correlation of accuracies by edit distance",
        locality_data.ABOUT_RWA,
        locality.rwa_figure,
        locality_data.pairs_columns,
    ),
    "locality.aad": Entry(
        "Mean absolute difference of accuracies by edit distance",
        locality_data.ABOUT_AAD,
        locality.aad_figure,
        locality_data.pairs_columns,
    ),
    "locality.walk": Entry(
        "Correlation of accuracies by steps along random walks",
        locality_data.ABOUT_WALK,
        locality.walk_figure,
        locality_data.walk_columns,
    ),
    "locality.kind": Entry(
        "Mean absolute difference by kind of edit",
        locality_data.ABOUT_KIND,
        locality.kind_figure,
        locality_data.kind_columns,
    ),
    "locality.geometry": Entry(
        "Number of architectures by edit distance",
        locality_data.ABOUT_GEOMETRY,
        locality.geometry_figure,
        locality_data.geometry_columns,
    ),
    "walk.map": Entry(
        "A walker on a map", walk.ABOUT, walk.walk_map, walk.walk_columns
    ),
    "walk.step": Entry(
        "Score of a walker by step",
        walk.ABOUT_STEPS,
        walk.step_figure,
        walk.walk_columns,
    ),
    **_entries(walk, ("lag", "Autocorrelation along one walk", "ABOUT_LAGS")),
    **_entries(
        measures, ("measures", "Means and intervals of the main measures", "ABOUT")
    ),
    **_entries(
        overlays,
        ("errors", "Error distributions of all compared spaces", "ERRORS_ABOUT"),
        ("costs", "Multiply-adds of all compared spaces", "COSTS_ABOUT"),
    ),
    **_entries(
        search,
        ("found", "True accuracy of the best found, by queries", "ABOUT"),
        ("search", "Accuracy of the best found by each search, by queries", "ABOUT"),
    ),
    **_entries(multiples, ("multiples", "Small maps of all compared spaces", "ABOUT")),
    **_entries(
        training,
        ("curves", "Loss, accuracy, rate and speed by step", "ABOUT"),
        ("visits", "How often each option was trained", "ABOUT_VISITS"),
    ),
    **_entries(
        reached,
        ("reached", "How measured accuracies are spread", "ABOUT"),
        ("best", "The best accuracy of a search, by architectures", "ABOUT_SEARCH"),
    ),
    **_entries(ranking, ("ranking", "Accuracies in a supernet against alone", "ABOUT")),
    **_entries(
        correlations, ("correlation", "Rank correlations with intervals", "ABOUT")
    ),
    **_entries(
        teaching,
        ("theorem", "The chance of Theorem 1 by share of good", "ABOUT_THEOREM"),
        ("contrast", "Mean accuracy of runs by queries", "ABOUT_CONTRAST"),
        ("spread", "True accuracies of all, one marked", "ABOUT_SPREAD"),
    ),
}
"""Name: figure; names are those of the module and the figure."""
