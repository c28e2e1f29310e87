"""The command line: ``brickwork demo``, ``run script.py``, ``draw model``, ``predict`` ..."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from textwrap import fill

from .commands.failures import USAGE, guarded, warnings_are_notes


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says; returns the exit status."""
    name = "brickwork"

    def command() -> int:
        nonlocal name
        parser = _parser()
        given, unknown = parser.parse_known_args(
            _known(sys.argv[1:] if arguments is None else arguments, parser))
        if unknown:  # argparse names the command only where the command itself finds out
            getattr(given, "parser", parser).error(f"unrecognized arguments: {' '.join(unknown)}")
        if given.command is None:
            parser.print_help()
            return 0
        name = f"brickwork {given.command}"
        if given.command not in _RUN_SCRIPTS:
            warnings_are_notes()
        module, function = given.does
        return getattr(import_module(module, __package__), function)(given)

    return guarded(lambda: name, command)


def _known(words: list[str], parser: argparse.ArgumentParser) -> list[str]:
    """The words of a command line; ``help COMMAND`` is ``COMMAND --help``."""
    if words[:1] == ["help"]:
        words = [*words[1:2], "--help"]
    if words and not words[0].startswith("-") and words[0] not in COMMANDS:
        from .errors import near

        parser.error(f"there is no command {words[0]!r}" + (
            f"; to run a script: brickwork run {words[0]}" if words[0].endswith(".py")
            else near(words[0], COMMANDS)))
    return words


class _Help(argparse.HelpFormatter):
    """Sentences are filled; what is indented (examples, the list of commands) stays as it is."""

    def __init__(self, prog: str):
        super().__init__(prog, max_help_position=28)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(line if line.startswith("  ") else fill(line, width)
                         for line in text.splitlines())


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str):
        end = "" if message.endswith(("?", ".")) else "."
        self.exit(USAGE, f"{self.prog}: {message}{end} See: {self.prog} --help\n")


def _parser() -> argparse.ArgumentParser:
    from ._version import __version__

    listed = "\n".join(f"  {name:10}{what}" for name, (what, *_) in COMMANDS.items())
    parser = _Parser(
        prog="brickwork", formatter_class=_Help, usage="brickwork COMMAND ...",
        description="Keras's language for dense networks, on an engine of its own, as bricks.\n\n"
        f"commands:\n{listed}",
        epilog="brickwork COMMAND --help tells more of each, with examples. To begin with:\n"
        "  brickwork demo\n  brickwork draw 4-8-6-1 -o lesson.svg")
    parser.add_argument("--version", action="version", version=f"brickwork {__version__}")
    commands = parser.add_subparsers(dest="command", prog="brickwork", metavar="COMMAND",
                                     help=argparse.SUPPRESS)
    for name, (what, more, examples, add, does) in COMMANDS.items():
        command = commands.add_parser(
            name, help=what, formatter_class=_Help, description=more,
            epilog="\n".join(["examples:", *(f"  brickwork {name}{line}" for line in examples)]))
        add(command)
        command.set_defaults(does=does, parser=command)
    return parser


def _add_demo(demo: argparse.ArgumentParser) -> None:
    demo.add_argument("--picture", default="brickwork-demo.svg", metavar="FILE",
                      help="where the picture of the model goes (default: %(default)s)")
    demo.add_argument("--model", metavar="FILE",
                      help="where to save the model: .brick, .keras or .h5")
    demo.add_argument("--table", metavar="FILE",
                      help="where to save the rows that it was tested on: .csv")


def _add_run(run: argparse.ArgumentParser) -> None:
    run.add_argument("script", help="a Python file that says import keras, of any age")
    given = run.add_argument("arguments", nargs=argparse.REMAINDER, help="what the script is given")
    given.required = False  # as Python 3.12 has it


def _add_convert(convert: argparse.ArgumentParser) -> None:
    convert.add_argument("source", help="the file to read")
    convert.add_argument("target", help="the file to write")
    _add_custom(convert)


def _add_custom(command: argparse.ArgumentParser) -> None:
    command.add_argument("--custom", action="append", default=[], metavar="MODULE_OR_FILE.py",
                         help="where classes and functions of your own are that the model is made "
                         "of; it is imported, keras meaning brickwork. Several may be given")


def _add_summary(summary: argparse.ArgumentParser) -> None:
    summary.add_argument("model", help="a model's file (.brick, .keras, .h5, or .json without "
                         "weights), the sizes of its layers (4-8-6-1), or a Python file that "
                         "makes it: lesson.py, or lesson.py:name")
    summary.add_argument("--expand-nested", action="store_true",
                         help="show the layers inside of layers that are models")
    summary.add_argument("--show-trainable", action="store_true",
                         help="add a column: which layers are trained")
    summary.add_argument("--line-length", type=int, metavar="COLUMNS",
                         help="how wide the table is (default: what fits the terminal)")
    summary.add_argument("--no-bricks", action="store_true",
                         help="leave out the small bricks beside the table")
    _add_custom(summary)


def _add_predict(predict: argparse.ArgumentParser) -> None:
    predict.add_argument("model", help="a model's file: .brick, .keras or .h5")
    predict.add_argument("table", help="rows to predict for: a CSV or Parquet file, - for CSV from "
                         "the standard input")
    predict.add_argument("-o", "--output", default="-", metavar="FILE",
                         help="where predictions go: .csv, .tsv or .parquet (default: they are "
                         "printed, as CSV)")
    predict.add_argument("--keep", metavar="A,B,...",
                         help="columns of the table to repeat before the predictions: an id")
    _add_columns(predict)
    _add_custom(predict)


