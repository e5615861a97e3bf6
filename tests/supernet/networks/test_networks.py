"""Every space's networks: exact costs, equal paths, training, and clear refusals."""

import numpy as np
import pytest
import torch

from lissnas.spaces import SPACES
from lissnas.supernet.networks import (
    FAMILIES,
    alone,
    copy_path,
    count,
    has_shared,
    shared,
)
from lissnas.supernet.scale import scale_of

ROWS = 50
SHARED = [name for name in FAMILIES if has_shared(name)]


def rows_of(name, n, seed=0):
    return SPACES[name].sample(n, np.random.default_rng(seed))


@pytest.mark.parametrize("name", FAMILIES)
def test_costs_are_exactly_the_spaces(name):
    """At the publication's scale torch's layers cost what the space states."""
    space, scale = SPACES[name], scale_of(name, "paper")
    rows = rows_of(name, ROWS)
    for row, params, macs in zip(rows, *space.cost(rows), strict=True):
        with torch.device("meta"):
            net = alone(name, row, scale)
        assert count(net, scale) == (params, macs)


@pytest.mark.parametrize("training", [False, True], ids=["eval", "train"])
@pytest.mark.parametrize("name", SHARED)
def test_a_path_is_its_stand_alone_network(name, training):
    """Copied weights and statistics give equal outputs, in either mode."""
    scale = scale_of(name, "tiny")
    torch.manual_seed(0)
    net = shared(name, scale)
    images = torch.randn(8, scale.channels, scale.resolution, scale.resolution)
    for row in rows_of(name, 6):
        net.train()
        net(images, row)  # statistics that are not the initial ones
        single = alone(name, row, scale)
        copy_path(net, row, single)
        net.train(training)
        single.train(training)
        with torch.no_grad():
            torch.testing.assert_close(
                single(images), net(images, row), rtol=1e-5, atol=1e-5
            )
