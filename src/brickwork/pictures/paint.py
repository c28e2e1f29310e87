"""The style sheet's rules as attributes, for programs that ignore style sheets.

The rules that match an element are written on it as attributes, in the colours of the theme (light
for "auto"). Programs that read style sheets give them precedence over attributes.
"""

from __future__ import annotations

import re
from functools import cache

from .palette import DARK, DARK_INK, LIGHT, RULES

#: The classes in a selector.
_PART = re.compile(r"\.([\w-]+)")


@cache
def attributes(tag: str, css: str, within: str, theme: str) -> str:
    """Return the declarations that apply to an element, as attributes.

    Args:
        tag: "text", or "" for shapes and groups.
        css: its classes.
        within: the classes of all enclosing groups.
        theme: "auto" and "light" have the same colours here.

    >>> attributes("", "weight s4 pos", "layer", "light")
    ' fill="#1F8040" stroke="#1F2933" stroke-width="1"'
    """
    found: dict[str, str] = {}
    for body in _matching(tag, frozenset(css.split()), frozenset(within.split())):
        found.update(declaration.split(":", 1) for declaration in body.split(";"))
    return "".join(f' {name}="{_colour_value(value, theme)}"' for name, value in found.items())


def _matching(tag: str, own: frozenset, around: frozenset) -> list[str]:
    """Return the bodies of the rules for an element, by increasing precedence."""
    return [
        body
        for _, selectors, body in _ORDERED
        if _matches(tag, own, selectors[-1])
        and (len(selectors) == 1 or set(_PART.findall(selectors[0])) <= around)
    ]


def _matches(tag: str, own: frozenset, selector: str) -> bool:
    name = selector.split(".", 1)[0]
    return (not name or name == tag) and set(_PART.findall(selector)) <= own


def _ordered() -> list[tuple[tuple[int, int], list[str], str]]:
    """Return the rules sorted by specificity, as in CSS."""
    rules = [
        ((selector.count("."), len(re.findall(r"(?:^| )\w", selector))), selector.split(), body)
        for selector, body in RULES.items()
        if selector
    ]
    return sorted(rules, key=lambda rule: rule[0])


_ORDERED = _ordered()


def _colour_value(value: str, theme: str) -> str:
    if not value.startswith("$"):
        return value
    colours = {**(DARK if theme == "dark" else LIGHT), "dark": DARK_INK}
    return colours[value[1:]]
