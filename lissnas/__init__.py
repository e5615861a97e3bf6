"""Shrink neural-architecture search spaces, and see what happens.

A pure library of functions on arrays (`spaces`, `metrics`, `shrink`, ...), and thin
shells on top of it: the command line and the dashboard.
"""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("lissnas")
except PackageNotFoundError:  # run from a source tree that is not installed
    __version__ = "0+source"
