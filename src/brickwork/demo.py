"""``brickwork demo``: the lesson's network 4-8-6-1 on real data, from stacking to its picture."""

from __future__ import annotations

import os
import sys
from time import perf_counter

FEATURES = ("glucose", "bmi", "pedigree", "age")
EPOCHS = 150


def demo(picture: str = "brickwork-demo.svg") -> int:
    """Build, train, test and draw; answers 0 where the network beats guessing clearly.

    Args:
        picture: where the picture goes.
    """
    from . import layers, models
    from .datasets import pima
    from .utils import set_random_seed

    set_random_seed(5)
    (x_train, y_train), (x_test, y_test) = pima.load_data(features=FEATURES)
    mean, spread = x_train.mean(axis=0), x_train.std(axis=0)
    x_train, x_test = (x_train - mean) / spread, (x_test - mean) / spread

    print(f"Who has diabetes? Four measurements ({', '.join(FEATURES)}) of {len(x_train)} women "
          f"to learn from, {len(x_test)} to be tested on.\n")
    model = models.Sequential([
        layers.Input(shape=(4,)),
        layers.Dense(8, activation="relu"),
        layers.Dense(6, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ], name="lesson")
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    model.summary(bricks=True)

    print(f"\nTraining, {EPOCHS} epochs in batches of 10:")
    start = perf_counter()
    model.fit(x_train, y_train, epochs=EPOCHS, batch_size=10, verbose=1)
    seconds = perf_counter() - start
    steps = EPOCHS * -(-len(x_train) // 10)
    print(f"{steps:,} steps in {seconds * 1e3:.0f} ms, all that fit does included.")

    _, right = model.evaluate(x_test, y_test, verbose=0)
    guess = max(y_test.mean(), 1 - y_test.mean())
    print(f"\nOn the {len(x_test)} women it has never seen: {right:.1%} right, where always "
          f"guessing the more frequent answer gets {guess:.1%}.")
    model.draw().save(picture)
    print(f"The network as bricks, its weights in green: {os.path.abspath(picture)}")
    if right < guess + 0.05:
        print("That is no better than guessing: something is wrong here.", file=sys.stderr)
        return 1
    return 0
