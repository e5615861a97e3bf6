"""The list of jobs: one SQLite file, short transactions, errors in words.

The file is in write-ahead mode, so pages read while workers write. Its schema has a
number (``user_version``); an older file is migrated when it is opened. It belongs on
a local disk; all that a worker on another machine needs is in the job's folder.
"""

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

from lissnas.jobs.folders import jobs_dir
from lissnas.jobs.records import Job, Progress

BUSY_SECONDS = 30.0
V1 = """
CREATE TABLE job (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    settings TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'cancelling',
        'cancelled', 'failed', 'lost', 'done')),
    message TEXT NOT NULL DEFAULT '',
    device TEXT NOT NULL,
    slot TEXT NOT NULL DEFAULT '',
    host TEXT NOT NULL DEFAULT '',
    pid INTEGER,
    born REAL,
    token TEXT NOT NULL DEFAULT '',
    work TEXT NOT NULL DEFAULT '',
    parent INTEGER,
    resumed_from INTEGER,
    submitted REAL NOT NULL,
    reserved REAL,
    started REAL,
    heartbeat REAL,
    ended REAL,
    cancel_asked REAL,
    step INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0,
    numbers TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX job_state ON job (state);
"""
V2 = """
ALTER TABLE job ADD COLUMN engine TEXT NOT NULL DEFAULT 'local';
ALTER TABLE job ADD COLUMN slurm_id TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX job_work ON job (work)
    WHERE state IN ('queued', 'running', 'cancelling') AND work <> '';
"""
MIGRATIONS = (V1, V2)
SCHEMA = len(MIGRATIONS)


class StoreError(ValueError):
    """The list of jobs cannot be read or written at the moment."""


def store_file() -> Path:
    """Return the path of the list of jobs."""
    return jobs_dir() / "jobs.sqlite3"


@contextmanager
def reading() -> Iterator[sqlite3.Connection]:
    """Give a connection to read from.

    Raises
    ------
    StoreError
        If the file is damaged, locked, too new, or out of reach.
    """
    path = store_file()
    try:
        with closing(_open(path)) as connection:
            yield connection
    except (sqlite3.Error, OSError) as error:
        raise StoreError(_in_words(error, path)) from error


@contextmanager
def writing() -> Iterator[sqlite3.Connection]:
    """Give a connection inside of one transaction, kept whole or not at all."""
    with reading() as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


def _open(path: Path) -> sqlite3.Connection:
    """Return a connection to a store of this schema, making or migrating it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous = NORMAL")
        if _version(connection) != SCHEMA:
            _migrate(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _version(connection: sqlite3.Connection) -> int:
    """Return the number of the file's schema, 0 of an empty one."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring a file to this schema, once however many processes try."""
    _write_ahead(connection)
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _version(connection)
        if version > SCHEMA:
            raise StoreError(
                f"{path} must have a schema up to {SCHEMA}, got {version}: a newer "
                "version of lissnas wrote it"
            )
        for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
            for statement in script.split(";"):
                connection.execute(statement)
            if number == 1:
                _skip_used_numbers(connection, path)
        connection.execute(f"PRAGMA user_version = {SCHEMA}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Turn write-ahead mode on; SQLite itself does not wait for others there."""
    end = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.02)


def _skip_used_numbers(connection: sqlite3.Connection, path: Path) -> None:
    """Begin a new list after the folders that a former one left."""
    used = [int(p.name) for p in path.parent.iterdir() if p.name.isdecimal()]
    connection.execute(
        "INSERT INTO sqlite_sequence (name, seq) VALUES ('job', ?)",
        (max(used, default=0),),
    )


def _in_words(error: Exception, path: Path) -> str:
    """Return what is wrong with the store, in one sentence."""
    text = str(error)
    if "locked" in text or "busy" in text:
        return (
            f"{path} is in use by another process for more than {BUSY_SECONDS:.0f} "
            "seconds; try again"
        )
    if "full" in text or "I/O" in text or isinstance(error, OSError):
        return f"{path} cannot be read or written ({text}); is the disk full?"
    if "unable to open" in text or "readonly" in text:
        return f"{path} cannot be opened: {text}"
    return (
        f"{path} is damaged ({text}); move it away to begin a new list of jobs, the "
        "folders beside it stay as they are"
    )


COLUMNS = {field.name for field in fields(Job)} - {"settings", "progress"}


def job_of(row: sqlite3.Row) -> Job:
    """Return a row of the store as a record."""
    values: dict[str, Any] = {name: row[name] for name in row.keys() if name in COLUMNS}  # noqa: SIM118
    try:
        values["settings"] = json.loads(row["settings"])
        progress = Progress(row["step"], row["total"], json.loads(row["numbers"]))
    except ValueError as error:
        raise sqlite3.DatabaseError(f"job {row['id']}: {error}") from None
    return Job(progress=progress, **values)


def select(
    connection: sqlite3.Connection, where: str = "1", values: Sequence[Any] = ()
) -> list[Job]:
    """Return the jobs that a condition names, in the order of their numbers."""
    rows = connection.execute(f"SELECT * FROM job WHERE {where} ORDER BY id", values)
    return [job_of(row) for row in rows]


def change(
    connection: sqlite3.Connection,
    job: int,
    values: Mapping[str, Any],
    where: str = "1",
    known: Sequence[Any] = (),
) -> bool:
    """Change columns of a job if it still meets a condition; return whether it did."""
    listed = ", ".join(f"{name} = ?" for name in values)
    statement = f"UPDATE job SET {listed} WHERE id = ? AND ({where})"
    return connection.execute(statement, (*values.values(), job, *known)).rowcount == 1


def add(connection: sqlite3.Connection, values: Mapping[str, Any]) -> int:
    """Add a job and return its number."""
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    statement = f"INSERT INTO job ({names}) VALUES ({marks})"
    number = connection.execute(statement, tuple(values.values())).lastrowid
    assert number is not None
    return number


def one(connection: sqlite3.Connection, job: int) -> Job:
    """Return a job; ValueError if there is none of that number."""
    found = select(connection, "id = ?", (job,))
    if not found:
        raise ValueError(f"job must be one that `lissnas jobs` lists, got {job}")
    return found[0]
