"""Batch normalisation over parts of a batch, called ghosts [1]_.

A batch of b images is normalised in ghosts of g images, with the means and variances
of each; scale and shift are shared, and running statistics are the average over the
ghosts. Image i belongs to ghost i modulo b/g. So when two processes share a batch by
turns, their ghosts are those of one process with the whole batch.

.. [1] Hoffer et al., "Train longer, generalize better", NeurIPS 2017,
   arXiv:1705.08741.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import batch_norm


class GhostNorm(nn.BatchNorm2d):
    """Batch norm of the leading channels that the input has, in ghosts of images.

    With `ghost` 0, and where the batch is no multiple of it, all images are one ghost.
    In evaluation it does what every batch norm does.
    """

    ghost: int

    def forward(self, input: Tensor) -> Tensor:
        """Return the normalised batch."""
        channels = input.shape[1]
        mean, variance, weight, bias = (
            part if part is None or len(part) == channels else part[:channels]
            for part in (self.running_mean, self.running_var, self.weight, self.bias)
        )
        factor, ghosts = 0.0, 1
        if self.training:
            factor = self._factor()
            if self.ghost and len(input) % self.ghost == 0:
                ghosts = len(input) // self.ghost
        if ghosts == 1:
            return batch_norm(
                input, mean, variance, weight, bias, self.training, factor, self.eps
            )
        found = _in_ghosts(input, mean, variance, factor, self.eps, ghosts)
        shape = (1, channels, 1, 1)
        if weight is not None:
            found = found * weight.view(shape)
        return found if bias is None else found + bias.view(shape)

    def _factor(self) -> float:
        """Return the weight of the next batch in running statistics."""
        tracked = self.num_batches_tracked
        if tracked is not None:
            tracked.add_(1)
            if self.momentum is None:
                return 1 / float(tracked)
        return self.momentum or 0.0


def _in_ghosts(
    images: Tensor,
    mean: Tensor | None,
    variance: Tensor | None,
    factor: float,
    eps: float,
    ghosts: int,
) -> Tensor:
    """Return images normalised by the statistics of their ghosts, and update those."""
    laid = torch.contiguous_format
    if images.is_contiguous(memory_format=torch.channels_last):
        laid = torch.channels_last
    batch, channels, height, width = images.shape
    folded = images.contiguous().view(batch // ghosts, ghosts * channels, height, width)
    means = None if mean is None else mean.repeat(ghosts)
    variances = None if variance is None else variance.repeat(ghosts)
    found = batch_norm(folded, means, variances, None, None, True, factor, eps)
    with torch.no_grad():
        for running, many in ((mean, means), (variance, variances)):
            if running is not None and many is not None:
                running.copy_(many.view(ghosts, channels).mean(0))
    return found.view(images.shape).contiguous(memory_format=laid)


def use_ghosts(net: nn.Module, ghost: int) -> nn.Module:
    """Turn the batch norms of a network into ghost norms, in place."""
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.__class__ = GhostNorm
            setattr(module, "ghost", ghost)  # noqa: B010
    return net
