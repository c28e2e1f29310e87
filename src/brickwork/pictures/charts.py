"""Charts in the bricks' colours: learning curves, confusion matrix, decision boundary, settings."""

from __future__ import annotations

from contextlib import contextmanager
from math import isfinite
from pathlib import Path

import numpy as np

from ..errors import ArgumentError, shown
from .fonts import package_folders
from .palette import BLUE, DARK, GREEN, GREENS, KOREAN, LIGHT, RED, YELLOW, check_theme
from .words import Words

#: Colours of classes.
CLASSES = (YELLOW, BLUE, GREEN, RED, "#8A6FBF", "#E07B39", "#5AB4C5", "#7B8794")
#: Colours of training and validation curves.
LINES = {"light": (GREEN, BLUE), "dark": ("#5CC07C", "#7FB3E6")}


def curves(history, names=None, *, theme: str = "auto", labels: str = "en") -> list:
    """Plot the losses and metrics over the epochs of training; see `History.plot`."""
    known = {
        name: np.asarray(values, float)
        for name, values in history.history.items()
        if len(values) and np.ndim(values[0]) == 0
    }
    chosen = _metrics_to_plot(names, known)
    words = Words(labels)
    with drawing(theme) as (plt, ink, kind):
        figure, axes = plt.subplots(
            1,
            len(chosen),
            figsize=(1.2 + 4.4 * len(chosen), 3.6),
            squeeze=False,
            layout="constrained",
        )
        for axis, name in zip(axes[0], chosen, strict=True):
            _curve(axis, name, known, history.epoch, ink, LINES[kind], words)
        figure.supxlabel(words["epoch"], fontsize="medium")
    return list(axes[0])


def _metrics_to_plot(names, known: dict) -> list[str]:
    """Return the names of the metrics to plot, the loss first."""
    plain = [name for name in known if not name.startswith("val_")]
    if not plain:
        raise ArgumentError(
            "History.plot",
            "got a history without epochs; expected one "
            "returned by fit: history = model.fit(x, y); history.plot().",
        )
    if names is None:
        rates = ("learning_rate", "lr")
        return sorted((n for n in plain if n not in rates), key=lambda n: n != "loss")
    names = [names] if isinstance(names, str) else list(names)
    for name in names:
        if name not in plain:
            raise ArgumentError(
                "History.plot: names", f"got {shown(name)}, expected some of {', '.join(plain)}."
            )
    return names


def _curve(axis, name: str, known: dict, epochs: list, ink: dict, lines, words: Words) -> None:
    """Plot one metric: training, validation, and a mark at the best epoch."""
    validation = known.get(f"val_{name}")
    series = [(known[name], words["training"], lines[0], "-")]
    if validation is not None:
        series.append((validation, words["validation"], lines[1], "--"))
    for values, label, colour, style in series:
        axis.plot(
            _epochs(epochs, known["loss" if "loss" in known else name], values),
            values,
            color=colour,
            linestyle=style,
            linewidth=2,
            label=label,
        )
    values, _, colour, _ = series[-1]
    finite = np.flatnonzero(np.isfinite(values))
    if finite.size:
        rises = name_rises(name)
        best = int(finite[(np.argmax if rises else np.argmin)(values[finite])])
        x = _epochs(epochs, known["loss" if "loss" in known else name], values)[best]
        axis.plot(
            [x],
            [values[best]],
            "o",
            color=colour,
            markeredgecolor=ink["ink"],
            markersize=8,
            label=f"{words['best']}: {words['epoch']} {x:,}, {values[best]:.4g}",
        )
    axis.set_title(words["loss"] if name == "loss" else name, fontsize="medium")
    axis.grid(color=ink["guide"], alpha=0.3, linewidth=0.6)
    axis.legend(frameon=False, fontsize="small")


