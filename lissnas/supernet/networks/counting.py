"""Parameters and multiply-adds of a network, counted while it runs without data."""

from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.func import functional_call

from lissnas.spaces.base import Cost
from lissnas.supernet.scale import Scale

LAYERS = (nn.Conv2d, nn.Linear)


def example(scale: Scale, batch: int, device: str = "cpu") -> tuple[Tensor, ...]:
    """Return empty inputs of a network: images, or a graph's features and edges."""
    if scale.nodes:
        edges = torch.zeros(2, scale.edges, dtype=torch.long, device=device)
        return torch.empty(scale.nodes, scale.channels, device=device), edges
    shape = (batch, scale.channels, scale.resolution, scale.resolution)
    return (torch.empty(shape, device=device),)


def count(net: nn.Module, scale: Scale) -> Cost:
    """Return trainable parameters and multiply-adds of a stand-alone network, ``(1,)``.

    Multiply-adds are those of convolutions and linear layers for one image, without
    biases, or for one pass over a graph. Counted as the space counts: heads that are no
    part of a space's costs are left out. The network is neither changed nor really run.
    """
    macs = 0
    left_out = {
        module
        for name in getattr(net, "uncounted", ())
        for module in net.get_submodule(name).modules()
    }

    def note(module: nn.Module, inputs: tuple[Any, ...], output: Tensor) -> None:
        nonlocal macs
        macs += _multiplied(module, inputs, output)

    inside = [
        module
        for module in net.modules()
        if module not in left_out
        and (isinstance(module, LAYERS) or hasattr(module, "multiplied"))
    ]
    hooks = [module.register_forward_hook(note) for module in inside]
    tensors = {**dict(net.named_parameters()), **dict(net.named_buffers())}
    empty = {k: torch.empty_like(v, device="meta") for k, v in tensors.items()}
    try:
        with torch.no_grad():
            functional_call(net, empty, example(scale, 1, "meta"))
    finally:
        for hook in hooks:
            hook.remove()
    outside = {id(p) for module in left_out for p in module.parameters()}
    params = sum(p.numel() for p in net.parameters() if id(p) not in outside)
    return Cost(np.array([params]), np.array([macs]))


def _multiplied(module: nn.Module, inputs: tuple[Any, ...], output: Tensor) -> int:
    """Return the multiply-adds of one call of a layer."""
    if isinstance(module, nn.Conv2d):
        return output.numel() * module.weight[0].numel()
    if isinstance(module, nn.Linear):
        return output.numel() * module.in_features
    return cast("int", cast("Any", module).multiplied(inputs, output))
