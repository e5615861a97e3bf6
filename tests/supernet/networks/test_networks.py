"""Every space's networks: exact costs, equal paths, training, and clear refusals."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from lissnas.spaces import SPACES
from lissnas.supernet.networks import (
    FAMILIES,
    alone,
    copy_path,
    count,
    example,
    has_shared,
    path_weights,
    shared,
)
from lissnas.supernet.networks.layers import Norm
from lissnas.supernet.scale import scale_of

ROWS = 50
SHARED = [name for name in FAMILIES if has_shared(name)]
CLOSE = {"rtol": 1e-5, "atol": 1e-5}


@pytest.fixture(autouse=True)
def _one_thread():
    """Run tiny networks on one thread, which is faster for them."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def rows_of(name, n, seed=0):
    return SPACES[name].sample(n, np.random.default_rng(seed))


def isomorphs(name, n=3):
    """Return rows that are not canonical, found among random ones."""
    space, rng = SPACES[name], np.random.default_rng(3)
    limits = [len(decision.options) for decision in space.decisions]
    found = []
    if name == "nasbench101":  # an input-to-output path beside a dangling vertex
        return space.parse(
            [
                '{"matrix": [[0,1,1,0,0],[0,0,0,1,1],[0,0,0,0,0],'
                '[0,0,0,0,1],[0,0,0,0,0]], "ops": ["input", '
                '"maxpool3x3", "conv1x1-bn-relu", "conv3x3-bn-relu", '
                '"output"]}'
            ]
        )
    for _ in range(400):
        row = rng.integers(0, limits).astype(np.int8)
        try:
            canonical = space.canonical(row[None])[0]
        except ValueError:
            continue
        if (canonical != row).any():
            found.append(row)
    return np.array(found[:n])


def inputs(scale, batch=8):
    """Return random inputs of a network."""
    if not scale.nodes:
        return (torch.randn(batch, scale.channels, *[scale.resolution] * 2),)
    edges = torch.randint(0, scale.nodes, (2, scale.edges))
    return torch.randn(scale.nodes, scale.channels), edges


def test_every_space_has_networks():
    """No space of the registry is left out."""
    assert set(FAMILIES) == set(SPACES)


@pytest.mark.parametrize("name", FAMILIES)
def test_costs_are_exactly_the_spaces(name):
    """At the publication's scale torch's layers cost what the space states."""
    space, scale = SPACES[name], scale_of(name, "paper")
    rows = rows_of(name, ROWS)
    for row, params, macs in zip(rows, *space.cost(rows), strict=True):
        with torch.device("meta"):
            net = alone(name, row, scale)
        assert count(net, scale) == (params, macs)


@pytest.mark.parametrize("name", FAMILIES)
def test_counting_changes_nothing(name):
    """A real network has its weights, statistics and outputs after it was counted."""
    scale = scale_of(name, "tiny")
    net = alone(name, rows_of(name, 1)[0], scale)
    before = {key: value.clone() for key, value in net.state_dict().items()}
    first, second = count(net, scale), count(net.eval(), scale)
    assert first == second
    assert min(first.params[0], first.macs[0]) > 0
    for key, value in net.state_dict().items():
        torch.testing.assert_close(value, before[key], rtol=0, atol=0)
    assert not any(module._forward_hooks for module in net.modules())


@pytest.mark.parametrize("name", FAMILIES)
def test_networks_train(name):
    """A few steps on one batch of tiny images lower its loss, for several rows."""
    scale = scale_of(name, "tiny")
    for row in rows_of(name, 2, seed=1):
        torch.manual_seed(0)
        net, given = alone(name, row, scale), inputs(scale, 16)
        labels = torch.randint(0, scale.classes, (scale.nodes or 16,))
        optimiser = torch.optim.SGD(net.parameters(), lr=0.02, momentum=0.9)
        losses = []
        for _ in range(8):
            optimiser.zero_grad()
            loss = F.cross_entropy(net(*given), labels)
            loss.backward()
            optimiser.step()
            losses.append(loss.item())
        assert np.isfinite(losses).all()
        assert min(losses[4:]) < losses[0]


@pytest.mark.parametrize("training", [False, True], ids=["eval", "train"])
@pytest.mark.parametrize("name", SHARED)
def test_a_path_is_its_stand_alone_network(name, training):
    """Copied weights and statistics give equal outputs, in either mode."""
    scale = scale_of(name, "tiny")
    torch.manual_seed(0)
    net = shared(name, scale)
    (images,) = inputs(scale)
    for row in rows_of(name, 5):
        net.train()
        with torch.no_grad():
            net(images, row)  # statistics that are not the initial ones
        single = alone(name, row, scale)
        copy_path(net, row, single)
        net.train(training)
        single.train(training)
        with torch.no_grad():
            torch.testing.assert_close(single(images), net(images, row), **CLOSE)
        copy_path(net, row, again := alone(name, row, scale))
        moved = again.state_dict()
        for key, value in single.state_dict().items():  # statistics moved alike
            torch.testing.assert_close(value, moved[key], **CLOSE)


@pytest.mark.parametrize("name", SHARED)
def test_gradients_stay_on_the_path(name):
    """What a row does not use gets no gradient and no statistics; what it uses does."""
    scale = scale_of(name, "tiny")
    net, row = shared(name, scale), rows_of(name, 1, seed=4)[0]
    (images,) = inputs(scale)
    net(images, row).sum().backward()
    row = tuple(SPACES[name].canonical(row[None])[0].tolist())
    used = {id(m) for part in net.path(row) for m in part.modules()}
    norms = [m for m in net.modules() if isinstance(m, Norm)]
    for norm in norms:
        assert int(norm.num_batches_tracked) == (id(norm) in used)
    for module in net.modules():
        if id(module) not in used:
            assert all(p.grad is None for p in module.parameters(recurse=False))
    assert any(id(norm) not in used for norm in norms)


