"""The panels of the Shrink page: one function a panel, each with its figure."""

import numpy as np
import streamlit as st

from lissnas.arrays import Ints, Scores
from lissnas.figures import costs, edf, timeline
from lissnas.figures.theme import UNKNOWN, percent
from lissnas.records import Decision
from lissnas.runs import Stored
from lissnas.sharing.snippets import figure_snippet
from lissnas.ui import state
from lissnas.ui.frames import under
from lissnas.ui.run_selection import lit_members, members
from lissnas.ui.selected import mode, on_stretch, part
from lissnas.ui.shell import current_theme
from lissnas.ui.store import View
from lissnas.ui.view import Cells, draw
from lissnas.ui.words import (
    Condition,
    change,
    conditions,
    measured_line,
    measured_part,
    sample_line,
    study_line,
)

CONFIG = {
    "displaylogo": False,
    "showSendToCloud": False,  # nothing leaves this machine
    "modeBarButtonsToRemove": ["select2d", "lasso2d"],
}
EDF_CELLS = 20  # stretches of errors for the keyboard
MARKS = {True: ":green-badge[:material/check: kept]", None: ":gray-badge[start]"}
BROKEN = ":red-badge[:material/close: broken]"


def headline(shown: View, step: int) -> None:
    """Draw which run this is, its decision in words, and both conditions."""
    now = shown.stored[step]
    before = shown.stored[step - 1] if step else None
    st.caption(f"{study_line(shown.study)} · run `{shown.run.name}`")
    iteration = now.iteration
    text = f"**Iteration {step}.** {iteration.reason}"
    left, right = st.columns([3, 2], vertical_alignment="center")
    if not iteration.accepted:
        left.warning(text, icon=":material/undo:")
    elif iteration.decision is Decision.CONTINUE:
        left.info(text, icon=":material/arrow_forward:")
    else:
        left.success(text, icon=":material/flag:")
    lines = [_condition_text(condition) for condition in conditions(now, before)]
    right.markdown("  \n".join(lines), help=_CONDITION_HELP)
    if iteration.sampled:
        st.caption(sample_line(len(iteration.space), iteration.size))


_CONDITION_HELP = (
    "The two conditions of effective shrinkage (section 4.4 of the paper): the size "
    "falls in every iteration, and good architectures become more likely."
)


def _condition_text(condition: Condition) -> str:
    """Return a condition as markdown with its mark."""
    mark = BROKEN if condition.kept is False else MARKS[condition.kept]
    return f"**{condition.title}** {mark} {condition.sentence}"


def metrics_row(shown: View, step: int) -> None:
    """Draw the numbers of an iteration with their change."""
    now = shown.stored[step].measures
    old = shown.stored[step - 1].measures if step else {}
    iteration, size = shown.stored[step].iteration, None
    if step:
        size = f"{100 * (iteration.size / iteration.previous_size - 1):+.0f} %"
    row = st.container(horizontal=True, gap="small")
    row.metric(
        "Size",
        f"{iteration.size:,}",
        size,
        "inverse",
        border=True,
        help="Architectures.",
    )
    row.metric(
        "Queries",
        f"{iteration.queries:,}",
        change(now.get("queries"), old.get("queries"), 1, 0, ""),
        "off",
        border=True,
        help="Distinct architectures the predictor was asked about so far.",
    )
    for label, name, text in (
        ("True mean", "mean_true", "Mean true accuracy of the space."),
        (
            "Predicted",
            "mean_predicted",
            "Mean predicted accuracy of the space: all the run sees.",
        ),
        (
            "Good share",
            "p_good",
            "Share above the original's 80th percentile, true.",
        ),
    ):
        delta = change(now.get(name), old.get(name), 100, 2, " pt")
        row.metric(label, percent(now.get(name)), delta, border=True, help=text)
    index = now.get("shrink_index")
    row.metric(
        "Shrink index",
        UNKNOWN if index is None else f"{index:.3f}",
        change(index, old.get("shrink_index"), 1, 3, ""),
        border=True,
        help="Rise of the chance that at least 2 of 10 uniform draws are good (eq. 2).",
    )
    config = shown.run.config
    pairs = (config.get("quality") or {}).get("pairs", 0)
    line = measured_line(now, pairs, (config.get("table") or {}).get("rows", 0))
    if line:
        st.caption(line)


