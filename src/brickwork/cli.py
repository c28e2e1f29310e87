"""The command line: ``brickwork demo``, ``run script.py``, ``draw model``, ``convert`` ..."""

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
    if given.command == "draw":
        from .pictures.command import draw_command

        return draw_command(given)
    if given.command == "convert":
        from .saving.command import convert_command

        return convert_command(given)
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
    _add_draw(commands.add_parser(
        "draw", help="a model as bricks: in the terminal, or into a file",
        description="Draw a model as bricks: in the terminal, or, with -o, into a file whose name "
        "says how: .svg, .png, .txt, .mpd or .ldr (a building of real bricks, for LDraw programs), "
        ".xml (a list of its bricks, to order them).",
        epilog="brickwork draw 4-8-6-1 -o lesson.svg; brickwork draw lesson.py -o lesson.mpd"))
    convert = commands.add_parser(
        "convert", help="a model's file in another format",
        description="Read a model from one file and write it into another; the ends of their names "
        "say how: .brick, .keras, .h5, .json (what it is made of, without weights), and to write "
        ".weights.h5. Files of Keras need: pip install 'brickwork[keras]'",
        epilog="brickwork convert old.h5 new.brick; "
        "brickwork convert mine.keras mine.brick --custom layers.py")
    convert.add_argument("source", help="the file to read")
    convert.add_argument("target", help="the file to write")
    convert.add_argument("--custom", action="append", default=[], metavar="MODULE_OR_FILE.py",
                         help="where classes and functions of your own are that the model is made "
                         "of; it is imported, keras meaning brickwork. Several may be given")
    commands.add_parser("info", help="what brickwork runs on here")
    return parser


def _add_draw(draw: argparse.ArgumentParser) -> None:
    draw.add_argument("model", help="the sizes of its layers (4-8-6-1), its file (.brick, "
                      ".keras, .h5), or a Python file that makes it (keras meaning brickwork): "
                      "lesson.py, or lesson.py:name where it makes several")
    draw.add_argument("-o", "--output", metavar="FILE", help="where the picture goes")
    draw.add_argument("--activations", metavar="A,B,...", help="of the layers given by sizes "
                      "(default: relu, and in the end sigmoid for one output, softmax for several)")
    draw.add_argument("--level", default="auto", choices=["auto", "synapses", "lines", "bricks"],
                      help="what is drawn of a layer (default: as much as can be read)")
    draw.add_argument("--view", default="front", choices=["front", "isometric"])
    draw.add_argument("--labels", default="en", choices=["en", "ko"])
    draw.add_argument("--theme", default="auto", choices=["auto", "light", "dark"])
    draw.add_argument("--size", type=float, metavar="PIXELS", help="the width of the picture")
    draw.add_argument("--apart", action="store_true", help="draw the layers apart")
    draw.add_argument("--no-weights", action="store_true", help="do not tint bricks by weights")


def info() -> str:
    """Versions, engine and machine, for a report of something that went wrong."""
    import platform

    import numpy

    from . import __version__, _engine
    from .engines.cores import cores

    return "\n".join([
        f"brickwork {__version__}, engine for {', '.join(_engine.isas)}",
        f"in use: {_engine.isa}, {cores()} threads",
        f"Python {platform.python_version()}, NumPy {numpy.__version__}",
        f"{platform.system()} {platform.release()}, {platform.machine()}"])


if __name__ == "__main__":
    sys.exit(main())
