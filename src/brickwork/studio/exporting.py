"""`export_html`: the studio as one file, with a model inside."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Any

from ..errors import ArgumentError, shown
from ..saving.atomic import write
from . import page
from .projects import project_of


def export_html(
    model: Any,
    history: Any = None,
    path: str | PathLike[str] = "studio.html",
    data: Any = None,
) -> Path:
    """Write the studio to one page that opens with a model, in any browser, without Python and
    without network.

    Whoever opens it sees the model's bricks and weights, and the curves of its training. With data
    they can train it on, look at its decisions, and take its Keras code home.

    Args:
        model: a `Sequential` of layers that the studio has (Dense, Activation, Dropout,
            GaussianNoise, BatchNormalization, LayerNormalization), built.
        history: what ``fit`` returned, or its dict of lists; None (default) is that of the model's
            last training, if there was one. The page trains on for as many epochs, and with its
            batch size where ``fit`` returned it.
        path: the file, replaced if it is there; default ``studio.html``.
        data: ``(x, y)``, rows to train on and look at: arrays or tables, at most 100,000 rows. They
            stand in the page for everybody to read. None (default) for none. The page holds out
            none of them, since no history says which ones `fit` did.

    Returns:
        pathlib.Path: the file.

    Raises:
        ArgumentError (a ValueError): for a model that the studio cannot show, or data that do not
            go with it.
        OSError: if the file cannot be written.

    >>> import brickwork, tempfile
    >>> from brickwork import layers
    >>> model = brickwork.Sequential([layers.Input((4,)), layers.Dense(8, activation="relu"),
    ...                               layers.Dense(1, activation="sigmoid")])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     export_html(model, path=f"{folder}/women.html").name
    'women.html'
    """
    target = _checked(path)
    given = project_of(model, history, _pair(data, "export_html.data"))
    write(target, [page.with_given(page.read(), given).encode()])
    return target


def _checked(path: Any) -> Path:
    if not isinstance(path, str | PathLike) or not str(path).endswith((".html", ".htm")):
        raise ArgumentError(
            "export_html.path", f"got {shown(path)}, expected a name that ends in .html."
        )
    return Path(path)


def _pair(data: Any, what: str) -> tuple | None:
    if data is not None and not (isinstance(data, list | tuple) and len(data) == 2):
        raise ArgumentError(what, f"got {shown(data)}, expected a pair (x, y).")
    return data
