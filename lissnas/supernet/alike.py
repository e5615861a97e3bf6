"""Options of a layer that begin alike, so that a deep supernet learns in few steps.

When the options of a layer begin with weights of their own, every path begins as
another random function, and what one path learns is noise to the others until tens of
thousands of steps have brought them together; the published recipes take that many. A
recipe with `pretrain` first trains one path alone, as progressive shrinking trains the
largest network first [1]_. Then all options begin as the one on that path, as far as
they are built alike: channels that both have are equal, a larger kernel has the smaller
one in its middle and 0 around it, and channels that only one has are not read at first.
Options with more layers, such as Xception-like units among shuffle units, begin with
the further ones passing what they get, which is nearly the same; options of any other
structure keep their own weights.

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
        for option, module in enumerate(options):
            if chosen < 0 or option == chosen:
                continue
            pairs = _matched(options[chosen], module)
            changed += pairs is not None
            for source, target in pairs or ():
                _embed(source, target) if source is not None else _pass(target)
    return changed


def _fitting(options: nn.Module) -> list[int]:
    """Return after how many other options each option's layers are built."""
    assert isinstance(options, nn.ModuleList)
    return [sum(_matched(a, b) is not None for b in options) for a in options]


Layer = nn.Conv2d | nn.BatchNorm2d | nn.Linear
Pairs = list[tuple[Layer | None, Layer]]


def _matched(model: nn.Module, own: nn.Module) -> Pairs | None:
    """Return each layer of `own` with the one of `model` it begins as, None if none.

    The layers of `model` must occur in `own`, in order; further layers must be able to
    pass what they get, and stand with None. Nothing fits a model without layers.
    """
    given, layers = _layers(model), _layers(own)
    if len(given) == len(layers):
        fits = all(_form(a) == _form(b) for a, b in zip(given, layers, strict=True))
        return list(zip(given, layers, strict=True)) if given and fits else None
    found: Pairs = []
    place = 0
    for layer in layers:
        if place < len(given) and _alike(given[place], layer):
            found.append((given[place], layer))
            place += 1
        elif _passes(layer):
            found.append((None, layer))
        else:
            return None
    return found if given and place == len(given) else None


def _layers(module: nn.Module) -> list[Layer]:
    """Return the layers with weights or statistics within a module, in order."""
    return [m for m in module.modules() if isinstance(m, Layer)]


def _form(layer: Layer) -> tuple[str, bool]:
    """Return what kind of layer it is, and whether it is depthwise."""
    if isinstance(layer, nn.Conv2d):
        return "convolution", layer.groups > 1
    return type(layer).__name__, False


def _alike(model: Layer, own: Layer) -> bool:
    """Return whether layers are of one kind and as wide."""
    if isinstance(model, nn.Conv2d) and isinstance(own, nn.Conv2d):
        return (
            _form(model) == _form(own)
            and model.weight.shape[:2] == own.weight.shape[:2]
        )
    if isinstance(model, nn.BatchNorm2d) and isinstance(own, nn.BatchNorm2d):
        return model.num_features == own.num_features
    return False


def _passes(layer: Layer) -> bool:
    """Return whether a layer can pass what it gets, but for its scale and stride."""
    if isinstance(layer, nn.Conv2d):
        return layer.in_channels == layer.out_channels
    return isinstance(layer, nn.BatchNorm2d)


def _pass(layer: Layer) -> None:
    """Let a convolution begin as one that passes what it gets."""
    if isinstance(layer, nn.Conv2d):
        with torch.no_grad():
            nn.init.dirac_(layer.weight, layer.groups)


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