def _add_evaluate(evaluate: argparse.ArgumentParser) -> None:
    evaluate.add_argument("model", help="the file of a compiled model: .brick, .keras or .h5")
    evaluate.add_argument("table", help="rows to predict for, with what is true of each: a CSV or "
                          "Parquet file, - for CSV from the standard input")
    evaluate.add_argument("--target", required=True, metavar="COLUMN",
                          help="the column that holds what is true; of several outputs "
                          "OUTPUT=COLUMN,...")
    _add_columns(evaluate)
    _add_custom(evaluate)


def _add_columns(command: argparse.ArgumentParser) -> None:
    command.add_argument("--columns", metavar="A,B,...",
                         help="the columns to take, in the model's order (default: those that it "
                         "was trained on, or has inputs for; else all, as they stand)")
    csv = command.add_argument_group("how the CSV file is written, where it does not show")
    csv.add_argument("--delimiter", metavar="C", help="between cells: a character, or tab")
    csv.add_argument("--decimal", default=".", choices=[".", ","], metavar="MARK",
                     help="in 3.14 (default: the point)")
    csv.add_argument("--encoding", metavar="NAME", help="cp1252, euc-kr, ... (default: UTF-8)")
    csv.add_argument("--no-header", action="store_true",
                     help="the first line is a row: columns are called 0, 1, 2 ...")


def _add_draw(draw: argparse.ArgumentParser) -> None:
    from .commands.draw_arguments import add_draw

    add_draw(draw)
    _add_custom(draw)


def _add_info(info: argparse.ArgumentParser) -> None:
    pass


#: Each command: a line on it, what more there is to say, examples, what declares its arguments,
#: and the function that does it, given those.
COMMANDS = {
    "demo": (
        "train the lesson's network on real data, in a second",
        "Train the network 4-8-6-1 to tell who has diabetes, test it, and draw it.",
        ["", " --picture lesson.svg --model lesson.brick --table women.csv"], _add_demo,
        (".demo", "demo_command")),
    "run": (
        "run a Keras script, of any age, on brickwork",
        "Run a script as python would, with keras (and tensorflow.keras) meaning brickwork.",
        [" lesson.py", " train.py --epochs 10"], _add_run, (".commands.run", "run_command")),
    "draw": (
        "a model as bricks: in the terminal, or into a file",
        "Draw a model as bricks: in the terminal, or, with -o, into a file whose name says how: "
        ".svg, .png or .txt (pictures), .html (a booklet to build it of real bricks), .mpd or .ldr "
        "(its plan, for LDraw programs), .xml (a list of its bricks, to order them).",
        [" 4-8-6-1", " 4-8-6-1 -o lesson.svg", " lesson.py --all lesson", " model.brick"],
        _add_draw, (".commands.draw", "draw_command")),
    "summary": (
        "the layers of a model, their shapes and weights",
        "Print a model's layers as model.summary() does, and what else its file knows.",
        [" 4-8-6-1", " model.brick", " old.h5 --show-trainable", " lesson.py"], _add_summary,
        (".commands.summary", "summary_command")),
    "predict": (
        "what a model predicts for the rows of a CSV file",
        "Predict for each row of a table. Columns are found by the names that the model was "
        "trained on (model.feature_names_in_), or its inputs', or else taken in their order. "
        "Where it knows the names of its classes (model.class_names), predictions are these.",
        [" model.brick new.csv", " model.brick new.csv -o out.csv --keep id",
         " model.brick - < new.csv", " model.brick new.csv --columns glucose,bmi,pedigree,age"],
        _add_predict, (".commands.tables", "predict_command")),
    "evaluate": (
        "how right a model is on the rows of a CSV file",
        "Print the loss and metrics that a model was compiled with, on the rows of a table. "
        "The target may be numbers, or the names of the model's classes (model.class_names).",
        [" model.brick test.csv --target diabetes",
         " model.brick test.csv --target sold=was_sold,days=days"], _add_evaluate,
        (".commands.tables", "evaluate_command")),
    "convert": (
        "a model's file in another format",
        "Read a model from one file and write it into another; the ends of their names say how: "
        ".brick, .keras, .h5, .json (what it is made of, without weights), and to write "
        ".weights.h5. To write files of Keras: pip install 'brickwork[keras]'",
        [" old.h5 new.brick", " mine.keras mine.brick --custom layers.py"], _add_convert,
        (".commands.convert", "convert_command")),
    "info": (
        "what brickwork runs on here",
        "Versions, engine and machine: for a report of something that went wrong.",
        [""], _add_info, (".cli", "info_command")),
}
#: What brickwork uses where it is there, for `info`.
_OPTIONAL = ("h5py", "resvg-py", "pyarrow", "scikit-learn", "ipython")
#: Commands that run users' scripts, whose warnings are shown as python shows them.
_RUN_SCRIPTS = {"run", "draw"}


def info_command(given) -> int:
    """Print `info`; returns the exit status."""
    print(info())
    return 0


def info() -> str:
    """Versions, engine and machine, for a report of something that went wrong."""
    import os
    import platform

    import numpy

    from . import _engine
    from ._version import __version__
    from .engines.threads import cores

    versions = {name: _version(name) for name in _OPTIONAL}
    there = ", ".join(f"{name} {version}" for name, version in versions.items() if version)
    missing = ", ".join(name for name, version in versions.items() if not version)
    return "\n".join([
        f"brickwork {__version__}, engine for {', '.join(_engine.isas)}",
        f"in use: {_engine.isa}, {cores()} threads",
        f"Python {platform.python_version()}, NumPy {numpy.__version__}",
        f"with {there or 'nothing else'}" + (f"; without {missing}" if missing else ""),
        f"{platform.system()} {platform.release()}, {platform.machine()}",
        f"from {os.path.dirname(os.path.abspath(__file__))}"])


def _version(package: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return None


if __name__ == "__main__":
    sys.exit(main())
