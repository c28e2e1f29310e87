#!/usr/bin/env python3
"""Write what the studio's wall and `brickwork.pictures` have in common.

    .venv/bin/python tools/studio_specification.py

studio/src/generated/specification.json has colours, style sheet, sizes, limits, curves and words,
which the page reads; templates.json beside it has the HTML of a film, which the page fills in, and
the style sheet of a booklet. studio/tests/golden-pictures.json describes pictures of many models,
which it must draw alike.
"""

import hashlib
import json
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np

from brickwork.pictures import booklet, film_html, hover, live, palette, pieces, text, words
from brickwork.pictures.hover import add_titles
from brickwork.pictures.network import Brick, Network
from brickwork.pictures.scene import (
    captions,
    choice,
    columns,
    fit,
    legend,
    levels,
    make_scene,
    parts,
    plates,
    rows,
)
from brickwork.pictures.scene.tower import LEGEND
from brickwork.pictures.shapes import Piece, Text
from brickwork.pictures.svg import svg
from brickwork.pictures.words import Words

STUDIO = Path(__file__).parents[1] / "studio"
SPECIFICATION = STUDIO / "src" / "generated" / "specification.json"
TEMPLATES = STUDIO / "src" / "generated" / "templates.json"
GOLDEN = STUDIO / "tests" / "golden-pictures.json"

#: Captions, counts and legend are the last texts of a picture.
MOST_TEXTS = 30

#: The activations of the studio's palette.
ACTIVATIONS = (
    *("linear", "relu", "sigmoid", "tanh", "softmax", "leaky_relu", "elu", "selu", "gelu", "silu"),
    *("mish", "softplus", "softsign", "hard_sigmoid", "relu6", "exponential"),
)


def specification() -> dict:
    """Return what the page reads."""
    return {
        "colours": {"light": palette.LIGHT, "dark": palette.DARK, "darkInk": palette.DARK_INK},
        "greens": palette.GREENS,
        "rules": palette.RULES,
        "font": palette.FONT,
        "sizes": {
            "stud": pieces.STUD,
            "studWide": pieces.STUD_WIDE,
            "socket": pieces.SOCKET,
            "socketWide": pieces.SOCKET_WIDE,
            "brick": pieces.BRICK,
            "foot": pieces.FOOT,
            "blue": pieces.BLUE,
            "bias": pieces.BIAS,
            "times": parts.TIMES,
            "band": levels.BAND,
            "sliceGap": levels.SLICE_GAP,
            "cut": levels.CUT,
            "plate": plates.THICK,
            "column": columns.COLUMN,
            "aisle": columns.AISLE,
            "tag": columns.TAG,
            "apart": parts.GAP,
        },
        "pixels": {
            "page": pieces.PAGE,
            "text": pieces.TEXT,
            "leastText": pieces.LEAST_TEXT,
            "named": pieces.NAMED,
            "arrow": parts.ARROW,
            "plate": plates.MOST,
            "tagWords": columns.WORDS,
            "signals": fit.SIGNALS,
            "leading": captions.LEADING,
            "caption": captions.WIDEST,
            "margin": fit.MARGIN,
            "beside": fit.GAP,
            "legend": LEGEND,
            "legendText": legend.SIZE,
            "legendSide": legend.SIDE,
            "legendGap": legend.GAP,
            "legendLine": legend.LINE,
        },
        "pitch": {"most": fit.MOST, "leastSlices": fit.LEAST_SLICES, "least": fit.LEAST},
        "row": {"most": rows.MOST, "first": rows.FIRST, "last": rows.LAST, "between": rows.BETWEEN},
        "limits": {
            "layer": choice.MOST_IN_LAYER,
            "picture": choice.MOST_IN_PICTURE,
            "lines": choice.MOST_LINES,
            "signals": choice.MOST_SIGNALS,
            "units": choice.MOST_UNITS,
            "readableLines": choice.READABLE_LINES,
            "manyLines": levels.MANY,
            "titledLines": hover.MOST_STRANDS,
        },
        "weights": {
            "percentile": 98,
            "mostInfluence": levels.MOST_INFLUENCE,
            "scaleSeconds": live.SCALE_SECONDS,
            "hysteresis": live.HYSTERESIS,
        },
        "curves": {name: curve(name) for name in ACTIVATIONS},
        "words": {"en": words._ENGLISH, "ko": words._KOREAN},
        "ranges": {
            language: {name: texts[k] for name, texts in words._RANGES.items()}
            for k, language in enumerate(words.LANGUAGES)
        },
        "textWidths": {"regular": widths(text._REGULAR), "bold": widths(text._BOLD)},
    }


