"""``brickwork demo``: build, train, test and draw the lesson's network on real data."""

from __future__ import annotations

import os
import sys
from textwrap import fill
from time import perf_counter

from .commands.failures import FAILED, check_writable
from .errors import ArgumentError
from .screen import columns

FEATURES = ("glucose", "bmi", "pedigree", "age")
EPOCHS = 150


def demo_command(given) -> int:
    """Run the demo with command-line arguments and return the exit status."""
    for path, option, ends in (
        (given.model, "--model", (".brick", ".keras", ".h5")),
        (given.table, "--table", (".csv",)),
    ):
        if path is not None:
            check_writable(path, option, ends)
    return demo(given.picture, given.model, given.table)


def demo(
    picture: str = "brickwork-demo.svg", file: str | None = None, table: str | None = None
) -> int:
    """Build, train, test and draw the lesson's network.

    Args:
        picture: the file for the picture.
        file: the file for the model, which includes the scaling of the inputs; None: not saved.
        table: the CSV file for the test rows; None: not saved.

    Returns:
        0 if the network is clearly better than guessing, else 1.

    Raises:
        ArgumentError: before the training, for a picture that cannot be written.
    """
    from .datasets import pima
    from .utils import set_random_seed

    set_random_seed(5)
    (x_train, y_train), (x_test, y_test) = pima.load_data(features=FEATURES)
    rows = x_test, y_test
    mean, spread = x_train.mean(axis=0), x_train.std(axis=0)
    x_train, x_test = (x_train - mean) / spread, (x_test - mean) / spread

    model = _lesson()
    _draw(model, picture)  # report a bad file before the training
    if file:
        _whole(model, mean, spread).save(file)
    _say(
        f"Who has diabetes? Four measurements ({', '.join(FEATURES)}) of {len(x_train)} women "
        f"to learn from, {len(x_test)} to be tested on.\n"
    )
    model.summary(bricks=True)

    _say(f"\nTraining, {EPOCHS} epochs in batches of 10:")
    start = perf_counter()
    model.fit(x_train, y_train, epochs=EPOCHS, batch_size=10, verbose=1)
    seconds = perf_counter() - start
    steps = EPOCHS * -(-len(x_train) // 10)
    _say(f"{steps:,} steps in {seconds * 1e3:.0f} ms, all that fit does included.")

    _, right = model.evaluate(x_test, y_test, verbose=0)
    guess = max(y_test.mean(), 1 - y_test.mean())
    _say(
        f"\nOn the {len(x_test)} women it has never seen: {right:.1%} right, where always "
        f"guessing the more frequent answer gets {guess:.1%}."
    )
    _draw(model, picture)
    _say(f"The network as bricks, its weights in green: {os.path.abspath(picture)}")
    if file:
        _whole(model, mean, spread).save(file)
        _say(f"The model, for tables of these measurements: {os.path.abspath(file)}")
    if table:
        _write_table(table, *rows)
        _say(f"The {len(x_test)} women it has never seen: {os.path.abspath(table)}")
    if right < guess + 0.05:
        print("That is no better than guessing: something is wrong here.", file=sys.stderr)
        return FAILED
    return 0


def _lesson():
    from . import layers, models

    model = models.Sequential(
        [
            layers.Input(shape=(4,)),
            layers.Dense(8, activation="relu"),
            layers.Dense(6, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ],
        name="lesson",
    )
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model


def _whole(model, mean, spread):
    """Return the trained network after a scaling layer, with the names of columns and classes."""
    from . import layers, models

    whole = models.Sequential(
        [
            layers.Input(shape=(len(FEATURES),)),
            layers.Normalization(mean=mean, variance=spread**2),
            *model.layers,
        ],
        name=model.name,
    )
    whole.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    whole._columns = {port.name: FEATURES for port in whole._input_ports()}
    whole.class_names = ["no", "yes"]
    return whole


def _write_table(path: str, x, y) -> None:
    from .commands.predictions import write_results

    labels = [("no", "yes")[int(label)] for label in y]
    write_results(
        path,
        ["id", *FEATURES, "diabetes"],
        [[list(range(1, len(x) + 1)), *x.astype(str).T.tolist(), labels]],
    )


def _draw(model, picture: str) -> None:
    try:
        model.draw().save(picture)
    except (
        ArgumentError,
        FileNotFoundError,
        NotADirectoryError,
        IsADirectoryError,
        PermissionError,
    ) as error:
        reason = getattr(error, "problem", None) or f"{error.filename}: {error.strerror}."
        raise ArgumentError("--picture", reason) from error


def _say(text: str) -> None:
    """Print a text, wrapped to the width of the terminal."""
    wide = columns(sys.stdout)
    print(
        text
        if wide is None
        else "\n".join(
            fill(line, wide, break_long_words=False, break_on_hyphens=False)
            for line in text.split("\n")
        )
    )
