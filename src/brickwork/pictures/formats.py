"""Conversion of our SVG to other formats, by libraries that are imported only when needed."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from io import BytesIO

from .png import fonts_for, pixels


def _pillow(name: str) -> Callable[[str, float], bytes]:
    def write(svg: str, dpi: float) -> bytes:
        try:
            from PIL import Image
        except ImportError:
            raise _missing(name, "pillow") from None
        written, image = BytesIO(), Image.open(BytesIO(pixels(svg, dpi / 72)))
        how = {"quality": 95, "subsampling": 0} if name == "JPEG" else {}
        image.convert("RGB").save(written, name, dpi=(dpi, dpi), **how)
        return written.getvalue()

    return write


def _pdf(svg: str, dpi: float) -> bytes:
    """Return a vector PDF; one unit of the SVG is one point."""
    try:
        import typst
    except ImportError:
        raise _missing("PDF", "typst") from None
    page = (
        "#set page(width: auto, height: auto, margin: 0pt)\n"
        '#image(bytes(sys.inputs.svg), format: "svg")'
    )
    folders = fonts_for(svg) if find_spec("resvg_py") else ()  # fonts for missing characters
    return typst.compile(
        page.encode(), format="pdf", sys_inputs={"svg": svg}, font_paths=list(folders)
    )


def _missing(format: str, package: str) -> ImportError:
    return ImportError(
        f"{format} needs the package {package}, which is not installed: "
        "pip install 'brickwork[pictures]'. SVG needs nothing."
    )


#: Functions ``(svg, dpi)`` that return an SVG in another format, by extension.
WRITERS: dict[str, Callable[[str, float], bytes]] = {
    "svg": lambda svg, dpi: svg.encode(),
    "png": lambda svg, dpi: pixels(svg, dpi / 72),
    "pdf": _pdf,
    "jpg": _pillow("JPEG"),
    "jpeg": _pillow("JPEG"),
    "gif": _pillow("GIF"),
    "webp": _pillow("WEBP"),
    "tif": _pillow("TIFF"),
    "tiff": _pillow("TIFF"),
    "bmp": _pillow("BMP"),
}
