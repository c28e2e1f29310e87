"""`widget`: the studio in a notebook, with the engine of the notebook's own process."""

from __future__ import annotations

from functools import cache
from typing import Any

from ..errors import ArgumentError
from . import messages
from .limits import Limits
from .page import PAGE, read, with_given
from .projects import project_of
from .session import Gone, Session
from .walls import model_of

#: Requests of a notebook's page that may wait: a message that comes to a full list would be lost.
WAITING = 256


def widget(model: Any, x: Any = None, y: Any = None) -> Any:
    """Show the studio below a notebook's cell, with a model and, if there are some, data.

    It is the page of ``brickwork studio``: bricks can be moved and set, and the network is trained
    by the engine of the notebook's process, in a thread of its own. The model that is passed is not
    changed; the widget's ``model`` is the wall of the page, as far as it is trained.

    Args:
        model: a `Sequential` of layers that the studio has (Dense, Activation, Dropout,
            GaussianNoise, BatchNormalization, LayerNormalization), built.
        x: rows to train on, ``(rows, inputs)``: an array or a table. None (default) for none.
        y: their targets, ``(rows,)``, ``(rows, 1)`` or one-hot.

    Returns:
        A widget (``anywidget.AnyWidget``); a cell that ends in it shows the page.

    Raises:
        ArgumentError (a ValueError): for a model that the studio cannot show, or data that do not
            go with it.
        ImportError: if the package anywidget is missing, with the command that installs it.

    >>> import brickwork
    >>> from brickwork import layers
    >>> model = brickwork.Sequential([layers.Input((2,)), layers.Dense(1, activation="sigmoid")])
    >>> page = widget(model, [[0, 1], [1, 0]], [0, 1])
    >>> page.model.count_params()
    3
    """
    if (x is None) != (y is None):
        raise ArgumentError("widget", "got x without y, or y without x; expected both or none.")
    data = None if x is None else (x, y)
    project = project_of(model, data=data, what="widget")
    return _class()(model, project)


@cache
def _class() -> type:
    """The widget's class; the package that it is made of is imported now."""
    try:
        import anywidget
        import traitlets
    except ImportError:
        raise ImportError(
            "studio.widget needs the package anywidget: pip install 'brickwork[notebook]'."
        ) from None

    class StudioWidget(anywidget.AnyWidget):
        """The studio's page in a notebook.

        Messages are those of the socket (`messages`): the JSON is the text of a custom message, the
        block its buffer.

        Args:
            model: what the page opens.
            project: the same, as `projects.project_of` returns it.
        """

        _esm = read(PAGE.with_name("widget.js"))
        page = traitlets.Unicode().tag(sync=True)

        def __init__(self, model: Any, project: dict[str, Any]):
            super().__init__(page=with_given(read(PAGE), project))
            self._model = model
            self._shown: tuple[dict, list] | None = None  # the wall, and weights for each brick
            self._session: Session | None = None
            self.on_msg(self._hear)

        @property
        def model(self) -> Any:
            """The wall that is open in the page as a `Sequential`, as far as it is trained."""
            if self._shown is None:
                return self._model
            wall, weights = self._shown
            bricks = zip(wall["bricks"], weights, strict=True)
            trained = [{**brick, "weights": arrays} for brick, arrays in bricks]
            return model_of({**wall, "bricks": trained}, Limits())

        def close(self) -> None:
            """Close the page, and end its training."""
            if self._session is not None:
                self._session.end()
            super().close()

        def _hear(self, _: Any, content: Any, buffers: list) -> None:
            if self._session is None:
                self._session = Session(self._tell, Limits(requests=WAITING))
            try:
                text = content.get("message") if isinstance(content, dict) else None
                request = messages.unpacked(str(text), buffers[0] if buffers else b"")
            except ArgumentError as error:
                self._tell({"type": "failed", "message": str(error)})
            else:
                self._session.hear(request, wait=False)

        def _tell(self, message: dict) -> None:
            if self.comm is None:
                raise Gone
            if message["type"] == "snapshot" and message["snapshot"]["weights"] is not None:
                self._shown = self._session.training.job.wall, message["snapshot"]["weights"]
            text, block = messages.packed(message)
            self.send({"message": text}, buffers=[block])

    return StudioWidget
