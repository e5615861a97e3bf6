"""Search spaces, by name."""

from lissnas.spaces.base import Space
from lissnas.spaces.nasbench101 import NASBench101
from lissnas.spaces.nasbench201 import NASBench201

SPACES: dict[str, Space] = {
    space.name: space for space in (NASBench101(), NASBench201())
}

__all__ = ["SPACES", "Space"]
