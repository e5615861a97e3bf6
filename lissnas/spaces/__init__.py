"""Search spaces, by name."""

from lissnas.spaces.anynetx import AnyNetX
from lissnas.spaces.base import Space
from lissnas.spaces.mnasnet import MnasNet
from lissnas.spaces.mobilenet import MobileNet21, MobileNet21SE, MobileNetFairNAS
from lissnas.spaces.nasbench101 import NASBench101
from lissnas.spaces.nasbench201 import NASBench201
from lissnas.spaces.nasbench301 import NASBench301
from lissnas.spaces.nasbench_graph import NASBenchGraph
from lissnas.spaces.nasbench_macro import NASBenchMacro
from lissnas.spaces.shufflenetv2 import ShuffleNetV2
from lissnas.spaces.transnasbench101 import TransNASBench101Macro, TransNASBench101Micro

SPACES: dict[str, Space] = {
    space.name: space
    for space in (
        NASBench101(),
        NASBench201(),
        TransNASBench101Macro(),
        TransNASBench101Micro(),
        NASBenchMacro(),
        NASBench301(),
        ShuffleNetV2(),
        MobileNetFairNAS(),
        MobileNet21(),
        MobileNet21SE(),
        MnasNet(),
        NASBenchGraph(),
        AnyNetX(),
    )
}

__all__ = ["SPACES", "Space"]
