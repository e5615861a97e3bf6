"""Networks in torch for every search space, alone and with shared weights.

One module a family; `FAMILIES` says which space has which. A stand-alone network is
built from one row, ``alone(space, arch, scale)(images)``; a shared one holds the
weights of all rows, ``shared(space, scale)(images, arch)``. At the scale `paper` a
stand-alone network has exactly the costs that the space states.

Weights are drawn from torch's global generator: seed it with `torch.manual_seed` inside
of `torch.random.fork_rng`. They lie channels-last in memory, with which maps of small
networks are computed several times as fast on a CPU; ``net.to(memory_format=
torch.contiguous_format)`` takes that back. `torch.compile` takes stand-alone networks.
"""

from collections.abc import Sequence
from typing import TypeVar

import torch
from torch import Tensor, nn

from lissnas.arrays import Archs
from lissnas.spaces import SPACES
from lissnas.supernet.networks import (
    anynetx,
    mnasnet,
    mobilenet,
    nasbench101,
    nasbench201,
    nasbench301,
    nasbench_graph,
    nasbench_macro,
    shufflenetv2,
    transnas_macro,
    transnas_micro,
)
from lissnas.supernet.networks.base import Family, Shared, canonical_row
from lissnas.supernet.networks.counting import count, example
from lissnas.supernet.networks.layers import copy_leading, leaves
from lissnas.supernet.scale import Scale

Net = TypeVar("Net", bound=nn.Module)
GRAPHS = frozenset({"nasbench-graph"})  # their networks read a graph, no images
FAMILIES: dict[str, Family] = {
    "nasbench101": nasbench101.FAMILY,
    "transnasbench101-macro": transnas_macro.FAMILY,
    "nasbench201": nasbench201.FAMILY,
    "transnasbench101-micro": transnas_micro.FAMILY,
    "nasbench301": nasbench301.FAMILY,
    "nasbench-macro": nasbench_macro.FAMILY,
    "shufflenetv2": shufflenetv2.FAMILY,
    "mobilenet-fairnas": mobilenet.FAMILY,
    "mobilenet-21": mobilenet.FAMILY_21,
    "mobilenet-21-se": mobilenet.FAMILY_21_SE,
    "mnasnet": mnasnet.FAMILY,
    "nasbench-graph": nasbench_graph.FAMILY,
    "anynetx": anynetx.FAMILY,
}


def alone(space: str, arch: Archs | Sequence[int], scale: Scale) -> nn.Module:
    """Return the network of one architecture, a row ``(d,)``, initialised.

    ``net(images)`` maps images ``(b, channels, resolution, resolution)`` to logits
    ``(b, classes)``. Isomorphic rows make equal networks.

    Raises
    ------
    ValueError
        If the space is unknown, the row is none of it, or the scale does not fit.
    """
    family = _fitting(space, scale)
    return _laid_out(family.alone(canonical_row(space, arch), scale))


def shared(space: str, scale: Scale) -> Shared:
    """Return a network with the weights of all architectures of a space, initialised.

    ``net(images, arch)`` runs one row ``(d,)`` of it.

    Raises
    ------
    ValueError
        If the space is unknown or its networks do not share weights.
    """
    make = _fitting(space, scale).shared
    if make is None:
        spaces = ", ".join(name for name in FAMILIES if has_shared(name))
        raise ValueError(f"space must share weights ({spaces}), got {space!r}")
    return _laid_out(make(scale))


def has_shared(space: str) -> bool:
    """Return whether the networks of a space can share weights."""
    return _family(space).shared is not None


def copy_path(
    net_shared: Shared, arch: Archs | Sequence[int], net_alone: nn.Module
) -> None:
    """Copy weights and statistics of an architecture's path into its own network.

    Both then return the same for the same images. `net_alone` must have been built for
    the same row and an equal scale.

    Raises
    ------
    ValueError
        If it was not.
    """
    given = leaves(net_shared.path(canonical_row(net_shared.space, arch)))
    wanted = leaves([net_alone])
    fits = len(given) == len(wanted) and all(
        type(a) is type(b) for a, b in zip(given, wanted, strict=True)
    )
    if not fits:
        raise ValueError(
            f"net_alone must be the network of arch with {len(given)} layers, "
            f"got one of {len(wanted)}"
        )
    for source, target in zip(given, wanted, strict=True):
        copy_leading(source, target)


def path_weights(net_shared: Shared, arch: Archs | Sequence[int]) -> list[Tensor]:
    """Return the weights along an architecture in a shared network, in order.

    Their concatenation is the vector whose angle to that of the initial weights tells
    how well an architecture trains [1]_: weights of convolutions and linear layers, of
    stem and head too. Batch norms and identities add nothing, a pooling adds a constant
    kernel, `none` cuts its path; in a cell, the weights of every way from input to
    output follow each other, so those of shared edges occur repeatedly. The tensors are
    views of the parameters.

    .. [1] Hu et al., "Angle-based Search Space Shrinking for Neural Architecture
       Search", ECCV 2020, arXiv:2004.13431.
    """
    return net_shared.weights(canonical_row(net_shared.space, arch))


def _laid_out(net: Net) -> Net:
    """Return a network with its kernels channels-last, if they have data at all."""
    if not next(net.parameters()).is_meta:
        net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return net


def _family(space: str) -> Family:
    """Return the family of a space; ValueError if there is no such space."""
    if space not in SPACES:
        raise ValueError(f"space must be one of {', '.join(SPACES)}, got {space!r}")
    return FAMILIES[space]


def _fitting(space: str, scale: Scale) -> Family:
    """Return the family of a space; ValueError if the scale is not one for it."""
    family, wanted = _family(space), "graph" if space in GRAPHS else "images"
    given = "graph" if scale.nodes else "images"
    if wanted != given:
        raise ValueError(
            f"scale must be one for a network that reads {wanted}, as scale_of("
            f"{space!r}, ...) returns, got one for {given}"
        )
    return family


__all__ = [
    "FAMILIES",
    "Family",
    "Shared",
    "alone",
    "copy_path",
    "count",
    "example",
    "has_shared",
    "path_weights",
    "shared",
]
