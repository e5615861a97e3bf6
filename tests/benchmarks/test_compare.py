"""How long a comparison takes, in processor seconds beyond the predictor's fit."""

import time
from itertools import islice

import pytest

from lissnas.comparison import ENTRIES, Comparison, cells, execute, finished


def test_compare_all_on_nasbench101(benchmark, data_dir, tmp_path, monkeypatch):
    """All methods on NAS-Bench-101, one seed: at most 60 CPU-seconds."""
    comparison = Comparison(
        "nasbench101", "cifar10", tuple(ENTRIES), 13_000, 50_000, seeds=1
    )
    monkeypatch.setenv("LISSNAS_HOME", str(tmp_path))
    list(islice(execute(comparison), 1))  # fits and stores the predictor
    spent = []

    def run():
        start = time.process_time()
        list(execute(comparison))
        spent.append(time.process_time() - start)

    benchmark.pedantic(run, rounds=1, warmup_rounds=0)
    found = finished(comparison)
    assert len(found) == len(cells(comparison))
    benchmark.extra_info["cpu_seconds"] = spent[0]
    benchmark.extra_info["mean_true"] = {
        cell.label: one.mean_true for cell, one in found.items()
    }
    assert spent[0] <= 60, f"took {spent[0]:.0f} CPU-seconds"


@pytest.mark.parametrize("jobs", [1, 2])
def test_nothing_left_costs_little(benchmark, data_dir, jobs):
    """A comparison that is there already is read in well under a second."""
    comparison = Comparison("nasbench201", "cifar10", ("naive", "random"), seeds=1)
    list(execute(comparison))
    benchmark.pedantic(lambda: list(execute(comparison, jobs)), rounds=5)
    start = time.process_time()
    assert list(execute(comparison, jobs)) == []
    assert time.process_time() - start < 1
