"""Titles, notes, tags, the trash and the list: a run's own files are never changed."""

import json
import shutil
from datetime import UTC, datetime, timedelta

import pytest

from lissnas import runs, sharing
from lissnas.sharing import About
from lissnas.sharing.trash import trash_dir


def copies(run, count):
    """Make further runs, of which each has its number as a tag."""
    for place in range(count):
        other = run.path.with_name(f"copy-{place}")
        shutil.copytree(run.path, other)
        sharing.write_about(other, About(tags=(f"tag{place}",)))


def test_notes_are_beside_the_run(run):
    """What people say is read back, and no other file of the run changes."""
    before = {path.name: path.read_bytes() for path in run.path.iterdir()}
    about = About("Ein Titel <b>", "Two\nlines", ("teaching", "ä"))
    sharing.write_about(run.path, about)
    assert sharing.read_about(run.path, run.config) == about
    after = {path.name: path.read_bytes() for path in run.path.iterdir()}
    assert {name: after[name] for name in before} == before
    assert runs.load(run.name).steps == run.steps


@pytest.mark.parametrize(
    ("values", "match"),
    [
        ({"title": "x" * 121}, "title must be text of at most 120"),
        ({"title": "a\nb"}, "one line"),
        ({"title": "a\x1b[31m"}, "control"),
        ({"notes": "x" * 10_001}, "notes must"),
        ({"tags": ("a", "a")}, "each once"),
        ({"tags": ("",)}, "words"),
        ({"tags": ("a,b",)}, "commas"),
        ({"tags": tuple(map(str, range(21)))}, "at most 20"),
        ({"title": None}, "title must be text"),
    ],
)
def test_wrong_notes_are_refused(values, match):
    """Texts are bounded and printable, and the sentence says which is not."""
    with pytest.raises(ValueError, match=match):
        About(**values)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"title": 3}', '{"x": 1}'])
def test_damaged_notes_hide_no_run(run, content):
    """A broken about.json counts as none: then there are the tags of the start."""
    (run.path / "about.json").write_text(content)
    assert sharing.read_about(run.path, {"tags": ["a"]}) == About(tags=("a",))
    assert sharing.cards()[0].problem == ""


def test_tags_are_read_from_text():
    """Commas part tags; each counts once."""
    assert sharing.tags_from(" a, b b ,,a ") == ("a", "b b")
    assert sharing.tags_from(["a,b", "b"]) == ("a", "b")


def test_deleting_can_be_undone(run):
    """A deleted run is gone from the list and comes back as it was."""
    before = {path.name: path.read_bytes() for path in run.path.iterdir()}
    assert sharing.delete(run.name).name == run.name
    assert runs.list_runs() == []
    assert [one.name for one in sharing.trashed()] == [run.name]
    assert sharing.restore(run.name) == run.name
    after = {path.name: path.read_bytes() for path in run.path.iterdir()}
    assert after == before and sharing.trashed() == []


def test_restoring_never_covers_another_run(run):
    """Where the name is taken meanwhile, the run comes back under a new one."""
    copy = shutil.copytree(run.path, run.path.with_name("copy"))
    sharing.delete(run.name)
    copy.rename(run.path)
    assert sharing.restore(run.name) == f"{run.name}-2"
    assert len(runs.list_runs()) == 2


def test_a_damaged_run_can_be_deleted(run):
    """What cannot be read can still be removed."""
    (run.path / "run.json").write_text("{")
    sharing.delete(run.name)
    assert sharing.cards() == []


@pytest.mark.parametrize("name", ["", "nowhere", "../runs", ".", "a/b"])
def test_only_runs_are_deleted(run, name):
    """No name leads to another folder."""
    with pytest.raises(ValueError, match="run must be"):
        sharing.delete(name)
    with pytest.raises(ValueError, match="trash"):
        sharing.restore(name)
    assert run.path.is_dir()


def test_a_link_is_not_followed(run, tmp_path):
    """A link among the runs is not a run to delete."""
    (run.path.parent / "linked").symlink_to(tmp_path)
    with pytest.raises(ValueError, match="run must be"):
        sharing.delete("linked")


def test_old_deletions_are_removed(run, home):
    """The trash keeps runs for a month, and is emptied when that is asked for."""
    copies(run, 2)
    for name in ("copy-0", "copy-1"):
        sharing.delete(name)
    old = f"{datetime.now(UTC) - timedelta(days=31):%Y%m%d%H%M%S}"
    path = next(trash_dir().glob("*copy-0"))
    path.rename(path.with_name(old + path.name[14:]))
    sharing.delete(run.name)
    assert {one.name for one in sharing.trashed()} == {"copy-1", run.name}
    (trash_dir() / "not-a-run").mkdir()
    assert sharing.empty() == 2
    assert (trash_dir() / "not-a-run").is_dir()


def test_cards_say_what_the_run_says(run):
    """The list's numbers are those of the stored result and iterations."""
    (card,) = sharing.cards()
    final = runs.read_final(run)
    assert card.size == final["size"] and card.mean_true == final["mean_true"]
    assert card.queries == final["queries"] and card.finished
    sizes = [one.iteration.size for one in runs.read_iterations(run)]
    assert list(card.sizes) == sizes
    assert len(card.accuracies) == len(sizes)
    assert (card.space, card.seed, card.title) == ("NAS-Bench-201", 7, run.name)


def test_an_unfinished_run_has_the_numbers_so_far(run):
    """Without a result the last iteration counts."""
    (run.path / "final.json").unlink()
    (card,) = sharing.cards()
    assert not card.finished and card.contains_best is None
    assert card.size == runs.read_iteration(run, run.steps - 1).iteration.size


def test_cards_follow_changes(run):
    """A card is read anew when a file of its run is written."""
    assert sharing.cards()[0].title == run.name
    sharing.write_about(run.path, About("New"))
    assert sharing.cards()[0].title == "New"
    (run.path / "final.json").write_text("{")
    assert "final.json" in sharing.cards()[0].problem


@pytest.mark.parametrize(
    "content",
    [
        *("{", "[]", "{}", '{"format": 1}', '{"format": "9"}'),
        '{"format": 1, "study": 3, "created": 7}',
        '{"format": 1, "study": {"space": ["x"]}, "tags": 5}',
    ],
)
def test_damaged_runs_are_listed_with_their_problem(run, content):
    """No content of run.json breaks the list or hides the other runs."""
    copies(run, 1)
    (run.path / "run.json").write_text(content)
    found = {card.name: card for card in sharing.cards()}
    assert set(found) == {run.name, "copy-0"}
    assert found[run.name].problem and not found["copy-0"].problem


@pytest.mark.parametrize(
    ("text", "tags", "expected"),
    [
        ("", (), 4),
        ("tag1", (), 1),
        ("", ("tag2",), 1),
        ("TAG0 nas-bench-201", (), 1),
        ("tag0 tag1", (), 0),
        ("seed 7 lissnas", (), 4),
        ("", ("tag0", "tag1"), 0),
    ],
)
def test_search_finds_all_words_and_tags(run, text, tags, expected):
    """Every word must be somewhere, in any case, and every tag be there."""
    copies(run, 3)
    assert len(sharing.matching(sharing.cards(), text, tags)) == expected


def test_a_run_that_is_written_elsewhere_is_no_run(run):
    """Parts of bundles that are being checked are never listed."""
    other = run.path.parent / ".incoming"
    other.mkdir()
    (other / "run.json").write_text(json.dumps({"format": 1}))
    assert [card.name for card in sharing.cards()] == [run.name]
