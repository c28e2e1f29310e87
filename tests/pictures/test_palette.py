"""The colours of bricks can be distinguished with any form of colour vision."""

from itertools import combinations, pairwise
from math import atan2, cos, degrees, exp, hypot, radians, sin, sqrt

import numpy as np
import pytest

from brickwork.pictures.palette import BLUE, DARK, DARK_INK, GREEN, GREENS, LIGHT, RED, YELLOW

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
VISION = {
    "all cones": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)


def linear(colour):
    rgb = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    t = XYZ @ np.clip(rgb, 0, 1) / [0.95047, 1.0, 1.08883]
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])


def ciede2000(one, two):
    """Sharma, Wu and Dalal (2005)."""
    (l1, a1, b1), (l2, a2, b2) = one, two
    mean = (hypot(a1, b1) + hypot(a2, b2)) / 2
    g = 0.5 * (1 - sqrt(mean**7 / (mean**7 + 25**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = hypot(a1, b1), hypot(a2, b2)
    h1, h2 = degrees(atan2(b1, a1)) % 360, degrees(atan2(b2, a2)) % 360
    dh = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    total = h1 + h2
    h = (
        total
        if c1 * c2 == 0
        else total / 2
        if abs(h1 - h2) <= 180
        else ((total + 360) / 2 if total < 360 else (total - 360) / 2)
    )
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    t = (
        1
        - 0.17 * cos(radians(h - 30))
        + 0.24 * cos(radians(2 * h))
        + 0.32 * cos(radians(3 * h + 6))
        - 0.20 * cos(radians(4 * h - 63))
    )
    sl = 1 + 0.015 * (light - 50) ** 2 / sqrt(20 + (light - 50) ** 2)
    sc, sh = 1 + 0.045 * chroma, 1 + 0.015 * chroma * t
    rt = (
        -sin(radians(60 * exp(-(((h - 275) / 25) ** 2))))
        * 2
        * sqrt(chroma**7 / (chroma**7 + 25**7))
    )
    x, y = (c2 - c1) / sc, 2 * sqrt(c1 * c2) * sin(radians(dh / 2)) / sh
    return sqrt(((l2 - l1) / sl) ** 2 + x * x + y * y + rt * x * y)


@pytest.mark.parametrize(
    "pair, expected",
    [
        (((50, 2.6772, -79.7751), (50, 0, -82.7485)), 2.0425),
        (((50, 2.49, -0.001), (50, -2.49, 0.0011)), 7.2195),
        (((90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447)), 1.4441),
        (((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514)), 0.9082),
    ],
)
def test_ciede2000_on_published_pairs(pair, expected):
    assert ciede2000(*pair) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("pair", list(combinations([GREEN, YELLOW, RED, BLUE], 2)))
def test_bricks_can_be_distinguished(vision, pair):
    a, b = (lab(VISION[vision] @ linear(colour)) for colour in pair)
    assert ciede2000(a, b) >= 18


@pytest.mark.parametrize("vision", VISION)
def test_greens_grow_darker_by_strength(vision):
    light = [lab(VISION[vision] @ linear(green))[0] for green in GREENS]
    assert all(a - b > 6 for a, b in pairwise(light))


def contrast(a, b):
    y = sorted(float(XYZ[1] @ linear(c)) + 0.05 for c in (a, b))
    return y[1] / y[0]


@pytest.mark.parametrize(
    "ink, paper",
    [
        *(
            (theme[ink], theme["paper"])
            for theme in (LIGHT, DARK)
            for ink in ("ink", "soft", "fault")
        ),
        *((theme["ink"], theme[on]) for theme in (LIGHT, DARK) for on in ("glass", "plate")),
        (DARK_INK, GREEN),
        (DARK_INK, YELLOW),
        ("#FFFFFF", RED),
        ("#FFFFFF", BLUE),
        *((DARK_INK, green) for green in GREENS[:4]),
        ("#FFFFFF", GREENS[4]),
    ],
)
def test_text_can_be_read(ink, paper):
    assert contrast(ink, paper) >= 4.5
