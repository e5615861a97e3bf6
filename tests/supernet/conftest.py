"""A small supernet, trained once for all tests that need one."""

from dataclasses import replace

import pytest

torch = pytest.importorskip("torch")

from lissnas.supernet.settings import RECIPES, TrainSettings  # noqa: E402
from lissnas.supernet.tasks import train  # noqa: E402
from lissnas.work import never, silent  # noqa: E402

QUICK = replace(RECIPES["tiny"], epochs=1, batch=128, warmup=0.5)


@pytest.fixture(scope="session", params=["shufflenetv2", "nasbench101"])
def trained(request, tmp_path_factory):
    """Return the folder of a supernet after one epoch: a chain, and cells."""
    folder = tmp_path_factory.mktemp("supernet") / request.param
    train(TrainSettings(space=request.param, recipe=QUICK), folder, silent, never)
    return folder
