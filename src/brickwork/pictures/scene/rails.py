"""The ways of signals: rails that run along, ways up, and dots where they meet."""

from __future__ import annotations

from ..shapes import Ellipse, Line, Rect


def step(p: float) -> float:
    """From one rail to the next, in pixels; wide studs need no wider rails."""
    return min(0.5 * p, 13.0)


def track(a: float, b: float, y: float, p: float) -> Rect:
    """A rail from one x to another."""
    thick = 0.48 * step(p)
    left, right = min(a, b) - thick, max(a, b) + thick
    return Rect(left, y - thick / 2, right - left, thick, "track", thick / 2)


def rail(dots: list[float], y: float, strokes: list[list[tuple[float, float]]], p: float) -> list:
    """A rail with ways up and down that meet it at dots."""
    return [track(min(dots), max(dots), y, p), Line(strokes, "rail"),
            *(Ellipse(x, y, 2.2, 2.2, "dot") for x in dots)]


def clear(x: float, others: list[float], p: float) -> float:
    """Where on its brick a signal goes up: beside the ways of the others, for a finger to follow;
    in the middle wherever it can."""
    near = [other for other in others if abs(other - x) < p]
    return max((x + side * p for side in (0.0, -0.15, 0.15, -0.3, 0.3)), key=lambda at: min(
        [abs(other - at) for other in near] + [0.25 * p]))
