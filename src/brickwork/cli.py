"""The command line: ``brickwork demo``, ``run script.py``, ``draw model``, ``predict`` ..."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from textwrap import fill

from .commands.failures import USAGE, run_guarded, show_warnings_as_notes


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit status.

    Args:
        arguments: the command line without the program's name; None means ``sys.argv[1:]``.

    Returns:
        The exit status as an int: 0 for success.
    """
    name = "brickwork"

    def command() -> int:
        nonlocal name
        parser = _parser()
        given, unknown = parser.parse_known_args(
            _known(sys.argv[1:] if arguments is None else arguments, parser)
        )
        if unknown:  # argparse itself would not name the command
            getattr(given, "parser", parser).error(f"unrecognized arguments: {' '.join(unknown)}")
        if given.command is None:
            parser.print_help()
            return 0
        name = f"brickwork {given.command}"
        if given.command not in _RUN_SCRIPTS:
            show_warnings_as_notes()
        module, function = given.does
        return getattr(import_module(module, __package__), function)(given)

    return run_guarded(lambda: name, command)


def _known(words: list[str], parser: argparse.ArgumentParser) -> list[str]:
    """Return the arguments, with ``help COMMAND`` as ``COMMAND --help``."""
    if words[:1] == ["help"]:
        words = [*words[1:2], "--help"]
    if words and not words[0].startswith("-") and words[0] not in COMMANDS:
        from .errors import near

        parser.error(
            f"there is no command {words[0]!r}"
            + (
                f"; to run a script: brickwork run {words[0]}"
                if words[0].endswith(".py")
                else near(words[0], COMMANDS)
            )
        )
    return words


class _Help(argparse.HelpFormatter):
    """Wraps paragraphs; keeps indented lines (examples, the list of commands) as they are."""

    def __init__(self, prog: str):
        super().__init__(prog, max_help_position=28)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(
            line if line.startswith("  ") else fill(line, width) for line in text.splitlines()
        )


class _Parser(argparse.ArgumentParser):
    """Reports errors in one line."""

    def error(self, message: str):
        end = "" if message.endswith(("?", ".")) else "."
        self.exit(USAGE, f"{self.prog}: {message}{end} See: {self.prog} --help\n")


def _parser() -> argparse.ArgumentParser:
    from ._version import __version__

    listed = "\n".join(f"  {name:10}{what}" for name, (what, *_) in COMMANDS.items())
    parser = _Parser(
        prog="brickwork",
        formatter_class=_Help,
        usage="brickwork COMMAND ...",
        description="Keras's API for dense networks, on its own C++ engine, drawn as bricks.\n\n"
        f"commands:\n{listed}",
        epilog="brickwork COMMAND --help explains each, with examples. To start:\n"
        "  brickwork demo\n  brickwork draw 4-8-6-1 -o lesson.svg",
    )
    parser.add_argument("--version", action="version", version=f"brickwork {__version__}")
    commands = parser.add_subparsers(
        dest="command", prog="brickwork", metavar="COMMAND", help=argparse.SUPPRESS
    )
    for name, (what, more, examples, add, does) in COMMANDS.items():
        command = commands.add_parser(
            name,
            help=what,
            formatter_class=_Help,
            description=more,
            epilog="\n".join(["examples:", *(f"  brickwork {name}{line}" for line in examples)]),
        )
        add(command)
        command.set_defaults(does=does, parser=command)
    return parser


def _add_demo(demo: argparse.ArgumentParser) -> None:
    demo.add_argument(
        "--picture",
        default="brickwork-demo.svg",
        metavar="FILE",
        help="the file for the picture of the model (default: %(default)s)",
    )
    demo.add_argument(
        "--model", metavar="FILE", help="the file to save the model to: .brick, .keras or .h5"
    )
    demo.add_argument("--table", metavar="FILE", help="the file to save the test rows to: .csv")


def _add_run(run: argparse.ArgumentParser) -> None:
    run.add_argument("script", help="a Python file that imports keras, of any version")
    given = run.add_argument("arguments", nargs=argparse.REMAINDER, help="arguments for the script")
    given.required = False  # as Python 3.12 has it


