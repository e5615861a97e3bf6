"""Import of published tables and of the user's own into the folder of tables."""

import re
from fnmatch import fnmatch
from pathlib import Path

from lissnas.oracles.importing.base import (
    Imported,
    Summary,
    Tick,
    as_parquet,
    checksum,
    distinct,
    store,
)
from lissnas.oracles.importing.generic import as_bytes, table_of, template
from lissnas.oracles.importing.sources import SOURCES, Source
from lissnas.spaces import SPACES

__all__ = ["SOURCES", "Source", "Summary", "import_table", "template"]
OWN = (".csv", ".parquet")


def _silent(done: int, total: int) -> None:
    """Show no progress."""


def import_table(space: str, path: Path, tick: Tick = _silent) -> Summary:
    """Import a file or folder as a table of a space, and say what came of it.

    Raises
    ------
    ValueError
        If the space or the file is unknown, the file is damaged or refused, or the
        folder of tables cannot be written. The table that was there stays then.
    """
    if space not in SPACES:
        raise ValueError(f"space must be one of {', '.join(SPACES)}, got {space!r}")
    if not path.exists():
        raise ValueError(f"file must be there, got {path}")
    name = f"{_plain(space)}-{_plain(path.name.partition('.')[0])}.parquet"
    source = published(space, path.name)
    total = checksum(path) if path.is_dir() or path.is_file() else ""
    if source is not None and source.read is not None:
        try:
            found = source.read(path, tick)
            rows = len(next(iter(found.columns.values())))
            content = as_parquet(found, _about(found, source, path, total, rows))
        except OSError as error:
            raise ValueError(f"{path.name} cannot be read ({error.strerror})") from None
        except ValueError as error:
            raise ValueError(f"{path.name}: {error}") from None
        records = found.records
    elif path.suffix.lower() in OWN and path.is_file():
        table = table_of(path, space)
        content, records = as_bytes(table), table.num_rows
        tick(path.stat().st_size, path.stat().st_size)
    else:
        raise ValueError(_unknown(space, path, source))
    target, parts = store(content, name, space)
    return Summary(
        space,
        target,
        records,
        sum(part.rows for part in parts),
        distinct(parts),
        tuple(column.name for part in parts for column in part.columns),
        total,
    )


def published(space: str, name: str) -> Source | None:
    """Return the published table of a space that goes by a file name."""
    found = (s for s in SOURCES if s.space == space and fnmatch(name, s.file))
    return next(found, None)


def _about(
    found: Imported, source: Source, path: Path, total: str, rows: int
) -> dict[str, str]:
    """Return the provenance of an imported table."""
    caveats = [found.caveats] if found.caveats else []
    if source.sha256 and source.sha256 != total:
        caveats.append("The file's checksum is not the published one.")
    return {
        "space": source.space,
        "title": found.title.format(rows),
        "source": f"{path.name}, {source.page}, SHA-256 {total}",
        "licence": source.licence,
        "caveats": " ".join(caveats),
    }


def _unknown(space: str, path: Path, source: Source | None) -> str:
    """Return why a file cannot be imported."""
    if source is not None:
        return f"{path.name} cannot be imported: {source.how}"
    known = [s.file for s in SOURCES if s.space == space and s.read]
    listed = ", ".join([*known, "a .csv or .parquet file in the documented schema"])
    return f"file must be one of {listed} for {space}, got {path.name}"


def _plain(text: str) -> str:
    """Return a text with nothing but letters, digits, hyphens and underscores."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", text).strip("-") or "table"
