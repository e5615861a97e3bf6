"""A bundle is a run, on any machine; anything else is refused in a sentence."""

import hashlib
import io
import json
import stat
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lissnas import archive, runs, sharing
from lissnas.records import Iteration
from lissnas.sharing import unpack
from lissnas.sharing.arrays import checked_npz

QUICK = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def bundle(run):
    """The small run as a bundle."""
    return sharing.bundle_bytes(run.name)


def members(bundle):
    """Return the files in a bundle."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive_file:
        return {name: archive_file.read(name) for name in archive_file.namelist()}


def packed(files, listed=True, attributes=None):
    """Return files as a bundle, with a manifest of their checksums if `listed`."""
    files = dict(files)
    if listed:
        manifest = json.loads(files.pop("manifest.json"))
        manifest["files"] = {
            name: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in files.items()
        }
        files = {"manifest.json": json.dumps(manifest).encode(), **files}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive_file:
        for name, data in files.items():
            member = zipfile.ZipInfo(name)
            member.external_attr = (attributes or {}).get(name, 0o644 << 16)
            archive_file.writestr(member, data)
    return buffer.getvalue()


def changed(bundle, name, change):
    """Return a bundle whose file `name` is changed, with right checksums."""
    files = members(bundle)
    files[name] = change(files[name])
    return packed(files)


def edited(bundle, name, edit):
    """Return a bundle one of whose JSON files is edited, with right checksums."""

    def change(data):
        values = json.loads(data)
        edit(values)
        return json.dumps(values).encode()

    return changed(bundle, name, change)


def with_arrays(bundle, name, **arrays):
    """Return a bundle in which some arrays of an npz file are others."""

    def change(data):
        with np.load(io.BytesIO(data)) as stored:
            return runs.npz_bytes({**stored, **arrays})

    return changed(bundle, name, change)


def refused(content, home, match="."):
    """Assert that content is refused in one sentence and leaves nothing behind."""
    before = sorted(path.name for path in (home / "runs").glob("*"))
    with pytest.raises(ValueError, match=match) as caught:
        sharing.open_bundle(content)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 600
    assert sorted(path.name for path in (home / "runs").glob("*")) == before
    assert not list((home / "incoming").glob("*"))


def test_equal_runs_give_equal_bytes(run, bundle):
    """A bundle depends on the run only, not on when or how often it is written."""
    assert sharing.bundle_bytes(run.name) == bundle


def test_a_bundle_opens_whole_under_a_free_name(run, bundle):
    """Nothing is lost: iterations, numbers, notes, predictor; the old run stays."""
    sharing.write_about(
        run.path, sharing.About("A title", "Notes\nof two lines", ("a",))
    )
    first = sharing.open_bundle(sharing.bundle_bytes(run.name))
    second = sharing.open_bundle(bundle)
    assert [first.name, second.name] == [f"{run.name}-2", f"{run.name}-3"]
    assert first.config["name"] == first.name
    assert sharing.read_about(first.path, {}).notes == "Notes\nof two lines"
    for mine, theirs in zip(
        runs.read_iterations(first), runs.read_iterations(run), strict=True
    ):
        for name in Iteration.__slots__:
            one, other = (getattr(s.iteration, name) for s in (mine, theirs))
            np.testing.assert_array_equal(one, other)
        assert mine.measures == theirs.measures
    archs = runs.read_iteration(run, 1).iteration.space
    np.testing.assert_array_equal(
        archive.reopen(first).predict(archs), archive.reopen(run).predict(archs)
    )


def test_a_bundle_opens_where_the_run_is_not(run, bundle, tmp_path, monkeypatch):
    """On another machine the run has its own name."""
    monkeypatch.setenv("LISSNAS_HOME", str(tmp_path / "other"))
    assert sharing.open_bundle(bundle).name == run.name


def test_a_run_that_is_being_written_gives_its_whole_iterations(run):
    """Arrays whose numbers are not there yet are left out, and the rest opens."""
    last = run.steps - 1
    (run.path / f"{last:03d}.json").unlink()
    (run.path / "final.json").unlink()
    assert sharing.open_bundle(sharing.bundle_bytes(run.name)).steps == last


def test_a_tag_does_not_make_an_example(run):
    """What strangers tag stays a tag: it never marks the run the page opens with."""
    config = {**run.config, "tags": ["example"]}
    (run.path / "run.json").write_bytes(runs.json_bytes(config))
    opened = sharing.open_bundle(sharing.bundle_bytes(run.name))
    assert opened.config["tags"] == []
    assert sharing.read_about(opened.path, opened.config).tags == ("example",)


@pytest.mark.parametrize("tenth", range(10))
def test_truncated_bundles_are_refused(bundle, home, tenth):
    """A download that broke off is refused wherever it did."""
    refused(bundle[: len(bundle) * tenth // 10], home, "bundle")


@QUICK
@given(st.data())
def test_flipped_bits_are_refused_or_harmless(bundle, data):
    """A flipped bit is found, or lies where it changes nothing that is read."""
    place = data.draw(st.integers(0, len(bundle) - 1))
    bit = data.draw(st.integers(0, 7))
    flipped = bytearray(bundle)
    flipped[place] ^= 1 << bit
    try:
        found = unpack.unpack(bytes(flipped))
    except ValueError:
        return
    assert found == unpack.unpack(bundle)


@QUICK
@given(st.binary(max_size=400))
def test_anything_else_is_refused(home, content):
    """Arbitrary bytes are no bundle, and no array file."""
    with pytest.raises(ValueError, match="bundle"):
        unpack.unpack(content)
    with pytest.raises(ValueError, match="cannot be used"):
        checked_npz("a.npz", content, {"a"})


@pytest.mark.parametrize(
    "name",
    [
        *("../escape.json", "/etc/passwd", "a/run.json", "..\\run.json", "001.exe"),
        *(
            "RUN.JSON",
            "evil.py",
            "run.json ",
            "manifest.json/",
            "0001.jsonx",
            "٠٠٠.npz",
        ),
    ],
)
def test_unexpected_members_are_refused(bundle, home, name):
    """No name leads out of the folder, because only a run's names are taken."""
    refused(packed({**members(bundle), name: b"{}"}), home, "files of a run")


