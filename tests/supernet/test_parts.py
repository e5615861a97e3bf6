"""Samplers, schedules, augmentation and ghosts, against what they promise."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.stats import chisquare
from torch import nn

from lissnas.spaces import SPACES
from lissnas.subsets import ExplicitSubset, ImplicitSubset, ProductSubset, Rules
from lissnas.supernet import networks
from lissnas.supernet.alike import begin_alike, model_path
from lissnas.supernet.augment import augment, draw
from lissnas.supernet.ghost import use_ghosts
from lissnas.supernet.optimise import rate
from lissnas.supernet.recipes import RECIPES, Recipe
from lissnas.supernet.sampling import BLOCK, Paths
from lissnas.supernet.scale import scale_of
from lissnas.supernet.settings import (
    Trained,
    TrainSettings,
    settings_dict,
    settings_from_dict,
)
from lissnas.supernet.subset import Everything

SHUFFLE = SPACES["shufflenetv2"]
LIKELY = 1e-4  # chance that a fair sampler fails


def drawn(subset, space, sampling, steps, seed=0):
    """Return the paths of the first steps, and the sampler that counted them."""
    paths = Paths(subset, space, sampling, seed)
    rows = []
    for step in range(steps):
        found = paths(step)
        paths.count(found)
        rows.append(found)
    return np.concatenate(rows), paths


def test_uniform_paths_take_every_option_equally_often():
    """Chi-square over the options of each decision, with margin."""
    rows, _ = drawn(Everything(SHUFFLE), SHUFFLE, "uniform", 4000)
    for column in rows.T:
        assert chisquare(np.bincount(column, minlength=4)).pvalue > LIKELY / 20


def test_steps_draw_alike_whatever_was_asked_before():
    """A sampler that begins in the middle draws what one from the start draws."""
    rows, _ = drawn(Everything(SHUFFLE), SHUFFLE, "uniform", 2 * BLOCK)
    late = Paths(Everything(SHUFFLE), SHUFFLE, "uniform", 0)
    for step in (BLOCK + 7, 3, 2 * BLOCK - 1):
        np.testing.assert_array_equal(late(step)[0], rows[step])


def test_strict_fairness_counts_are_equal_after_every_step():
    """After each step every option of every layer was trained as often (FairNAS)."""
    space = SPACES["mobilenet-fairnas"]
    paths = Paths(Everything(space), space, "fair", 0)
    for step in range(5):
        found = paths(step)
        paths.count(found)
        assert found.shape == (6, 19)
        assert (paths.visits == step + 1).all()


def test_fairness_on_a_product_keeps_to_its_options():
    """Pruned options are never trained, the others as equally as numbers allow."""
    allowed = tuple((0, 2) if i else (0, 1, 3) for i in range(20))
    subset = ProductSubset(SHUFFLE, allowed)
    _, paths = drawn(subset, SHUFFLE, "fair", 300)
    assert (paths.visits[0] == [300, 300, 0, 300]).all()
    assert (paths.visits[1:, [1, 3]] == 0).all()
    assert paths.visits[1:, [0, 2]].min() >= 300  # three paths, two options


@pytest.mark.parametrize("kind", ["list", "test"])
def test_covering_uses_every_option_that_is_left_each_step(kind):
    """Where fairness is undefined, no option of a member waits."""
    if kind == "list":
        space = SHUFFLE
        archs = space.sample(40, np.random.default_rng(0))
        archs[:, 3] = archs[:, 3] // 2  # options 2 and 3 are gone
        subset = ExplicitSubset(space, np.unique(archs, axis=0))
    else:
        space = SPACES["anynetx"]
        rules = Rules((next(iter(space.constraints())),))
        subset = ImplicitSubset(space, rules, rules.count(space), True)
    paths = Paths(subset, space, "fair", 0)
    present = paths.present
    for step in range(3):
        found = paths(step)
        assert subset.contains(found).all()
        used = np.zeros_like(present)
        used[np.broadcast_to(np.arange(found.shape[1]), found.shape), found] = True
        assert used.sum() >= 0.98 * present.sum()  # rare ones may miss a draw
        assert not (used & ~present).any() or kind == "test"


def test_balanced_paths_are_in_proportion_to_parameters():
    """Chi-square of a listed set; by rejection, the mean of a large space."""
    space, rng = SHUFFLE, np.random.default_rng(0)
    archs = space.sample(30, rng)
    archs[:15] = 0
    archs[:15, 0] = np.arange(15) % 4
    archs = np.unique(archs, axis=0)
    rows, _ = drawn(ExplicitSubset(space, archs), space, "balanced", 6000)
    params = space.cost(archs).params / space.cost(archs).params.sum()
    place = {row.tobytes(): i for i, row in enumerate(archs)}
    counts = np.bincount([place[row.tobytes()] for row in rows], minlength=len(archs))
    assert chisquare(counts, params * len(rows)).pvalue > LIKELY
    rows, _ = drawn(Everything(space), space, "balanced", 4000)
    uniform = space.cost(space.sample(20_000, rng)).params.astype(float)
    expected = (uniform**2).mean() / uniform.mean()  # mean under weights ~ params
    found = space.cost(rows).params
    error = found.std() / np.sqrt(len(found))
    assert abs(found.mean() - expected) < 5 * error
    assert found.mean() - uniform.mean() > 2 * error


@pytest.mark.parametrize("schedule", ["cosine", "linear", "constant"])
def test_schedules_follow_their_formulas(schedule):
    """Linear warm-up to the full rate, then the stated curve down to 0."""
    recipe = Recipe(schedule=schedule, rate=0.5)
    warm = [rate(recipe, step, 110, 10) for step in range(10)]
    np.testing.assert_allclose(warm, 0.5 * np.arange(1, 11) / 10)
    way = np.arange(100) / 100
    curve = {
        "cosine": 0.5 * (1 + np.cos(np.pi * way)) / 2,
        "linear": 0.5 * (1 - way),
        "constant": np.full(100, 0.5),
    }[schedule]
    found = [rate(recipe, 10 + step, 110, 10) for step in range(100)]
    np.testing.assert_allclose(found, curve)


def test_ghosts_are_batch_norms_of_parts():
    """Each ghost is normalised by itself; running statistics are their average."""
    torch.manual_seed(0)
    images = torch.randn(12, 5, 4, 4) * 3 + 1
    plain, ghost = nn.BatchNorm2d(5), use_ghosts(nn.Sequential(nn.BatchNorm2d(5)), 4)
    with torch.no_grad():
        for norm in (plain, ghost[0]):
            norm.weight.uniform_(0.5, 2, generator=torch.Generator().manual_seed(1))
            norm.bias.uniform_(-1, 1, generator=torch.Generator().manual_seed(2))
    found, means = ghost(images), []
    for part in range(3):
        plain.reset_running_stats()
        expected = plain(images[part::3])
        torch.testing.assert_close(found[part::3], expected)
        means.append((plain.running_mean.clone(), plain.running_var.clone()))
    for name, values in zip(("mean", "var"), zip(*means, strict=True), strict=True):
        running = getattr(ghost[0], f"running_{name}")
        torch.testing.assert_close(running, torch.stack(values).mean(0))


@pytest.mark.parametrize("name", ["shufflenetv2", "mobilenet-fairnas"])
def test_options_begin_as_those_of_the_model_path(name):
    """Where options are built alike, all paths through them compute the same."""
    space = SPACES[name]
    torch.manual_seed(0)
    net = networks.shared(name, scale_of(name, "tiny", resolution=16))
    paths = Paths(Everything(space), space, "uniform", 0)
    model = model_path(net, paths)
    images = torch.randn(6, 1, 16, 16)
    other = (model[0] + 1 + np.arange(len(model[0])) % 2) % 3  # no Xception
    if name == "shufflenetv2":
        assert not model.any()
    before = net(images, other.astype(np.int8))
    assert begin_alike(net, model[0]) > len(model[0])
    after = net(images, other.astype(np.int8))
    torch.testing.assert_close(after, net(images, model[0]), rtol=1e-3, atol=1e-3)
    assert not torch.allclose(before, after, atol=1e-2)


def test_the_model_path_is_one_of_the_subset():
    """What trains alone at first is a member of where paths are drawn."""
    net = networks.shared("shufflenetv2", scale_of("shufflenetv2", "tiny"))
    archs = SHUFFLE.sample(20, np.random.default_rng(0))
    listed = Paths(ExplicitSubset(SHUFFLE, archs), SHUFFLE, "uniform", 0)
    assert listed.subset.contains(model_path(net, listed)).all()
    pruned = ProductSubset(SHUFFLE, tuple((1, 3) for _ in range(20)))
    assert (model_path(net, Paths(pruned, SHUFFLE, "uniform", 0)) == 1).all()


def test_crops_are_shifts():
    """Each image is one of the padded image's crops, and all shifts occur."""
    image = torch.arange(1.0, 10).view(1, 1, 3, 3)
    found = augment(image.repeat(300, 1, 1, 1), Recipe(crop=1), draw(300, 0))
    padded = nn.functional.pad(image, (1,) * 4)[0, 0]
    crops = {
        tuple(padded[i : i + 3, j : j + 3].flatten().tolist())
        for i in range(3)
        for j in range(3)
    }
    assert {tuple(one.flatten().tolist()) for one in found} == crops


