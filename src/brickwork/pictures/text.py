"""Text in pictures: escaping in one place, and measuring before drawing."""

from __future__ import annotations

from ..screen import columns_of

#: Advance widths of Helvetica (and of Arial and Liberation Sans, cut to match it), in
#: thousandths of the font's size; source: Adobe's font metrics of the 14 core fonts.
_REGULAR = {
    191: "'",
    222: "ijl",
    260: "|",
    278: " !,./:;I[\\]ft",
    333: "()-`r",
    334: "{}",
    355: '"',
    389: "*",
    469: "^",
    500: "Jckvsxyz",
    556: "#$0123456789?L_abdeghnopqu",
    584: "+<=>~",
    611: "FTZ",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
    1015: "@",
}
_BOLD = {
    238: "'",
    278: " ,./I\\ijl",
    280: "|",
    333: "!()-:;[]`ft",
    389: "*r{}",
    474: '"',
    500: "z",
    556: "#$0123456789J_aceksvxy",
    584: "+<=>^~",
    611: "?FLTZbdghnopqu",
    667: "EPSVXY",
    722: "&ABCDHKNRU",
    778: "GOQw",
    833: "M",
    889: "%m",
    944: "W",
    975: "@",
}
_WIDTHS = [{c: width for width, text in table.items() for c in text} for table in (_REGULAR, _BOLD)]


#: Subscript digits are drawn as smaller digits, since few fonts have all of them.
SUBSCRIPTS = {ord(c): str(k) for k, c in enumerate("₀₁₂₃₄₅₆₇₈₉")}
SMALLER = 0.7


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Return the width of a text in Helvetica; a Hangul syllable is as wide as it is high."""
    widths = _WIDTHS[bold]
    return size / 1000 * sum(widths.get(c) or _other_width(c) for c in text)


def _other_width(character: str) -> int:
    from unicodedata import combining, east_asian_width

    if combining(character):
        return 0
    if ord(character) in SUBSCRIPTS:
        return int(556 * SMALLER)
    return 1000 if east_asian_width(character) in "WF" else 620


def columns(rows: list[list[str]]) -> list[str]:
    """Return the lines of a table with the first column right-aligned.

    >>> columns([["pieces", "colour", "part"], ["13", "red", "brick"]])
    ['pieces  colour  part', '    13  red     brick']
    """
    wide = [max(map(columns_of, column)) for column in zip(*rows, strict=True)]
    lines = []
    for first, *others in rows:
        padded = [" " * (wide[0] - columns_of(first)) + first]
        padded += [
            text + " " * (w - columns_of(text)) for text, w in zip(others, wide[1:], strict=True)
        ]
        lines.append("  ".join(padded).rstrip())
    return lines


def clean(text) -> str:
    """Return the text without characters that XML forbids: control characters and surrogates."""
    return "".join(
        c if c.isprintable() else "\ufffd" if "\ud800" <= c <= "\udfff" else " " for c in str(text)
    )


_NAMED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})


def escape(text) -> str:
    """Escape the text for XML and HTML, between tags or in quotes.

    The result is ASCII, so it is valid in any encoding.
    """
    text = str(text)
    text = (text if text.isprintable() else clean(text)).translate(_NAMED)
    return text if text.isascii() else text.encode("ascii", "xmlcharrefreplace").decode()
