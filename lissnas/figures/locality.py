"""Locality drawn: correlation and difference by edit distance and along walks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from lissnas.arrays import Scores
from lissnas.figures.theme import Theme, faint, styled
from lissnas.metrics.locality import Curve, Geometry, Locality, Walk

SYMBOLS = ("circle", "diamond", "square", "triangle-up", "x", "star", "cross")
DASHES = {"measured": "solid", "predicted": "dash", "costs": "dot"}
MOST = len(SYMBOLS)
HEIGHT = 400
MOST_TICKS = 8  # powers of ten that are named on an axis


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One task's locality under a name, with what is drawn beside it.

    `source` is ``measured``, ``predicted`` or ``costs``; `threshold` and `total` are
    edit distances.
    """

    name: str
    source: str
    pairs: Locality
    walk: Walk | None
    threshold: int
    total: int


def palette(theme: Theme) -> tuple[str, ...]:
    """Return the colours of series, in order."""
    return (
        *(theme.accent, theme.orange, theme.green, theme.purple),
        *(theme.vermillion, theme.muted, theme.yellow),
    )


def rwa_figure(
    series: Sequence[Series], theme: Theme, share: bool = False
) -> go.Figure:
    """Return the correlation by edit distance, or by share of all edits."""
    figure = go.Figure()
    for place, one in enumerate(series):
        x = _distances(one, share)
        _add_curve(figure, theme, place, one, x, one.pairs.rwa_curve)
    floors = [np.nanmedian(one.pairs.noise) for one in series if len(one.pairs.noise)]
    _noise(figure, theme, floors)
    _thresholds(figure, theme, series, share)
    return _finish(figure, theme, "correlation (RWA)", _distance_title(share), share)


def aad_figure(
    series: Sequence[Series], theme: Theme, share: bool = False, relative: bool = False
) -> go.Figure:
    """Return the mean absolute difference in points, or relative to unrelated pairs.

    Costs have no points of accuracy and are drawn only relative to unrelated pairs.
    """
    figure = go.Figure()
    for place, one in enumerate(series):
        if one.source == "costs" and not relative:
            continue
        level = one.pairs.unrelated
        factor = 1 / level if relative else 100
        curve = one.pairs.aad_curve
        drawn = Curve(
            *(factor * part for part in (curve.values, curve.low, curve.high))
        )
        _add_curve(figure, theme, place, one, _distances(one, share), drawn)
        if not relative and level == level:
            colour = palette(theme)[place % MOST]
            _unrelated(figure, theme, factor * level, colour, named=not place)
    if relative:
        _unrelated(figure, theme, 1.0, theme.muted)
    _thresholds(figure, theme, series, share)
    title = "AAD / that of unrelated pairs" if relative else "AAD, points"
    _finish(figure, theme, title, _distance_title(share), share)
    return figure.update_yaxes(rangemode="tozero")


def kind_figure(one: Series, theme: Theme) -> go.Figure:
    """Return the mean absolute difference by kind of edit, as bars with intervals."""
    figure = go.Figure()
    factor = 1.0 if one.source == "costs" else 100.0
    for place, (kind, curve) in enumerate(one.pairs.aad_by_kind.items()):
        low, high = curve.values - curve.low, curve.high - curve.values
        bars = {"type": "data", "array": factor * high, "arrayminus": factor * low}
        figure.add_trace(
            go.Bar(
                x=[str(i + 1) for i in range(len(curve.values))],
                y=factor * curve.values,
                error_y={**bars, "color": theme.ink, "thickness": 1.2},
                name=kind,
                marker={
                    "color": palette(theme)[place % MOST],
                    "pattern": {"shape": ("", "/", ".", "x")[place % 4]},
                },
                hovertemplate=f"{kind}, %{{x}}: %{{y:.2f}}<extra></extra>",
            )
        )
    level = factor * one.pairs.unrelated
    if level == level:
        _unrelated(figure, theme, level, theme.muted)
    unit = "M multiply-adds" if one.source == "costs" else "points"
    _finish(figure, theme, f"difference (AAD), {unit}", "edits of one kind")
    figure.update_xaxes(type="category", rangemode="normal")
    return figure.update_layout(barmode="group", height=320)


def walk_figure(series: Sequence[Series], theme: Theme, root: bool = True) -> go.Figure:
    """Return the autocorrelation along walks by steps, or by their square root."""
    figure = go.Figure()
    floors = []
    for place, one in enumerate(series):
        if one.walk is not None:
            x = np.sqrt(one.walk.lag) if root else one.walk.lag
            _add_curve(figure, theme, place, one, x, one.walk.curve, small=True)
            floors.append(float(np.nanmedian(one.walk.noise)))
    _noise(figure, theme, floors)
    title = "square root of steps apart" if root else "steps apart"
    return _finish(figure, theme, "autocorrelation", title)


