"""The flags that send a command's work to the background instead of doing it here."""

import argparse
from dataclasses import asdict
from typing import Any

from lissnas.cli.common import print_json
from lissnas.jobs import Job, folder, sweep, work_folder


def add_background(parser: argparse.ArgumentParser) -> None:
    """Add ``--background`` and the flags that belong to it."""
    group = parser.add_argument_group("in the background")
    group.add_argument(
        "--background",
        action="store_true",
        help="submit it as a job that needs no terminal, and return; see `jobs`",
    )
    add_where(group)


def add_where(parser: Any) -> None:
    """Add the flags that say where a job runs."""
    parser.add_argument(
        "--on",
        metavar="DEVICE",
        default="auto",
        help="auto, cpu, gpu, gpu:0 or gpu*2 (default: auto)",
    )
    parser.add_argument(
        "--slurm",
        action="store_true",
        help="send the job to Slurm, as slurm.toml in the home folder says",
    )


def wanted(args: argparse.Namespace) -> bool:
    """Return whether the work is to be done in the background."""
    return bool(args.background or args.slurm)


def submit(args: argparse.Namespace, kind: str, *settings: Any) -> None:
    """Submit jobs of a kind, and say which they are."""
    engine: Any = "slurm" if args.slurm else "local"
    found = sweep(kind, settings, device=args.on, engine=engine)
    if args.json:
        rows = [job_dict(job) for job in found]
        print_json(rows[0] if len(rows) == 1 else rows)
        return
    for job in found:
        print(f"Job {job.id}: {job.title}. {job.message}")
    print(f"See `lissnas jobs`, `lissnas jobs logs {found[0].id} --follow`.")


def job_dict(job: Job) -> dict[str, Any]:
    """Return a job as what JSON can hold, its token left out."""
    values = asdict(job)
    del values["token"]
    extra = {"seconds": job.seconds, "share": job.share, "resumable": job.resumable}
    places = {"folder": str(folder(job.id)), "work": str(work_folder(job.id))}
    return values | extra | places
