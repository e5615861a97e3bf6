"""What can run as a job: `KINDS`, a name to where its `Kind` is.

Only the module of the kind at hand is imported, so a map does not wait for what a
comparison needs. ``LISSNAS_KINDS`` names further modules, separated by commas, each
with a dictionary `KINDS` of names to `Kind`; so other packages add jobs of their own.
"""

import importlib
import os

from lissnas.jobs.kinds.base import Kind, Run, decoded, encoded

__all__ = ["KINDS", "Kind", "Run", "decoded", "encoded", "kind_of", "kinds"]

KINDS: dict[str, str] = {  # module of this package, and the name in it
    "shrink": "shrink:SHRINK",
    "compare": "compare:COMPARE",
    "embed": "embed:EMBED",
    "reproduce": "reproduce:REPRODUCE",
    "locality": "locality:LOCALITY",
    "train": "supernet:TRAIN",
    "measure": "supernet:MEASURE",
    "alone": "supernet:ALONE",
    "retrain": "supernet:RETRAIN",
    "pipeline": "supernet:PIPELINE",
    "speed": "supernet:SPEED",
}


def kind_of(name: str) -> Kind:
    """Return a kind by its name; ValueError where there is none."""
    if name in KINDS:
        module, _, constant = KINDS[name].partition(":")
        found: Kind = getattr(importlib.import_module(f"{__name__}.{module}"), constant)
        return found
    further = _further()
    if name not in further:
        known = ", ".join([*KINDS, *further])
        raise ValueError(f"kind must be one of {known}; got {name!r}")
    return further[name]


def kinds() -> list[str]:
    """Return the names of all kinds."""
    return [*KINDS, *_further()]


def _further() -> dict[str, Kind]:
    """Return the kinds of the modules that the environment names."""
    found: dict[str, Kind] = {}
    for module in filter(None, os.environ.get("LISSNAS_KINDS", "").split(",")):
        try:
            found |= importlib.import_module(module.strip()).KINDS
        except (ImportError, AttributeError) as error:
            raise ValueError(
                f"LISSNAS_KINDS must name modules with a dictionary KINDS, got "
                f"{module.strip()!r}: {error}"
            ) from None
    return found
