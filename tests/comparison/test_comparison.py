"""Comparisons: equal terms for all, exact sizes, and nothing computed twice."""

from dataclasses import asdict, replace
from itertools import islice

import numpy as np
import pytest

from lissnas import archive
from lissnas.comparison import (
    ENTRIES,
    GRID,
    Comparison,
    cells,
    comparison_dict,
    comparison_from_dict,
    execute,
    finished,
    forget,
    members_of,
    missing,
    stored_comparisons,
)
from lissnas.comparison.compute import computed, result_of
from lissnas.comparison.request import Cell
from lissnas.comparison.store import comparisons_dir, opened
from lissnas.session import Study, open_session
from lissnas.shrink.naive import Naive
from tests.comparison.conftest import LARGE, QUICK, SMALL


def numbers(found):
    """Return what outcomes say, without the time they took."""
    return {cell: asdict(one) | {"seconds": 0} for cell, one in found.items()}


def run(comparison, jobs=1):
    """Compute all that is missing, and return all."""
    list(execute(comparison, jobs))
    return finished(comparison)


@pytest.mark.parametrize("label", [name for name in ENTRIES if name != "dds"])
def test_no_method_sees_true_accuracies(home, label):
    """Whatever the truth is, a method that asks the same predictor returns the same."""
    comparison = Comparison(
        SMALL, "cifar10", (label,), 150, 900, seeds=1, predictor=QUICK
    )
    bench = opened(comparison, 0)
    shuffled = np.random.default_rng(0).permutation(bench.table.accuracy)
    table = replace(bench.table, accuracy=shuffled)
    other = replace(bench, table=table)
    cell = Cell(label, label != "original", 0)
    first, second = (
        result_of(comparison, cell, one, lambda _: None).rows for one in (bench, other)
    )
    np.testing.assert_array_equal(first, second)


def test_each_space_is_searched(home):
    """A search of every compared space, by the truth where all of it is known: its
    curve rises, and a shrunk space starts ahead of the original. Of a partial table the
    truth of most is unknown, and nothing is invented."""
    comparison = Comparison(
        SMALL, "cifar10", ("lissnas", "abs"), 150, 900, seeds=2, predictor=QUICK
    )
    found = run(comparison)
    curves = {cell: members_of(comparison, cell).found for cell in found}
    for one in curves.values():
        assert one.shape == (1, len(GRID)) and (np.diff(one) >= 0).all()
    start = {cell.label: one[0, 0] for cell, one in curves.items() if not cell.seed}
    assert start["lissnas"] > start["original"]
    part = Comparison(LARGE, "cifar10", ("naive",), 150, 900, seeds=1, predictor=QUICK)
    for cell in run(part):
        assert np.isnan(members_of(part, cell).found).any()


def test_every_entry_has_the_same_size(home):
    """Whatever a method returns, what is compared has exactly the size asked for."""
    comparison = Comparison(
        SMALL, "cifar10", tuple(ENTRIES), 150, 900, seeds=1, predictor=QUICK
    )
    found = run(comparison)
    space = archive.SPACES[SMALL]
    assert len(found) == len(ENTRIES)
    for cell, one in found.items():
        if cell.label == "dds":
            assert "constraints" in one.problem
        elif cell.label != "original":
            members = members_of(comparison, cell)
            assert one.problem == "" and one.size == 150
            assert len(np.unique(space.identity(members.archs))) == 150
            asked_all = cell.label in ("query-all", "top-predicted")
            assert one.queries <= (space.size if asked_all else 900)
    own = {cell.label: one.own_size for cell, one in found.items()}
    assert own["no-locality"] != 150  # otherwise nothing here had to be cut


def test_own_sizes_stand_beside_matched_ones(small):
    """With both kinds of sizes each method has two rows, and controls have one."""
    both = replace(small, sizes="both", seeds=1, methods=("abs", "random"))
    found = run(both)
    modes = [(cell.label, cell.matched) for cell in found]
    assert modes == [
        ("original", False),
        ("abs", True),
        ("abs", False),
        ("random", True),
    ]
    assert found[Cell("abs", False, 0)].size == found[Cell("abs", False, 0)].own_size


def test_a_cell_is_what_a_run_of_its_own_gives(small):
    """Sharing predictor and predictions changes nothing of what a method returns."""
    settings = Naive(target=120, queries=900)
    study = Study(SMALL, "cifar10", "naive", settings, QUICK, seed=1)
    session = open_session(study)
    iterations = list(session.iterations())
    measured = [session.measures(one) for one in iterations]
    alone = session.final_measures(iterations, measured)
    cell = Cell("naive", True, 1)
    compared = computed(small, cell, opened(small, 1), lambda _: None)[0]
    for name in ("size", "queries", "mean_true", "max_true", "p_good", "shrink_index"):
        assert getattr(compared, name) == pytest.approx(alone[name])
    assert compared.top100_recall == pytest.approx(alone["top100_recall"])


def test_controls_are_what_they_claim(small):
    """The original is its own yardstick; a random set is like it; the best is best."""
    found = run(small)
    for seed in (0, 1):
        original = found[Cell("original", False, seed)]
        random = found[Cell("random", True, seed)]
        top = found[Cell("top-predicted", True, seed)]
        assert (original.ks, original.shrink_index, original.reduction) == (0, 0, 1)
        assert original.dispersion == original.top100_recall == 1
        assert random.queries == 0 and random.ks < 0.2
        assert abs(random.mean_true - original.mean_true) < 0.03
        others = [one for cell, one in found.items() if cell.seed == seed]
        assert top.mean_predicted == max(one.mean_predicted for one in others)
        assert top.auc > original.auc + 0.2
        guided = found[Cell("lissnas", True, seed)]
        assert guided.mean_true > random.mean_true + 0.05


