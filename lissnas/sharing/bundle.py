"""A run as one file: a zip archive of its folder, with a manifest of checksums.

Equal runs give equal bytes. A bundle is read as if a stranger had made it: see
`unpack` for the archive and `checks` for what is in it. Only then does its folder
become a run, in one step.
"""

import hashlib
import io
import json
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from lissnas import __version__, runs
from lissnas.home import home, write_atomic
from lissnas.pins import FILE as PINS
from lissnas.runs import Run
from lissnas.sharing.about import FILE, read_about, write_about
from lissnas.sharing.checks import check_run
from lissnas.sharing.trash import free_name, move_in
from lissnas.sharing.unpack import MANIFEST, VERSION, unpack

KIND = "lissnas-bundle"
SUFFIX = ".lissnas"
EPOCH = (1980, 1, 1, 0, 0, 0)


def bundle_bytes(name: str) -> bytes:
    """Return a run as a bundle; ValueError if this version could not open it.

    An iteration that is being written while this reads is left out.
    """
    run = runs.load(name)
    content = {file: (run.path / file).read_bytes() for file in _files(run)}
    check_run(run, trial=False)
    listed = {
        file: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for file, data in content.items()
    }
    manifest: dict[str, Any] = {
        "kind": KIND,
        "version": VERSION,
        "run": run.name,
        "lissnas": __version__,
        "files": listed,
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for file, data in {MANIFEST: runs.json_bytes(manifest), **content}.items():
            member = zipfile.ZipInfo(file, EPOCH)
            member.external_attr = 0o644 << 16
            member.create_system = 3
            packed = file.endswith(".npz")
            member.compress_type = (
                zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            )
            archive.writestr(member, data)
    return buffer.getvalue()


def _files(run: Run) -> list[str]:
    """Return the names of the files that make the run, sorted."""
    names = ["run.json", "predictor.ubj", "original.npz"]
    names += [
        name for name in ("final.json", FILE, PINS) if (run.path / name).is_file()
    ]
    for step in range(run.steps):
        names += [f"{step:03d}.json", f"{step:03d}.npz"]
    return sorted(names)


def write_bundle(name: str, path: Path) -> None:
    """Write a run to a file as a bundle."""
    write_atomic(path, bundle_bytes(name))


def open_bundle(content: bytes) -> Run:
    """Return the run in a bundle, taken in whole under a name that is free.

    Raises
    ------
    ValueError
        With one sentence, and without leaving anything behind, if the bundle is
        damaged, not of this format, or holds what no run would.
    """
    files = unpack(content)
    staging = home() / "incoming"
    staging.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=staging))
    try:
        for file, data in files.items():
            write_atomic(folder / file, data)
        config = _config(folder)
        check_run(Run(str(config["name"]), folder, config))
        write_about(folder, read_about(folder, config))
        name = free_name(config["name"])
        config |= {"name": name, "tags": []}  # tags are in what people say of it
        write_atomic(folder / "run.json", runs.json_bytes(config))
        folder.chmod(0o755)
        return runs.load(move_in(folder, name))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _config(folder: Path) -> dict[str, Any]:
    """Return what run.json says, if that is of this format."""
    try:
        config = json.loads((folder / "run.json").read_bytes())
    except (ValueError, RecursionError) as error:
        raise ValueError(f"bundle: run.json must hold JSON: {error}") from None
    if not isinstance(config, dict) or config.get("format") != runs.FORMAT:
        said = config.get("format") if isinstance(config, dict) else None
        raise ValueError(
            f"bundle must hold a run of format {runs.FORMAT}, got {str(said)[:40]}"
        )
    name = config.get("name")
    if not isinstance(name, str) or not runs.NAME.fullmatch(name):
        raise ValueError(f"bundle: run.json must name its run, got {str(name)[:40]!r}")
    return config
