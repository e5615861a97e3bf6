"""How a training goes: loss, accuracy, rate and speed; and which options it trained."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from lissnas.arrays import Ints, Scores
from lissnas.figures.theme import Columns, Theme, shades, styled

ABOUT = """
A point is about a second of training, the mean over its steps. **Loss** is the
cross-entropy with the recipe's label smoothing, **accuracy** the share of *training*
images that a step's random path got right, before that step learned from them: it
stays far below that of a network trained alone, since every step trains another path.
**Learning rate** follows the recipe's schedule, **images a second** are those of all
paths of a step counted once. A gap in speed is a pause, such as a checkpoint or another
job on the machine; a training that was resumed goes on at its last checkpoint.

*In the paper:* section 4.5 and Appendix F, training of supernets.
"""

ABOUT_VISITS = """
One group of bars a decision of the space, one bar an option: how often it was
**trained** so far, as a multiple of an even share (the dashed line). With strict
fairness (`fair`) all bars of a decision are equally high at any time where decisions
are free, and nearly so where only some combinations exist; with `uniform` they differ
by chance, the less the longer; with `balanced`, options with more parameters are
trained more often. In a shrunk space, options that it has lost stay at zero. An option
that is trained seldom looks worse in the supernet than it is.

*In the paper:* section 3.3, what a supernet gets to train.
"""

Log = Sequence[Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Curve:
    """One number of a log: its name there, its title, and a factor for readers."""

    name: str
    title: str
    factor: float = 1.0


CURVES = (
    Curve("loss", "Training loss"),
    Curve("accuracy", "Training accuracy, %", 100.0),
    Curve("rate", "Learning rate"),
    Curve("images_per_second", "Images a second"),
    Curve("memory_mib", "GPU memory, MiB"),
)


@dataclass(frozen=True, slots=True)
class Visits:
    """How often each option of each decision was trained."""

    decisions: Sequence[str]
    options: Sequence[Sequence[str]]
    counts: Sequence[Sequence[int]]


def curves_columns(logs: Mapping[str, Log]) -> Columns:
    """Return the lines of logs as columns, with the name of their training."""
    rows = [(name, line) for name, log in logs.items() for line in log]
    columns: Columns = {
        "training": [name for name, _ in rows],
        "step": [line.get("step") for _, line in rows],
        "seconds": [line.get("seconds") for _, line in rows],
    }
    for curve in CURVES:
        columns[curve.name] = [line.get(curve.name) for _, line in rows]
    return columns


def curves_figure(logs: Mapping[str, Log], theme: Theme) -> go.Figure:
    """Return one small chart a number over the steps, one line a training."""
    there = [
        curve
        for curve in CURVES
        if any(curve.name in line for log in logs.values() for line in log)
    ]
    rows = max(-(-len(there) // 2), 1)
    titles = [curve.title for curve in there]
    figure = make_subplots(
        *(rows, 2), subplot_titles=titles, vertical_spacing=0.4 / rows
    )
    colours = (theme.accent, theme.vermillion, theme.green, theme.purple)
    for number, curve in enumerate(there):
        for i, (name, log) in enumerate(logs.items()):
            lines = [line for line in log if curve.name in line]
            figure.add_trace(
                go.Scatter(
                    x=[line["step"] for line in lines],
                    y=[curve.factor * line[curve.name] for line in lines],
                    mode="lines" if len(lines) > 1 else "markers",
                    name=name,
                    legendgroup=name,
                    showlegend=number == 0,
                    line={
                        "color": colours[i % 4],
                        "width": 2,
                        "dash": ("solid", "dot", "dash", "dashdot")[i % 4],
                    },
                    hovertemplate=f"step %{{x:,}}: %{{y:.4g}}<extra>{name}</extra>",
                ),
                row=number // 2 + 1,
                col=number % 2 + 1,
            )
    styled(figure, theme, 60 + 210 * rows)
    figure.update_annotations(font={"size": 14, "color": theme.ink})
    figure.update_layout(showlegend=len(logs) > 1, legend={"y": 1.02 + 0.1 / rows})
    figure.update_xaxes(title_text="step", row=rows)
    return figure


def visits_columns(visits: Visits) -> Columns:
    """Return decision, option, times and share of an even share, as columns."""
    rows = [
        (decision, option, count, share)
        for decision, options, counts in _groups(visits)
        for option, count, share in zip(options, counts, _shares(counts), strict=True)
    ]
    names = ("decision", "option", "times", "of an even share")
    return {name: [row[i] for row in rows] for i, name in enumerate(names)}


def visits_figure(visits: Visits, theme: Theme) -> go.Figure:
    """Return bars of how often each option was trained, grouped by decision."""
    figure, groups = go.Figure(), _groups(visits)
    most = max((len(options) for _, options, _ in groups), default=0)
    for place, colour in enumerate(shades(most, theme)):
        has = [group for group in groups if place < len(group[1])]
        names = {options[place] for _, options, _ in has}
        figure.add_trace(
            go.Bar(
                x=[decision for decision, _, _ in has],
                y=[_shares(counts)[place] for _, _, counts in has],
                name=names.pop() if len(names) == 1 else f"option {place + 1}",
                customdata=[
                    (options[place], counts[place]) for _, options, counts in has
                ],
                marker={"color": colour},
                hovertemplate="%{x}: %{customdata[0]}<br>%{customdata[1]:,} times, "
                "%{y:.3f} of an even share<extra></extra>",
            )
        )
    styled(figure, theme, 340)
    figure.update_layout(barmode="group", bargap=0.25, bargroupgap=0.05)
    figure.add_hline(y=1, line={"color": theme.muted, "dash": "dash", "width": 1.5})
    figure.update_yaxes(title_text="times trained, even share = 1", rangemode="tozero")
    return figure


def spread_of(visits: Visits) -> tuple[float, float]:
    """Return the least and the most multiple of an even share among trained options."""
    shares = np.concatenate([_shares(counts) for _, _, counts in _groups(visits)])
    trained = shares[shares > 0]
    return (float(trained.min()), float(trained.max())) if len(trained) else (0.0, 0.0)


def _groups(visits: Visits) -> list[tuple[str, Sequence[str], Sequence[int]]]:
    """Return decision, options and counts of each decision."""
    parts = (visits.decisions, visits.options, visits.counts)
    return list(zip(*parts, strict=True))


def _shares(counts: Sequence[int]) -> Scores:
    """Return counts as multiples of an even share among options ever trained."""
    values: Ints = np.asarray(counts, dtype=np.int64)
    even = values.sum() / max(int((values > 0).sum()), 1)
    return values / even if even else np.zeros(len(values))
