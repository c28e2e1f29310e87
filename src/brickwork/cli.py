"""The command line: ``brickwork demo``, ``brickwork run script.py``, ``brickwork info``."""

from __future__ import annotations

import argparse
import sys


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says; answers the exit status."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.command == "run":
        from .dialects.run import run_script

        return run_script(given.script, given.arguments)
    if given.command == "demo":
        from .demo import demo

        return demo(given.picture)
    if given.command == "info":
        print(info())
        return 0
    parser.print_help()
    return 0


def _parser() -> argparse.ArgumentParser:
    from . import __version__

    parser = argparse.ArgumentParser(
        prog="brickwork", description="Keras's language for dense networks, on an engine of its "
        "own, as bricks.")
    parser.add_argument("--version", action="version", version=f"brickwork {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="command")
    demo = commands.add_parser("demo", help="train the lesson's network on real data, in a second")
    demo.add_argument("--picture", default="brickwork-demo.svg", metavar="FILE",
                      help="where the picture of the model goes (default: %(default)s)")
    run = commands.add_parser("run", help="run a script in which keras means brickwork")
    run.add_argument("script", help="a Python file that says import keras, of any age")
    run.add_argument("arguments", nargs=argparse.REMAINDER, help="what the script is given")
    commands.add_parser("info", help="what brickwork runs on here")
    return parser


def info() -> str:
    """Versions, engine and machine, for a report of something that went wrong."""
    import platform

    import numpy

    from . import __version__, _engine
    from .engines.native import cores

    return "\n".join([
        f"brickwork {__version__}, engine for {', '.join(_engine.isas)}",
        f"in use: {_engine.isa}, {cores()} threads",
        f"Python {platform.python_version()}, NumPy {numpy.__version__}",
        f"{platform.system()} {platform.release()}, {platform.machine()}"])


if __name__ == "__main__":
    sys.exit(main())
