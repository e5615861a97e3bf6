"""Every snippet of Explore, Locality and Compare runs as it stands."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lissnas.comparison import Comparison
from lissnas.embedding import UmapSettings
from lissnas.metrics.locality import LocalitySettings
from lissnas.oracles import additive
from lissnas.predictor import PredictorSettings
from lissnas.sharing import compare_snippets, page_snippets
from lissnas.spaces import SPACES

ROOT = Path(__file__).resolve().parents[2]
NAME, TASK = "nasbench-macro", "cifar10"
RUNNER = """
import sys
from pathlib import Path

import plotly.io

shown = []
plotly.io.show = lambda figure, *_, **__: shown.append(len(figure.data))
for path in sorted(Path(sys.argv[1]).glob("*.py")):
    shown.clear()
    exec(compile(path.read_text(), path.name, "exec"), {})
    print("ran", path.stem, *shown)
"""


def snippets():
    """Return every distinct snippet with settings unlike the usual ones, by name."""
    space = SPACES[NAME]
    first, second = space.format(space.enumerate()[[5, 900]])
    settings = LocalitySettings(pairs=60, resamples=10)
    quick = PredictorSettings(pairs=200, rounds=15)
    asked = Comparison(NAME, TASK, ("naive", "random"), 120, 600, 1, predictor=quick)
    found = {
        "spread": page_snippets.spread_snippet(NAME, TASK),
        "spread-costs": page_snippets.spread_snippet(NAME, None),
        "map": page_snippets.map_snippet(NAME, TASK, "accuracy"),
        "arch": page_snippets.arch_snippet(NAME, first),
        "pair": page_snippets.pair_snippet(NAME, first, second),
        "near": page_snippets.geometry_snippet([NAME]),
    }
    subjects = [(NAME, TASK, "measured"), (NAME, "multiply-adds", "costs")]
    for name in page_snippets.SURVEYED:
        found[f"survey-{name}"] = page_snippets.survey_snippet(
            name, subjects, settings, 1
        )
    for name in page_snippets.WALKED:
        steps = (9, 60)
        found[f"walk-{name}"] = page_snippets.walk_snippet(
            name, NAME, TASK, 0, 2, steps
        )
    for name in compare_snippets.FIGURES:
        found[f"compare-{name}"] = compare_snippets.comparison_snippet(name, asked)
    return found


def test_every_snippet_runs_in_a_fresh_interpreter(tmp_path):
    """What a page calls the same in Python runs as it stands, and draws its figure."""
    space = SPACES[NAME]
    archs = space.enumerate()
    accuracy = 0.5 + 0.4 * additive(space, 3)(archs)
    columns = {"arch": space.format(archs), f"{TASK}_test_accuracy": accuracy}
    pq.write_table(pa.table(columns), tmp_path / f"{NAME}.parquet")
    codes = tmp_path / "codes"
    codes.mkdir()
    known = snippets()
    for name, code in known.items():
        (codes / f"{name}.py").write_text(code)
    told = os.environ | {
        "LISSNAS_HOME": str(tmp_path / "home"),
        "LISSNAS_DATA": str(tmp_path),
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }
    done = subprocess.run(
        [sys.executable, "-c", RUNNER, str(codes)],
        env=told,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    ran = dict(
        (line.split()[1], [*map(int, line.split()[2:])])
        for line in done.stdout.splitlines()
        if line.startswith("ran ")
    )
    assert set(ran) == set(known)
    plain = {"arch", "pair", "compare-table", "compare-paper"}
    assert all(len(ran[name]) == (name not in plain) for name in known)
    assert all(count for counts in ran.values() for count in counts)


def test_a_umap_and_saved_runs_are_named_in_their_snippets():
    """Settings and names that differ from usual are in the code, which is Python."""
    umap = page_snippets.map_snippet(NAME, TASK, "b1", UmapSettings(neighbours=7))
    runs = compare_snippets.runs_snippet("errors", ["a", "b"], NAME, "predicted")
    for code in (umap, runs):
        compile(code, "snippet", "exec")
    assert "neighbours=7" in umap and "compare_runs(['a', 'b'])" in runs
    assert "some.predicted" in runs and np.isfinite(len(runs))
