"""Random models trained by both engines: `make engines`.

Each is a graph of `random_graphs.py` in which some layers draw random numbers, and is trained 50
steps from one seed, rows shuffled, on the native engine, in JAX, and first on one and then on the
other through a file. In float64 losses and weights agree to 1e-9; in float32 to 1e-5, or, where the
two dtypes of one engine themselves differ by more, to a tenth of that difference: some weights
follow the sign of a gradient that is 0 but for rounding.

    python tests/long/both_engines.py 200
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

from random_graphs import BATCH, EPOCHS, Graph, twins  # noqa: E402

import brickwork  # noqa: E402

SAME = {"float64": 1e-9, "float32": 1e-5}


class Noisy(Graph):
    """A random graph, of whose layers some draw random numbers."""

    def layer(self, library, rng, values):
        if rng.random() < 0.7:
            return super().layer(library, rng, values)
        layers, one = library.layers, values[int(rng.integers(len(values)))]
        kinds = [
            lambda: layers.Dropout(0.3),
            lambda: layers.GaussianNoise(0.1),
            lambda: layers.GaussianDropout(0.2),
            lambda: layers.AlphaDropout(0.2),
        ]
        return kinds[int(rng.integers(len(kinds)))]()(one)


def trained(seed: int, dtype: str, engines: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Losses, weights and predictions of a training, each part of it on one of the engines."""
    graph = Noisy(seed)
    data = graph.data()
    losses: list[float] = []
    with twins.floatx(dtype), warnings.catch_warnings(), tempfile.TemporaryDirectory() as folder:
        warnings.simplefilter("ignore")
        brickwork.utils.set_random_seed(seed)
        model = graph(brickwork)
        each, done = EPOCHS // len(engines), 0
        for engine in engines:
            os.environ["BRICKWORK_ENGINE"] = engine
            if done:
                model.save(f"{folder}/model.brick")
                model = brickwork.models.load_model(f"{folder}/model.brick")
            history = model.fit(
                data["x"],
                data["y"],
                batch_size=BATCH,
                epochs=done + each,
                initial_epoch=done,
                verbose=0,
            )
            assert model._plans.engine.__name__.endswith(engine)
            done, losses = done + each, losses + history.history["loss"]
        outputs = model.predict(data["x"], verbose=0)
        found = {f"weight {i}": w for i, w in enumerate(model.get_weights())}
    del os.environ["BRICKWORK_ENGINE"]
    return found | {"loss": np.array(losses), "outputs": outputs}


def check(seed: int, dtypes=("float64", "float32")) -> float:
    """Return by how much the engines differ in the last dtype; raise AssertionError for too
    much."""
    exact: dict | None = None
    for dtype in dtypes:
        native = trained(seed, dtype, ("native",))
        worst = 0.0
        for engines in (("jax",), ("native", "jax"), ("jax", "native")):
            other = trained(seed, dtype, engines)
            for name, value in native.items():
                apart = twins.distance(other[name], value)
                allowed = SAME[dtype]
                if exact is not None:
                    allowed = max(allowed, twins.distance(value, exact[name]) / 10)
                assert apart <= allowed, f"{dtype} {engines}: {name} differs by {apart:.1e}"
                worst = max(worst, apart)
        exact = native
    return worst


def main(count: int, first: int = 0) -> int:
    """Check `count` models; return how many differ."""
    failed, apart, start = [], [], time.perf_counter()
    for seed in range(first, first + count):
        try:
            apart.append(check(seed))
        except Exception as error:  # reported at the end; the others are checked, too
            failed.append(seed)
            print(f"\nmodel {seed}: {type(error).__name__}: {str(error)[:400]}")
        done = seed - first + 1
        seconds = time.perf_counter() - start
        print(f"\r{done} of {count}, {len(failed)} differ, {seconds:.0f} s", end="", flush=True)
    within = sum(a <= SAME["float32"] for a in apart)
    print(
        f"\n{count - len(failed)} of {count} random models agree, {within} of them to 1e-5 in "
        "float32" + (f"; not {', '.join(map(str, failed))}" if failed else "")
    )
    return len(failed)


if __name__ == "__main__":
    numbers = [int(n) for n in sys.argv[1:]] or [200]
    sys.exit(bool(main(*numbers)))
