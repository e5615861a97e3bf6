"""The last four lessons: the shrink index, diversity, no locality, and search."""

from collections.abc import Mapping

import numpy as np
import streamlit as st

from lissnas import embedding
from lissnas.figures import multiples, teaching
from lissnas.figures import search as search_figures
from lissnas.figures.multiples import Spot
from lissnas.figures.theme import Figure, Style, percent, styles
from lissnas.metrics.shrinkage import probability_at_least, shrink_index
from lissnas.search.comparison import Curves
from lissnas.session import Session
from lissnas.teaching import Contrast, Diverse, contrast, diverse, searched
from lissnas.ui.frames import under
from lissnas.ui.panels import CONFIG
from lissnas.ui.shell import current_theme
from lissnas.ui.tour.ground import KEY, example, ground, kept, source

TARGET, SAMPLES, QUERIES, SEEDS = 500, 1000, 300, 20
GROUND, MEMBERS = 1500, 400


def index() -> None:
    """Draw Theorem 1 with sliders, beginning with what the example reached."""
    run = example()
    last = run.stored[-1].measures
    measured = (run.start.p_good, float(last["p_good"] or 0))
    left, right = st.columns([2, 3], gap="medium")
    with left:
        original = _share("Good in the original space, %", "original", measured[0])
        shrunk = _share("Good in the shrunk space, %", "shrunk", measured[1])
        n = int(st.slider("Draws n", 1, 100, 10, key=f"{KEY}_n"))
        k = (
            int(st.slider("Of these at least k good", 1, n, min(2, n), key=f"{KEY}_k"))
            if n > 1
            else 1
        )
        chances = probability_at_least(np.array([original, shrunk]), n, k)
        row = st.container(horizontal=True)
        row.metric("P, original", f"{chances[0]:.3f}", border=True)
        row.metric("P, shrunk", f"{chances[1]:.3f}", border=True)
        value = shrink_index(original, shrunk, n, k)
        row.metric("Shrink index", f"{value:+.3f}", border=True)
    with right:
        drawn = teaching.theorem_figure(n, k, original, shrunk, current_theme())
        _chart(drawn, "theorem", f"Theorem 1 for at least {k} of {n}")
        under(
            teaching.ABOUT_THEOREM,
            lambda: teaching.theorem_columns(n, k),
            f"{KEY}-theorem",
        )
    st.caption(
        f"The example run went from {percent(measured[0], 1)} to "
        f"{percent(measured[1], 1)} good networks. {source()}"
    )


def _share(label: str, name: str, start: float) -> float:
    """Return a share of good networks from a slider in percent."""
    value = st.slider(
        label, 0.0, 100.0, round(100 * start, 1), 0.5, key=f"{KEY}_good_{name}"
    )
    return float(value) / 100


def diversity() -> None:
    """Draw three spaces of about the same size on one map."""
    session, theme = ground(), current_theme()
    with st.spinner("Shrinking by three methods"):
        found = _diverse(str(example().run.path), session)
    rows = [
        {
            "method": one.name,
            "networks": len(one.archs),
            "mean true, %": 100 * one.mean,
            "dispersion, ratio": one.dispersion,
            "FLOP coverage": one.flops,
        }
        for one in found
    ]
    numbers = ("mean true, %", "dispersion, ratio", "FLOP coverage")
    config = {n: st.column_config.NumberColumn(format="%.2f") for n in numbers}
    st.dataframe(rows, hide_index=True, column_config=config, key=f"{KEY}_diverse")
    archs = session.start.archs[:GROUND]
    reference = session.space.encode(archs)
    plane = embedding.projection(embedding.scaled(reference, reference))
    looks = styles(theme)

    def spot(one: Diverse | None, style: Style) -> Spot:
        rows = archs if one is None else one.archs[:MEMBERS]
        where = plane(embedding.scaled(session.space.encode(rows), reference))
        title = "original" if one is None else one.name
        names = session.space.short(rows)
        return Spot(title, style, where, names, session.true(rows))

    spots = [spot(one, style) for one, style in zip(found, looks, strict=False)]
    drawn = multiples.multiples_figure(spot(None, looks[-1]), spots, theme)
    _chart(drawn, "maps", "Three shrunk spaces on one map")
    under(multiples.ABOUT, lambda: multiples.multiples_columns(spots), f"{KEY}-maps")
    st.caption(source())


@st.cache_resource(max_entries=2, show_spinner=False)
def _diverse(_path: str, _session: Session) -> list[Diverse]:
    """Return three shrunk spaces."""
    return diverse(_session, TARGET)


def ablation() -> None:
    """Draw the loop with and without locality."""
    session = ground()
    seed = int(st.number_input("Seed", 0, 99, 0, key=f"{KEY}_contrast_seed", width=150))
    with st.spinner("Running the loop three times"):
        found = _contrast(seed, session)
    lines = [(one.name, one.queries, one.mean, one.accepted[-1]) for one in found]
    _chart(
        teaching.contrast_figure(lines, current_theme()),
        "contrast",
        "True mean accuracy by queries, with and without locality",
    )
    under(
        teaching.ABOUT_CONTRAST,
        lambda: teaching.contrast_columns(lines),
        f"{KEY}-contrast-{seed}",
    )
    for one in found:
        steps = sum(one.accepted)
        size = one.size[np.flatnonzero(one.accepted)[-1]]
        best = one.mean[np.flatnonzero(one.accepted)[-1]]
        st.markdown(
            f"- **{one.name}**: {steps - 1} iterations, {size:,} networks with a true "
            f"mean of {percent(float(best))}. {one.reason}"
        )
    st.caption(source())


@st.cache_resource(max_entries=16, show_spinner=False)
def _contrast(seed: int, _session: Session) -> list[Contrast]:
    """Return the three runs of one seed."""
    return contrast(_session, SAMPLES, seed)


def search() -> None:
    """Draw the same search in the whole and in the shrunk space."""
    run = example()
    with st.spinner(f"Searching {2 * SEEDS} times"):
        found = _searched(str(run.run.path), ground())
    drawn = search_figures.search_figure(found, current_theme())
    _chart(drawn, "search", "Best found by queries, whole and shrunk space")
    under(
        search_figures.ABOUT,
        lambda: search_figures.search_columns(found),
        f"{KEY}-search",
    )
    sizes = ", ".join(f"{name.lower()} {one.size:,}" for name, one in found.items())
    queries = run.stored[-1].iteration.queries
    st.caption(
        f"Networks: {sizes}. {SEEDS} searches each, {QUERIES} queries of the predictor "
        f"a search; shrinking took {queries:,} queries before. {source()}"
    )


@st.cache_resource(max_entries=2, show_spinner=False)
def _searched(_path: str, _session: Session) -> Mapping[str, Curves]:
    """Return the curves of the searches."""
    return searched(_session, kept(), QUERIES, SEEDS, 0)


def _chart(drawn: Figure, name: str, alt: str) -> None:
    """Draw a figure of the tour."""
    st.plotly_chart(drawn, theme=None, key=f"{KEY}_{name}", config=CONFIG, alt=alt)
