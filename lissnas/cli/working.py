"""Long work from the command line: its flags, its folder, and interruptions."""

import argparse
import hashlib
import json
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from lissnas.cli.common import say
from lissnas.home import home
from lissnas.settings import options
from lissnas.supernet.recipes import RECIPES, Recipe
from lissnas.supernet.settings import settings_dict
from lissnas.work import Report, Stop, Stopped

Task = Callable[[Any, Path, Report, Stop], None]


def has_recipe(settings: type) -> bool:
    """Return whether settings have a recipe."""
    return "recipe" in getattr(settings, "__dataclass_fields__")  # noqa: B009


def add_flags(group: Any, settings: type, without: set[str], defaults: bool) -> None:
    """Add one flag a field; without `defaults`, those that are not given stay None."""
    for option in options(settings):
        if option.name in without:
            continue
        extra: dict[str, Any] = {"choices": option.choices} if option.choices else {}
        if option.type is bool:
            extra["action"] = argparse.BooleanOptionalAction
        else:
            extra["type"] = option.type
            if not option.choices:
                extra["metavar"] = option.type.__name__.upper()
        text = option.help.replace("%", "%%")
        if defaults and option.type is not bool and option.default != "":
            text += f" (default: {option.default})"
        default = option.default if defaults else None
        name = f"--{option.name.replace('_', '-')}"
        group.add_argument(name, default=default, help=text, **extra)


def read(args: argparse.Namespace, kind: Any) -> Any:
    """Return the settings that the flags name."""
    values = {o.name: getattr(args, o.name) for o in options(kind)}
    if isinstance(values.get("archs"), list):
        values["archs"] = ";".join(values["archs"])
    if has_recipe(kind):
        given = {o.name: getattr(args, o.name) for o in options(Recipe)}
        changed = {name: value for name, value in given.items() if value is not None}
        values["recipe"] = replace(RECIPES[args.recipe], **changed)
    return kind(**values)


def folder_of(task: str, settings: Any) -> Path:
    """Return the folder of work with such settings, in the home folder."""
    values = settings_dict(settings)
    for name in ("processes", "threads", "device", "every", "table"):
        values.pop(name, None)
    digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
    named = [task, values["space"]] if "space" in values else [task]
    return home() / "work" / "-".join([*named, digest[:10]])


def work(task: str, settings: Any, folder: Path) -> None:
    """Run a task in a folder; an interruption stops it when it has stored its work."""
    asked: list[int] = []

    def ask(number: int, _frame: Any) -> None:
        asked.append(number)
        if len(asked) > 1:
            raise KeyboardInterrupt

    before = {n: signal.signal(n, ask) for n in (signal.SIGINT, signal.SIGTERM)}
    bar = tqdm(disable=not sys.stderr.isatty())

    def report(done: int, total: int, numbers: Mapping[str, float]) -> None:
        bar.total, bar.n = total, done
        bar.set_postfix({name: f"{value:.4g}" for name, value in numbers.items()})

    try:
        _task(task)(settings, folder, report, lambda: bool(asked))
    except Stopped:
        print(
            f"\nStopped; what was done is in {folder}, and the same command goes on.",
            file=sys.stderr,
        )
        raise KeyboardInterrupt from None
    finally:
        bar.close()
        for number, handler in before.items():
            signal.signal(number, handler)


def _task(name: str) -> Task:
    """Return a task, importing torch only now."""
    say("Loading torch")
    from lissnas.supernet import tasks

    found: Task = tasks.task(name)
    return found