def _epochs(epochs: list, whole: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the epochs of a series, from 1; with ``validation_freq=k`` it has fewer values."""
    numbers = np.arange(1, len(whole) + 1) if len(epochs) != len(whole) else np.array(epochs) + 1
    if len(values) == len(numbers):
        return numbers
    every = max(1, len(numbers) // max(1, len(values)))
    return numbers[every - 1 :: every][: len(values)]


def settings(rows: list[dict], names: list[str], objective: str, *, theme: str = "auto") -> list:
    """Plot a score over the settings that it was reached with; see `Search.plot`.

    Args:
        rows: a dict with the settings and scores of each model, the best first.
        names: the settings to plot.
        objective: the score.
        theme: as in `confusion`.

    Returns:
        A list of matplotlib Axes, one for each name.
    """
    scores = np.array([row[objective] for row in rows], float)
    with drawing(theme) as (plt, ink, kind):
        _, axes = plt.subplots(
            1,
            len(names),
            figsize=(1.2 + 3.6 * len(names), 3.6),
            squeeze=False,
            sharey=True,
            layout="constrained",
        )
        for axis, name in zip(axes[0], names, strict=True):
            values = [row.get(name) for row in rows]
            places = _places(axis, values)
            axis.plot(places, scores, "o", color=LINES[kind][1], alpha=0.7, markersize=6)
            axis.plot(
                places[:1],
                scores[:1],
                "o",
                color=LINES[kind][0],
                markeredgecolor=ink["ink"],
                markersize=9,
                label=f"best: {_short(values[0])}",
            )
            axis.set_xlabel(name)
            axis.grid(color=ink["guide"], alpha=0.3, linewidth=0.6)
            axis.legend(frameon=False, fontsize="small")
        axes[0][0].set_ylabel(objective)
    return list(axes[0])


def _places(axis, values: list) -> list:
    """Where values stand on an axis: numbers to scale, or to their logarithms; others in turn."""
    numeric = all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)
    if not numeric:
        found = list(dict.fromkeys(map(_short, values)))
        axis.set_xticks(range(len(found)), found)
        axis.set_xlim(-0.5, len(found) - 0.5)
        return [found.index(_short(v)) for v in values]
    if min(values) > 0 and max(values) / min(values) >= 30:
        axis.set_xscale("log")
    return values


def _short(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def name_rises(name: str) -> bool:
    """Return whether larger values of a metric are better, judging by its name.

    >>> name_rises("val_accuracy"), name_rises("mean_squared_error")
    (True, False)
    """
    return any(
        part in name
        for part in (
            "acc",
            "auc",
            "precision",
            "recall",
            "f1",
            "fbeta",
            "score",
            "iou",
            "r2",
            "similarity",
            "true_",
        )
    )


def confusion(model, x, y, *, ax=None, theme: str = "auto", labels: str = "en"):
    """Plot a confusion matrix: a row for each true class, a column for each predicted class.

    Correct cells are green and the others red; they are darker for a larger fraction of their row.

    Args:
        model: a classifier with one sigmoid output, or one output per class.
        x: inputs, as for ``model.predict``.
        y: true classes: integers from 0 of shape ``(n,)`` or ``(n, 1)``, one-hot rows, or names if
            the model has ``class_names``.
        ax: matplotlib's Axes to draw on; None for a new figure.
        theme: "auto" (as matplotlib is set), "light" or "dark".
        labels: "en" or "ko".

    Returns:
        matplotlib's Axes.

    Raises:
        ArgumentError: for invalid classes.
        ImportError: if matplotlib is missing, with the command that installs it.

    >>> import brickwork
    >>> model = brickwork.Sequential([brickwork.layers.Dense(1, "sigmoid", input_dim=2)])
    >>> axis = confusion(model, [[0, 1], [1, 0], [1, 1]], [0, 1, 1])  # doctest: +SKIP
    """
    predicted, count = _predicted_classes(np.asarray(model.predict(x, verbose=0)), "confusion")
    truth = _classes(model, y, len(predicted), count, "confusion")
    table = np.zeros((count, count), int)
    np.add.at(table, (truth, predicted), 1)
    names, words = _names(model, count), Words(labels)
    with drawing(theme, ax) as (plt, ink, _):
        if ax is None:
            side = min(9.0, 2.4 + 0.62 * count)
            _, ax = plt.subplots(figsize=(side, side), layout="constrained")
        _cells(ax, table, ink)
        ax.set_xticks(range(count), names, rotation=45 if max(map(len, names)) > 6 else 0)
        ax.set_yticks(range(count), names)
        ax.set_xlabel(words["predicted"])
        ax.set_ylabel(words["true"])
        right = int(np.trace(table))
        ax.set_title(words.right(right, len(truth)), fontsize="medium")
    return ax


def _cells(ax, table: np.ndarray, ink: dict) -> None:
    fractions = table / np.maximum(1, table.sum(1, keepdims=True))
    count = len(table)
    image = np.empty((count, count, 3))
    for i in range(count):
        for j in range(count):
            scale = _GREEN_SCALE if i == j else _RED_SCALE
            image[i, j] = (
                _interpolated(scale, fractions[i, j]) if table[i, j] else _rgb(ink["paper"])
            )
    ax.imshow(image)
    if count <= 30:
        for i in range(count):
            for j in range(count):
                if table[i, j]:
                    ax.text(
                        j,
                        i,
                        f"{table[i, j]:,}\n{fractions[i, j]:.0%}"
                        if count <= 10
                        else f"{table[i, j]:,}",
                        ha="center",
                        va="center",
                        fontsize="medium" if count <= 10 else "x-small",
                        color="#FFFFFF" if _dark(image[i, j]) else "#1F2933",
                    )
    ax.set_xticks(np.arange(count + 1) - 0.5, minor=True)
    ax.set_yticks(np.arange(count + 1) - 0.5, minor=True)
    ax.grid(which="minor", color=ink["guide"], linewidth=0.8)
    ax.tick_params(which="both", length=0)


def boundary(
    model,
    x,
    y=None,
    *,
    features=None,
    steps: int = 200,
    ax=None,
    theme: str = "auto",
    labels: str = "en",
):
    """Plot a model's predictions on the plane of two of its inputs, with samples.

    For a classifier, each region has the colour of its class, stronger for higher confidence. The
    lines are the decision boundaries, and misclassified samples have a red ring. For a regression
    model, the predicted values are shown in greens.

    Args:
        model: a model with one output, or one per class.
        x: samples, shape ``(n, inputs)``.
        y: their classes or values; None draws only the plane.
        features: the two inputs, as indices or column names; the others are held at their median.
            Not needed for a model with two inputs.
        steps: number of grid points along each side.
        ax, theme, labels: as in `confusion`.

    Returns:
        matplotlib's Axes.

    Raises:
        ArgumentError: for more than two inputs without `features`, or unknown features.
        ImportError: if matplotlib is missing, with the command that installs it.

    >>> import brickwork
    >>> model = brickwork.Sequential([brickwork.layers.Dense(1, "sigmoid", input_dim=2)])
    >>> axis = boundary(model, [[0, 1], [1, 0], [1, 1]], [0, 1, 1])  # doctest: +SKIP
    """
    columns = list(map(str, getattr(x, "columns", getattr(model, "feature_names_in_", ()))))
    rows = np.asarray(x, dtype=float)
    pair = _pair(rows, features, columns)
    steps = _check_steps(steps)
    xs, ys = (np.linspace(*_reach(rows[:, k]), steps) for k in pair)
    plane = np.tile(np.median(rows, axis=0), (steps * steps, 1))
    plane[:, pair[0]], plane[:, pair[1]] = (g.ravel() for g in np.meshgrid(xs, ys))
    predictions = np.asarray(model.predict(plane, verbose=0))
    predictions = predictions.reshape(steps, steps, -1)
    words = Words(labels)
    with drawing(theme, ax) as (plt, ink, _):
        if ax is None:
            _, ax = plt.subplots(figsize=(5.6, 4.6), layout="constrained")
        draw = _regions if _classifies(model, predictions) else _values
        draw(ax, model, xs, ys, predictions, rows, pair, y, ink, words)
        names = (
            columns if len(columns) == rows.shape[1] else [f"x{k}" for k in range(rows.shape[1])]
        )
        rest = f"\n{words['rest']}" if rows.shape[1] > 2 else ""
        ax.set_xlabel(names[pair[0]] + rest)
        ax.set_ylabel(names[pair[1]])
    return ax


def _regions(ax, model, xs, ys, predictions, rows, pair, y, ink, words: Words) -> None:
    """Draw the predicted classes on the plane, and the samples in their classes' colours."""
    probabilities = predictions
    if predictions.shape[-1] == 1:
        probabilities = np.concatenate([1 - predictions, predictions], -1)
    count = probabilities.shape[-1]
    best, confidence = probabilities.argmax(-1), probabilities.max(-1)
    paper = _rgb(ink["paper"])
    colours = np.array([_rgb(CLASSES[k % len(CLASSES)]) for k in range(count)])
    least = 1 / count
    opacity = np.clip((confidence - least) / (1 - least or 1), 0, 1)[..., None] * 0.55 + 0.1
    image = np.clip(paper * (1 - opacity) + colours[best] * opacity, 0, 1)
    reach = (xs[0], xs[-1], ys[0], ys[-1])
    ax.imshow(image, origin="lower", extent=reach, aspect="auto", interpolation="bilinear")
    for k in range(count if count > 2 else 1):
        others = np.delete(probabilities, k, -1).max(-1)
        ax.contour(xs, ys, probabilities[..., k] - others, [0.0], colors=ink["ink"], linewidths=1.4)
    if y is None:
        return
    predicted, _ = _predicted_classes(np.asarray(model.predict(rows, verbose=0)), "boundary")
    truth, names = _classes(model, y, len(rows), count, "boundary"), _names(model, count)
    for k in range(count):
        samples = rows[truth == k]
        ax.scatter(
            samples[:, pair[0]],
            samples[:, pair[1]],
            s=26,
            color=CLASSES[k % len(CLASSES)],
            edgecolors=ink["edge"],
            linewidths=0.7,
            label=names[k],
        )
    wrong = rows[truth != predicted]
    if len(wrong):
        ax.scatter(
            wrong[:, pair[0]],
            wrong[:, pair[1]],
            s=70,
            facecolors="none",
            edgecolors=ink["fault"],
            linewidths=1.4,
            label=words["wrong"],
        )
    ax.set_title(words.right(int((truth == predicted).sum()), len(rows)), fontsize="medium")
    ax.legend(fontsize="small", framealpha=0.85)


def _values(ax, model, xs, ys, predictions, rows, pair, y, ink, words: Words) -> None:
    """Draw the predicted values on the plane in greens, and the samples on the same scale."""
    from matplotlib.colors import LinearSegmentedColormap

    greens = LinearSegmentedColormap.from_list("bricks", GREENS)
    values = predictions[..., 0]
    truth = None if y is None else np.asarray(y, float).reshape(len(rows), -1)[:, 0]
    every = values.ravel() if truth is None else np.concatenate([values.ravel(), truth])
    low, high = float(np.nanmin(every)), float(np.nanmax(every))
    drawn = ax.imshow(
        values,
        origin="lower",
        extent=(xs[0], xs[-1], ys[0], ys[-1]),
        aspect="auto",
        cmap=greens,
        vmin=low,
        vmax=high,
        interpolation="bilinear",
    )
    ax.figure.colorbar(drawn, ax=ax, label=words["predicted"])
    if truth is not None:
        ax.scatter(
            rows[:, pair[0]],
            rows[:, pair[1]],
            c=truth,
            cmap=greens,
            vmin=low,
            vmax=high,
            s=26,
            edgecolors="#1F2933",
            linewidths=0.8,
        )


def _classifies(model, predictions: np.ndarray) -> bool:
    """Return whether the outputs are class probabilities: from 0 to 1, and summing to 1."""
    between = np.nanmin(predictions) >= 0 and np.nanmax(predictions) <= 1
    activation = getattr(getattr(model.layers[-1], "activation", None), "__name__", "")
    if predictions.shape[-1] == 1:
        return bool(between) and activation in ("sigmoid", "hard_sigmoid")
    return bool(between) and bool(np.allclose(predictions.sum(-1), 1, atol=1e-3))


def _pair(rows: np.ndarray, features, columns: list[str]) -> list[int]:
    if rows.ndim != 2 or rows.shape[1] < 2:
        raise ArgumentError(
            "boundary: x",
            f"got the shape {rows.shape}, expected (n, inputs) with at least two inputs.",
        )
    if features is None:
        if rows.shape[1] != 2:
            raise ArgumentError(
                "boundary: features",
                f"got none for {rows.shape[1]} inputs, "
                "expected two of them, as in features=(0, 1); the others keep "
                "their median.",
            )
        return [0, 1]
    chosen = [columns.index(f) if isinstance(f, str) and f in columns else f for f in features]
    if len(chosen) != 2 or not all(
        isinstance(k, int | np.integer) and 0 <= k < rows.shape[1] for k in chosen
    ):
        known = f" or names of {', '.join(columns)}" if columns else ""
        raise ArgumentError(
            "boundary: features",
            f"got {shown(features)}, expected two indices from 0 to {rows.shape[1] - 1}{known}.",
        )
    return [int(k) for k in chosen]


def _check_steps(steps) -> int:
    if isinstance(steps, int | np.integer) and not isinstance(steps, bool) and 2 <= steps <= 2000:
        return int(steps)
    raise ArgumentError(
        "boundary: steps", f"got {shown(steps)}, expected from 2 to 2000 points along each side."
    )


def _reach(values: np.ndarray) -> tuple[float, float]:
    """Return the range of the values with a margin."""
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    margin = 0.08 * (high - low) or 1.0
    return low - margin, high + margin


def _predicted_classes(predictions: np.ndarray, what: str) -> tuple[np.ndarray, int]:
    """Return the predicted classes and the number of classes."""
    predictions = predictions.reshape(len(predictions), -1)
    if predictions.shape[1] == 1:
        return (predictions[:, 0] > 0.5).astype(int), 2
    return predictions.argmax(1), predictions.shape[1]


def _classes(model, y, rows: int, count: int, what: str) -> np.ndarray:
    """Return the true classes as integers."""
    given = np.asarray(y)
    if given.ndim == 2 and given.shape[1] > 1:
        given = given.argmax(1)
    given = given.reshape(-1)
    if len(given) != rows:
        raise ArgumentError(
            f"{what}: y",
            f"got {len(given):,} classes for {rows:,} rows of x, expected one for each.",
        )
    if given.dtype.kind in "OUS":
        known = {str(name): k for k, name in enumerate(model.class_names or ())}
        unknown = [v for v in map(str, given) if v not in known]
        if unknown:
            raise ArgumentError(
                f"{what}: y",
                f"got the name {unknown[0]!r}, expected class "
                "indices, or names from model.class_names.",
            )
        return np.array([known[str(v)] for v in given])
    if not np.isin(given, np.arange(count)).all():
        bad = given[~np.isin(given, np.arange(count))][0]
        raise ArgumentError(
            f"{what}: y",
            f"got the class {bad}, expected integers from 0 to "
            f"{count - 1}: the model has {count} classes.",
        )
    return given.astype(int)


def _names(model, count: int) -> list[str]:
    names = getattr(model, "class_names", None)
    return (
        list(map(str, names))
        if names is not None and len(names) == count
        else [str(k) for k in range(count)]
    )


# Settings and colours of matplotlib.


def _korean_font(manager) -> list[str]:
    """Return a Korean font of this system, or of an installed package."""
    known = {font.name for font in manager.ttflist}
    found = [name for name in KOREAN.replace("'", "").split(",") if name in known][:1]
    if not found:
        for file in (Path(folder, "NanumGothic.ttf") for folder in package_folders()):
            if file.exists():
                manager.addfont(file)
                return ["NanumGothic"]
    return found


@contextmanager
def drawing(theme: str, ax=None):
    """Set matplotlib's colours while a chart is drawn; with "auto", a dark style is kept."""
    theme = check_theme(theme)
    try:
        import matplotlib
        from matplotlib import font_manager, pyplot as plt
    except ImportError:
        raise ImportError(
            "Charts need matplotlib, which is not installed: pip install 'brickwork[plot]'."
        ) from None
    paper = matplotlib.rcParams["figure.facecolor"] if ax is None else ax.get_facecolor()
    given = matplotlib.colors.to_rgba(paper)
    dark = theme == "dark" or (theme == "auto" and given[3] > 0 and _dark(given[:3]))
    ink = dict(DARK if dark else LIGHT)
    if theme == "auto" and given[3] > 0:
        ink["paper"] = matplotlib.colors.to_hex(given)
    korean = _korean_font(font_manager.fontManager)
    settings = {
        name: ink["ink"]
        for name in (
            "text.color",
            "axes.labelcolor",
            "xtick.color",
            "ytick.color",
            "axes.titlecolor",
        )
    }
    settings |= {
        "axes.edgecolor": ink["guide"],
        "figure.facecolor": ink["paper"],
        "axes.facecolor": ink["paper"],
        "legend.labelcolor": ink["ink"],
        "legend.facecolor": ink["paper"],
        "savefig.facecolor": ink["paper"],
        "axes.spines.top": False,
        "axes.spines.right": False,
        "font.family": [*matplotlib.rcParams["font.family"], *korean],
    }
    # The first figure loads the backend, which in a notebook turns interactive mode on.
    interactive = matplotlib.is_interactive()
    try:
        with matplotlib.rc_context(settings):
            yield plt, ink, "dark" if dark else "light"
            interactive = matplotlib.is_interactive()
    finally:
        matplotlib.interactive(interactive)


def _rgb(colour: str) -> np.ndarray:
    return np.array([int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)])


def _dark(rgb) -> bool:
    """Return whether white text is more legible on it than black text."""
    return 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2] < 0.5


_GREEN_SCALE = [_rgb(green) for green in GREENS]
_RED_SCALE = [_rgb(red) for red in ("#FBE3E0", "#F0B3AC", "#DD7A72", "#C2413F", RED)]


def _interpolated(scale: list[np.ndarray], share: float) -> np.ndarray:
    """Return the colour at a fraction of a scale."""
    place = min(max(share, 0.0), 1.0) * (len(scale) - 1) if isfinite(share) else 0.0
    k = min(int(place), len(scale) - 2)
    return scale[k] * (1 - place + k) + scale[k + 1] * (place - k)