def test_resuming_equals_never_stopping(few, monkeypatch, tmp_path):
    """Stopped after any cell, a comparison ends with the same numbers."""
    steps = execute(few)
    first = list(islice(steps, 4))
    steps.close()
    assert len(finished(few)) == 4 == len(first) < len(cells(few))
    assert missing(few) == cells(few)[4:]
    resumed = run(few)
    monkeypatch.setenv("LISSNAS_HOME", str(tmp_path / "other"))
    assert numbers(run(few)) == numbers(resumed)


def test_what_progress_raises_cancels(small):
    """A caller cancels in the middle of a method; finished cells stay, no part does."""

    def impatient(sentence):
        if sentence.startswith("LISSNAS selective, seed 0: iteration 2"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(execute(small, progress=impatient))
    assert list(finished(small)) == [Cell("original", False, 0)]


def test_processes_give_the_same_numbers(few, monkeypatch, tmp_path):
    """Two processes find what one finds."""
    apart = run(few, jobs=2)
    monkeypatch.setenv("LISSNAS_HOME", str(tmp_path / "other"))
    assert numbers(run(few)) == numbers(apart)


def test_what_is_there_is_not_computed_again(few):
    """Further methods and seeds are added to those that are there."""
    run(few)
    more = replace(few, methods=(*few.methods, "no-neighbour"), seeds=3)
    new = {(cell.label, cell.seed) for cell in missing(more)}
    old = {label: 2 for label in ("original", *few.methods)}
    assert new == {(label, 2) for label in old} | {
        ("no-neighbour", seed) for seed in range(3)
    }
    assert missing(replace(few, size=130)) != []
    forget(few)
    assert missing(few) == cells(few)


def test_one_predictor_a_seed(few):
    """All methods of a seed share one predictor, which is fitted once."""
    trained = []
    list(execute(few, progress=trained.append))
    assert sum(text.startswith("Training") for text in trained) == 2
    forget(few)
    trained.clear()
    list(execute(few, progress=trained.append))
    assert not any(text.startswith("Training") for text in trained)


def test_damaged_files_are_computed_anew(few):
    """A cut-off file counts as missing."""
    before = run(few)
    for path in comparisons_dir().glob(f"{SMALL}-*/*"):
        if path.suffix in (".json", ".ubj"):
            path.write_bytes(path.read_bytes()[:20])
    assert finished(few) == {}
    assert numbers(run(few)) == numbers(before)


def test_large_space_with_few_known_accuracies(home):
    """Where truth is partial, what is unknown stays unknown and says so."""
    methods = ("lissnas", "abs", "random", "top-predicted", "naive")
    found = run(Comparison(LARGE, "cifar10", methods, 5000, 3000, 1, predictor=QUICK))
    assert "enumerable" in found[Cell("top-predicted", True, 0)].problem
    for label in ("lissnas", "abs", "random", "naive"):
        one = found[Cell(label, True, 0)]
        if label == "naive":
            assert "queries must be more than target" in one.problem
            continue
        assert one.size == 5000 and one.known < 50
        assert one.errors == "predicted" and 0 <= one.ks <= 1
        assert one.contains_best is None and one.dispersion > 0
        assert one.reduction == pytest.approx(4**20 / 5000)
    original = found[Cell("original", False, 0)]
    assert original.known == 800 and original.errors == "true"


def test_own_product_of_a_large_space_knows_the_tables_members(home):
    """Members of a described subset are looked up among all that a table knows."""
    comparison = Comparison(
        LARGE, "cifar10", ("abs",), 0, 3000, 1, sizes="own", predictor=QUICK
    )
    one = run(comparison)[Cell("abs", False, 0)]
    assert one.size > 10_000
    assert (one.mean_true is None) == (one.known == 0)


def test_no_table_is_said_in_a_sentence(home):
    """Without a table there is no predictor, so no comparison."""
    with pytest.raises(ValueError, match="task must be one of"):
        list(execute(Comparison("mnasnet", "imagenet")))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"space": "nowhere"}, "space must be one of"),
        ({"methods": ()}, "methods must name at least one"),
        ({"methods": ("nope",)}, "methods must be of"),
        ({"size": 10**9}, "size must be 0 or more and below"),
        ({"queries": -1}, "queries must be 0 or more"),
        ({"seeds": 0}, "seeds must be in 1"),
        ({"sizes": "some"}, "sizes must be one of"),
    ],
)
def test_bad_settings_are_refused(small, change, sentence):
    """Each bad value is answered by a sentence that names it."""
    with pytest.raises(ValueError, match=sentence):
        replace(small, **change)


def test_comparisons_are_remembered(small):
    """What was asked for last comes first, and reads back as it was."""
    other = replace(small, seeds=1, methods=("random",))
    list(execute(other))
    list(execute(replace(small, seeds=1, methods=("naive",))))
    list(execute(other))
    assert stored_comparisons()[0] == other
    assert len(stored_comparisons()) == 2
    assert comparison_from_dict(comparison_dict(small)) == small
