"""How long shrinking takes, in processor seconds beyond the predictor's fit."""

import time

import pytest

from lissnas.records import final
from lissnas.session import Study, open_session
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
