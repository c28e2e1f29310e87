"""`search`: which settings of a model predict best."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from time import perf_counter
from typing import Any, NoReturn

import numpy as np

from ..callbacks import EarlyStopping
from ..errors import ArgumentError, shown, whole_number
from ..models import Model
from ..program.seeds import draw_seed
from .contents import contents, digest
from .cross_validation import split_rows, validated
from .members import members_of
from .model_population import Population
from .settings import combinations, maker, numpy_seed

#: Settings that are trained between two looks at the clock and at the file.
PORTION = 32
#: The form of the file; one of another form is refused.
FORM = 2


class Search:
    """The result of `search`: a table of settings and their scores, the best first.

    Args:
        make: function that makes a model of its settings.
        rows: a dict for each of the settings: "settings", "epochs", "scores" (dict from names to
            the list of the folds' values).
        objective: the name of the score that counts.
        larger: whether larger scores are better.
        of_fit: the names of the settings that are arguments of `fit`.

    Attributes:
        rows: as given, the best first.

    >>> rows = [{"settings": {"a": k}, "epochs": 1, "scores": {"loss": [k]}} for k in (2, 1)]
    >>> found = Search(None, rows, "loss", False)
    >>> found.best
    {'a': 1}
    """

    def __init__(
        self,
        make: Any,
        rows: Sequence[dict],
        objective: str,
        larger: bool,
        of_fit: Sequence[str] = (),
    ):
        self._of_fit = tuple(of_fit)
        self._make, self.objective, self.larger = make, objective, larger
        self.rows = sorted(rows, key=self._rank)

    def _rank(self, row: dict) -> tuple:
        score = float(np.mean(row["scores"][self.objective]))
        worth = -score if self.larger else score
        return -row["epochs"], np.isnan(worth), worth

    @property
    def best(self) -> dict[str, Any]:
        """The settings with the best mean score, of those that were trained longest."""
        return self.rows[0]["settings"]

    def table(self) -> list[dict[str, Any]]:
        """Return the table as flat dicts, which ``pandas.DataFrame`` takes.

        Returns:
            A list with a dict for each of the settings, the best first: the settings, the epochs,
            and each score's mean and standard deviation over the folds.
        """
        return [
            {
                **row["settings"],
                "epochs": row["epochs"],
                **{name: float(np.mean(v)) for name, v in row["scores"].items()},
                **{f"{name}_std": float(np.std(v)) for name, v in row["scores"].items()},
            }
            for row in self.rows
        ]

    def model(self, x: Any, y: Any, *, seed: int | None = None, **options: Any) -> Model:
        """Train a model of the best settings on all rows.

        Args:
            x, y: inputs and targets.
            seed: int that determines its initial weights; None (default) draws one.
            options: other arguments of `Model.fit`; ``epochs`` is that of the search by default.

        Returns:
            The trained model.
        """
        with numpy_seed(draw_seed() if seed is None else seed):
            own, fit = divided(self.best, self._of_fit)
            model = self._make(**own)
        model.fit(x, y, **{"epochs": self.rows[0]["epochs"], **fit, **options})
        return model

    def plot(self, names: Sequence[str] | None = None) -> list:
        """Plot the score over each setting that varies, with matplotlib.

        Args:
            names: the settings to plot; None (default) for all that vary.

        Returns:
            A list of matplotlib Axes, one for each setting.

        Raises:
            ArgumentError (a ValueError): where no setting varies.
            ImportError: without matplotlib.
        """
        from ..pictures.charts import settings

        varied = [
            name
            for name in dict.fromkeys(n for row in self.rows for n in row["settings"])
            if len({shown(row["settings"].get(name)) for row in self.rows}) > 1
        ]
        chosen = varied if names is None else list(names)
        if not chosen:
            raise ArgumentError("Search.plot", "all settings are equal: there is nothing to plot.")
        return settings(self.table(), chosen, self.objective)

    def __repr__(self) -> str:
        lines = [f"<Search of {len(self.rows)} settings by {self.objective}>"]
        for row in self.rows[:5]:
            values = row["scores"][self.objective]
            own = ", ".join(f"{name}={value}" for name, value in row["settings"].items())
            lines.append(f"  {np.mean(values):.4f} +- {np.std(values):.4f}  {own}")
        return "\n".join(lines)


def search(
    model: Model | Callable[..., Model],
    x: Any,
    y: Any,
    settings: Any,
    *,
    n: int | None = None,
    strategy: str = "auto",
    factor: int = 3,
    objective: str = "loss",
    mode: str = "auto",
    folds: Any = 5,
    stratify: str | bool = "auto",
    groups: Any = None,
    epochs: int = 1,
    seed: int | None = None,
    seconds: float | None = None,
    file: Any = None,
    parallel: Any = None,
    verbose: int = 0,
    of_fit: Sequence[str] = (),
    **options: Any,
) -> Search:
    """Cross-validate a model with many settings, all trained together, and rank them.

    Args:
        model: function that returns a compiled model of the settings; or a compiled model, which
            takes ``learning_rate`` only.
        x, y: inputs and targets ``(rows, ...)``.
        settings: a dict from names to lists of values, or to distributions of SciPy (anything with
            ``rvs``); or a list of dicts.
        n: int, number of settings drawn at random; None (default): every combination of the lists.
        strategy: "grid" or "random", which train all settings for `epochs`; or "halving", which
            goes on with the best 1 / `factor` each time, so that these alone are trained for
            `epochs`. "auto" (default) is "random" with `n`, else "grid".
        factor: int >= 2, of "halving"; default 3.
        objective: the loss or metric that counts, on the held-out rows; default "loss".
        mode: whether "min" or "max" of it is best; "auto" (default): known for losses and Keras's
            metrics.
        folds, stratify, groups: as for `cross_validate`.
        epochs: int; default 1.
        seed: int that determines draws, folds and models; None (default) draws one.
        seconds: float, after which no other settings are begun; None (default) for no limit.
        file: path of a file of JSON lines, to which finished settings are appended; those that it
            has are not trained again, and are ranked by the `objective` and `mode` of this call.
            Functions among settings and arguments count by their names. Default None.
        parallel: a ``joblib.Parallel``, by whose backend (processes, Dask, Ray) portions of the
            settings are trained, on other machines too; `seconds` does not count then. Default
            None: here.
        verbose: 0 (default) silent, 1 a progress bar.
        of_fit: the settings that are arguments of `fit` and not of the function: ``"class_weight"``
            is the only one there is. Default ().
        options: other arguments of `Population.fit`: ``batch_size``, ...

    Returns:
        A `Search`; ``search.best`` are the best settings.

    Raises:
        ArgumentError (a ValueError): for unknown strategies, objectives and settings, and for a
            file that is of another search, of none, or damaged.

    >>> import brickwork
    >>> model = brickwork.Sequential([brickwork.layers.Dense(1, input_dim=1)])
    >>> model.compile("sgd", "mse")
    >>> x = np.arange(20.0).reshape(20, 1) / 20
    >>> found = brickwork.search(
    ...     model, x, 2 * x, {"learning_rate": [0.1, 1e-6]}, epochs=20, seed=1
    ... )
    >>> found.best
    {'learning_rate': 0.1}
    """
    if strategy not in ("auto", "grid", "random", "halving"):
        raise ArgumentError(
            "search.strategy", f"got {shown(strategy)}, expected 'grid', 'random' or 'halving'."
        )
    if mode not in ("auto", "min", "max"):
        raise ArgumentError("search.mode", f"got {shown(mode)}, expected 'min' or 'max'.")
    record = _Record(file)
    seed = record.seed if seed is None else seed
    seed = draw_seed() if seed is None else seed
    chosen = _chosen(settings, n, strategy, seed)
    parts = split_rows(x, y, folds, 1, stratify, groups, seed, "search")
    make = maker(model, "search.model")
    of_fit = _of_fit(of_fit, options)
    run = _Run(make, x, y, parts, objective, mode, seed, options | {"verbose": verbose}, of_fit)
    record.belongs_to(seed, digest([x, y, parts, options, of_fit]))
    deadline = None if seconds is None else perf_counter() + seconds
    rounds = _rounds(len(chosen), epochs, factor) if strategy == "halving" else [epochs]
    rows: list[dict] = []
    for number, budget in enumerate(rounds):
        known = [record.find(own, budget) for own in chosen]
        rows = [row for row in known if row is not None]
        new = [own for own, row in zip(chosen, known, strict=True) if row is None]
        for row in rows:
            run.direction(row)
        for made in run.portions(new, budget, parallel, deadline):
            rows += record.add(made)
        found = Search(make, rows, objective, run.direction(rows[0]), of_fit)
        if len(rows) < len(chosen) or number == len(rounds) - 1:
            return found
        chosen = [row["settings"] for row in found.rows[: max(1, len(rows) // factor)]]
    return found


def divided(settings: Mapping[str, Any], of_fit: Sequence[str]) -> tuple[dict, dict]:
    """The settings of a model, and those of its `fit`.

    >>> divided({"units": 4, "class_weight": "balanced"}, ["class_weight"])
    ({'units': 4}, {'class_weight': 'balanced'})
    """
    fit = {name: value for name, value in settings.items() if name in of_fit}
    return {name: value for name, value in settings.items() if name not in fit}, fit


def _of_fit(names: Any, options: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the settings that are arguments of `fit`, checked."""
    found = (names,) if isinstance(names, str) else tuple(names)
    for name in found:
        if name != "class_weight":
            raise ArgumentError("search.of_fit", f"got {shown(name)}, expected 'class_weight'.")
        if name in options:
            raise ArgumentError(
                f"search.{name}", "is named in of_fit as well: give it once, as a setting."
            )
    return found


class _Run:
    """Trains settings and returns their rows of the table."""

    def __init__(self, make, x, y, parts, objective: str, mode: str, seed: int, options, of_fit):
        self.make, self.x, self.y, self.parts, self.of_fit = make, x, y, parts, of_fit
        self.objective, self.mode, self.seed, self.options = objective, mode, seed, options

    def portions(
        self, settings: list[dict], epochs: int, parallel: Any, deadline: float | None
    ) -> Iterator[list[dict]]:
        """Train the settings portion by portion, at least one; yield the rows of each portion."""
        parts = [settings[i : i + PORTION] for i in range(0, len(settings), PORTION)]
        if parallel is not None:
            from joblib import delayed

            yield from parallel(delayed(self.rows)(part, epochs) for part in parts)
            return
        for number, part in enumerate(parts):
            if number and deadline is not None and perf_counter() >= deadline:
                return
            yield self.rows(part, epochs)

    def direction(self, row: dict) -> bool:
        """Whether larger values of the objective are better, for a row of the table.

        Raises:
            ArgumentError (a ValueError): if the row has no such score, or if nobody knows.
        """
        scores = row["scores"]
        if self.objective not in scores:
            raise ArgumentError(
                "search.objective",
                f"got {shown(self.objective)}, expected one of {', '.join(scores)}.",
            )
        larger = row["larger"][self.objective] if self.mode == "auto" else self.mode == "max"
        if larger is None:
            raise ArgumentError(
                "search.mode",
                "got 'auto', but it is unknown whether larger or smaller values of "
                f"{self.objective!r} are better; give mode='max' or mode='min'.",
            )
        return larger

    def rows(self, settings: list[dict], epochs: int) -> list[dict]:
        """Train some settings; return their rows of the table."""
        folds = len(self.parts)
        of_models, of_fits = zip(*(divided(own, self.of_fit) for own in settings), strict=True)
        members = members_of(self.make, of_models, folds, self.seed, equal_seeds=True)
        population, parts = Population(members), self.parts * len(settings)
        options = self.options | {"epochs": epochs}
        for name in self.of_fit:
            options[name] = [own.get(name) for own in of_fits for _ in range(folds)]
        result = validated(population, self.x, self.y, parts, False, options)
        larger = {name: _larger(name, population) for name in result.scores}
        rows = [
            {
                "settings": own,
                "epochs": epochs,
                "larger": larger,
                "scores": {
                    name: values[i * folds : (i + 1) * folds].tolist()
                    for name, values in result.scores.items()
                },
            }
            for i, own in enumerate(settings)
        ]
        self.direction(rows[0])  # an error comes before more is trained
        return rows


class _Record:
    """The finished settings, in a file of JSON lines: the first one says of which search.

    Raises:
        ArgumentError (a ValueError): for a file that `search` has not written, or that is damaged.
    """

    def __init__(self, path: Any):
        self.path, self.known = path, {}  # type: Any, dict[str, dict]
        self.seed: int | None = None
        self.digest: str | None = None
        if path is None or not os.path.exists(path):
            return
        with open(path, "rb+") as file:
            lines = file.read().splitlines(keepends=True)
            if lines:
                self._begins_with(lines[0])
            if lines and not lines[-1].endswith(b"\n"):  # interrupted while it was written
                file.truncate(file.tell() - len(lines.pop()))
            for number, line in enumerate(lines[1:], 2):
                self._takes(line, number)

    def _begins_with(self, line: bytes) -> None:
        try:
            found = json.loads(line)
            form, self.seed, self.digest = found["form"], found["seed"], found["of"]
        except (ValueError, TypeError, KeyError):
            form = None
        if form != FORM or not line.endswith(b"\n"):
            self._refuse("is of no search, or of another version of brickwork:")

    def _takes(self, line: bytes, number: int) -> None:
        try:
            row = json.loads(line)
            whole = row["scores"].keys() == row["larger"].keys()
            self.known[self._key(row["settings"], row["epochs"])] = row
        except (ValueError, TypeError, KeyError, AttributeError):
            whole = False
        if not whole:
            self._refuse(f"is damaged in line {number}: delete that line, or")

    def _refuse(self, why: str) -> NoReturn:
        name = os.fspath(self.path)
        raise ArgumentError("search.file", f"{name!r} {why} give another file.")

    def belongs_to(self, seed: int, digest: str) -> None:
        """Begin the file, or check that it is of this search.

        Raises:
            ArgumentError (a ValueError): if it is of other data, folds or arguments.
        """
        if self.digest is not None and (self.seed, self.digest) != (seed, digest):
            self._refuse("is of a search of other data, folds, seed or arguments:")
        if self.path is not None and self.digest is None:
            with open(self.path, "w", encoding="utf-8") as file:
                file.write(json.dumps({"form": FORM, "seed": int(seed), "of": digest}) + "\n")

    @staticmethod
    def _key(settings: Mapping, epochs: int) -> str:
        return json.dumps([contents(settings), epochs], sort_keys=True)

    def find(self, settings: Mapping, epochs: int) -> dict | None:
        """The row of these settings, if they are finished."""
        row = self.known.get(self._key(settings, epochs))
        return None if row is None else {**row, "settings": dict(settings)}

    def add(self, rows: list[dict]) -> list[dict]:
        """Append rows, and return them."""
        if self.path is not None:
            with open(self.path, "a", encoding="utf-8") as file:
                file.writelines(json.dumps(contents(row)) + "\n" for row in rows)
        return rows


def _chosen(settings: Any, n: int | None, strategy: str, seed: int) -> list[dict]:
    """The settings to try: all combinations, or `n` drawn at random."""
    named = settings if isinstance(settings, Mapping) else {}
    endless = next((name for name, values in named.items() if hasattr(values, "rvs")), None)
    every_one = n is None or strategy == "grid"
    if endless is not None and every_one:
        raise ArgumentError("search.n", f"{endless!r} is a distribution: give n, how many to draw.")
    rng = np.random.default_rng(seed)
    if endless is not None:
        return [{name: _drawn(values, rng) for name, values in named.items()} for _ in range(n)]
    every = combinations(settings, "search.settings")
    if every_one or (named and len(every) <= n):
        return every
    return [every[i] for i in rng.choice(len(every), min(n, len(every)), replace=False)]


def _drawn(values: Any, rng: np.random.Generator) -> Any:
    if hasattr(values, "rvs"):
        value = values.rvs(random_state=rng)
        return value.item() if hasattr(value, "item") else value
    options = list(values)
    return options[int(rng.integers(len(options)))]


def _rounds(count: int, epochs: int, factor: int) -> list[int]:
    """The epochs of each round of successive halving: the last one has all of them."""
    factor = whole_number(factor, "search.factor", 2)
    rounds = [epochs]
    while count >= factor and rounds[0] > 1:
        rounds.insert(0, max(1, rounds[0] // factor))
        count //= factor
    return rounds


def _larger(score: str, population: Population) -> bool | None:
    """Whether larger values of a score are better; None if that is unknown."""
    monitor = EarlyStopping(score)
    monitor.set_model(population._members[0].mould.runner)
    try:
        return monitor._larger_is_better()
    except ArgumentError:
        return None
