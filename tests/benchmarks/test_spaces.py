"""How fast the spaces are, in processor seconds."""

import sys
import time
import tracemalloc

import numpy as np
import pytest

from lissnas.spaces import SPACES
from lissnas.spaces.base import sample_distinct


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


def test_sample_shufflenetv2_with_costs(benchmark, capsys):
    """A million distinct networks of 4^20 with costs in at most 3 CPU-seconds."""
    target = SPACES["shufflenetv2"]

    def sample():
        archs = sample_distinct(target, 1_000_000, np.random.default_rng(0))
        assert len(target.cost(archs).params) == 1_000_000

    seconds = cpu_seconds(benchmark, sample)
    with capsys.disabled():
        print(f"\n1,000,000 distinct networks with costs: {seconds:.2f} CPU-seconds")
    assert seconds <= 3


def test_sample_shufflenetv2_neighbours(benchmark, capsys):
    """A million neighbours at 1 to 6 edits in at most 2 CPU-seconds and 1 GiB."""
    target, rng = SPACES["shufflenetv2"], np.random.default_rng(0)
    archs = target.sample(1_000_000, rng)
    distance = rng.integers(1, 7, len(archs))

    def neighbours():
        return target.sample_neighbours(archs, distance, rng)

    seconds = cpu_seconds(benchmark, neighbours)
    tracemalloc.start()
    assert len(neighbours().source) == 1_000_000
    memory = tracemalloc.get_traced_memory()[1] / 2**30
    tracemalloc.stop()
    with capsys.disabled():
        print(f"\n1,000,000 neighbours: {seconds:.2f} CPU-seconds, {memory:.2f} GiB")
    assert seconds <= 2 and memory < 1


@pytest.mark.parametrize(
    "name",
    [
        *("shufflenetv2", "mobilenet-fairnas", "mobilenet-21", "mobilenet-21-se"),
        *("mnasnet", "nasbench301", "nasbench-macro", "anynetx"),
    ],
)
def test_costs(benchmark, capsys, name):
    """Costs of a space of blocks or stages take at most 2 microseconds a row."""
    target = SPACES[name]
    archs = target.sample(200_000, np.random.default_rng(0))
    target.cost(archs[:1])
    each = cpu_seconds(benchmark, lambda: target.cost(archs)) / len(archs) * 1e6
    with capsys.disabled():
        print(f"\n{name}: costs in {each:.2f} microseconds a row")
    assert each <= 2
