"""The commands on background jobs."""

import argparse
import json
import time
from collections.abc import Sequence
from typing import Any

from lissnas import jobs
from lissnas.cli import submit
from lissnas.cli.background import job_dict
from lissnas.cli.common import add_json, print_json, print_rows
from lissnas.jobs import Job, logs

POLL_SECONDS = 1.0
DESCRIPTION = """\
Jobs run in the background and survive this terminal. Commands such as `lissnas shrink`
and `lissnas compare` submit one with --background; `submit` takes any kind.

  lissnas jobs                        the list
  lissnas jobs show 3                 all that is known of one
  lissnas jobs logs 3 --follow        what it prints
  lissnas jobs cancel 3               stop it at its next checkpoint
  lissnas jobs resume 3               go on from there
  lissnas jobs remove 3               forget it
  lissnas jobs run                    run the queue until it is empty
  lissnas jobs submit shrink space=nasbench201 task=cifar10 --sweep seed=0,1,2
"""


def add_commands(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add the command `jobs` with its own commands."""
    parser = commands.add_parser(
        "jobs",
        help="list and control background jobs",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_json(parser)
    parser.set_defaults(run=list_jobs, state=[])
    own = parser.add_subparsers(metavar="COMMAND")
    listing = own.add_parser("list", help="list jobs, newest first")
    listing.add_argument(
        "--state", action="append", choices=jobs.STATES, default=[], help="only these"
    )
    _finish(listing, list_jobs)
    _one(own, "show", show, "print all that is known of a job")
    reading = _one(own, "logs", read_log, "print the end of a job's log")
    reading.add_argument("--follow", action="store_true", help="until the job ends")
    reading.add_argument(
        "--bytes",
        type=int,
        default=logs.TAIL_BYTES,
        metavar="INT",
        help=f"how much of the end (default: {logs.TAIL_BYTES})",
    )
    _many(own, "cancel", cancel, "stop jobs, which keep what they have done")
    again = _one(own, "resume", resume, "go on with a job that ended too early")
    again.add_argument(
        "--on", metavar="DEVICE", help="as in `submit` (default: as before)"
    )
    _many(own, "remove", remove, "forget jobs that have ended, with their folders")
    _finish(own.add_parser("run", help="run the queue until it is empty"), run_queue)
    _finish(submit.add_submit(own), submit.submit_any)


def _one(own: Any, name: str, run: Any, text: str) -> argparse.ArgumentParser:
    """Add a command on one job."""
    parser: argparse.ArgumentParser = own.add_parser(name, help=text)
    parser.add_argument("job", type=int, metavar="ID", help="as listed")
    return _finish(parser, run)


def _many(own: Any, name: str, run: Any, text: str) -> None:
    """Add a command on one or more jobs."""
    parser: argparse.ArgumentParser = own.add_parser(name, help=text)
    parser.add_argument("jobs", type=int, metavar="ID", nargs="+", help="as listed")
    _finish(parser, run)


def _finish(parser: argparse.ArgumentParser, run: Any) -> argparse.ArgumentParser:
    """Let a command print JSON and call a function."""
    add_json(parser)
    parser.set_defaults(run=run)
    return parser


def list_jobs(args: argparse.Namespace) -> None:
    """Print the jobs."""
    jobs.tick()
    found = jobs.listed(args.state)
    if args.json:
        print_json([job_dict(job) for job in found])
    elif found:
        print_rows([_row(job) for job in found])
    else:
        print("No jobs: `lissnas shrink SPACE TASK --background` submits one.")


def _row(job: Job) -> dict[str, Any]:
    """Return a job as a line of the list."""
    steps = f"{job.progress.step}/{job.progress.total or '?'}"
    return {
        "job": job.id,
        "kind": job.kind,
        "state": job.state,
        "steps": steps if job.progress.step else "-",
        "device": job.slot or job.device,
        "time": logs.duration(job.seconds),
        "title": job.title,
    }


def show(args: argparse.Namespace) -> None:
    """Print all that is known of a job."""
    jobs.tick()
    job = jobs.show(args.job)
    values = job_dict(job) | {"result": dict(jobs.result(job.id))}
    if args.json:
        print_json(values)
        return
    for name, value in values.items():
        if value not in (None, "", {}):
            text = json.dumps(value) if isinstance(value, dict) else value
            print(f"{name:13} {text}")


def read_log(args: argparse.Namespace) -> None:
    """Print the end of a log, and go on with it if asked to."""
    if args.json:
        print_json({"job": args.job, "log": jobs.tail(args.job, args.bytes)})
        return
    if not args.follow:
        print(jobs.tail(args.job, args.bytes), end="")
        return

    def ended() -> bool:
        jobs.tick()
        return not jobs.show(args.job).active

    for text in logs.follow(jobs.folder(args.job), ended, args.bytes):
        print(text, end="", flush=True)


def cancel(args: argparse.Namespace) -> None:
    """Ask jobs to stop."""
    _say(args, [jobs.cancel(job) for job in args.jobs])


def resume(args: argparse.Namespace) -> None:
    """Go on with a job."""
    jobs.tick()
    _say(args, [jobs.resume(args.job, device=args.on)])


def remove(args: argparse.Namespace) -> None:
    """Forget jobs."""
    jobs.tick()
    for job in args.jobs:
        jobs.remove(job)
    if args.json:
        print_json({"removed": args.jobs})


def _say(args: argparse.Namespace, found: Sequence[Job]) -> None:
    """Print how jobs are."""
    if args.json:
        print_json([job_dict(job) for job in found])
        return
    for job in found:
        print(f"Job {job.id} is {job.state}: {job.title}. {job.message}")


def run_queue(args: argparse.Namespace) -> None:
    """Run the queue until it is empty; interrupted, the jobs go on by themselves."""
    before: dict[int, Job] = {}
    while True:
        jobs.tick()
        now = {job.id: job for job in jobs.listed()}
        for number in sorted(now):
            job, old = now[number], before.get(number)
            changed = job.active if old is None else old.state != job.state
            if changed and not args.json:
                print(f"Job {number} is {job.state}: {job.title}", flush=True)
        mine = [n for n, job in now.items() if job.active or n in before]
        before = {n: now[n] for n in mine}
        if not any(job.active for job in now.values()):
            break
        time.sleep(POLL_SECONDS)
    if args.json:
        print_json([job_dict(job) for job in before.values()])
