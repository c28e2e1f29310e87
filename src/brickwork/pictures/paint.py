"""The style sheet's rules as attributes, for programs that read no style sheet.

What a rule says of an element is written on it, in light colours, or in those of the theme that
was asked for. Where a style sheet is read, it comes before attributes.
"""

from __future__ import annotations

import re
from functools import cache

from .palette import DARK, DARK_INK, LIGHT, RULES

#: How elements are told apart by a rule: a tag, or classes that stand on one element.
_PART = re.compile(r"\.([\w-]+)")


@cache
def attributes(tag: str, css: str, within: str, theme: str) -> str:
    """What the rules say of an element, as attributes.

    Args:
        tag: "text", or "" for shapes and groups.
        css: its classes.
        within: the classes of all groups that it is in.
        theme: "auto" and "light" have the same colours here.

    >>> attributes("", "weight s4 pos", "layer", "light")
    ' fill="#1F8040" stroke="#1F2933" stroke-width="1"'
    """
    found: dict[str, str] = {}
    for body in _matching(tag, frozenset(css.split()), frozenset(within.split())):
        found.update(declaration.split(":", 1) for declaration in body.split(";"))
    return "".join(f' {name}="{_written(value, theme)}"' for name, value in found.items())


def _matching(tag: str, own: frozenset, around: frozenset) -> list[str]:
    """The rules for an element, those that come last in a style sheet last."""
    return [body for _, selectors, body in _ORDERED if _is(tag, own, selectors[-1])
            and (len(selectors) == 1 or set(_PART.findall(selectors[0])) <= around)]


def _is(tag: str, own: frozenset, selector: str) -> bool:
    name = selector.split(".", 1)[0]
    return (not name or name == tag) and set(_PART.findall(selector)) <= own


def _ordered() -> list[tuple[tuple[int, int], list[str], str]]:
    """Rules by how much they ask of an element, as style sheets have it."""
    rules = [((selector.count("."), len(re.findall(r"(?:^| )\w", selector))), selector.split(),
              body) for selector, body in RULES.items() if selector]
    return sorted(rules, key=lambda rule: rule[0])


_ORDERED = _ordered()


def _written(value: str, theme: str) -> str:
    if not value.startswith("$"):
        return value
    colours = {**(DARK if theme == "dark" else LIGHT), "dark": DARK_INK}
    return colours[value[1:]]