def templates() -> dict[str, str]:
    """Return the texts that films and booklets of the page share with those of the package."""
    film = Path(film_html.__file__).with_name("film.html")
    return {"film": film.read_text("utf-8"), "bookletStyle": booklet._STYLE}


def curve(activation: str) -> list[list[float]]:
    """Return an activation's curve in a unit square around 0."""
    return [[round(x, 6), round(y, 6)] for x, y in pieces._samples(activation)]


def widths(table: dict[int, str]) -> dict[str, str]:
    """Return the characters of each width, with keys that JSON has."""
    return {str(width): characters for width, characters in table.items()}


def kernel(n: int, u: int, seed: int) -> list[list[float]]:
    """Return a kernel of float32 values, as the page has them.

    Its numbers come from a congruential generator, which is as short in the page's tests.
    """
    state, values = seed, []
    for _ in range(n * u):
        state = (state * 1103515245 + 12345) % 2**31
        values.append(float(np.float32(state / 2**30 - 1)))
    return [values[k : k + u] for k in range(0, n * u, u)]


def dense(n: int, u: int, activation: str = "relu", biased: bool = True) -> dict:
    """Return a Dense layer with n inputs and u units."""
    config = {"units": u, "activation": activation, "use_bias": biased}
    return {"kind": "Dense", "config": config, "inputs": n, "outputs": u}


def plate(kind: str, n: int, **config) -> dict:
    """Return a layer with as many outputs as inputs."""
    return {"kind": kind, "config": config, "inputs": n, "outputs": n}


def chain(*sizes: int, last: str = "sigmoid") -> list[dict]:
    """Return Dense layers of these sizes, the first of which is the number of inputs."""
    layers = [dense(n, u) for n, u in pairwise(sizes)]
    layers[-1]["config"]["activation"] = last
    return layers


PIMA = ["pregnancies", "glucose", "pressure", "skin", "insulin", "bmi", "pedigree", "age"]
#: Name, layers, whether weights are known, names of the inputs, and widths of the page.
MODELS = [
    ("one", [dense(3, 1, "sigmoid")], True, [], [830]),
    ("unknown", [dense(3, 1, "sigmoid", False)], False, [], [830]),
    ("softmax", [dense(4, 3, "softmax")], True, [], [830, 360]),
    ("six", [dense(6, 4)], True, [], [830]),
    ("lesson", chain(4, 8, 6, 1), True, [], [830, 560, 360]),
    ("pima", chain(8, 8, 6, 1), True, PIMA, [830, 360]),
    ("iris", chain(4, 10, 8, 3, last="softmax"), True, [], [700]),
    ("xor", chain(2, 2, 1), True, ["a", "b"], [830]),
    ("wide", chain(16, 24, 8, 1), True, [], [830, 360]),
    ("digits", chain(64, 32, 10, last="softmax"), True, [], [830]),
    ("mnist", chain(784, 64, 10, last="softmax"), True, [], [830, 360]),
    ("linear", [dense(13, 9, "gelu"), dense(9, 1, "linear")], True, [], [830]),
    (
        "dropout",
        [
            dense(8, 12, "linear"),
            plate("BatchNormalization", 12),
            plate("Activation", 12, activation="tanh"),
            plate("Dropout", 12, rate=0.25),
            dense(12, 1, "sigmoid"),
        ],
        True,
        PIMA,
        [830, 360],
    ),
    (
        "noise",
        [plate("GaussianNoise", 30), dense(30, 20), plate("LayerNormalization", 20), dense(20, 2)],
        True,
        [],
        [700],
    ),
    ("two", [dense(3, 2, "elu")], True, [], [830]),
    ("huge", chain(3000, 1, last="hard_sigmoid"), True, [], [830]),
]


