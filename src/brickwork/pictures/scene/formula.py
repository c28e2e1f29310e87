"""The formula of one neuron, in symbols and with the values of one sample."""

from __future__ import annotations

from math import isfinite

import numpy as np

from ..network import Network
from ..sample import Stage, Steps
from ..words import Words
from .parts import spans_units

#: Longer sums show the first and last terms, and the number of terms between them.
MOST, FIRST, LAST = 10, 6, 2


def short(number) -> str:
    """Return a number with three significant digits.

    >>> short(-0.12345), short(12345.0), short(0.5), short(1e-7), short(-0.0)
    ('−0.123', '1.23e4', '0.5', '1e−7', '0')
    """
    number = float(number)
    if not isfinite(number):
        return "nan" if number != number else "∞" if number > 0 else "−∞"
    if number == 0:
        return "0"
    text = f"{number:.3g}"
    if "e" in text or not 1e-3 <= abs(number) < 9999.5:
        digits, _, power = f"{number:.2e}".partition("e")
        digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
        text = f"{digits}e{int(power)}"
        if 999.5 <= abs(number) < 9999.5:
            text = f"{number:.0f}"
    return text.replace("-", "−")


def bracketed(number) -> str:
    """Return the number, in brackets if it is negative."""
    text = short(number)
    return f"({text})" if text.startswith("−") else text


def formula(network: Network, steps: Steps, index: int, unit: int, words: Words) -> list[list[str]]:
    """Return lines, each a list of words where it may be wrapped; the first is a heading."""
    brick, stage = network.bricks[index], steps.stages[index]
    weights = brick.kernel[:, unit]
    letters = abridged([f"w{i}·x{i}" for i in range(len(weights))])
    numbers = abridged(
        [f"{bracketed(w)}·{bracketed(x)}" for w, x in zip(weights, stage.inputs, strict=True)]
    )
    if brick.bias is not None:
        letters.append("b")
        numbers.append(bracketed(brick.bias[unit]))
    f, z, a = brick.activation, short(stage.sums[unit]), short(stage.outputs[unit])
    heading = f"{brick.name}, {'뉴런' if words.korean else 'neuron'} {unit}"
    if spans_units(brick):
        others = abridged([f"z{j}" for j in range(brick.outputs)])
        sums = abridged([short(s) for s in stage.sums])
        lines = [
            sum_words(f"z{unit} = ", letters),
            sum_words("= ", numbers, f" = {z}"),
            list_words(f"{f}(", others, f")[{unit}]"),
            list_words(f"= {f}(", sums, f")[{unit}] = {a}"),
        ]
    elif f == "linear":
        lines = [sum_words("", letters), sum_words("= ", numbers, f" = {a}")]
    else:
        lines = [
            sum_words(f"{f}(", letters, ")"),
            sum_words(f"= {f}(", numbers, ")"),
            [f"= {f}({z})", f"= {a}"],
        ]
    return [[heading], *lines, *backward(stage, unit)]


def backward(stage: Stage, unit: int) -> list[list[str]]:
    """Return the derivatives of the loss by the neuron's sum, bias and weights."""
    if stage.sum_gradient is None:
        return []
    gradient, gradients = stage.sum_gradient[unit], stage.kernel_gradient[:, unit]
    plain = np.allclose(gradients, gradient * stage.inputs, rtol=1e-4, atol=1e-12)
    terms = []
    for i, (by_weight, x) in enumerate(zip(gradients, stage.inputs, strict=True)):
        rule = f"{bracketed(gradient)}·{bracketed(x)} = " if plain else ""  # not with a penalty
        letters = "∂L/∂z·x0 = " if plain and not i else ""
        terms.append(f"∂L/∂w{i} = {letters}{rule}{short(by_weight)}")
    by_sum = [f"∂L/∂z = {short(gradient)}"]
    if stage.bias_gradient is not None:
        by_sum = [by_sum[0] + ",", f"∂L/∂b = {short(stage.bias_gradient[unit])}"]
    return [by_sum, list_words("", abridged(terms), "")]


def abridged(terms: list[str]) -> list[str]:
    """Return the terms; of many, the first and last, and the number of terms between them."""
    if len(terms) <= MOST:
        return list(terms)
    return [*terms[:FIRST], f"… × {len(terms) - FIRST - LAST:,}", *terms[-LAST:]]


def sum_words(before: str, terms: list[str], after: str = "") -> list[str]:
    """Return the words of a sum."""
    words = [before + terms[0], *(f"+ {t}" for t in terms[1:])]
    return [*words[:-1], words[-1] + after]


def list_words(before: str, terms: list[str], after: str) -> list[str]:
    """Return the words of a list."""
    words = [f"{t}," for t in terms[:-1]] + [terms[-1] + after]
    return [before + words[0], *words[1:]]
