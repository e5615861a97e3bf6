"""The command `search`: JSON for programs, sentences for mistakes."""

import json

import pytest

from lissnas.cli import main
from lissnas.spaces import SPACES

SEARCH = ["search", "nasbench201", "cifar10"]
FAST = ["--oracle", "truth", "--queries", "120"]
SHRINK = ["shrink", "nasbench201", "cifar10", "--target", "300", "--queries", "1500"]
SHRINK += ["--samples", "200", "--predictor-pairs", "300", "--predictor-rounds", "50"]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home with one stored run."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def cli(home, monkeypatch, capsys):
    """Run a command and return what it printed."""
    monkeypatch.setenv("LISSNAS_HOME", str(home))

    def run(*arguments):
        main(arguments)
        return capsys.readouterr().out

    return run


@pytest.fixture
def run_name(cli):
    """The name of the stored run."""
    stored = json.loads(cli("runs", "--json"))
    return stored[0]["run"] if stored else json.loads(cli(*SHRINK, "--json"))["run"]


@pytest.fixture
def refuse(home, monkeypatch, capsys):
    """Run a command that must fail and return its sentence."""
    monkeypatch.setenv("LISSNAS_HOME", str(home))

    def run(*arguments):
        with pytest.raises(SystemExit) as stop:
            main(arguments)
        printed = capsys.readouterr()
        assert stop.value.code == 2 and printed.out == ""
        return printed.err

    return run


@pytest.mark.parametrize("method", ["evolution", "regularised", "random"])
def test_search_as_json(cli, method):
    """One object with the promised keys; what it found is within the limits."""
    limits = ["--max-macs", "100e6", "--max-params", "9e5"]
    found = json.loads(cli(*SEARCH, *FAST, *limits, "--method", method, "--json"))
    assert list(found) == [
        *("space", "task", "method", "oracle", "settings", "queries", "seeds"),
        *("seed", "limits", "true_source", "best", "curves"),
    ]
    (best,) = found["best"]
    space = SPACES["nasbench201"]
    cost = space.cost(space.parse([best["arch"]]))
    assert best["macs"] == cost.macs[0] <= 100e6
    assert best["params"] == cost.params[0] <= 9e5
    assert best["queries"] == 120 and 0.8 < best["true"] < 0.92
    assert best["predicted"] is None
    assert "NAS-Bench-201" in found["true_source"]


def test_full_space_and_run_are_compared(cli, run_name):
    """Both anytime curves on one grid, by the predictor that the run used."""
    options = ["--in", run_name, "--compare", "--seeds", "3", "--queries", "60"]
    found = json.loads(cli(*SEARCH, *options, "--json"))
    full, run = found["curves"]
    assert (full["in"], full["size"]) == ("full space", 15_625)
    assert (run["in"], run["size"]) == (run_name, 300)
    assert full["queries"] == run["queries"] and full["queries"][-1] == 60
    assert run["true_mean"][0] > full["true_mean"][0]
    assert run["true_low"][0] <= run["true_mean"][0] <= run["true_high"][0]
    assert all(row["predicted"] > 0.5 for row in found["best"])
    assert len(found["best"]) == 6


def test_mobile_is_the_usual_limit(cli):
    """`--mobile` is the limit of 330 million multiply-adds."""
    found = json.loads(cli(*SEARCH, *FAST, "--mobile", "--json"))
    assert found["limits"]["max_macs"] == 330_000_000


def test_a_described_result_is_searched_whole(cli):
    """Of a run that returned allowed options, all architectures are searched."""
    pruned = ["shrink", "nasbench201", "cifar10", "--method", "padnas"]
    pruned += ["--queries", "900", "--samples", "300", *SHRINK[-4:], "--json"]
    run = json.loads(cli(*pruned))
    found = json.loads(cli(*SEARCH, *FAST, "--in", run["run"], "--json"))
    assert found["curves"][0]["size"] == run["final"]["size"]


def test_people_get_tables_and_the_source(cli):
    """The best with costs, the curve, and where true accuracies come from."""
    printed = cli(*SEARCH, *FAST, "--seeds", "2")
    assert "nor_conv" in printed and "true_mean" in printed
    assert "True accuracies: NAS-Bench-201" in printed


def test_a_method_has_its_own_settings(cli):
    """Flags of the method are named after it."""
    options = ["--evolution-population", "30", "--evolution-mutations", "5"]
    found = json.loads(cli(*SEARCH, *FAST, *options, "--json"))
    assert found["settings"]["population"] == 30
    assert found["settings"]["mutations"] == 5


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--max-params", "10"], "at most 10 parameters leave none of the 15,625"),
        (["--max-macs", "-1"], "max_macs must be in 0..2**63"),
        (["--max-macs", "nan"], "max_macs must be in 0..2**63"),
        (["--queries", "0"], "queries must be at least 1, got 0"),
        (["--seeds", "0"], "seeds must be at least 1, got 0"),
        (["--in", "no-such-run"], "run must be one that `lissnas runs` lists"),
    ],
)
def test_mistakes_end_in_one_sentence(refuse, options, sentence):
    """What was expected and what came, and exit code 2."""
    printed = refuse(*SEARCH, *FAST, *options)
    assert sentence in printed and printed.count("\n") == 1


def test_a_run_of_another_task_is_refused(refuse, run_name):
    """Accuracies of another task would not be comparable."""
    printed = refuse("search", "nasbench201", "cifar100", "--in", run_name, *FAST)
    assert "in must be a run of nasbench201 cifar100" in printed