def geometry_figure(
    found: Mapping[str, tuple[Geometry, int]], theme: Theme, share: bool = False
) -> go.Figure:
    """Return the number of architectures by edit distance; values hold the total."""
    figure = go.Figure()
    for place, (name, (one, total)) in enumerate(found.items()):
        colour = palette(theme)[place % MOST]
        figure.add_trace(
            go.Scatter(
                x=one.distance / total if share else one.distance,
                y=one.count,
                name=name,
                mode="lines+markers",
                line={"color": colour, "width": 2},
                marker={"symbol": SYMBOLS[place % MOST], "size": 8, "color": colour},
                hovertemplate="%{x:.2~f}: %{y:,.4~g}<extra>" + name + "</extra>",
            )
        )
    _finish(figure, theme, "architectures", _distance_title(share), share)
    most = max((float(one.count.max()) for one, _ in found.values()), default=1.0)
    step = max(1, int(np.ceil(np.log10(max(most, 1)) / MOST_TICKS)))
    return figure.update_yaxes(type="log", exponentformat="power", dtick=step)


def _distances(one: Series, share: bool) -> Scores:
    """Return a series' edit distances, or their share of the total."""
    return one.pairs.distance / (one.total if share else 1)


def _distance_title(share: bool) -> str:
    """Return the title of the axis of distances."""
    return "edits, as a share of the total edit distance" if share else "edits apart"


def _add_curve(
    figure: go.Figure,
    theme: Theme,
    place: int,
    one: Series,
    x: Scores,
    curve: Curve,
    small: bool = False,
) -> None:
    """Add a curve of a series and its band."""
    colour = palette(theme)[place % MOST]
    known = ~(np.isnan(curve.low) | np.isnan(curve.high))
    if known.any():
        ends = np.concatenate([curve.high[known], curve.low[known][::-1]])
        figure.add_trace(
            go.Scatter(
                x=np.concatenate([x[known], x[known][::-1]]),
                y=ends,
                fill="toself",
                fillcolor=faint(colour, 0.16),
                line={"width": 0},
                mode="lines",
                hoverinfo="skip",
                showlegend=False,
                legendgroup=str(place),
            )
        )
    marker = {"symbol": SYMBOLS[place % MOST], "size": 5 if small else 8}
    dash = DASHES.get(one.source, "solid")
    figure.add_trace(
        go.Scatter(
            x=x,
            y=curve.values,
            name=one.name,
            legendgroup=str(place),
            mode="lines+markers",
            line={"color": colour, "width": 2.2, "dash": dash},
            marker={**marker, "color": colour},
            customdata=np.stack([curve.low, curve.high], axis=1),
            hovertemplate="%{x:.3~g}: %{y:.3f} [%{customdata[0]:.3f}, "
            "%{customdata[1]:.3f}]<extra>" + one.name + "</extra>",
        )
    )


def _noise(figure: go.Figure, theme: Theme, floors: Sequence[float]) -> None:
    """Add the band within which unrelated pairs correlate by chance."""
    known = [floor for floor in floors if floor == floor]
    if known:
        figure.add_hrect(
            -max(known),
            max(known),
            fillcolor=faint(theme.muted, 0.22),
            line={"width": 0},
            layer="below",
            annotation={
                "text": "chance",
                "font": {"color": theme.muted, "size": 11},
                "x": 0,
                "xanchor": "left",
                "y": max(known),
                "yanchor": "bottom",
            },
        )


def _unrelated(
    figure: go.Figure, theme: Theme, level: float, colour: str, named: bool = True
) -> None:
    """Add the level of unrelated pairs."""
    figure.add_hline(level, line={"color": colour, "width": 1})
    if named:
        figure.add_annotation(
            x=0,
            xref="paper",
            xanchor="left",
            y=level,
            yanchor="bottom",
            text="unrelated",
            showarrow=False,
            font={"color": theme.muted, "size": 11},
        )


def _thresholds(
    figure: go.Figure, theme: Theme, series: Sequence[Series], share: bool
) -> None:
    """Add the line of the paper's threshold, one for each that differs."""
    marks = {1 / 3: "a third"} if share else {}
    for one in series if not share else ():
        text = f"\N{VULGAR FRACTION ONE THIRD} of {one.total}"
        held = marks.get(one.threshold)
        if held is None:
            marks[one.threshold] = text
        elif text not in held.split(", "):
            marks[one.threshold] = f"{held}, {one.total}"
    for x, text in marks.items():
        figure.add_vline(
            x,
            line={"color": theme.vermillion, "dash": "dot", "width": 1.5},
            annotation={
                "text": text,
                "font": {"color": theme.vermillion, "size": 12},
                "yanchor": "bottom",
                "xanchor": "center",
                "y": 1,
            },
        )


def _finish(
    figure: go.Figure, theme: Theme, y: str, x: str, share: bool = False
) -> go.Figure:
    """Return the figure with its axes, and the legend below."""
    styled(figure, theme, HEIGHT)
    figure.update_layout(
        hovermode="closest",
        showlegend=True,
        legend={"y": -0.22, "yanchor": "top", "x": 0, "orientation": "h"},
        margin={"t": 26},
    )
    figure.update_yaxes(title_text=y)
    figure.update_xaxes(title_text=x, rangemode="tozero")
    if share:
        figure.update_xaxes(tickformat=".0%")
    return figure
