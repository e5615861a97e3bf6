"""A pipeline's result as one page that needs nothing else."""

from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from lissnas.figures.files import figure_html, page_html, table_html
from lissnas.figures.ranking import ABOUT, ranking_figure, training_figure
from lissnas.figures.theme import LIGHT
from lissnas.home import write_atomic
from lissnas.supernet.folders import LOG, SETTINGS, lines, result_in
from lissnas.supernet.rank import MEASURES

PAGE = "report.html"
NETS = {"full": "supernet on the full space", "shrunk": "supernet on the shrunk space"}
PARTS = {"common": "uniform over the full space", "own": "uniform over the shrunk one"}


def write_page(folder: Path) -> Path:
    """Write the page of a finished pipeline, and return where."""
    result, settings = result_in(folder), result_in(folder, SETTINGS)
    if result is None or settings is None:
        raise ValueError(f"pipeline must be finished, got {folder}")
    space, data = result["space"], result["data"]
    title = f"Shrinking {space} by a supernet trained on {Path(data).name}"
    parts = [f"<h1>{escape(title)}</h1>", _ranks(result), *_figures(folder, result)]
    parts += [_shrink(result), _best(result), _costs(result, settings)]
    write_atomic(folder / PAGE, page_html(title, parts))
    return folder / PAGE


def _ranks(result: dict[str, Any]) -> str:
    """Return how well both supernets rank, on both samples."""
    columns: dict[str, list[str]] = {"supernet": [], "architectures": [], "n": []}
    columns |= {name.capitalize(): [] for name in MEASURES}
    for key, found in result["ranking"].items():
        net, part = key.split()
        columns["supernet"].append(NETS[net])
        columns["architectures"].append(PARTS[part])
        columns["n"].append(str(found["pairs"]))
        for name in MEASURES:
            columns[name.capitalize()].append(_interval(found[name]))
    return (
        "<h2>Does shrinking help a supernet to rank?</h2>"
        "<p>Correlation of validation accuracy in a supernet with that of the same "
        "networks trained alone, with 95% bootstrap intervals.</p>"
        f"{table_html(columns)}"
    )


def _interval(values: list[float | None]) -> str:
    """Return a value with its interval."""
    if values[0] is None:
        return "not defined"
    low, high = (f"{v:.2f}" if v is not None else "?" for v in values[1:])
    return f"{values[0]:.3f} ({low} to {high})"


def _figures(folder: Path, result: dict[str, Any]) -> list[str]:
    """Return the clouds of points, and how both trainings went."""
    pairs = {
        f"{NETS[key.split()[0]]}, {PARTS[key.split()[1]]}": tuple(map(np.array, both))
        for key, both in result["pairs"].items()
    }
    logs = {NETS[name]: lines(folder / name / LOG) for name in NETS}
    return [
        figure_html(ranking_figure(pairs, LIGHT), "ranking"),  # type: ignore[arg-type]
        f'<p class="note">{escape(ABOUT.strip()).replace("**", "")}</p>',
        "<h2>Training</h2>",
        figure_html(training_figure(logs, "loss", LIGHT), "loss"),
    ]


def _shrink(result: dict[str, Any]) -> str:
    """Return what shrinking did."""
    found = result["shrink"]
    quality = found["predictor"]
    columns = {
        "method": [found["method"]],
        "architectures kept": [f"{found['size']:,}"],
        "predictor queries": [f"{found['queries']:,}"],
        "pairs": [quality["pairs"]],
        "Kendall of held-out pairs": [_rounded(quality["tau"])],
    }
    return f"<h2>The shrunk space</h2>{table_html(columns)}<p>{escape(found['reason'])}"


def _rounded(value: float | None) -> str:
    """Return a number with three decimals."""
    return "not defined" if value is None else f"{value:.3f}"


def _best(result: dict[str, Any]) -> str:
    """Return what was found and retrained."""
    found = result["retrain"]
    nets = found["networks"]
    columns = {
        "architecture": [net["arch"] for net in nets],
        "validation accuracy, %": [f"{100 * net['valid']:.2f}" for net in nets],
        "parameters at the paper's scale": [f"{net['params']:,}" for net in nets],
        "multiply-adds at the paper's scale": [f"{net['macs']:,}" for net in nets],
    }
    return (
        "<h2>The best, retrained from scratch</h2>"
        f"<p>{escape(str(found['best']))} is best in validation "
        f"({100 * found['valid']:.2f}%). Its test accuracy, the only one that was "
        f"taken, is <b>{100 * found['test']:.2f}%</b>.</p>{table_html(columns)}"
    )


def _costs(result: dict[str, Any], settings: dict[str, Any]) -> str:
    """Return what the stages took, and with which settings."""
    spent = result["cpu_seconds"]
    columns = {
        "stage": list(spent),
        "processor seconds": [f"{seconds:.1f}" for seconds in spent.values()],
    }
    flat = {**settings["settings"], **settings["versions"]}
    flat |= flat.pop("recipe")
    values = {"setting": list(flat), "value": list(map(str, flat.values()))}
    return f"<h2>Costs</h2>{table_html(columns)}<h2>Settings</h2>{table_html(values)}"
