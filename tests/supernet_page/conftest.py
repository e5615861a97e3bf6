"""A home with jobs of every state, whose folders a tiny supernet has filled."""

import json
import os
import shutil
import time

import psutil
import pytest
from tiny_training import TRAIN

from lissnas import jobs
from lissnas.jobs import End, folders, queue, store
from lissnas.jobs.processes import host

pytest.importorskip("torch")

from lissnas.supernet.tasks import speed, train
from lissnas.work import never, silent


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Return an empty home on whose machine no job is started by itself."""
    monkeypatch.setenv("LISSNAS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LISSNAS_DATA", "")
    monkeypatch.setenv("LISSNAS_DEVICES", "0")  # none is for the processor's jobs
    monkeypatch.delenv("LISSNAS_DEMO", raising=False)
    return tmp_path / "home"


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """Return the folder of a supernet after one epoch with strict fairness."""
    folder = tmp_path_factory.mktemp("page") / "trained"
    train(TRAIN, folder, silent, never)
    return folder


@pytest.fixture(scope="session")
def measured(tmp_path_factory):
    """Return the folder of a measurement of that training's speed."""
    folder = tmp_path_factory.mktemp("page") / "speed"
    speed(TRAIN, folder, silent, never)
    return folder


@pytest.fixture
def put(home):
    """Return a function that lists a job in a state, with a work folder's copy."""

    def add(kind, settings, state, folder=None, result=None, **values):
        job = queue.add(kind, settings, device="cpu")
        now, token = time.time(), f"token-{job.id}"
        about = {"state": state, "token": token, "message": f"It is {state}."}
        if state != "queued":
            about |= {"started": now - 60, "heartbeat": now, "slot": "cpu"}
        if state in ("running", "cancelling"):
            about |= {"host": host(), "pid": os.getpid()}
            about["born"] = psutil.Process().create_time()
        elif state != "queued":
            about["ended"] = now
        with store.writing() as db:
            store.change(db, job.id, about | values)
        if folder is not None:
            shutil.copytree(folder, jobs.work_folder(job.id))
        if state == "done":
            path = jobs.work_folder(job.id) / "result.json"
            told = json.loads(path.read_text()) if path.is_file() else {}
            end = End("done", "Done.", told | (result or {}))
            folders.write_end(jobs.folder(job.id), token, end)
        return job.id

    return add


@pytest.fixture
def pipeline_folder(trained, tmp_path):
    """Return the folder of a pipeline whose stages are all done."""
    folder = tmp_path / "pipeline"
    for part in ("full", "shrunk"):
        shutil.copytree(trained, folder / part)
    ranks = {name: [0.5, 0.1, 0.8] for name in ("pearson", "kendall", "spearman")}
    keys = [f"{net} {part}" for net in ("full", "shrunk") for part in ("common", "own")]
    best = {"best": "0-1", "valid": 0.91, "test": 0.9}
    best["networks"] = [{"arch": "0-1", "valid": 0.91, "params": 10, "macs": 20}]
    shrink = {"method": "lissnas", "size": 64, "queries": 900, "reason": "Done."}
    shrink["held_out"] = [[0.1, 0.2, 0.3], [0.1, 0.25, 0.2]]
    write(folder / "shrink.json", shrink)
    write(folder / "search/trace.json", {"archs": [], "valid": [0.2, 0.4, 0.3]})
    write(folder / "retrain/result.json", best)
    (folder / "report.html").write_text("<!doctype html><title>Report</title>")
    write(
        folder / "result.json",
        {
            "ranking": {key: {"pairs": 20, **ranks} for key in keys},
            "pairs": {key: [[0.1, 0.2, 0.3], [0.5, 0.7, 0.6]] for key in keys},
        },
    )
    return folder


def write(path, values):
    """Write JSON, with its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(values))
