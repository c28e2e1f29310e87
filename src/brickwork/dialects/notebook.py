"""The parts of ``IPython.display`` that scripts use, if IPython is not installed."""

from __future__ import annotations


class _Shown:
    """An object that a notebook would show; in a script it only holds its data."""

    binary = False

    def __init__(self, data=None, url=None, filename=None, **options):
        if url is not None:
            raise ValueError(
                f"{type(self).__name__}: got url={url!r}; without IPython only data "
                "and filename are taken."
            )
        if filename is not None:
            with open(filename, "rb") as file:
                data = file.read()
        if isinstance(data, bytes) and not self.binary:
            data = data.decode("utf-8")
        self.data = data
        self.filename = filename
        self.options = options

    def __repr__(self) -> str:
        return f"<{type(self).__name__}, {len(self.data or '')} long>"


class SVG(_Shown):
    """A picture; `data` is its text."""

    def _repr_svg_(self):
        return self.data


class Image(_Shown):
    """A picture; `data` is its bytes."""

    binary = True

    def __init__(self, data=None, format=None, **options):
        if isinstance(data, str):
            data, options["filename"] = None, data
        super().__init__(data, **options)
        self.format = format


class HTML(_Shown):
    """A piece of HTML; `data` is its text."""

    def _repr_html_(self):
        return self.data


class Markdown(_Shown):
    """Markdown text."""

    def _repr_markdown_(self):
        return self.data


def display(*objects, **_) -> None:
    """Print the objects, as IPython does outside of a notebook."""
    for shown in objects:
        print(repr(shown))


def clear_output(wait: bool = False) -> None:
    """Do nothing: the output of a script stays."""


def get_ipython() -> None:
    """Return None: this is not a notebook."""