def test_flips_mirror_about_half():
    """An image is itself or its mirror image, each about as often."""
    image = torch.arange(9.0).view(1, 1, 3, 3).repeat(400, 1, 1, 1)
    found = augment(image, Recipe(flip=True), draw(400, 0))
    mirrored = (found == image.flip(3)).flatten(1).all(1)
    assert ((found == image).flatten(1).all(1) | mirrored).all()
    assert 140 < mirrored.sum() < 260


def test_erased_rectangles_have_the_stated_areas():
    """About the stated share has one rectangle of about 2 to 33% of the area."""
    images = torch.ones(500, 2, 16, 16)
    found = augment(images, Recipe(erase=0.4), draw(500, 0))
    gone = (found == 0).all(1)
    assert ((found == 0).any(1) == gone).all()
    area = gone.flatten(1).float().mean(1)
    hit = area > 0
    assert 150 < hit.sum() < 250
    assert area[hit].max() < 0.4 and area[hit].mean() > 0.1
    for mask in gone[hit][:50]:
        rows, columns = mask.any(1).nonzero(), mask.any(0).nonzero()
        assert mask.sum() == len(rows) * len(columns)  # a rectangle


def test_processes_augment_as_one_would():
    """The images of two processes are those of one, taken by turns."""
    images, recipe = torch.randn(8, 1, 6, 6), Recipe(crop=1, flip=True, erase=0.5)
    whole, draws = augment(images, recipe, draw(8, 3)), draw(8, 3)
    for rank in range(2):
        part = augment(images[rank::2], recipe, draws.of(rank, 2))
        torch.testing.assert_close(part, whole[rank::2])


