"""What people say of a run: a title, notes and tags, beside the run's own files."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lissnas.home import write_atomic
from lissnas.runs import json_bytes

FILE = "about.json"
MAX_TITLE, MAX_NOTES, MAX_TAG, MAX_TAGS = 120, 10_000, 40, 20


@dataclass(frozen=True, slots=True)
class About:
    """What people say of a run.

    Parameters
    ----------
    title
        The name that is shown instead of the run's own; one line.
    notes
        Any plain text.
    tags
        Short words, each once, in order.

    Raises
    ------
    ValueError
        If a text is too long or holds control characters.
    """

    title: str = ""
    notes: str = ""
    tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _line("title", self.title, MAX_TITLE)
        _plain("notes", self.notes, MAX_NOTES)
        if len(self.tags) > MAX_TAGS or len(set(self.tags)) != len(self.tags):
            raise ValueError(
                f"tags must be at most {MAX_TAGS}, each once, got {len(self.tags)}"
            )
        for tag in self.tags:
            _line("tags", tag, MAX_TAG)
            if not tag or tag != tag.strip() or "," in tag:
                raise ValueError(
                    f"tags must be words without commas or outer spaces, got {tag!r}"
                )


def tags_from(text: str | Iterable[str]) -> tuple[str, ...]:
    """Return the tags in a text, separated by commas, or in several, each once."""
    texts = [text] if isinstance(text, str) else text
    parts = [part.strip() for one in texts for part in one.split(",")]
    return tuple(dict.fromkeys(part for part in parts if part))


def read_about(path: Path, config: Mapping[str, Any]) -> About:
    """Return what is said of the run in folder `path`, which began with `config`.

    Damaged files count as missing ones: then there are only the tags of the start.
    """
    try:
        return about_from(json.loads((path / FILE).read_bytes()))
    except (OSError, ValueError, RecursionError):
        pass
    try:
        return About(tags=tuple(config.get("tags") or ()))
    except (ValueError, TypeError):
        return About()


def about_from(values: Any) -> About:
    """Return what JSON says of a run; ValueError if it is not that."""
    names = {"title", "notes", "tags"}
    if not isinstance(values, dict) or set(values) - names:
        raise ValueError(f"{FILE} must hold an object of {sorted(names)}")
    tags = values.get("tags", [])
    if not isinstance(tags, list):
        raise ValueError(f"tags must be a list, got {type(tags).__name__}")
    return About(**(values | {"tags": tuple(tags)}))


def write_about(path: Path, about: About) -> None:
    """Store what is said of the run in folder `path`; its other files stay."""
    write_atomic(path / FILE, json_bytes(asdict(about)))


def _line(name: str, text: Any, most: int) -> None:
    """Raise ValueError unless `text` is one printable line."""
    _plain(name, text, most)
    if "\n" in text or "\t" in text:
        raise ValueError(f"{name} must be one line, got {text[:40]!r}")


def _plain(name: str, text: Any, most: int) -> None:
    """Raise ValueError unless `text` is printable and not too long."""
    if not isinstance(text, str) or len(text) > most:
        got = len(text) if isinstance(text, str) else type(text).__name__
        raise ValueError(f"{name} must be text of at most {most:,} letters, got {got}")
    if not text.replace("\n", "").replace("\t", "").isprintable():
        raise ValueError(f"{name} must not hold control characters")
