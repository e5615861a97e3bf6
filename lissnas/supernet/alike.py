"""Options of a layer that begin alike, so that a deep supernet learns in few steps.

When the options of a layer begin with weights of their own, every path begins as
another random function, and what one path learns is noise to the others until tens of
thousands of steps have brought them together; the published recipes take that many. A
recipe with `pretrain` first trains one path alone, as progressive shrinking trains the
largest network first [1]_. Then all options begin as the one on that path, as far as
they are built alike: channels that both have are equal, a larger kernel has the smaller
one in its middle and 0 around it, and channels that only one has are not read at first.
Options of another structure keep their own weights, and learn among others that work.

.. [1] Cai et al., "Once-for-All: Train One Network and Specialize it for Efficient
   Deployment", ICLR 2020, arXiv:1908.09791.
"""

import numpy as np
import torch
from torch import Tensor, nn

from lissnas.arrays import Archs
from lissnas.supernet import seeds
from lissnas.supernet.networks.chains import SharedChain
from lissnas.supernet.sampling import Paths

DRAWS = 1000


def model_path(net: SharedChain, paths: Paths) -> Archs:
    """Return the path ``(1, d)`` after which most options can begin.

    Where decisions are free it takes of each the first such option, elsewhere it is
    the best of 1,000 draws.
    """
    fits = [_fitting(options) for options in net.places]
    if paths.allowed is not None and len(fits) == len(paths.allowed):
        row = [
            max(options, key=lambda o: (fits[place][o], -o))
            for place, options in enumerate(paths.allowed)
        ]
        return np.array([row], dtype=np.int8)
    rng = seeds.generator(paths.seed, seeds.PATHS)
    archs = paths.subset.sample(DRAWS, rng)
    scores = [
        sum(fits[place][o] for place, o in enumerate(net.chosen(tuple(row))) if o >= 0)
        for row in archs.tolist()
    ]
    best = int(np.argmax(scores))
    return archs[best : best + 1]


def begin_alike(net: SharedChain, row: Archs) -> int:
    """Let options begin as those of a path ``(d,)``; return how many now do."""
    changed = 0
    taken = net.chosen(tuple(row.tolist()))
    for options, chosen in zip(net.places, taken, strict=True):
        assert isinstance(options, nn.ModuleList)
        if chosen < 0:
            continue
        model = _layers(options[chosen])
        for option, module in enumerate(options):
            own = _layers(module)
            if option != chosen and own and _fit(model, own):
                changed += 1
                for source, target in zip(model, own, strict=True):
                    _embed(source, target)
    return changed


def _fitting(options: nn.Module) -> list[int]:
    """Return after how many other options each option's layers are built."""
    assert isinstance(options, nn.ModuleList)
    layers = [_layers(option) for option in options]
    return [sum(bool(a) and _fit(a, b) for b in layers) for a in layers]


def _layers(module: nn.Module) -> list[nn.Module]:
    """Return the convolutions and norms within a module, in order."""
    kinds = (nn.Conv2d, nn.Linear, nn.BatchNorm2d)
    return [layer for layer in module.modules() if isinstance(layer, kinds)]


def _fit(model: list[nn.Module], own: list[nn.Module]) -> bool:
    """Return whether two options have the same layers but for sizes."""
    return len(model) == len(own) and all(
        _form(a) == _form(b) for a, b in zip(model, own, strict=True)
    )


def _form(layer: nn.Module) -> tuple[str, bool]:
    """Return what kind of layer it is, and whether it is depthwise."""
    if isinstance(layer, nn.Conv2d):
        return "convolution", layer.groups > 1
    return type(layer).__name__, False


def _embed(source: nn.Module, target: nn.Module) -> None:
    """Copy what fits of a layer into another, which then computes the same."""
    given = dict(source.named_parameters()) | dict(source.named_buffers())
    with torch.no_grad():
        for name, tensor in [*target.named_parameters(), *target.named_buffers()]:
            if name in given and tensor.ndim:
                _embed_tensor(given[name], tensor)


def _embed_tensor(source: Tensor, target: Tensor) -> None:
    """Copy leading channels, and the middle of kernels, into a tensor."""
    sizes = [min(a, b) for a, b in zip(source.shape, target.shape, strict=True)]
    read, written = ([slice(0, n) for n in sizes] for _ in range(2))
    for axis in range(2, target.ndim):
        for tensor, place in ((source, read), (target, written)):
            start = (tensor.shape[axis] - sizes[axis]) // 2
            place[axis] = slice(start, start + sizes[axis])
    if target.ndim > 1:
        target[: sizes[0]] = 0
    target[tuple(written)] = source[tuple(read)]