def timeline_panel(shown: View, step: int) -> None:
    """Draw the run at a glance; a click on a dot goes to its iteration."""
    measured = [one.measures for one in shown.stored]
    accepted = [one.iteration.accepted for one in shown.stored]
    st.plotly_chart(
        timeline.timeline_figure(measured, accepted, step, current_theme()),
        theme=None,
        key="shrink_timeline",
        on_select=_go_to_clicked,
        selection_mode="points",
        config={"displayModeBar": False},
        alt="Size, mean accuracy and share of good architectures by iteration",
    )
    under(
        timeline.ABOUT,
        lambda: timeline.timeline_columns(measured),
        f"timeline-{shown.run.name}",
        figure_snippet(shown.run.name, "timeline", step),
    )


def _go_to_clicked() -> None:
    """Show the iteration whose dot was clicked."""
    chosen = st.session_state["shrink_timeline"]["selection"]["points"]
    if chosen:
        state.go_to(int(chosen[0]["x"]))


def edf_panel(shown: View, step: int) -> None:
    """Draw the error distribution of all iterations over the original space."""
    known = (
        all(
            not np.isnan(one.true["space"]).all()
            for one in shown.stored
            if one.iteration.step
        )
        and not np.isnan(shown.start.true).all()
    )
    original = shown.start.true if known else shown.start.predicted
    errors = {"original": 1 - original}
    for one in shown.stored[1:]:
        errors[f"iteration {one.iteration.step}"] = 1 - _accuracy(one, known)
    good = 1 - shown.start.threshold if known else float("nan")
    kind = "true errors" if known else "predicted errors"
    if known and (few := measured_part(shown.stored[step].measures)):
        kind += f", {few}"
    st.markdown(f"**Error distribution** ({kind})")
    name = f"iteration {step}" if step else "original"
    theme, now, chosen = current_theme(), errors[name], lit_members(shown, step)
    grid = edf.error_grid(errors)[:: edf.STEPS // EDF_CELLS]
    cells = (Cells("xaxis", f"{kind} in %", tuple((100 * grid).tolist())),)
    draw(
        edf.edf_figure(errors, theme, name, good=good, measured=known),
        "shrink_edf",
        "Error distribution of every iteration over the original space",
        on_stretch(
            shown.space,
            cells,
            lambda at: part(members(shown, step), 100 * now, at.low, at.high),
        ),
        overlay=None if chosen is None else edf.edf_overlay(errors, now[chosen], theme),
        cells=cells,
        mode=mode(),
        keep=f"{shown.run.name} {known}",
    )
    under(
        edf.ABOUT,
        lambda: edf.edf_columns(errors),
        f"edf-{shown.run.name}",
        figure_snippet(shown.run.name, "errors", step),
    )


def _accuracy(stored: Stored, measured: bool) -> Scores:
    """Return true or predicted accuracies of an iteration's space."""
    if measured:
        return stored.true["space"]
    return stored.iteration.space_predicted


@st.cache_resource(max_entries=32, show_spinner=False)
def _space_macs(key: tuple[str, int], _view: View, step: int) -> Ints:
    """Return the multiply-adds of an iteration's space, the sample's at step 0."""
    if step == 0:
        return _view.start.macs
    macs: Ints = _view.space.cost(_view.stored[step].iteration.space).macs
    return macs


def costs_panel(shown: View, step: int) -> None:
    """Draw the multiply-adds of an iteration's space over those of the original."""
    macs = _space_macs(shown.key, shown, step)
    original = shown.start.macs
    st.markdown("**Multiply-adds** (FLOPs)")
    theme, chosen = current_theme(), lit_members(shown, step)
    edges = costs.cost_bins(original, macs) / 1e6
    cells = (Cells("xaxis", "multiply-adds in millions", tuple(edges.tolist())),)
    overlay = None
    if chosen is not None:
        overlay = costs.cost_overlay(original, macs, chosen, theme)
    draw(
        costs.cost_figure(original, macs, theme, f"Iteration {step}"),
        "shrink_costs",
        "Multiply-adds of this space and of the original space",
        on_stretch(
            shown.space,
            cells,
            lambda at: part(members(shown, step), macs / 1e6, at.low, at.high),
        ),
        overlay=overlay,
        cells=cells,
        mode=mode(),
        keep=shown.run.name,
    )
    under(
        costs.ABOUT,
        lambda: costs.cost_columns(original, macs),
        f"multiply-adds-{shown.run.name}-{step}",
        figure_snippet(shown.run.name, "multiply-adds", step),
    )
