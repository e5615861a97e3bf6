"""Search spaces, by name."""

from lissnas.spaces.anynetx import AnyNetX
from lissnas.spaces.base import Space
from lissnas.spaces.nasbench101 import NASBench101
from lissnas.spaces.nasbench201 import NASBench201
from lissnas.spaces.nasbench_graph import NASBenchGraph
from lissnas.spaces.nasbench_macro import NASBenchMacro
from lissnas.spaces.transnasbench101 import TransNASBench101Macro, TransNASBench101Micro

SPACES: dict[str, Space] = {
    space.name: space
    for space in (
        NASBench101(),
        NASBench201(),
        TransNASBench101Macro(),
        TransNASBench101Micro(),
        NASBenchMacro(),
        NASBenchGraph(),
        AnyNetX(),
    )
}

__all__ = ["SPACES", "Space"]
