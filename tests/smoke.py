"""What an installed brickwork must do where there is nothing but Python and NumPy.

    python tests/smoke.py       # prints what was tried, or fails

Wheels are tried with it in clean environments, so it needs no package of the tests.
"""

import platform
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

import numpy as np

import brickwork
from brickwork import Sequential, _engine, layers

HERE = Path(__file__).resolve().parents[1]


def command(*words: str, folder: str) -> str:
    """What the command line prints; it must succeed."""
    return subprocess.run(
        [sys.executable, "-m", "brickwork", *words],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    ).stdout


def main() -> None:
    """Train, predict, save, load, draw."""
    inside = Path(brickwork.__file__).resolve()
    assert HERE / "src" not in inside.parents, f"{inside} is the source, not what was installed"
    np.random.seed(1)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 4)).astype("float32")
    y = (x.sum(axis=1, keepdims=True) > 0).astype("float32")
    model = Sequential(
        [layers.Dense(8, "relu", input_dim=4), layers.Dense(6, "relu"), layers.Dense(1, "sigmoid")]
    )
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    history = model.fit(x, y, epochs=60, batch_size=10, verbose=0)
    assert history.history["accuracy"][-1] > 0.9, history.history["accuracy"]
    with tempfile.TemporaryDirectory() as folder:
        model.save(Path(folder, "smoke.brick"))
        again = brickwork.load_model(Path(folder, "smoke.brick"))
        assert np.array_equal(again.predict(x, verbose=0), model.predict(x, verbose=0))
        again.draw().save(Path(folder, "smoke.svg"))
        assert Path(folder, "smoke.svg").read_text("utf-8").count('class="weight') == 86
        assert "Param" in command("summary", "smoke.brick", folder=folder)
        command("demo", "--picture", "demo.svg", folder=folder)
        assert Path(folder, "demo.svg").stat().st_size > 1000
    size = sum(
        file.stat().st_size
        for file in inside.parent.rglob("*")
        if file.is_file() and file.suffix != ".pyc"
    )
    print(
        f"brickwork {brickwork.__version__} works: {platform.python_implementation()} "
        f"{platform.python_version()}, {sysconfig.get_platform()}, NumPy {np.__version__}, "
        f"{Path(_engine.__file__).name}, {_engine.isa}; {size / 1e6:.1f} MB installed"
    )


if __name__ == "__main__":
    main()