def _add_launch(launch: argparse.ArgumentParser) -> None:
    launch.add_argument(
        "-n", "--processes", type=int, default=2, help="how many processes; default 2"
    )
    launch.add_argument(
        "--port", type=int, default=0, help="the port of the first one; default any that is free"
    )
    _add_run(launch)


def _add_convert(convert: argparse.ArgumentParser) -> None:
    convert.add_argument("source", help="the file to read")
    convert.add_argument("target", help="the file to write")
    _add_custom(convert)


def _add_custom(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--custom",
        action="append",
        default=[],
        metavar="MODULE_OR_FILE.py",
        help="a file or module that defines the model's custom classes and "
        "functions; it is imported, with keras meaning brickwork. Can be repeated",
    )


def _add_summary(summary: argparse.ArgumentParser) -> None:
    summary.add_argument(
        "model",
        help="a model's file (.brick, .keras, .h5, or .json without "
        "weights), the sizes of its layers (4-8-6-1), or a Python file that "
        "makes it: lesson.py, or lesson.py:name",
    )
    summary.add_argument(
        "--expand-nested",
        action="store_true",
        help="show the layers inside of layers that are models",
    )
    summary.add_argument(
        "--show-trainable",
        action="store_true",
        help="add a column that shows which layers are trainable",
    )
    summary.add_argument(
        "--line-length",
        type=int,
        metavar="COLUMNS",
        help="the width of the table (default: that of the terminal)",
    )
    summary.add_argument(
        "--no-bricks", action="store_true", help="leave out the small bricks beside the table"
    )
    _add_custom(summary)


def _add_predict(predict: argparse.ArgumentParser) -> None:
    predict.add_argument("model", help="a model's file: .brick, .keras or .h5")
    predict.add_argument(
        "table",
        help="the rows to predict for: a CSV or Parquet file, or - for CSV from standard input",
    )
    predict.add_argument(
        "-o",
        "--output",
        default="-",
        metavar="FILE",
        help="the file for predictions: .csv, .tsv or .parquet (default: CSV to standard output)",
    )
    predict.add_argument(
        "--keep",
        metavar="A,B,...",
        help="columns of the table to copy before the predictions, such as an id",
    )
    predict.add_argument(
        "--coverage",
        type=float,
        metavar="SHARE",
        help="of a model of `brickwork train`: 0.9 adds the numbers between which 90 %% of the "
        "targets lie, or a set of classes that holds 90 %% of them",
    )
    _add_columns(predict)
    _add_custom(predict)


def _add_evaluate(evaluate: argparse.ArgumentParser) -> None:
    evaluate.add_argument("model", help="the file of a compiled model: .brick, .keras or .h5")
    evaluate.add_argument(
        "table",
        help="rows with their targets: a CSV or Parquet file, or - for CSV from standard input",
    )
    evaluate.add_argument(
        "--target",
        metavar="COLUMN",
        help="the target column, which a model of `brickwork train` knows; for several outputs "
        "OUTPUT=COLUMN,...",
    )
    _add_columns(evaluate)
    _add_custom(evaluate)


def _add_train(train: argparse.ArgumentParser) -> None:
    train.add_argument("table", help="a CSV or Parquet file, or - for CSV from standard input")
    train.add_argument(
        "--target", required=True, metavar="COLUMN", help="the column to be predicted, or A,B,..."
    )
    train.add_argument(
        "-o",
        "--output",
        default="model.brick",
        metavar="FILE",
        help="the file for the model (default: model.brick)",
    )
    train.add_argument(
        "--report",
        metavar="FILE",
        help="the file for the report, .html; none for none (default: beside the model)",
    )
    train.add_argument(
        "--lang", choices=["en", "ko"], help="the language that the page shows first"
    )
    train.add_argument(
        "--quality",
        default="default",
        choices=["fast", "default", "best"],
        help="one network, the mean of 16 (default), or of 64, trained longer",
    )
    train.add_argument(
        "--task",
        choices=["classes", "labels", "regression", "counts"],
        help="what is predicted (default: found out from the column)",
    )
    train.add_argument("--exclude", metavar="A,B,...", help="columns that are not to be used")
    train.add_argument(
        "--kind",
        action="append",
        metavar="COLUMN=KIND",
        help="number, category or date, for a column that is not what it looks like",
    )
    train.add_argument(
        "--group", metavar="COLUMN", help="hold out rows of one group together, such as a patient's"
    )
    train.add_argument(
        "--time", metavar="COLUMN", help="hold out the last rows by this column of dates"
    )
    train.add_argument("--weight", metavar="COLUMN", help="the weight of each row")
    train.add_argument("--seed", type=int, default=0, help="determines everything (default: 0)")
    train.add_argument("-q", "--quiet", action="store_true", help="no progress bars")
    _add_format(train)


