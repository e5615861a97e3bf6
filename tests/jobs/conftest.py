"""A home for jobs, kinds for the tests, and whoever started something ends it."""

import os
from pathlib import Path

import job_kinds
import pytest
from slurm_cluster import Cluster, Unavailable

from lissnas import jobs
from lissnas.jobs import store
from lissnas.jobs.processes import end_all

TESTS = Path(__file__).resolve().parents[1]


@pytest.fixture
def jobs_home(tmp_path, monkeypatch):
    """Return a home of its own, one processor slot, no GPU, a short grace."""
    for name, value in {
        "LISSNAS_HOME": str(tmp_path / "home"),
        "LISSNAS_KINDS": job_kinds.__name__,
        "LISSNAS_DEVICES": "cpu",
        "LISSNAS_GRACE": "1",
        "PYTHONPATH": os.pathsep.join([str(TESTS.parent), str(TESTS)]),
        "OMP_NUM_THREADS": "1",
    }.items():
        monkeypatch.setenv(name, value)
    yield tmp_path / "home"
    if store.store_file().is_file():
        try:
            left = [job for job in jobs.listed() if job.active or job.state == "lost"]
        except ValueError:
            left = []  # damaged on purpose
        for job in left:
            end_all(job.token)


@pytest.fixture(scope="module", params=[1], ids=lambda nodes: f"{nodes}-node")
def cluster(request, tmp_path_factory):
    """Return a Slurm that runs on this machine, or skip and say why."""
    found = Cluster(tmp_path_factory.mktemp("slurm"), request.param)
    try:
        found.start()
        yield found
    except Unavailable as reason:
        pytest.skip(str(reason))
    finally:
        found.stop()


@pytest.fixture
def slurm(cluster, jobs_home, monkeypatch):
    """Return the cluster, configured for a home of its own."""
    for name, value in cluster.environment.items():
        monkeypatch.setenv(name, value)
    jobs_home.mkdir()

    def configure(**values):
        stated = {"python": os.sys.executable, "poll": 0.2, "grace": 5, "warn": 0}
        lines = [f"{name} = {_toml(v)}\n" for name, v in (stated | values).items()]
        (jobs_home / "slurm.toml").write_text("".join(lines))

    configure()
    cluster.configure = configure
    return cluster


def _toml(value):
    """Return a value as TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, str | int | float) else list(value)
