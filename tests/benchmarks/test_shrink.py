"""How long shrinking takes, in processor seconds beyond the predictor's fit."""

import json
import subprocess
import sys
import time

import pytest

from lissnas.records import final
from lissnas.session import SHRINK, Study, generator, open_session
from lissnas.shrink import SHRINKERS
from lissnas.shrink.lissnas import Lissnas

STUDIES = {
    "selective, 50,000 queries": Lissnas(target=13_000, queries=50_000),
    "selective, 20,000 queries": Lissnas(target=13_000, queries=20_000),
    "published": Lissnas(variant="published"),
}


@pytest.mark.parametrize("name", STUDIES)
def test_shrink_nasbench101(benchmark, data_dir, name):
    """A 50,000-query selective shrink takes at most 10 CPU-seconds."""
    session = open_session(Study("nasbench101", "cifar10", settings=STUDIES[name]))
    spent = []

    def run():
        start = time.process_time()
        iterations = list(session.iterations())
        spent.append(time.process_time() - start)
        return iterations

    iterations = benchmark.pedantic(run, rounds=3, warmup_rounds=0)
    benchmark.extra_info["cpu_seconds"] = min(spent)
    benchmark.extra_info["queries"] = iterations[-1].queries
    benchmark.extra_info["size"] = final(iterations).size
    if name == "selective, 50,000 queries":
        assert min(spent) <= 10


def test_all_methods_on_nasbench101(benchmark, data_dir):
    """All methods, one seed, 13,000 out of at most 50,000 queries: 60 CPU-seconds."""
    session = open_session(Study("nasbench101", "cifar10"))
    spent = {}

    def run():
        for name, method in SHRINKERS.items():
            if name == "dds":  # the space names no constraints
                continue
            budget = {"queries": 50_000} if hasattr(method, "queries") else {}
            settings, start = method(target=13_000, **budget), time.process_time()
            rng = generator(session.study, SHRINK)
            list(settings(session.space, session.predict, rng))
            spent[name] = time.process_time() - start

    benchmark.pedantic(run, rounds=1, warmup_rounds=0)
    benchmark.extra_info["cpu_seconds"] = spent
    assert sum(spent.values()) <= 60


SHRINK_HUGE = """
import json, resource, time
import numpy as np
from lissnas.oracles import additive
from lissnas.records import final
from lissnas.shrink.lissnas import Lissnas
from lissnas.spaces import SPACES

space = SPACES["shufflenetv2"]
oracle, rng = additive(space), np.random.default_rng(0)
start = time.process_time()
last = final(list(Lissnas(target=2**20, **{settings})(space, oracle, rng)))
seconds = time.process_time() - start
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([last.size, seconds, memory / 2**20]))
"""
HUGE = {
    "selective": {"variant": "selective"},
    "selective and diverse": {"variant": "selective", "diversity": 0.2},
    "published": {"variant": "published"},
}


@pytest.mark.parametrize("name", HUGE)
def test_shrink_shufflenetv2(benchmark, name):
    """From 4^20 to 2^20 architectures in 120 CPU-seconds and 2 GiB, with a cheap
    oracle; in a process of its own, whose memory can be measured."""
    code = SHRINK_HUGE.replace("{settings}", repr(HUGE[name]))
    command = [sys.executable, "-c", code]

    def run():
        return json.loads(
            subprocess.run(command, capture_output=True, check=True).stdout
        )

    size, seconds, memory = benchmark.pedantic(run, rounds=1, warmup_rounds=0)
    benchmark.extra_info.update(cpu_seconds=seconds, memory_gib=memory)
    assert size <= 2**20
    assert seconds <= 120 and memory < 2