def _add_columns(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--columns",
        metavar="A,B,...",
        help="the columns to use, in the model's order (default: those that it "
        "was trained on, or has inputs for; else all, in file order)",
    )
    _add_format(command)


def _add_format(command: argparse.ArgumentParser) -> None:
    csv = command.add_argument_group("the format of the CSV file, if it is not detected")
    csv.add_argument("--delimiter", metavar="C", help="the delimiter: a character, or tab")
    csv.add_argument(
        "--decimal",
        default=".",
        choices=[".", ","],
        metavar="MARK",
        help="the decimal mark (default: .)",
    )
    csv.add_argument("--encoding", metavar="NAME", help="cp1252, euc-kr, ... (default: UTF-8)")
    csv.add_argument(
        "--no-header",
        action="store_true",
        help="the first line is data: columns are named 0, 1, 2 ...",
    )


def _add_draw(draw: argparse.ArgumentParser) -> None:
    from .commands.draw_arguments import add_draw

    add_draw(draw)
    _add_custom(draw)


def _add_studio(studio: argparse.ArgumentParser) -> None:
    studio.add_argument(
        "file",
        nargs="?",
        metavar="MODEL_OR_TABLE",
        help="what to open: a model (.brick, .keras, .h5), a project of the studio (.brickwork) "
        "or a table (.csv)",
    )
    studio.add_argument(
        "--port", type=int, help="the port; 0 for any that is free (default: 4861, if it is free)"
    )
    studio.add_argument(
        "--no-browser", action="store_true", help="print the address, and open no browser"
    )
    studio.add_argument(
        "--max-seconds",
        type=float,
        default=3600.0,
        metavar="SECONDS",
        help="for how long a training goes on before it pauses (default: 3600)",
    )


def _add_info(info: argparse.ArgumentParser) -> None:
    pass