def network(name: str, layers: list[dict], known: bool, inputs: list[str]) -> Network:
    """Return a model of the golden pictures as plain data."""
    seen: Counter = Counter()
    bricks = []
    for k, layer in enumerate(layers):
        kind, config = layer["kind"], layer["config"]
        n, u = layer["inputs"], layer["outputs"]
        base = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", kind).lower()
        biased = kind == "Dense" and config["use_bias"]
        counts = {"Dense": n * u + u * biased, "BatchNormalization": 4 * n}
        bricks.append(
            Brick(
                f"{base}_{seen[base]}" if seen[base] else base,
                kind,
                n,
                u,
                kind == "Dense",
                np.array(kernel(n, u, k + 1)) if known and kind == "Dense" else None,
                np.array(kernel(1, u, k + 101)[0]) if known and biased else None,
                biased,
                config.get("activation", "linear"),
                (k - 1,) if k else (),
                note=f"{config['rate']:g}" if "rate" in config else "",
                parameters=counts.get(kind, 2 * n if kind == "LayerNormalization" else 0),
            )
        )
        seen[base] += 1
    return Network(name, tuple(bricks), tuple(inputs))


def golden() -> dict[str, list[dict]]:
    """Return the models, and of each picture the counts, texts, and a digest of the SVG."""
    keys = ("name", "layers", "known", "inputs")
    models = [dict(zip(keys, entry, strict=False)) for entry in MODELS]
    pictures = []
    for name, layers, known, inputs, pages in MODELS:
        model = network(name, layers, known, inputs)
        shown = ["bricks", "auto"]
        if max(brick.synapses for brick in model.bricks) <= choice.MOST_LINES:
            shown += ["lines", "synapses"]
        for level in shown:
            pictures += [
                picture(model, level, page, language, False)
                for page in pages
                for language in words.LANGUAGES
            ]
            pictures.append(picture(model, level, pages[0], "en", True))
    return {"models": models, "pictures": pictures}


def picture(model: Network, level: str, page: float, language: str, bias: bool) -> dict:
    """Return what is compared of a picture."""
    scene = make_scene(model, level, labels=language, bias=bias, page=page)
    add_titles(scene.parts, [model], Words(language))
    drawn = svg(scene)
    counted = [shape.css for shape in scene.walk() if isinstance(shape, Piece) and shape.css]
    texts = [shape.text for shape in scene.walk() if isinstance(shape, Text)]
    return {
        "model": model.name,
        "level": level,
        "page": page,
        "language": language,
        "bias": bias,
        "pieces": dict(sorted(Counter(counted).items())),
        "texts": texts[-MOST_TEXTS:],
        "sha256": hashlib.sha256(drawn.encode()).hexdigest(),
    }


def written(data: dict) -> str:
    """Return the text of a file; each entry of a list or object has a line of its own."""

    def lines(value, depth: int) -> str:
        if depth == 0 or not isinstance(value, dict | list | tuple) or not value:
            return json.dumps(value, ensure_ascii=False)
        if isinstance(value, dict):
            inner = [f"{json.dumps(k)}: {lines(v, depth - 1)}" for k, v in value.items()]
            return "{\n" + ",\n".join(inner) + "\n}"
        return "[\n" + ",\n".join(lines(v, depth - 1) for v in value) + "\n]"

    return lines(data, 2) + "\n"


def files() -> dict[Path, str]:
    """Return the content of each file."""
    return {
        SPECIFICATION: written(specification()),
        TEMPLATES: written(templates()),
        GOLDEN: written(golden()),
    }


if __name__ == "__main__":
    for path, content in files().items():
        path.write_text(content, "utf-8")
        print(f"{path.relative_to(STUDIO.parent)}: {len(content.encode()) / 1000:.0f} kB")
