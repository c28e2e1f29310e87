"""`widget`: the studio in a notebook, with the engine of the notebook's own process."""

from __future__ import annotations

from functools import cache
from typing import Any

from ..errors import ArgumentError
from . import messages, values
from .limits import Limits
from .page import PAGE, read, with_given
from .projects import project_of
from .session import Gone, Session
from .walls import model_of

#: Requests of a notebook's page that may wait: a message that comes to a full list would be lost.
WAITING = 256
#: Views of one widget that can train, each in a thread of its own.
MOST_VIEWS = 8


def widget(model: Any, x: Any = None, y: Any = None) -> Any:
    """Show the studio below a notebook's cell, with a model and, if there are some, data.

    It is the page of ``brickwork studio``: bricks can be moved and set, and the network is trained
    by the engine of the notebook's process, in a thread of its own. The model that is passed is not
    changed; the widget's ``model`` is the wall of the page, as far as it is trained. A widget that
    is shown several times is several pages, and ``model`` is the wall of the one that trained last.

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
        block its buffer; a block that is too large for one message comes in pieces before it. All
        views of the widget hear all messages, so each has an id, which is in every message from it
        and to it, and a session of its own.

        Args:
            model: what the page opens.
            project: the same, as `projects.project_of` returns it.
        """

        _esm = read(PAGE.with_name("widget.js"))
        page = traitlets.Unicode().tag(sync=True)

        def __init__(self, model: Any, project: dict[str, Any]):
            super().__init__(page=with_given(read(PAGE), project))
            self._model = model
            self._shown: tuple[str, dict, list] | None = None  # view, wall, weights of each brick
            self._sessions: dict[str, Session] = {}  # the one that was silent longest is the first
            self._pieces: dict[str, bytearray] = {}  # of the view's next block
            self.on_msg(self._hear)

        @property
        def model(self) -> Any:
            """The wall that is open in the page as a `Sequential`, as far as it is trained."""
            if self._shown is None:
                return self._model
            _, wall, weights = self._shown
            bricks = zip(wall["bricks"], weights, strict=True)
            trained = [{**brick, "weights": arrays} for brick, arrays in bricks]
            return model_of({**wall, "bricks": trained}, Limits())

        def close(self) -> None:
            """Close all pages, and end their trainings."""
            while self._sessions:
                self._sessions.popitem()[1].end()
            super().close()

        def _hear(self, _: Any, content: Any, buffers: list) -> None:
            given = content if isinstance(content, dict) else {}
            view = ""
            try:
                view = values.text(given.get("view"), "view")
                if given.get("closed") is True:
                    self._end(view)
                    return
                self._keep(view, buffers[0] if buffers else b"")
                if given.get("piece") is True:
                    return
                request = messages.unpacked(str(given.get("message")), self._pieces.pop(view))
            except ArgumentError as error:
                self._tell(view, {"type": "failed", "message": str(error), "number": 0})
            else:
                self._session_of(view).hear(request, wait=False)

        def _keep(self, view: str, piece: memoryview | bytes) -> None:
            """Keep a piece of the view's next block."""
            limit = self._session_of(view).limits.message
            pieces = self._pieces.setdefault(view, bytearray())
            if len(pieces) + len(piece) > limit:
                del self._pieces[view]
                raise ArgumentError("message", f"is larger than {limit >> 20} MiB.")
            pieces += piece

        def _session_of(self, view: str) -> Session:
            session = self._sessions.pop(view, None)
            if session is None:
                while len(self._sessions) >= MOST_VIEWS:
                    self._dismiss(next(iter(self._sessions)))

                def tell(message: dict) -> None:  # in the session's thread
                    self._note(view, session, message)
                    self._tell(view, message)

                session = Session(tell, Limits(requests=WAITING))
            self._sessions[view] = session  # as the last one
            return session

        def _dismiss(self, view: str) -> None:
            number = self._end(view)
            words = f"{MOST_VIEWS} newer views of this widget are open, so this one has ended."
            self._tell(view, {"type": "failed", "message": words, "number": number})

        def _end(self, view: str) -> int:
            """End the session of a view; returns the number of the job that it had."""
            self._pieces.pop(view, None)
            session = self._sessions.pop(view, None)
            if session is None:
                return 0
            session.end()
            return session.number

        def _note(self, view: str, session: Session, message: dict) -> None:
            """Note the wall that is `model`; one that has not begun takes no other's place."""
            snapshot = message.get("snapshot")
            if snapshot is None or snapshot["weights"] is None:
                return
            if snapshot["step"] > 0 or self._shown is None or self._shown[0] == view:
                self._shown = view, session.training.job.wall, snapshot["weights"]

        def _tell(self, view: str, message: dict) -> None:
            if self.comm is None:
                raise Gone
            text, block = messages.packed(message)
            self.send({"message": text, "view": view}, buffers=[block])

    return StudioWidget
