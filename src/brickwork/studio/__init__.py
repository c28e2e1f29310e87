"""The studio: a page in which walls of bricks are built, trained and taken home as Keras code.

``brickwork studio`` opens it in a browser, with the engine of this machine; `widget` shows it in a
notebook, and `export_html` writes it to a file with a model inside.
"""

from typing import TYPE_CHECKING

from ..lazy import loader

_FILES = {
    "exporting": ("export_html",),
    "notebook": ("widget",),
}
__all__ = sorted(name for names in _FILES.values() for name in names)

if TYPE_CHECKING:  # what is imported when it is first accessed
    from .exporting import export_html as export_html
    from .notebook import widget as widget
else:
    __getattr__ = loader(__name__, _FILES)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
