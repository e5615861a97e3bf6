"""What is known of selected architectures, as columns and as a document."""

from typing import Any

import numpy as np

from lissnas.arrays import Scores
from lissnas.oracles import Table
from lissnas.selection.record import Selection
from lissnas.spaces import Space

FORMAT = 1


def columns(
    found: Selection,
    space: Space,
    table: Table | None = None,
    predicted: Scores | None = None,
    predictor: str = "",
) -> dict[str, Any]:
    """Return strings, accuracies with their source, and costs, a row an architecture.

    Parameters
    ----------
    table
        Where measured accuracies come from, if there is one.
    predicted, predictor
        Predicted accuracies ``(n,)``, NaN where unknown, and what predicted them.
    """
    cost = space.cost(found.archs)
    true = np.full(len(found), np.nan)
    if table is not None:
        true = table.lookup(space)(found.archs)
    measured = ~np.isnan(true)
    source = _source(table)
    result: dict[str, Any] = {
        "architecture": space.format(found.archs) if len(found) else [],
        "accuracy": true,
        "accuracy_source": [source if one else "" for one in measured.tolist()],
    }
    if predicted is not None:
        result["predicted_accuracy"] = predicted
        result["predicted_by"] = [
            predictor if one else "" for one in (~np.isnan(predicted)).tolist()
        ]
    result |= {"parameters": cost.params, "multiply_adds": cost.macs}
    hashes = space.hashes(found.archs) if len(found) else None
    return result | ({"hash": hashes} if hashes is not None else {})


def document(
    found: Selection,
    space: Space,
    table: Table | None = None,
    predicted: Scores | None = None,
    predictor: str = "",
) -> dict[str, Any]:
    """Return the same as one JSON object, with where everything comes from."""
    known = columns(found, space, table, predicted, predictor)
    lists = {
        name: values.tolist() if isinstance(values, np.ndarray) else list(values)
        for name, values in known.items()
    }
    about = None
    if table is not None:
        about = {
            "task": table.task,
            "title": table.title,
            "column": table.column,
            "source": table.source,
            "licence": table.licence,
            "sha256": table.checksum,
        }
    return {
        "format": FORMAT,
        "space": space.name,
        "selected": list(found.source),
        "accuracies": about,
        "architectures": [
            dict(zip(lists, row, strict=True))
            for row in zip(*lists.values(), strict=True)
        ],
    }


def _source(table: Table | None) -> str:
    """Return the name of a table's column."""
    return f"{table.title}, column {table.column}" if table else ""
