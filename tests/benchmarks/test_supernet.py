"""Training and measuring supernets against plain loops, in processor seconds.

Both sides of a comparison take turns in one process, on the same paths, images and
widths; each side's number is the least over the rounds, since others use the machine.
"""

import time
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from lissnas.spaces import SPACES
from lissnas.spaces.shufflenetv2 import HEAD, KERNELS, STAGES, STEM
from lissnas.supernet import networks
from lissnas.supernet.data import Images, load_images, split
from lissnas.supernet.feed import feed
from lissnas.supernet.recalibrate import measurer, naive_accuracy
from lissnas.supernet.recipes import RECIPES
from lissnas.supernet.sampling import Paths
from lissnas.supernet.scale import scale_of
from lissnas.supernet.subset import Everything
from lissnas.supernet.trainer import Trainer

NAME, CPU = "shufflenetv2", torch.device("cpu")
SPACE = SPACES[NAME]
RECIPE = replace(RECIPES["tiny"], pretrain=0, crop=0, epochs=50)


def unit(choice, c_in, c_out, stride, first):
    """Return a unit's main branch, and the other if it is the first of its stage."""
    read, middle = c_in if first else c_in // 2, c_out // 2

    def deep(width, kernel, stride=1):
        conv = nn.Conv2d(
            width, width, kernel, stride, kernel // 2, groups=width, bias=False
        )
        return [conv, nn.BatchNorm2d(width, affine=False)]

    def point(a, b):
        norm = nn.BatchNorm2d(b, affine=False)
        return [nn.Conv2d(a, b, 1, bias=False), norm, nn.ReLU(inplace=True)]

    if choice == len(KERNELS):
        kernel, main = 3, [*deep(read, 3, stride), *point(read, middle)]
        main += [*deep(middle, 3), *point(middle, middle), *deep(middle, 3)]
    else:
        kernel = KERNELS[choice]
        main = [*point(read, middle), *deep(middle, kernel, stride)]
    main += point(middle, c_out - read)
    side = [*deep(read, kernel, stride), *point(read, read)] if first else []
    return nn.ModuleList([nn.Sequential(*main), nn.Sequential(*side)])


class Plain(nn.Module):
    """The reference supernet: one unit of each choice a block, layers of torch."""

    def __init__(self, scale):
        super().__init__()
        stem_stride, *strides = scale.strides([2] * (1 + len(STAGES)))
        before = scale.wide(STEM)
        self.stem = nn.Sequential(
            nn.Conv2d(scale.channels, before, 3, stem_stride, 1, bias=False),
            nn.BatchNorm2d(before, affine=False),
            nn.ReLU(inplace=True),
        )
        self.blocks = nn.ModuleList()
        for (count, channels), stride in zip(STAGES, strides, strict=True):
            c_out = scale.wide(channels, 2)
            for place in range(count):
                shape = (before, c_out, 1 if place else stride, not place)
                self.blocks.append(nn.ModuleList(unit(i, *shape) for i in range(4)))
                before = c_out
        width = scale.wide(HEAD)
        self.head = nn.Sequential(
            nn.Conv2d(before, width, 1, bias=False),
            nn.BatchNorm2d(width, affine=False),
            nn.ReLU(inplace=True),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(width, scale.classes, bias=False),
        )

    def forward(self, x, row):
        x = self.stem(x)
        for options, choice in zip(self.blocks, row, strict=True):
            main, side = options[choice]
            if len(side):
                x = torch.cat([side(x), main(x)], 1)
            else:
                x = torch.cat([x[:, ::2], main(x[:, 1::2])], 1)
        return self.head(x)


def noise(pixels, n=1280):
    """Return images of noise."""
    rng = np.random.default_rng(0)
    raw = rng.integers(0, 255, (n, 3, pixels, pixels), dtype=np.uint8)
    return Images("noise", raw, np.arange(n) % 10, tuple("0123456789"))


def alternate(rounds, *sides):
    """Return the least processor seconds of each side, which take turns."""
    least = [float("inf")] * len(sides)
    for number in range(rounds):
        for i, side in enumerate(sides):
            start = time.process_time()
            side(number)
            least[i] = min(least[i], time.process_time() - start)
    return least


