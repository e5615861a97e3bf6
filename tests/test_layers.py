"""Each layer imports only what lies below it, and heavy packages have one home."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BASE = {"arrays"}
MODEL = BASE | {"records", "spaces", "subsets"}
LIBRARY = MODEL | {"home", "oracles", "predictor", "metrics", "shrink"}
ALLOWED = {  # layer: the layers of ours that it may import, besides itself
    "": set(),
    "arrays": set(),
    "home": set(),
    "settings": set(),
    "launch": {"home"},
    "work": set(),
    "workers": set(),
    "records": BASE,
    "spaces": BASE,
    "predictor": BASE,
    "embedding": BASE | {"home"},
    "oracles": BASE | {"home", "spaces"},
    "metrics": BASE | {"spaces"},
    "subsets": BASE | {"spaces"},
    "shrink": MODEL | {"predictor", "metrics", "oracles"},
    "search": MODEL | {"oracles"},
    "runs": BASE | {"home", "records"},
    "fate": MODEL,
    "pins": BASE | {"home", "spaces"},
    "branches": BASE | {"runs"},
    "evaluation": MODEL | {"oracles", "metrics"},
    "explain": BASE | {"spaces", "oracles"},
    "selection": BASE | {"home", "spaces", "oracles"},
    "labels": BASE | {"spaces", "oracles", "predictor"},
    "session": LIBRARY | {"evaluation", "labels"},
    "survey": LIBRARY | {"", "session"},
    "teaching": LIBRARY | {"session", "search", "evaluation"},
    "report": MODEL | {"", "home", "metrics", "oracles", "survey", "figures"},
    "archive": LIBRARY | {"", "evaluation", "session", "runs"},
    "sharing": LIBRARY
    | {"", "archive", "branches", "embedding", "evaluation", "figures", "pins"}
    | {"runs", "session", "settings"},
    "reproduce": LIBRARY
    | {"", "comparison", "evaluation", "figures", "report", "runs", "session"}
    | {"labels", "search", "survey", "workers"},
    "comparison": LIBRARY
    | {"", "archive", "evaluation", "runs", "search", "session", "settings"}
    | {"workers"},
    "supernet": LIBRARY
    | {"work", "workers", "search", "settings", "session", "", "runs", "figures"},
    "jobs": LIBRARY
    | {"", "archive", "comparison", "embedding", "evaluation", "labels", "launch"}
    | {"reproduce", "runs", "search", "session", "settings", "supernet", "survey"}
    | {"work"},
    "figures": MODEL | {"metrics", "evaluation", "explain", "search"},
    "cli": LIBRARY
    | {"", "archive", "comparison", "evaluation", "launch", "runs", "session"}
    | {"settings", "embedding", "survey", "report", "reproduce", "search", "labels"}
    | {"figures", "jobs", "sharing", "supernet", "work"},
    "ui": LIBRARY
    | {"", "archive", "branches", "comparison", "evaluation", "runs", "session"}
    | {"settings", "embedding", "explain", "fate", "figures", "jobs", "launch"}
    | {"pins", "search", "selection", "sharing", "supernet", "survey", "teaching"}
    | {"work"},
    "__main__": {"cli"},
}
HOMES = {  # package: the layers that may import it
    "streamlit": {"ui", "app", "pages"},
    "plotly": {"figures"},
    "torch": {"supernet"},
    "xgboost": {"predictor"},
    "umap": {"embedding"},
    "pyarrow": {"oracles"},
}
LAZY = {"xgboost", "umap", "torch"}  # slow to import: inside functions only
LIGHT = {  # of supernet, without torch
    *("", "data", "estimate", "folders", "recipes", "scale", "settings"),
}
SHELL = {"lissnas", "streamlit"}
MODULES = sorted((ROOT / "lissnas").rglob("*.py"))
PAGES = [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py"))]


def layer(path):
    """Return the layer of a module: its name, or that of its package."""
    parts = path.relative_to(ROOT / "lissnas").with_suffix("").parts
    return "" if parts == ("__init__",) else parts[0]


def imports(path):
    """Return (imported module, whether at the top level) of each import."""
    tree = ast.parse(path.read_text())
    inner = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path.name}: a relative import hides its layer"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            yield name, id(node) not in inner


def light_of(path):
    """Return whether a module is one of supernet that does without torch."""
    parts = path.relative_to(ROOT / "lissnas").with_suffix("").parts
    return parts[0] == "supernet" and parts[1].replace("__init__", "") in LIGHT


def our_layers(path):
    """Return the layers of ours that a module imports."""
    known = {layer(module) for module in MODULES} - {""}
    for name, _ in imports(path):
        parts = name.split(".")
        if parts[0] == "lissnas":
            yield parts[1] if len(parts) > 1 and parts[1] in known else ""


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_module_imports_only_lower_layers(path):
    """The table above is the architecture; a module outside of it has no layer."""
    own = layer(path)
    assert own in ALLOWED, f"{path.name}: give its layer a row in ALLOWED"
    assert set(our_layers(path)) - {own} <= ALLOWED[own]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_heavy_packages_have_one_home(path):
    """Each heavy package is imported by its own layer, the slow ones when needed."""
    for name, top in imports(path):
        package = name.split(".")[0]
        assert layer(path) in HOMES.get(package, {layer(path)}), name
        if package == "torch" and layer(path) == "supernet":
            continue  # networks are classes; see the next test
        assert not (top and package in LAZY), f"{name} is imported at the top"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_torch_is_imported_only_when_it_is_needed(path):
    """Supernets are imported inside of functions, but for their modules without torch.

    So no command and no page waits for torch that does not use it.
    """
    light = light_of(path)
    for name, top in imports(path):
        parts = name.split(".")
        torch = parts[0] == "torch"
        heavy = parts[:2] == ["lissnas", "supernet"] and [*parts, ""][2] not in LIGHT
        if layer(path) == "supernet":
            assert light is False or not (top and (torch or heavy)), name
        else:
            assert not (top and heavy), f"{name} is imported at the top"


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.name)
def test_pages_are_thin(path):
    """A page reads widgets, calls the library and draws: no functions, no pages."""
    assert len(path.read_text().splitlines()) <= (60 if path.name == "app.py" else 100)
    tree = ast.parse(path.read_text())
    assert not [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    assert {name.split(".")[0] for name, _ in imports(path)} <= SHELL


def test_the_table_knows_no_ghosts():
    """Every row of the table is a layer that exists."""
    assert set(ALLOWED) == {layer(module) for module in MODULES}


def test_no_page_ends_by_stopping():
    """A page that stops keeps the timers of the page before, which draw what is gone.

    Streamlit forgets a page's fragments only when the next one runs to its end.
    """
    pages = [ROOT / "app.py", *(ROOT / "pages").glob("*.py")]
    parts = [*pages, *(ROOT / "lissnas" / "ui").rglob("*.py")]
    assert len(pages) > 5 and len(parts) > 50
    assert [path.name for path in parts if "st.stop(" in path.read_text("utf-8")] == []
