"""Each recipe of CONTRIBUTING.md, and each of its steps left out: a test says what is missing.

python tests/long/forgotten.py [words of the titles ...]
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from recipes import ROOT, Recipe, Runner, Step, check_style, copy_of_the_source, recipes

#: What each recipe makes: it is named where the rest of it is missing.
MADE = {
    "An activation": "snake",
    "A layer": "(?i)maxout",
    "A loss": "[Qq]uantile",
    "A metric": "Within",
    "An initializer, a regularizer or a constraint": "(?i)laplace",
    "An optimizer": "(?i)yogi",
    "An op made of others": "smoothstep",
    "An op with a kernel": "hypot",
}
#: Other omissions, or written instead (`part -> instead`), and the messages that report them.
FORGOTTEN = {
    "An activation": {
        "+@registry.add(in_keras=False)\n": "snake, which is not here",
        "(in_keras=False)": "snake is registered as if Keras had it",
        ', {"a": 0.5}': r"no case of snake gives a=\.\.\.",
        "array([0.], -> array([1.],": r"FAILED src/\S*activations\.py::\S*snake",
        "+    >>> snake([0.0])\n+    array([0.], dtype=float32)\n": "snake lacks: example",
        "+        x: tensor of any shape.\n": r"snake lacks: args \(x\)",
        "x: TensorLike, a: float -> x, a: float": r"activations\.py: snake: x",
    },
    "A layer": {
        "@registry.add(in_keras=False)\n": r"Maxout in src/\S*maxout.py is not registered",
        '= field(default="zeros", convert=initializers.get) -> = "zeros"': r"Maxout\.bias_initializer in src/\S*maxout.py is no argument",
        ', "bias_initializer": "ones"': r"no case of Maxout gives bias_initializer=\.\.\.",
        "self.units)\n -> self.units * self.pieces)\n": r"Maxout\.compute_output_shape",
        "        super().setup()\n": r"super\(\)\.setup\(\)",
        "array([[3.]], -> array([[4.]],": r"FAILED src/\S*maxout\.py",
    },
    "A loss": {
        '+quantile.labels = "values"\n': "Quantile does not say what its targets are",
        '"values" -> "valeus"': r"Quantile\.labels in src/\S*robust\.py is 'valeus'",
        "(in_keras=False)\n+class -> \n+class": "Quantile is registered as if Keras had it",
        "+registry.add(quantile, in_keras=False)\n": r"quantile in src/\S*robust\.py is not registered",
        "field(default=0.5 -> field(default=0.6": r"Quantile\.q is 0\.6 by default",
        '+    name = "quantile"\n': r"Quantile\.name is None",
        '+    field_order = ("q", "reduction", "name", "dtype")\n': "Quantile takes reduction first",
        '+    arguments = ("q",)\n': r"Quantile\.q is not passed to its function",
        ', ("reals", {"q": 0.2})': r"no case of Quantile gives q=\.\.\.",
    },
    "A metric": {
        "(in_keras=False)": "Within is registered as if Keras had it",
        "+@registry.add(in_keras=False)\n": r"Within in src/\S*regression.py is not registered",
        "+@registry.add(in_keras=False)\n -> +@registry.add(in_keras=False)\n"
        "+def nearly(y_true, y_pred):\n+    return y_true\n+\n+\n"
        "+@registry.add(in_keras=False)\n": "nearly of .* is a function: register the class",
        '+    _direction = "up"\n': "Within does not say which way is better",
        '_direction = "up" -> _direction = "down"': "Within of the targets themselves is 1",
        '_direction = "up" -> _direction = "more"': "Within._direction is 'more'",
        '+    name = "within"\n': r"Within\.name is 'mean'",
        '+    field_order = ("tolerance", "name", "dtype")\n': "Within takes name before tolerance",
        '+    arguments = ("tolerance",)\n': r"Within\.tolerance is not passed to its function",
        ', ("reals", {"tolerance": 2.0})': r"no case of Within gives tolerance=\.\.\.",
        "    @staticmethod\n+    def function -> "
        "    def update_state(self, y_true, y_pred, sample_weight=None):\n"
        "+        super().update_state(y_true, y_pred)\n+\n"
        "+    @staticmethod\n+    def function": "Within of rows with weights",
    },
    "An initializer, a regularizer or a constraint": {
        "+@registry.add(in_keras=False)\n": r"RandomLaplace in src/\S*initializers.py is not reg",
        "(in_keras=False)": "RandomLaplace is registered as if Keras had it",
        "return self.scale -> return 1.05 * self.scale": "RandomLaplace: its distribution is 0.0",
        "np.log1p(-u[0]) - np.log1p(-u[1]) -> np.log(u[0]) - np.log(u[1])": "RandomLaplace: .*inf",
        ', {"scale": 2.0}': r"no case of RandomLaplace gives scale=\.\.\.",
    },
    "An optimizer": {
        "@registry.add(in_keras=False)\n": r"Yogi in src/\S*yogi.py is not registered",
        '"beta_1": 0.5, ': r"no case of Yogi gives beta_1=\.\.\.",
        '"learning_rate": 0.1, ': r"no case of Yogi gives learning_rate=\.\.\.",
        "    learning_rate = 0.01\n": r"Yogi in src/\S*yogi.py has no default learning rate",
        "    elementwise = True\n": "Yogi updates each element independently",
        "variable - m * alpha -> variable - gradient.dims[0] * m * alpha": "Yogi.elementwise is True, but",
        ', "velocity"] -> ]': r"Yogi\.slot: got 'velocity', expected one of momentum",
    },
    "An op made of others": {
        ', "smoothstep"] -> ]': r"smoothstep in src/\S*special.py is no op yet",
        "array([0. , 0.5, -> array([0. , 0.6,": r"FAILED src/\S*special\.py",
        "+        x: tensor of any shape and dtype.\n": r"smoothstep lacks: args \(x\)",
        "(np.linspace(-0.5, 1.5, 8),) -> np.linspace(-0.5, 1.5, 8)": "expected .a tuple of tensors",
    },
    "An op with a kernel": {
        ", vjp=_hypot_vjp": "'hypot' has no gradient",
        "for x in (a, b) -> for x in (a,)": "the vjp of 'hypot' returns 1 gradients, expected one",
        ", infer=_float": r"'hypot' has no kernel for \(int32, int32\).*infer=_float",
        "where(origin, 0.5, x / safe) -> x / y": "the vjp of 'hypot' .* is NaN for operand 0",
        "g * where(origin, 0.5, x / safe) -> g / safe * where(origin, 0.5, x)": "the vjp of 'hypot' .* is lost in single precision",
        "where(origin, 0.5, x / safe) -> x / safe": "Not equal to tolerance",
        "high * sqrt(splat<V>(1) + ratio * ratio) -> sqrt(x * x + y * y)": "hypot of .*very large and very small",
        '+    BW_BOTH(two, Hypot, "hypot"),\n': r"'hypot' has no kernel[^\n]*map_float\.cpp",
    },
}


#: How lines begin that say what is wrong: in a test, in a docstring, where a file is not there.
_TELLING = ("E  ", "FAILED src/", "ERROR: ")


def without(recipe: Recipe) -> Iterator[tuple[str, list[Step], str]]:
    """What is left out, the steps that are left, and what must be said."""
    for step in recipe.steps:
        yield step.path, [one for one in recipe.steps if one is not step], MADE[recipe.title]
    for change, said in FORGOTTEN[recipe.title].items():
        part, _, instead = change.partition(" -> ")
        assert any(part in step.text for step in recipe.steps), part
        yield (
            change.strip(),
            [Step(s.path, s.text.replace(part, instead), s.new) for s in recipe.steps],
            said,
        )


def compiled(folder: Path, build: Path) -> None:
    """What `make setup` does after a change of C++, for one instruction set."""
    python = Path(sys.executable)
    subprocess.run(
        [
            python.with_name("cmake"),
            "-S",
            folder,
            "-B",
            build,
            "-G",
            "Ninja",
            f"-DCMAKE_MAKE_PROGRAM={python.with_name('ninja')}",
            f"-DPython_EXECUTABLE={python}",
            "-DBRICKWORK_ISAS=base",
            f"-DBRICKWORK_OUTPUT={build / 'module'}",
        ],
        check=True,
        capture_output=True,
    )
    subprocess.run(
        [python.with_name("cmake"), "--build", build, "-j", "2"], check=True, capture_output=True
    )


def tried(tests: Runner, recipe: Recipe, steps: list[Step], build: Path) -> tuple[int, str]:
    """The recipe's tests after some of its steps."""
    with tempfile.TemporaryDirectory() as copy_in:
        folder = copy_of_the_source(Path(copy_in))
        kernel = next((s for s in steps if s.path.startswith("engine/")), None)
        for name in ("engine", "CMakeLists.txt") if kernel else ():
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, folder / name)
        for step in steps:
            step.apply(folder)
        if kernel and '"hypot")' in kernel.text:  # without its line in the table it is not found
            place = build / str(abs(hash(kernel.text)))
            if not (place / "module").exists():
                compiled(folder, place)
            for module in (place / "module").iterdir():
                shutil.copy(module, folder / "src/brickwork")
        status, said = check_style(folder)
        for line in recipe.shell:
            if "pytest" in line:
                failed, output = tests.run(folder, shlex.split(line)[3:])
                status, said = status or failed, said + output
        return status, said


