"""Networks in torch for every search space, alone and with shared weights.

One module a family; `FAMILIES` says which space has which. A stand-alone network is
built from one row, ``alone(space, arch, scale)(images)``; a shared one holds the
weights of all rows, ``shared(space, scale)(images, arch)``. At the scale `paper` a
stand-alone network has exactly the costs that the space states.

Weights are drawn from torch's global generator: seed it with `torch.manual_seed` inside
of `torch.random.fork_rng`. Parameters can be moved to channels-last memory, and
stand-alone networks be compiled by `torch.compile`.
"""

from collections.abc import Sequence

from torch import Tensor, nn

from lissnas.arrays import Archs
from lissnas.spaces import SPACES
from lissnas.supernet.networks import (
    anynetx,
    mnasnet,
    mobilenet,
    nasbench101,
    nasbench_macro,
    shufflenetv2,
    transnas_macro,
)
from lissnas.supernet.networks.base import Family, Shared, canonical_row
from lissnas.supernet.networks.counting import count, example
from lissnas.supernet.networks.layers import copy_leading, initialise, leaves
from lissnas.supernet.scale import Scale

FAMILIES: dict[str, Family] = {
    "nasbench101": nasbench101.FAMILY,
    "transnasbench101-macro": transnas_macro.FAMILY,
    "nasbench-macro": nasbench_macro.FAMILY,
    "shufflenetv2": shufflenetv2.FAMILY,
    "mobilenet-fairnas": mobilenet.FAMILY,
    "mobilenet-21": mobilenet.FAMILY_21,
    "mobilenet-21-se": mobilenet.FAMILY_21_SE,
    "mnasnet": mnasnet.FAMILY,
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
    net = _family(space).alone(canonical_row(space, arch), scale)
    initialise(net)
    return net


def shared(space: str, scale: Scale) -> Shared:
    """Return a network with the weights of all architectures of a space, initialised.

    ``net(images, arch)`` runs one row ``(d,)`` of it.

    Raises
    ------
    ValueError
        If the space is unknown or its networks do not share weights.
    """
    make = _family(space).shared
    if make is None:
        spaces = ", ".join(name for name in FAMILIES if has_shared(name))
        raise ValueError(f"space must share weights ({spaces}), got {space!r}")
    net = make(scale)
    initialise(net)
    return net


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


def _family(space: str) -> Family:
    """Return the family of a space; ValueError if there is no such space."""
    if space not in SPACES:
        raise ValueError(f"space must be one of {', '.join(SPACES)}, got {space!r}")
    return FAMILIES[space]


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
