"""The worker: ``python -m lissnas.embedding KEY SEED SETTINGS``."""

import json
import os
import sys

from lissnas.embedding.jobs import work
from lissnas.embedding.settings import UmapSettings


def main() -> None:
    """Compute the embedding named on the command line, at low priority."""
    key, seed, settings = sys.argv[1:]
    if hasattr(os, "nice"):
        os.nice(5)
    work(key, int(seed), UmapSettings(**json.loads(settings)))


if __name__ == "__main__":
    main()