@pytest.mark.parametrize(
    "values",
    [
        {"epochs": 0},
        {"batch": 1},
        {"ghost": 48},
        {"rate": 0},
        {"smoothing": 1.0},
        {"warmup": 30},
        {"schedule": "sometimes"},
        {"clip": float("nan")},
        {"optimiser": "adamw", "nesterov": True},
    ],
    ids=str,
)
def test_impossible_recipes_are_refused(values):
    """The sentence names the setting."""
    with pytest.raises(ValueError, match=next(reversed(values))):
        Recipe(**values)


def test_the_papers_recipes():
    """Appendix F as read: ImageNet 1,024/128/120, CIFAR 64/32/200."""
    found = {
        name: (RECIPES[name].batch, RECIPES[name].ghost, RECIPES[name].epochs)
        for name in ("paper-imagenet", "paper-cifar")
    }
    assert found == {"paper-imagenet": (1024, 128, 120), "paper-cifar": (64, 32, 200)}


def test_settings_survive_json():
    """What is stored is read again, the recipe too; unknown settings are refused."""
    settings = TrainSettings(recipe=replace(RECIPES["spos"], epochs=7), seed=3)
    values = settings_dict(settings)
    assert settings_from_dict(TrainSettings, values) == settings
    with pytest.raises(ValueError, match="unknown"):
        settings_from_dict(TrainSettings, values | {"colour": "red"})
    for bad in ({"space": "nowhere"}, {"valid": 0.9}, {"scale": "huge"}, {"seed": -1}):
        with pytest.raises(ValueError, match=next(iter(bad))):
            Trained(**bad)
    assert Path(settings.data).name == "digits"