def test_a_name_twice_is_refused(bundle, home):
    """Two members of one name, of which a reader might take either, are refused."""
    buffer = io.BytesIO(bundle)
    with (
        pytest.warns(UserWarning, match="Duplicate"),
        zipfile.ZipFile(buffer, "a") as archive_file,
    ):
        archive_file.writestr("run.json", b"{}")
    refused(buffer.getvalue(), home, "each once")


@pytest.mark.parametrize(
    "kind", [stat.S_IFLNK, stat.S_IFDIR, stat.S_IFIFO, stat.S_IFCHR]
)
def test_links_and_devices_are_refused(bundle, home, kind):
    """A member is a plain file."""
    attributes = {"final.json": (kind | 0o777) << 16}
    refused(packed(members(bundle), attributes=attributes), home, "plain file")


@pytest.mark.parametrize("name", ["run.json", "predictor.ubj", "000.npz", "001.json"])
def test_missing_files_are_refused(bundle, home, name):
    """A run without one of its files is none, listed or not."""
    files = members(bundle)
    del files[name]
    refused(packed(files), home, "whole run")
    refused(packed(files, listed=False), home, "manifest")


def test_a_changed_file_needs_its_checksum(bundle, home):
    """A file that is not the one of the manifest is refused."""
    files = members(bundle)
    files["run.json"] = files["run.json"].replace(b'"seed": 7', b'"seed": 8')
    refused(packed(files, listed=False), home, "checksum")


def test_archive_bombs_are_refused_unread(bundle, home):
    """A member that unfolds into more than a run's file may have is not unfolded."""
    size = unpack.MAX_SIZE[".json"] + 1
    refused(changed(bundle, "final.json", lambda _: b" " * size), home, "at most")


def test_huge_declared_sizes_are_refused(bundle, home):
    """A size in the list of members is never allocated before it is bounded."""
    content = bytearray(bundle)
    place = content.rindex(b"final.json") - 46 + 24  # of the central list
    content[place : place + 4] = (2**32 - 2).to_bytes(4, "little")
    refused(bytes(content), home, "at most")


def test_huge_arrays_are_refused(bundle, home):
    """An array header that declares terabytes is refused, inside a small file."""
    header = io.BytesIO()
    shape = {"descr": "<f8", "fortran_order": False, "shape": (2**40,)}
    np.lib.format.write_array_header_1_0(header, shape)

    def change(data):
        buffer = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(data)) as old,
            zipfile.ZipFile(buffer, "w") as new,
        ):
            for name in old.namelist():
                bad = name == "space_predicted.npy"
                new.writestr(name, header.getvalue() if bad else old.read(name))
        return buffer.getvalue()

    refused(changed(bundle, "001.npz", change), home, "declares")


def test_pickled_arrays_are_refused(bundle, home):
    """An array of objects is refused by its header; nothing is unpickled."""

    def change(data):
        buffer = io.BytesIO()
        with np.load(io.BytesIO(data)) as stored:
            arrays = {**stored, "parent": np.array([{}], dtype=object)}
        np.savez(buffer, allow_pickle=True, **arrays)
        return buffer.getvalue()

    refused(changed(bundle, "001.npz", change), home, "numbers")


@pytest.mark.parametrize(
    ("arrays", "match"),
    [
        ({"space": np.full((3, 6), 9, np.int8)}, "must be in"),
        ({"space": np.zeros((3, 5), np.int8)}, "shape"),
        ({"space": np.zeros((3, 6), np.int64)}, "int8"),
        ({"space_predicted": np.zeros(2)}, "shape"),
        ({"true_seed": np.full(1, 0.5)}, "shape"),
        ({"extra": np.zeros(2)}, "arrays must be"),
        ({"seeds": np.zeros((0, 6), np.int8)}, "shape"),
        ({"distance": np.zeros(1)}, "shape"),
    ],
)
def test_wrong_arrays_are_refused(bundle, home, arrays, match):
    """Arrays fit the space and each other, or the iteration is refused by name."""
    refused(with_arrays(bundle, "001.npz", **arrays), home, match)