#: Each command: a one-line summary, a description, examples, the function that declares its
#: arguments, and the function that runs it.
COMMANDS = {
    "demo": (
        "train the lesson's network on real data, in a second",
        "Train the network 4-8-6-1 to predict diabetes, test it, and draw it.",
        ["", " --picture lesson.svg --model lesson.brick --table women.csv"],
        _add_demo,
        (".demo", "demo_command"),
    ),
    "run": (
        "run a Keras script, for any version of Keras, on brickwork",
        "Run a script as python would, with keras (and tensorflow.keras) meaning brickwork.",
        [" lesson.py", " train.py --epochs 10"],
        _add_run,
        (".commands.run", "run_command"),
    ),
    "launch": (
        "run a script in several processes that train together",
        "Run a script in several processes of this machine, which train together: each computes "
        "its part of every batch. It needs the extra jax.",
        [" --processes 2 train.py"],
        _add_launch,
        (".commands.launch", "launch_command"),
    ),
    "draw": (
        "draw a model as bricks, in the terminal or to a file",
        "Draw a model as bricks, in the terminal or, with -o, to a file in the format of its "
        "extension: .svg, .png or .txt (pictures), .html (a booklet to build it from real bricks), "
        ".mpd or .ldr (its plan, for LDraw programs), .xml (a list of its bricks, to order them).",
        [" 4-8-6-1", " 4-8-6-1 -o lesson.svg", " lesson.py --all lesson", " model.brick"],
        _add_draw,
        (".commands.draw", "draw_command"),
    ),
    "summary": (
        "print a model's layers, shapes and parameter counts",
        "Print a model's layers as model.summary() does, and what else its file contains.",
        [" 4-8-6-1", " model.brick", " old.h5 --show-trainable", " lesson.py"],
        _add_summary,
        (".commands.summary", "summary_command"),
    ),
    "train": (
        "train a model on a CSV file, and score it honestly",
        "Train a model on a table. What is predicted, the kinds of columns and the networks are "
        "found out; a fifth of the rows is held out and scored beside two baselines. Writes the "
        "model, and a report as a page.",
        [
            " data.csv --target diabetes",
            " data.csv --target price -o price.brick --exclude id",
            " visits.parquet --target ill --group patient --quality best",
        ],
        _add_train,
        (".commands.training", "train_command"),
    ),
    "predict": (
        "predict for the rows of a CSV file",
        "Predict for each row of a table. Columns are matched by the names that the model was "
        "trained on (model.feature_names_in_) or by its inputs' names, else used in file order. "
        "If the model has class names (model.class_names), predictions are class names.",
        [
            " model.brick new.csv",
            " model.brick new.csv -o out.csv --keep id",
            " model.brick - < new.csv",
            " model.brick new.csv --columns glucose,bmi,pedigree,age",
            " model.brick new.csv --coverage 0.9",
        ],
        _add_predict,
        (".commands.tables", "predict_command"),
    ),
    "evaluate": (
        "evaluate a model on the rows of a CSV file",
        "Print the loss and metrics of a compiled model on the rows of a table. "
        "Targets may be numbers or the model's class names (model.class_names). Of a model of "
        "`brickwork train` the scores are those of its report.",
        [
            " model.brick test.csv",
            " model.brick test.csv --target diabetes",
            " model.brick test.csv --target sold=was_sold,days=days",
        ],
        _add_evaluate,
        (".commands.tables", "evaluate_command"),
    ),
    "convert": (
        "convert a model's file to another format",
        "Read a model from one file and write it to another. The extensions give the formats: "
        ".brick, .keras, .h5, .json (the config, without weights), and for writing also "
        ".weights.h5. Writing Keras's files needs: pip install 'brickwork[keras]'",
        [" old.h5 new.brick", " mine.keras mine.brick --custom layers.py"],
        _add_convert,
        (".commands.convert", "convert_command"),
    ),
    "studio": (
        "build, train and look at networks in the browser",
        "Open the studio in the browser: stack bricks, train them on the engine of this machine, "
        "take the Keras code home. Nothing leaves this machine, and nobody else can reach it.",
        ["", " lesson.brick", " women.csv", " --no-browser --port 0"],
        _add_studio,
        (".commands.studio", "studio_command"),
    ),
    "info": (
        "print the versions, the engine and the machine",
        "Print versions, engine and machine, for a bug report.",
        [""],
        _add_info,
        (".cli", "info_command"),
    ),
}
#: Optional packages, reported by `info`.
_OPTIONAL = ("h5py", "resvg-py", "pyarrow", "scikit-learn", "ipython", "uvicorn", "anywidget")
#: Commands that run user scripts; their warnings are shown as Python shows them.
_RUN_SCRIPTS = {"run", "draw"}


def info_command(given) -> int:
    """Print `info` and return the exit status, 0.

    Args:
        given: the parsed arguments, an ``argparse.Namespace``.
    """
    print(info())
    return 0


def info() -> str:
    """Return versions, engine and machine as text, for a bug report."""
    import os
    import platform

    import numpy

    from . import _engine
    from ._version import __version__
    from .engines.threads import cores

    versions = {name: _version(name) for name in _OPTIONAL}
    there = ", ".join(f"{name} {version}" for name, version in versions.items() if version)
    missing = ", ".join(name for name, version in versions.items() if not version)
    return "\n".join(
        [
            f"brickwork {__version__}, engine for {', '.join(_engine.isas)}",
            f"in use: {_engine.isa}, {cores()} threads",
            f"Python {platform.python_version()}, NumPy {numpy.__version__}",
            f"with {there or 'nothing else'}" + (f"; without {missing}" if missing else ""),
            f"{platform.system()} {platform.release()}, {platform.machine()}",
            f"from {os.path.dirname(os.path.abspath(__file__))}",
        ]
    )


def _version(package: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return None


if __name__ == "__main__":
    sys.exit(main())
