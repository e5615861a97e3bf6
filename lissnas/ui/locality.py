"""The Locality page: its curves, and what they say in words."""

from collections.abc import Sequence
from functools import partial
from html import escape

import numpy as np
import streamlit as st

from lissnas.figures import locality as figures
from lissnas.figures import locality_data as data
from lissnas.figures.catalogue import FIGURES
from lissnas.figures.locality import MOST, Series, palette
from lissnas.figures.theme import Figure, Theme
from lissnas.metrics.locality import Geometry, geometry
from lissnas.oracles import tasks
from lissnas.sharing.page_snippets import geometry_snippet, survey_snippet
from lissnas.spaces import SPACES
from lissnas.survey import Survey
from lissnas.ui.forms import no_table
from lissnas.ui.frames import under
from lissnas.ui.locality_choice import KEY, Choice
from lissnas.ui.panels import CONFIG
from lissnas.ui.shell import current_theme

GLYPHS = ("●", "◆", "■", "▲", "✕", "★", "✚")
AXES = ("edits", "share of all edits")
LAGS = ("square root", "steps")


def series_of(found: Sequence[Survey]) -> list[Series]:
    """Return surveys as what the figures draw."""
    return [
        Series(one.name, one.source, one.pairs, one.walk, one.threshold, one.total)
        for one in found
    ]


def words_panel(found: Sequence[Survey]) -> None:
    """Draw what each subject's locality is in words; this is the figures' legend."""
    rows = []
    for place, one in enumerate(found):
        colour = palette(current_theme())[place % MOST]
        mark = f'<span style="color:{colour}">{GLYPHS[place % MOST]}</span>'
        rows.append(
            f"<p style='margin:0 0 .5rem'>{mark} <b>{escape(one.name)}</b>"
            f"{_badge(one)}<br>{escape(one.verdict)} {escape(one.walk_verdict)}</p>"
        )
    with st.container(border=True):
        st.html("".join(rows))
    for one in found:
        if one.pairs.left_out:
            left = ", ".join(map(str, one.pairs.left_out))
            st.caption(
                f"{one.name}: distances {left} have too few measured pairs and are "
                "left out."
            )
    for name in dict.fromkeys(one.space for one in found if one.source == "costs"):
        if not tasks(name):
            with st.expander(f"Accuracies of {SPACES[name].title}"):
                no_table(name)


def _badge(one: Survey) -> str:
    """Return a mark for scores that are not the truth of the whole space."""
    text = {
        "costs": "multiply-adds, not accuracy",
        "predicted": "predicted, not measured",
    }.get(one.source, "" if one.complete else "among measured networks only")
    return f" <i>({text})</i>" if text else ""


def rwa_panel(found: Sequence[Survey], choice: Choice) -> None:
    """Draw correlations and differences by edit distance, side by side."""
    row = st.container(horizontal=True)
    share = _switch(row, "Distance", AXES, "distance") == AXES[1]
    costs = any(one.source == "costs" for one in found)
    units = ("points", "relative") if not costs else ("relative",)
    relative = _switch(row, "Difference", units, "difference") == "relative"
    series, theme = series_of(found), current_theme()
    code = partial(_code, found, choice)
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**Correlation of pairs**")
        drawn = figures.rwa_figure(series, theme, share)
        _chart(drawn, "rwa", FIGURES["locality.rwa"].alt)
        under(
            data.ABOUT_RWA,
            lambda: data.pairs_columns(series),
            "locality-rwa",
            code("rwa"),
        )
    with right:
        st.markdown("**Difference of pairs**")
        drawn = figures.aad_figure(series, theme, share, relative)
        _chart(drawn, "aad", FIGURES["locality.aad"].alt)
        under(
            data.ABOUT_AAD,
            lambda: data.pairs_columns(series),
            "locality-aad",
            code("aad"),
        )


def walks_panel(found: Sequence[Survey], choice: Choice) -> None:
    """Draw the autocorrelation along walks, and differences by kind of edit."""
    theme, series = current_theme(), series_of(found)
    code = partial(_code, found, choice)
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**Along random walks**")
        root = _switch(st.container(), "Axis", LAGS, "axis") == LAGS[0]
        _chart(
            figures.walk_figure(series, theme, root),
            "walks",
            FIGURES["locality.walk"].alt,
        )
        under(
            data.ABOUT_WALK,
            lambda: data.walk_columns(series),
            "locality-walks",
            code("walk"),
        )
    with right:
        kinds = [one for one in series if len(one.pairs.aad_by_kind) > 1]
        if kinds:
            st.markdown("**By kind of edit**")
            names = [one.name for one in kinds]
            name = st.selectbox("Of", names, key=f"{KEY}_kind_of")
            shown = kinds[names.index(name)]
            own = [one for one in found if one.name == name]
            drawn = figures.kind_figure(shown, theme)
            _chart(drawn, "kinds", FIGURES["locality.kind"].alt, legend=True)
            under(
                data.ABOUT_KIND,
                lambda: data.kind_columns(kinds),
                "locality-kinds",
                _code(own, choice, "kind"),
            )
        else:
            _geometry(found, theme)
    if kinds:
        _geometry(found, theme)


def _code(found: Sequence[Survey], choice: Choice, figure: str) -> str:
    """Return Python that measures what is shown and draws a figure of it."""
    subjects = [(one.space, one.task, one.source) for one in found]
    return survey_snippet(figure, subjects, choice.settings, choice.seed)


def _geometry(found: Sequence[Survey], theme: Theme) -> None:
    """Draw how many architectures are how far away."""
    near = {
        SPACES[name].title: (_near(name), SPACES[name].total_edit_distance)
        for name in dict.fromkeys(one.space for one in found)
    }
    st.markdown("**How many neighbours there are**")
    _chart(
        figures.geometry_figure(near, theme),
        "near",
        FIGURES["locality.geometry"].alt,
        legend=True,
    )
    how = "; ".join(f"{name}: {one.method}" for name, (one, _) in near.items())
    st.caption(f"Counted {how}.")
    columns = data.geometry_columns(near)
    code = geometry_snippet(list(dict.fromkeys(one.space for one in found)))
    under(data.ABOUT_GEOMETRY, lambda: columns, "locality-neighbours", code)


@st.cache_resource(max_entries=32, show_spinner="Counting neighbours")
def _near(name: str) -> Geometry:
    """Return the numbers of neighbours in a space."""
    return geometry(SPACES[name], np.random.default_rng(0))


def _chart(drawn: Figure, name: str, alt: str, legend: bool = False) -> None:
    """Draw a figure, without a legend where the words are one."""
    drawn.update_layout(showlegend=legend)
    st.plotly_chart(drawn, theme=None, key=f"{KEY}_{name}", config=CONFIG, alt=alt)


def _switch(
    where: st.delta_generator.DeltaGenerator,
    label: str,
    choices: tuple[str, ...],
    key: str,
) -> str:
    """Return what is chosen in a row of buttons, the first one by default."""
    found = where.segmented_control(
        label, choices, default=choices[0], key=f"{KEY}_{key}", required=True
    )
    return found or choices[0]