def figures(words: list[str]) -> dict:
    """The number of steps left out, and of those that no test noticed."""
    left_out = unnoticed = 0
    with tempfile.TemporaryDirectory() as build, Runner() as tests:
        for title, recipe in recipes().items():
            if words and not any(word in title for word in words):
                continue
            began = time.perf_counter()
            status, said = tried(tests, recipe, recipe.steps, Path(build))
            print(
                f"{title}: {len(recipe.files)} files, {time.perf_counter() - began:.0f} s to "
                f"test, {'it works' if status == 0 else 'IT FAILS'}",
                flush=True,
            )
            assert status == 0, said
            for what, steps, wanted in without(recipe):
                status, said = tried(tests, recipe, steps, Path(build))
                output = [
                    line.removeprefix("E  ").strip()
                    for line in said.splitlines()
                    if line.startswith(_TELLING)
                ]
                noticed = status != 0 and any(re.search(wanted, line) for line in output)
                left_out, unnoticed = left_out + 1, unnoticed + (not noticed)
                line = next((t for t in output if re.search(wanted, t)), "")
                print(
                    f"  without {what}: {line[:300] if noticed else 'NOT NOTICED' + said}",
                    flush=True,
                )
    return {"left out": left_out, "unnoticed": unnoticed}


if __name__ == "__main__":
    found = figures(sys.argv[1:])
    print(found)
    sys.exit(found["unnoticed"] > 0)
