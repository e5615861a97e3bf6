"""Options of a layer that begin alike, so that a supernet learns in few steps.

When the options of a layer begin with weights of their own, every path begins as
another random function, and what one path learns is noise to the others until thousands
of steps have brought them together. Here kernels of the same place in the options of a
layer begin as one: channels that both have are equal, and a larger kernel has the
smaller one in its middle and 0 around it. Options of another structure, such as
Xception-like units among shuffle units, keep their own weights.

This is no part of the published recipes, which train long enough without it.
"""

import torch
from torch import Tensor, nn

from lissnas.supernet.networks.chains import SharedChain


def begin_alike(net: nn.Module) -> int:
    """Make options of the layers of a chain alike; return how many kernels changed."""
    changed = 0
    if isinstance(net, SharedChain):
        for options in net.places:
            assert isinstance(options, nn.ModuleList)
            kernels = [_kernels(option) for option in options]
            for i, own in enumerate(kernels):
                model = next(k for k in kernels if _fit(k, own))
                if model is not kernels[i]:
                    changed += len(own)
                    for source, target in zip(model, own, strict=True):
                        embed(source, target)
    return changed


def _kernels(module: nn.Module) -> list[Tensor]:
    """Return the kernels within a module, in order."""
    return [m.weight for m in module.modules() if isinstance(m, nn.Conv2d)]


def _fit(model: list[Tensor], own: list[Tensor]) -> bool:
    """Return whether two options have the same layers but for sizes."""
    return len(model) == len(own) and all(
        (a.shape[1] == 1) == (b.shape[1] == 1) for a, b in zip(model, own, strict=True)
    )


def embed(source: Tensor, target: Tensor) -> None:
    """Copy what fits of a kernel ``(o, i, k, k)`` into the middle of another."""
    o, i = (min(source.shape[d], target.shape[d]) for d in (0, 1))
    k = min(source.shape[2], target.shape[2])
    inner, outer = ((t.shape[2] - k) // 2 for t in (source, target))
    with torch.no_grad():
        target[:o, :i] = 0
        target[:o, :i, outer : outer + k, outer : outer + k] = source[
            :o, :i, inner : inner + k, inner : inner + k
        ]
