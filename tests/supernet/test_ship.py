"""The tables that come with lissnas can be made again, also after an interruption."""

from dataclasses import replace

import pyarrow.parquet as pq
import pytest

from lissnas.supernet.tasks import shipped
from lissnas.supernet.tasks.shipped import ALONE, PLANS, SHARED, Plan, ShipSettings
from lissnas.work import Stopped, never, silent

SPACE = "nasbench-macro"
PLAN = Plan(replace(ALONE, epochs=2), 3, replace(SHARED, epochs=2), 5)


@pytest.fixture
def settings(monkeypatch):
    """Settings of a space with a plan of a few seconds."""
    monkeypatch.setitem(PLANS, SPACE, PLAN)
    return ShipSettings(space=SPACE)


def test_a_plan_becomes_tables_and_goes_on(settings, tmp_path):
    """Stopped at any network and called again, it trains the rest and no more."""
    calls = []

    def stop():
        calls.append(0)
        return (tmp_path / "alone" / "results.jsonl").exists()

    with pytest.raises(Stopped):
        shipped.ship(settings, tmp_path, silent, stop)
    assert calls
    first = (tmp_path / "alone" / "results.jsonl").read_bytes()
    assert first.count(b"\n") == 1
    shipped.ship(settings, tmp_path, silent, never)
    results = (tmp_path / "alone" / "results.jsonl").read_bytes()
    assert results.startswith(first) and results.count(b"\n") == PLAN.alone
    shipped.ship(settings, tmp_path, silent, never)
    assert (tmp_path / "alone" / "results.jsonl").read_bytes() == results
    alone, paths = (
        pq.read_table(tmp_path / "tables" / f"{SPACE}-digits-{kind}.parquet")
        for kind in ("alone", "supernet")
    )
    assert alone.column_names == ["arch", "val", "test"]
    assert paths.column_names == ["arch", "supernet_val"]
    assert len(alone) == PLAN.alone and len(paths) == PLAN.paths
    assert set(alone["arch"].to_pylist()) <= set(paths["arch"].to_pylist())


def test_another_plan_does_not_go_on_in_the_same_folder(
    settings, tmp_path, monkeypatch
):
    """Networks that were trained otherwise are never mixed into one table."""
    shipped.claim(tmp_path / "alone", "alone", shipped.alone_settings(SPACE))
    monkeypatch.setitem(PLANS, SPACE, Plan(replace(ALONE, epochs=3), 3))
    with pytest.raises(ValueError, match="recipe must be"):
        shipped.ship(settings, tmp_path, silent, never)


def test_a_space_without_a_plan_is_a_sentence():
    """The spaces with a plan are named."""
    with pytest.raises(
        ValueError, match=r"space must be one of nasbench101, .*got 'x'"
    ):
        ShipSettings(space="x")
