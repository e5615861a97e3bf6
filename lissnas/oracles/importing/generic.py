"""Tables of the user's own, CSV or Parquet, in the documented schema."""

import io
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from lissnas.oracles.files import refusing
from lissnas.oracles.schema import ARCH, SPACE, ColumnSpace
from lissnas.spaces import SPACES

EXAMPLES = 3


def table_of(path: Path, space: str) -> pa.Table:
    """Return a CSV or Parquet file as a table whose metadata name the space.

    In CSV, architectures are text even where they are digits, and fields left empty
    are unknown accuracies. What the columns hold is checked when the table is stored.

    Raises
    ------
    ValueError
        If the file is neither, or accuracies are in percent.
    """
    with refusing(path):
        if path.suffix.lower() == ".parquet":
            table = pq.read_table(path, page_checksum_verification=True)
        else:
            table = _read_csv(path)
        if len(set(table.column_names)) < table.num_columns:
            raise ValueError("two columns have the same name")
        if path.suffix.lower() != ".parquet":
            table = _floating(table, space)
        _refuse_percent(table, space)
    kept = table.schema.metadata or {}
    return table.replace_schema_metadata({**kept, SPACE.encode(): space.encode()})


def _read_csv(path: Path) -> pa.Table:
    """Return a CSV file as a table (RFC 4180, UTF-8)."""
    types = {ARCH: pa.string(), SPACE: pa.string()}
    try:
        return pc.read_csv(
            path,
            parse_options=pc.ParseOptions(newlines_in_values=True),
            convert_options=pc.ConvertOptions(
                column_types=types, strings_can_be_null=True
            ),
        )
    except pa.ArrowException as error:
        reason = str(error).strip().partition("\n")[0].rstrip(".")
        raise ValueError(f"the file is damaged or no CSV in UTF-8 ({reason})") from None


def _floating(table: pa.Table, space: str) -> pa.Table:
    """Return a table whose whole or empty numbers are floating point as accuracies.

    The architecture columns of a space stay whole.
    """
    target = SPACES[space]
    whole = set(target.table_columns) if isinstance(target, ColumnSpace) else set()
    for place, field in enumerate(table.schema):
        number = pa.types.is_integer(field.type) or pa.types.is_null(field.type)
        if number and field.name not in whole:
            column = table.column(place).cast(pa.float64())
            table = table.set_column(place, field.name, column)
    return table


def _refuse_percent(table: pa.Table, space: str) -> None:
    """Raise ValueError if an accuracy is above 1 as a percentage would be."""
    for field in table.schema:
        words = field.name.lower()
        if not pa.types.is_floating(field.type) or not any(
            word in words for word in ("acc", "val", "test")
        ):
            continue
        values = table[field.name].to_numpy()
        if np.nanmax(values, initial=0) > 1 and np.nanmax(values) <= 100:
            raise ValueError(
                f"column {field.name!r} must hold fractions in [0, 1], got "
                f"{np.nanmax(values):g}: divide percentages by 100"
            )


def as_bytes(table: pa.Table) -> bytes:
    """Return a table as a Parquet file with page checksums."""
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd", write_page_checksum=True)
    return buffer.getvalue()


def template(space: str) -> str:
    """Return a CSV of a space in the schema: three architectures, accuracies empty."""
    target = SPACES[space]
    archs = target.sample(EXAMPLES, np.random.default_rng(0))
    column = f"{target.datasets[0].replace('-', '_')}_val_acc"
    rows = [f'"{text}",' for text in target.format(archs)]
    if any('"' in text for text in target.format(archs)):
        rows = [
            f'"{text.replace(chr(34), chr(34) * 2)}",' for text in target.format(archs)
        ]
    return "\n".join([f"{ARCH},{column}", *rows, ""])
