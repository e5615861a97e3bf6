"""The worker: ``python -m lissnas.embedding KEY SEED``."""

import os
import sys

from lissnas.embedding.jobs import work


def main() -> None:
    """Compute the embedding named on the command line, at low priority."""
    key, seed = sys.argv[1:]
    if hasattr(os, "nice"):
        os.nice(5)
    work(key, int(seed))


if __name__ == "__main__":
    main()
