"""Named sets of architectures in the user's folder, one JSON file each.

A file holds architectures as the space's own strings, so it can be read and written by
people and other programs; whatever it says is checked when it is read.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lissnas.home import home, write_atomic
from lissnas.selection.record import MOST, Selection, empty, picked
from lissnas.spaces import SPACES, Space

FORMAT = 1
LONGEST = 60
LARGEST = 200_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """A set as it was stored: the name of its file, its title, when, and where."""

    name: str
    title: str
    created: str
    path: Path


def sets_dir(space: Space) -> Path:
    """Return the folder of the sets of a space."""
    return home() / "sets" / space.name


def slug(title: str) -> str:
    """Return the name of a file for a title; ValueError if nothing is left of it."""
    name = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:LONGEST].strip("-")
    if not name:
        raise ValueError(
            f"title must hold at least one letter or digit, got {title[:LONGEST]!r}"
        )
    return name


def keep(found: Selection, space: Space, title: str) -> Kept:
    """Store a selection under a title; one of the same name is replaced.

    Raises
    ------
    ValueError
        If the title is unusable, or nothing is selected.
    """
    if not len(found):
        raise ValueError("selection must hold at least one architecture, got none")
    name, path = slug(title), sets_dir(space) / f"{slug(title)}.json"
    now = datetime.now(UTC).isoformat(timespec="seconds")
    about = {
        "format": FORMAT,
        "space": space.name,
        "title": " ".join(title.split())[:LONGEST],
        "created": now,
        "selected": list(found.source),
        "architectures": space.format(found.archs),
    }
    write_atomic(path, (json.dumps(about, indent=1) + "\n").encode())
    return Kept(name, str(about["title"]), now, path)


def names(space: Space) -> list[str]:
    """Return the names of a space's sets, in alphabetical order."""
    return sorted(path.stem for path in sets_dir(space).glob("*.json"))


def load(space: Space, name: str) -> Selection:
    """Return a set; ValueError in a sentence if there is none or it is damaged."""
    about = _read(space, name)
    texts = about["architectures"]
    if not (isinstance(texts, list) and all(isinstance(one, str) for one in texts)):
        raise ValueError(f"set {name} must hold a list of architectures")
    if not 0 < len(texts) <= MOST:
        raise ValueError(
            f"set {name} must hold 1 to {MOST:,} architectures, got {len(texts):,}"
        )
    archs = space.canonical(space.parse(texts))
    title = " ".join(str(about["title"]).split())[:LONGEST]
    return picked(empty(space), space, archs, f"set {title!r}")


def delete(space: Space, name: str) -> None:
    """Remove a set, if there is one."""
    (sets_dir(space) / f"{slug(name)}.json").unlink(missing_ok=True)


def _read(space: Space, name: str) -> dict[str, Any]:
    """Return what a set's file says, checked but for its architectures."""
    path = sets_dir(space) / f"{slug(name)}.json"
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError(f"it has more than {LARGEST:,} bytes")
        about = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise ValueError(f"set {name[:LONGEST]} cannot be read: {error}") from None
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise ValueError(f"set {name} must be a JSON object of format {FORMAT}")
    if about.get("space") != space.name:
        asked, got = SPACES[space.name].title, about.get("space")
        raise ValueError(f"set {name} must be one of {asked}, got {str(got)[:40]!r}")
    absent = {"title", "created", "architectures"} - set(about)
    if absent:
        raise ValueError(f"set {name} must have {', '.join(sorted(absent))}")
    return about