def test_accuracies_beyond_one_and_foreign_parents_are_refused(bundle, home, run):
    """Values are within their bounds, references within their lists."""
    one = runs.read_iteration(run, 1).iteration
    high = np.full(len(one.space), 1.5)
    refused(with_arrays(bundle, "001.npz", space_predicted=high), home, r"\[0, 1\]")
    far = np.full(len(one.parent), len(one.seeds))
    refused(with_arrays(bundle, "001.npz", parent=far), home, "parent must be")
    none = np.full(len(one.parent), np.nan)
    refused(with_arrays(bundle, "001.npz", parent=none), home, "integers")


@pytest.mark.parametrize(
    ("file", "edit", "match"),
    [
        ("run.json", lambda v: v.update(format=2), "format 1"),
        ("run.json", lambda v: v.update(name="../x"), "name its run"),
        ("run.json", lambda v: v.update(extra=1), "what a run has"),
        ("run.json", lambda v: v["study"].update(space="x"), "space must be"),
        ("run.json", lambda v: v["study"].update(seed="x"), "settings"),
        ("run.json", lambda v: v["study"].update(seed=1.5), "seed must be int"),
        ("run.json", lambda v: v["study"].update(seed=True), "seed must be int"),
        ("run.json", lambda v: v["study"]["settings"].update(target="9"), "."),
        ("run.json", lambda v: v["study"]["settings"].update(target=True), "."),
        ("run.json", lambda v: v["study"].update(task=["a"]), "task must be str"),
        ("run.json", lambda v: v.update(quality={}), "quality must"),
        ("run.json", lambda v: v["quality"].update(tau="0.9"), "number"),
        ("run.json", lambda v: v["table"].update(title="<b>x</b>"), "plain text"),
        ("run.json", lambda v: v["table"].update(source="[a](http://b)"), "plain text"),
        ("run.json", lambda v: v["table"].update(rows="many"), "rows must be int"),
        ("run.json", lambda v: v["original"].update(p_good="x"), "number"),
        ("run.json", lambda v: v.update(tags=[1]), "tags must be str"),
        ("001.json", lambda v: v["iteration"].update(step=2), "step must be 1"),
        ("001.json", lambda v: v["iteration"].update(size=-1), "size must be"),
        ("001.json", lambda v: v["iteration"].update(size=1), "size must count"),
        ("001.json", lambda v: v["iteration"].update(decision="x"), "Decision"),
        ("001.json", lambda v: v["iteration"].update(reason=["x"]), "reason must"),
        ("001.json", lambda v: v["iteration"].update(reason="![](x)"), "plain text"),
        ("001.json", lambda v: v["iteration"].pop("queries"), "fields"),
        ("001.json", lambda v: v["iteration"].update(subset={"kind": "x"}), "subset"),
        ("001.json", lambda v: v["measures"].update(size="9"), "number"),
        ("001.json", lambda v: v["measures"].update(size=10**400), "number"),
        ("001.json", lambda v: v.update(more=1), "measures"),
        ("final.json", lambda v: v.update(size=[1]), "number"),
    ],
)
def test_wrong_numbers_are_refused(bundle, home, file, edit, match):
    """Every entry of every JSON file is of its kind, and within its bounds."""
    refused(edited(bundle, file, edit), home, match)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{", b"null", b"\xff", b"[" * 100_000, b'{"a": NaN}']
)
@pytest.mark.parametrize("file", ["run.json", "001.json", "final.json"])
def test_other_json_is_refused(bundle, home, file, content):
    """What is no object, no JSON or too deep is refused by name."""
    refused(changed(bundle, file, lambda _: content), home)


def test_wrong_notes_are_refused(run, home):
    """What people say is text within its bounds, also when it comes from elsewhere."""
    (run.path / "about.json").write_text('{"title": "a\\u0000b"}')
    with pytest.raises(ValueError, match="control characters"):
        sharing.bundle_bytes(run.name)
    (run.path / "about.json").unlink()
    files = members(sharing.bundle_bytes(run.name))
    files["about.json"] = b'{"tags": "abc"}'
    refused(packed(files), home, "tags must be a list")


@pytest.mark.parametrize("version", [0, 2, "1", None])
def test_other_versions_are_named(bundle, home, version):
    """A bundle of a later version is refused with the version it has."""
    files = members(bundle)
    manifest = json.loads(files["manifest.json"]) | {"version": version}
    files["manifest.json"] = json.dumps(manifest).encode()
    refused(packed(files, listed=False), home, "version must be 1")


def test_damaged_runs_are_not_exported(run):
    """What could not be opened again is not written."""
    (run.path / "001.npz").write_bytes(b"PK")
    with pytest.raises(ValueError, match=r"001\.npz"):
        sharing.bundle_bytes(run.name)
