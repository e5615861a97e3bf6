"""A counter of parameters and multiply-adds that knows nothing of the spaces."""

import pytest
import torch
from torch import nn


@pytest.fixture
def count():
    """Give what counts a torch network: parameters, and multiply-adds of an image.

    The network is built and run without data; what is counted are the outputs of its
    convolutions and linear layers as they come, each with its own fan-in. Layers that
    cost no multiply-adds and leave shapes alone are passed over, which saves most of
    the time.
    """

    def counted(network, pixels):
        macs = 0

        def convolution(module, _, output):
            nonlocal macs
            macs += output.numel() * module.weight[0].numel()

        def linear(module, _, output):
            nonlocal macs
            macs += output.numel() * module.in_features

        network = network.to("meta").eval()
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d | nn.ReLU):
                module.forward = lambda x: x
            if isinstance(module, nn.Conv2d):
                module.register_forward_hook(convolution)
            if isinstance(module, nn.Linear):
                module.register_forward_hook(linear)
        with torch.no_grad():
            network(torch.empty(1, 3, pixels, pixels, device="meta"))
        return sum(p.numel() for p in network.parameters()), macs

    with torch.device("meta"):
        yield counted