@pytest.mark.parametrize("threads", [1, 2])
def test_training_is_no_slower_than_the_reference(benchmark, threads):
    """Images a second at batch 64 and 32x32: at least those of a plain loop."""
    torch.set_num_threads(threads)
    images = noise(32)
    scale = scale_of(NAME, "tiny", resolution=32, channels=3)
    at = feed(images, split(images, 0.2, 0.2, 0), CPU, channels_last=True)
    torch.manual_seed(0)
    paths = Paths(Everything(SPACE), SPACE, "uniform", 0)
    ours = Trainer(networks.shared(NAME, scale), at, RECIPE, 0, paths)
    plain = Plain(scale).train()
    optimiser = torch.optim.SGD(plain.parameters(), 0.1, 0.9, weight_decay=4e-5)
    assert sum(p.numel() for p in plain.parameters()) == sum(
        p.numel() for p in ours.net.parameters()
    )
    order = np.random.default_rng(0).permutation(at.split.train)[:64]
    raw, labels = at.at(order)
    raw = raw.contiguous()

    def reference(number):
        row = paths(number)[0].tolist()
        optimiser.zero_grad()
        loss = cross_entropy(plain(raw, row), labels, label_smoothing=0.1)
        loss.backward()
        nn.utils.clip_grad_norm_(plain.parameters(), 5.0)
        optimiser.step()

    def own(number):
        ours.step = number  # so that both take the same path
        ours.advance()

    times = []
    for number in range(12):  # each path by both sides; the least of three rounds
        times.append(
            alternate(3, lambda _, n=number: own(n), lambda _, n=number: reference(n))
        )
    mine, theirs = np.sum(times[2:], axis=0)
    benchmark.extra_info |= {
        "images_per_second": 64 * len(times[2:]) / mine,
        "reference": 64 * len(times[2:]) / theirs,
    }
    print(benchmark.extra_info)
    benchmark.pedantic(lambda: None)
    torch.set_num_threads(1)
    assert mine <= theirs


def test_measuring_is_three_times_as_fast(benchmark):
    """Against 200 batches of 128 a path, one path at a time, as SPOS does on digits."""
    torch.set_num_threads(1)
    images = load_images("digits")
    scale = scale_of(NAME, "tiny")
    at = feed(images, split(images, 0.2, 0.2, 0), CPU, channels_last=True)
    torch.manual_seed(0)
    net, plain = networks.shared(NAME, scale), networks.shared(NAME, scale)
    plain.load_state_dict(net.state_dict())
    scorer = measurer(net, at, 25_600, 128, 0)
    many = len(scorer.calibration) // 128
    rows = scorer.calibration.reshape(128, many)
    same = [np.ascontiguousarray(rows[:, j]) for j in range(many)]
    rng = np.random.default_rng(0)
    usual = [rng.choice(at.split.train, 128) for _ in range(200)]
    archs = SPACE.sample(300, rng)
    archs = archs[np.lexsort(archs.T[::-1])][:20]  # as dense as 300 paths are
    scores = {}

    def own(_):
        scorer._before, scorer._kept = [], []
        scores["ours"] = scorer(archs)

    def each(batches):
        return lambda _: scores.__setitem__(
            len(batches),
            [
                naive_accuracy(plain, at, r, batches, scorer.judged)
                for r in archs.tolist()
            ],
        )

    mine, theirs = alternate(2, own, each(same))
    (full,) = alternate(
        1, lambda _: naive_accuracy(plain, at, archs[0].tolist(), usual, scorer.judged)
    )
    benchmark.extra_info |= {
        "paths_per_minute": 60 * len(archs) / mine,
        "naive_same_images": 60 * len(archs) / theirs,
        "naive_200_batches": 60 / full,
    }
    print(benchmark.extra_info)
    benchmark.pedantic(lambda: None)
    np.testing.assert_allclose(
        scores["ours"], scores[many], atol=1.5 / len(scorer.judged)
    )
    assert mine / len(archs) <= full / 3
