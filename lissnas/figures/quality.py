"""How far to trust the predictor: predicted against true accuracy."""

import numpy as np
import plotly.graph_objects as go

from lissnas.arrays import Scores
from lissnas.figures.theme import Columns, Theme, styled

ABOUT = """
Each point is an architecture of the table that was **held out**: its accuracy had not
been seen when it was predicted. On the diagonal the prediction is exact. The run only
ever sees predictions. What matters for shrinking is the **order** among good
architectures: Kendall's tau is the share of pairs put in the right order minus the
share put in the wrong one, over all held-out pairs and over their best fifth.

*In the paper:* section 4.3, the accuracy predictor.
"""

ABOUT_SAMPLE = """
Each point is an architecture of the original space with a known accuracy; those that
trained the predictor are **among** them, so points lie closer to the diagonal than new
architectures would. The numbers above are of held-out pairs only. Runs made since
show the held-out pairs here.

*In the paper:* section 4.3, the accuracy predictor.
"""

ABOUT_PATHS = """
Each point is a path of the supernet that was **held out** while the predictor learned
from the other measured paths: its accuracy in the supernet against what was predicted.
On the diagonal the prediction is exact; for shrinking only the **order** counts. Few
measured paths, or a supernet trained too briefly to tell them apart, leave no order to
learn.

*In the paper:* sections 4.3 and 4.5, the accuracy predictor of a supernet's paths.
"""

SHOWN = 3000


def quality_columns(true: Scores, predicted: Scores) -> Columns:
    """Return at most 3,000 pairs whose truth is known, as columns."""
    rows = np.flatnonzero(~np.isnan(true) & ~np.isnan(predicted))[:SHOWN]
    return {"true_accuracy": true[rows], "predicted_accuracy": predicted[rows]}


def quality_figure(true: Scores, predicted: Scores, theme: Theme) -> go.Figure:
    """Return predicted against true accuracies ``(n,)``, the diagonal beneath."""
    columns = quality_columns(true, predicted)
    x, y = (100 * columns[name] for name in columns)
    low, high = (
        (min(x.min(), y.min()), max(x.max(), y.max())) if len(x) else (0.0, 100.0)
    )
    figure = go.Figure()
    figure.add_trace(
        go.Scatter(
            x=[low, high],
            y=[low, high],
            mode="lines",
            line={"color": theme.muted, "dash": "dash", "width": 1.5},
            hoverinfo="skip",
            name="exact",
        )
    )
    figure.add_trace(
        go.Scattergl(
            x=x,
            y=y,
            mode="markers",
            marker={"color": theme.accent, "size": 4, "opacity": 0.45},
            hovertemplate="true %{x:.2f} %, predicted %{y:.2f} %<extra></extra>",
            name="architecture",
        )
    )
    styled(figure, theme, 300)
    figure.update_layout(showlegend=False)
    figure.update_xaxes(title_text="true accuracy, %")
    figure.update_yaxes(title_text="predicted accuracy, %")
    return figure
