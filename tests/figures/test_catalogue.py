"""Every figure is explained, has its place in the paper, its numbers, and words."""

import ast
import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest

import lissnas.figures
from lissnas.figures.catalogue import FIGURES

ROOT = Path(__file__).resolve().parents[2]
APART = {  # what returns a figure that is no figure of its own
    *("styled", "vector", "sliding", "mapped"),
    "training_figure",  # of a report's page, which says all of it itself
}


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_is_explained(name):
    """Readers learn what it is, how to read it, and where the paper has it."""
    entry = FIGURES[name]
    text, _, place = entry.about.partition("*In the paper:*")
    assert len(text.split()) > 20 and len(entry.alt.split()) > 2
    assert "section" in place or "Appendix" in place
    assert inspect.signature(entry.columns).return_annotation in (dict, "Columns") or (
        "dict" in str(inspect.signature(entry.columns).return_annotation)
    )


def test_no_figure_is_missing():
    """What draws a figure is in the catalogue, or a part of one that is."""
    known = {entry.draw for entry in FIGURES.values()}
    for one in pkgutil.iter_modules(lissnas.figures.__path__):
        module = importlib.import_module(f"lissnas.figures.{one.name}")
        for name, found in inspect.getmembers(module, inspect.isfunction):
            own = found.__module__ == module.__name__ and not name.startswith("_")
            drawn = "Figure" in str(inspect.signature(found).return_annotation)
            if own and drawn and name not in APART and not name.endswith("_overlay"):
                assert found in known, f"{module.__name__}.{name}"


@pytest.mark.parametrize(
    "path", sorted((ROOT / "lissnas" / "ui").rglob("*.py")), ids=lambda p: p.name
)
def test_no_figure_is_drawn_without_words(path):
    """A page gives each figure that it draws a text alternative."""
    tree = ast.parse(path.read_text())
    for call in (one for one in ast.walk(tree) if isinstance(one, ast.Call)):
        if getattr(call.func, "attr", "") == "plotly_chart":
            alt = [one.value for one in call.keywords if one.arg == "alt"]
            assert alt and not (isinstance(alt[0], ast.Constant) and not alt[0].value)