@pytest.mark.parametrize(
    "name", ["nasbench101", "nasbench-macro", "mobilenet-21", "nasbench301"]
)
def test_isomorphic_rows_are_one_network(name):
    """A row that is not canonical runs the same path and builds the same network."""
    scale = scale_of(name, "tiny")
    net = shared(name, scale).eval()
    (images,) = inputs(scale)
    rows = isomorphs(name) if name != "nasbench301" else rows_of(name, 1)
    for row in rows:
        canonical = SPACES[name].canonical(row[None])[0]
        assert (canonical != row).any() or name == "nasbench301"
        single = alone(name, row, scale).eval()
        copy_path(net, canonical, single)
        with torch.no_grad():
            out = net(images, row)
            torch.testing.assert_close(out, net(images, tuple(canonical.tolist())))
            torch.testing.assert_close(out, single(images), **CLOSE)


@pytest.mark.parametrize("name", SHARED)
def test_recalibration_averages_the_batches(name):
    """With momentum None the statistics of a path are means, whatever the order."""
    scale = scale_of(name, "tiny")
    net, row = shared(name, scale), rows_of(name, 1, seed=2)[0]
    batches = [inputs(scale)[0] * (1 + i) for i in range(3)]
    found = []
    for order in ((0, 1, 2), (2, 0, 1)):
        for norm in net.modules():
            if isinstance(norm, Norm):
                norm.momentum = None
                norm.reset_running_stats()
        with torch.no_grad():
            for number in order:
                net(batches[number], row)
        found.append(net.state_dict())
        found[-1] = {key: value.clone() for key, value in found[-1].items()}
    for key, value in found[0].items():
        torch.testing.assert_close(value, found[1][key], **CLOSE)


@pytest.mark.parametrize("name", SHARED)
def test_vectors_of_weights(name):
    """Weights along a row are finite, of the row, and move when the row is trained."""
    scale = scale_of(name, "tiny")
    net, row = shared(name, scale), rows_of(name, 1, seed=5)[0]
    (images,) = inputs(scale)
    vector = torch.cat([w.detach().reshape(-1) for w in path_weights(net, row)])
    own = {id(p): p for p in net.parameters()}
    before = vector.clone()
    F.cross_entropy(net(images, row), torch.arange(8) % scale.classes).backward()
    with torch.no_grad():
        for p in own.values():
            if p.grad is not None:
                p -= 0.1 * p.grad
    after = torch.cat([w.detach().reshape(-1) for w in path_weights(net, row)])
    assert before.shape == after.shape
    assert torch.isfinite(before).all()
    cosine = F.cosine_similarity(before, after, 0)
    assert 0 < cosine < 1


@pytest.mark.parametrize("name", FAMILIES)
def test_networks_come_from_the_global_generator(name):
    """Equal seeds make equal weights, other seeds others."""
    scale, row = scale_of(name, "tiny"), rows_of(name, 1)[0]
    nets = []
    for seed in (0, 0, 1):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            nets.append(
                torch.cat([p.reshape(-1) for p in alone(name, row, scale).parameters()])
            )
    assert torch.equal(nets[0], nets[1])
    assert not torch.equal(nets[0], nets[2])


def test_what_does_not_fit_is_refused():
    """Wrong spaces, rows and scales are one sentence each that names the argument."""
    tiny = scale_of("nasbench201", "tiny")
    row = np.zeros(6, dtype=np.int8)
    with pytest.raises(ValueError, match=r"space must be one of .*'cifar'"):
        alone("cifar", row, tiny)
    with pytest.raises(ValueError, match="space must share weights"):
        shared("anynetx", scale_of("anynetx", "tiny"))
    for bad in (row[:5], row[None], row + 0.5, (0, 0, 0), (0, 0, 0, 0, 0, 5)):
        with pytest.raises(ValueError, match="arch"):
            alone("nasbench201", bad, tiny)
        with pytest.raises(ValueError, match="arch"):
            shared("nasbench201", tiny)(torch.zeros(2, 1, 8, 8), bad)
    graph = scale_of("nasbench-graph", "tiny")
    with pytest.raises(ValueError, match=r"scale must be .* reads graph"):
        alone("nasbench-graph", rows_of("nasbench-graph", 1)[0], tiny)
    with pytest.raises(ValueError, match=r"scale must be .* reads images"):
        shared("nasbench201", graph)


def test_a_path_is_copied_into_its_own_network_only():
    """Copying a row into the network of another row is refused."""
    scale = scale_of("nasbench201", "tiny")
    net = shared("nasbench201", scale)
    other = alone("nasbench201", (0,) * 6, scale)
    with pytest.raises(ValueError, match="net_alone must be the network of arch"):
        copy_path(net, (3,) * 6, other)


def test_example_has_the_shape_of_the_inputs():
    """Examples are one batch of empty images or a graph, as networks read them."""
    assert example(scale_of("anynetx", "tiny"), 5)[0].shape == (5, 1, 8, 8)
    features, edges = example(scale_of("nasbench-graph", "paper"), 1, "meta")
    assert features.shape == (2_708, 1_433)
    assert edges.shape == (2, 10_556)
