"""Archives of strangers: what is in them is listed, bounded and checked, then read.

No path is ever made from a name in the archive: each must be one of the few that a run
has. Sizes are bounded before and while reading, so an archive that unfolds into
gigabytes is refused at its list of members.
"""

import hashlib
import io
import json
import re
import stat
import struct
import zipfile
import zlib
from typing import Any

MANIFEST = "manifest.json"
VERSION = 1
MAX_BUNDLE = 200 * 2**20
MAX_TOTAL = 600 * 2**20
MAX_MEMBERS = 2_100
MAX_SIZE = {".json": 32 * 2**20, ".npz": 128 * 2**20, ".ubj": 256 * 2**20}
NEEDED = {"run.json", "predictor.ubj", "original.npz"}
FURTHER = {"final.json", "about.json", "pins.json"}
STEP = re.compile(r"([0-9]{3,4})\.(json|npz)")
DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OverflowError)
Files = dict[str, bytes]


def unpack(content: bytes) -> Files:
    """Return the files of a bundle by name, their checksums verified.

    Raises
    ------
    ValueError
        If the archive is none, is too large, or holds anything but a run's files.
    """
    if len(content) > MAX_BUNDLE:
        raise ValueError(
            f"bundle must have at most {MAX_BUNDLE:,} bytes, got {len(content):,}"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = _members(archive)
            manifest = _manifest(archive.read(members.pop(MANIFEST)))
            _check_list(set(members), manifest)
            return {
                name: _verified(name, archive.read(member), manifest[name])
                for name, member in sorted(members.items())
            }
    except DAMAGED as error:
        raise ValueError(f"bundle must be an undamaged archive: {error}") from None
    except (NotImplementedError, RuntimeError) as error:
        raise ValueError(f"bundle must be a plain archive: {error}") from None


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the members by name, none of them unexpected, too large or no file."""
    listed = archive.infolist()
    if len(listed) > MAX_MEMBERS:
        raise ValueError(
            f"bundle must have at most {MAX_MEMBERS:,} members, got {len(listed):,}"
        )
    found: dict[str, zipfile.ZipInfo] = {}
    for member in listed:
        name = member.filename
        if name in found or not _expected(name):
            raise ValueError(
                f"bundle must hold the files of a run, each once, got {name[:60]!r}"
            )
        kind = stat.S_IFMT(member.external_attr >> 16)
        plain = member.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        if kind not in (0, stat.S_IFREG) or member.flag_bits & 1 or not plain:
            raise ValueError(f"bundle: {name} must be a plain file")
        most = MAX_SIZE[name[name.rindex(".") :]]
        if member.file_size > most:
            raise ValueError(
                f"bundle: {name} must have at most {most:,} bytes, "
                f"got {member.file_size:,}"
            )
        found[name] = member
    total = sum(member.file_size for member in listed)
    if total > MAX_TOTAL:
        raise ValueError(
            f"bundle must unfold to {MAX_TOTAL:,} bytes at most, got {total:,}"
        )
    if MANIFEST not in found:
        raise ValueError(f"bundle must hold {MANIFEST}, got {len(found)} other files")
    return found


def _expected(name: str) -> bool:
    """Return whether a run or its bundle has a file of that name."""
    return name in NEEDED | FURTHER | {MANIFEST} or bool(STEP.fullmatch(name))


def _manifest(content: bytes) -> dict[str, tuple[int, str]]:
    """Return size and checksum of each file that the manifest lists."""
    try:
        said = json.loads(content)
        if said["kind"] != "lissnas-bundle":
            raise ValueError(f"kind must be lissnas-bundle, got {said['kind']!r}")
        if said["version"] != VERSION:
            raise ValueError(f"version must be {VERSION}, got {said['version']!r}")
        return {
            name: (int(about["size"]), str(about["sha256"]))
            for name, about in said["files"].items()
        }
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError(f"bundle: {MANIFEST} cannot be used: {error}") from None


def _check_list(names: set[str], manifest: dict[str, Any]) -> None:
    """Raise ValueError unless the files are those of the manifest, and make a run."""
    if names != set(manifest):
        odd = sorted(names ^ set(manifest))[0]
        raise ValueError(f"bundle must hold what its {MANIFEST} lists, but for {odd!r}")
    steps = {match[0] for name in names if (match := STEP.fullmatch(name))}
    pairs = {
        f"{i:03d}.{kind}" for i in range(len(steps) // 2) for kind in ("json", "npz")
    }
    missing = sorted((NEEDED - names) | (steps ^ pairs))
    if missing:
        raise ValueError(f"bundle must hold a whole run, but for {missing[0]!r}")


def _verified(name: str, data: bytes, said: tuple[int, str]) -> bytes:
    """Return `data` if size and checksum are as the manifest says."""
    if (len(data), hashlib.sha256(data).hexdigest()) != said:
        raise ValueError(f"bundle: {name} must have the checksum of its {MANIFEST}")
    return data
