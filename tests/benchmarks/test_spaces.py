"""How fast the spaces are, in processor seconds."""

import sys
import time

import numpy as np
import pytest

from lissnas.spaces import SPACES


def cpu_seconds(benchmark, function, rounds=3):
    """Run `function` several times, record and return the least CPU time."""
    spent = []

    def timed():
        start = time.process_time()
        function()
        spent.append(time.process_time() - start)

    benchmark.pedantic(timed, rounds=rounds)
    benchmark.extra_info["cpu_seconds"] = min(spent)
    return min(spent)


def forget():
    """Drop every table that the spaces keep in memory."""
    modules = [
        m for name, m in sys.modules.items() if name.startswith("lissnas.spaces")
    ]
    cached = [f for m in modules for f in vars(m).values() if hasattr(f, "cache_clear")]
    assert cached
    for function in cached:
        function.cache_clear()


def test_enumerate_nasbench101_with_costs(benchmark, capsys):
    """All 423,624 cells with their costs, from nothing, in at most 5 CPU-seconds."""
    bench101 = SPACES["nasbench101"]

    def enumerate_all():
        forget()
        assert len(bench101.cost(bench101.enumerate()).params) == 423_624

    seconds = cpu_seconds(benchmark, enumerate_all)
    with capsys.disabled():
        print(f"\n423,624 cells with costs: {seconds:.2f} CPU-seconds")
    assert seconds <= 5


@pytest.mark.parametrize(
    ("name", "least"), [("nasbench101", 5e5), ("nasbench201", 5e6)]
)
def test_canonical_neighbours(benchmark, capsys, name, least):
    """At least 500,000 canonical neighbours a CPU-second, 5 million on 201."""
    target = SPACES[name]
    archs = target.sample(15_000, np.random.default_rng(0))
    count = len(target.neighbours(archs).archs)
    rate = count / cpu_seconds(benchmark, lambda: target.neighbours(archs), rounds=5)
    benchmark.extra_info["neighbours_per_cpu_second"] = round(rate)
    with capsys.disabled():
        print(f"\n{name}: {rate:,.0f} canonical neighbours a CPU-second")
    assert rate >= least
