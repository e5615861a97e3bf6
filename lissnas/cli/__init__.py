"""The command line: `lissnas COMMAND --help` explains each command."""

import argparse
import os
import sys
from collections.abc import Sequence

from lissnas import __version__
from lissnas.cli import (
    compare,
    jobs,
    keep,
    labels,
    locality,
    look,
    reproduce,
    search,
    share,
    study,
    supernet,
    tables,
)

DESCRIPTION = """\
See and shrink neural-architecture search spaces.

  lissnas app                                   the dashboard in a browser
  lissnas spaces                                what there is
  lissnas describe nasbench101 3m:01,02,13,23   one architecture
  lissnas locality nasbench201 cifar10          do neighbours perform alike?
  lissnas shrink nasbench201 cifar10            keep the pockets of good networks
  lissnas labels nasbench201 cifar10            how many trained networks it takes
  lissnas search nasbench201 cifar10            find the best network
  lissnas compare nasbench201 cifar10           every method, side by side
  lissnas reproduce --quick                     the paper's tables, ours beside
  lissnas supernet pipeline shufflenetv2        shrink by a supernet of your own
  lissnas runs                                  what was run
  lissnas jobs                                  what runs in the background
  lissnas export RUN --bundle run.lissnas       a run as one file, for `lissnas open`
"""


def parser(method: str = study.METHOD) -> argparse.ArgumentParser:
    """Return the parser of all commands; `method` is whose settings `shrink` takes."""
    result = argparse.ArgumentParser(
        prog="lissnas",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    result.add_argument("--version", action="version", version=__version__)
    commands = result.add_subparsers(metavar="COMMAND", required=True)
    app = commands.add_parser(
        "app",
        help="open the dashboard",
        description="Open the dashboard in a browser; further options are Streamlit's, "
        "such as --server.port 8600.",
        add_help=True,
    )
    app.add_argument(
        "--demo",
        action="store_true",
        help="read-only, for a class or the public: no runs, no jobs, no uploads",
    )
    app.set_defaults(run=_app, rest=True)
    for module in (
        *(look, tables, locality, study, labels),
        *(compare, reproduce, search, supernet, keep, share, jobs),
    ):
        module.add_commands(commands)
    study.add_method(commands.choices["shrink"], method)
    return result


def _app(args: argparse.Namespace) -> None:
    """Open the dashboard."""
    from lissnas.launch import main as launch

    launch(args.options, args.demo)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; exit with 2 and one sentence on bad input."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    built = parser(study.method_in(given))
    args, rest = built.parse_known_args(given)
    if rest and not getattr(args, "rest", False):
        built.error(f"unrecognized arguments: {' '.join(rest)}")
    args.options = rest
    try:
        args.run(args)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (ValueError, OSError) as error:
        print(f"lissnas: error: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
