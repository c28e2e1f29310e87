"""Draws docs/pictures/*.svg and writes docs/pictures.md: each picture by the line shown there.

The pictures that the READMEs open with are drawn by the programs printed there.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"

READMES = {"lesson.svg": "README.md", "lesson.ko.svg": "README.ko.md"}

SETUP = """\
import numpy as np
from brickwork import Input, Sequential, pictures
from brickwork.layers import Dense, Dropout

np.random.seed(7)
model = Sequential([Input((4,)), Dense(8, activation="relu", name="first"),
                    Dense(6, activation="relu", name="second"),
                    Dense(1, activation="sigmoid", name="answer")], name="lesson")
digits = Sequential([Input((784,)), Dense(512, activation="relu", name="wide"),
                     Dropout(0.5, name="rest"), Dense(64, activation="relu", name="narrow"),
                     Dense(10, activation="softmax", name="digit")], name="digits")
"""

GRAPH = """\
from brickwork import Model, ops

data = Input((4,), name="data")
left = Dense(3, activation="relu", name="left")(data)
right = Dense(5, activation="relu", name="right")(data)
deep = Dense(2, activation="relu", name="deep")(right)
together = ops.concatenate([left, deep, data], axis=-1)
answer = Dense(1, activation="sigmoid", name="answer")(together)
two_ways = Model(data, answer, name="two_ways")
"""

#: Each picture: its file, what it shows, and the line that makes it.
PICTURES = [
    ("cover", "The lesson's model as the building that it makes: every green brick a weight",
     'model.draw(view="isometric")'),
    ("neuron", "One neuron: three signals, three weights, multiply, sum, activation",
     "pictures.neuron(3)"),
    ("overlaid", "Two neurons on the same three signals: 3 × 2 = 6 green bricks to be counted",
     'pictures.overlaid(Dense(2, input_dim=3, activation="sigmoid", name="two"))'),
    ("levels", "One layer at three levels: every synapse, lines, just the brick",
     'pictures.levels(Dense(1, input_dim=3, activation="sigmoid", name="one"))'),
    ("softmax", "Twelve synapses; softmax is one blue brick across its neurons",
     'Dense(3, input_dim=4, activation="softmax", name="three").draw()'),
    ("relu", "Twenty-four synapses",
     'Dense(4, input_dim=6, activation="relu", name="four").draw()'),
    ("assembly", "The lesson's model in its three bricks: apart, then assembled",
     "pictures.assembly(model)"),
    ("apart", "Its bricks apart, their synapses as lines", 'model.draw("lines", apart=True)'),
    ("assembled", "Assembled, with every synapse", "model.draw()"),
    ("bricks", "The bricks alone, in Korean", 'model.draw("bricks", labels="ko")'),
    ("boxes", "The same as bricks, and as Keras's boxes: upside down",
     "pictures.beside_boxes(model)"),
    ("anatomy", "A nerve cell's names: axon, synapse, dendrite",
     "pictures.neuron(3, anatomy=True)"),
    ("anatomy-ko", "And in Korean", 'pictures.neuron(3, anatomy=True, labels="ko")'),
    ("strengths", "A strong, a middle and a weak influence",
     'pictures.neuron(["hair length", "height", "blood type"], weights=[0.9, 0.5, 0.1])'),
    ("strengths-ko", "And in Korean",
     'pictures.neuron(["머리 길이", "키", "혈액형"], weights=[0.9, 0.5, 0.1], labels="ko")'),
    ("misfit", "Four outputs do not fit three inputs",
     'pictures.misfit(Dense(4, input_dim=2, name="lower"), Dense(2, input_dim=3, name="upper"))'),
    ("digits", "Large layers: the first six studs, how many more, the last two",
     "digits.draw()"),
    ("graph", "Layers that branch and merge", "two_ways.draw()"),
]

HEAD = """\
# Models as bricks

Green is a weight, yellow multiplies, red adds, blue is the activation. Signals come in from
below, at the sockets, and leave at the top, at the studs. `make pictures` draws this page anew;
each picture is made by the line beneath it, after this:

```python
"""

TAIL = """\
## What a picture can do

`draw(model_or_layer, level, view, labels, weights, theme, size, apart=..., bias=...)` answers a
`Picture`. It shows itself in a notebook, prints itself in a terminal, and saves itself by the
ending of a file's name: `.svg`, `.png` (`pip install 'brickwork[png]'`), `.txt`; and as
[a building of real bricks](real-bricks.md): `.html` (a booklet to print), `.mpd` and `.ldr` (the
plan), `.xml` (the wanted list for it).

- `level`: `"synapses"`, `"lines"`, `"bricks"`, or `"auto"`: every synapse up to 256 in a layer
  and 512 in the picture; lines up to 4,096; above that the brick, always with its counts. Any
  level can be asked for; every synapse of a picture with more than 4,096 is refused.
- `view`: `"front"` or `"isometric"`. `labels`: `"en"` or `"ko"`. `theme`: `"auto"` (dark where
  the page is), `"light"`, `"dark"`.
- `weights`: whether weights tint their bricks: five greens by strength, measured by the 98th
  percentile of the layer's weights; a negative weight has a minus sign, a hollow stud, and, as a
  line, dashes. One that is no number is white with a question mark, or a red dotted line, and the
  caption counts all that are not finite. A brick that is not opened has a band above its sockets:
  how strongly each input (or group of inputs) is joined to the outputs, the middle green being
  the layer's mean.
- Neurons that are wider than a page stand in rows; where ways cross without a dot they do not
  meet. More than 64 inputs or outputs are drawn as lines at `"auto"`.
- Any model that is built can be drawn, also one that branches or is written as a subclass: which
  layer stands on which is read from its calls. An op between layers is a plate.
- Text is set in Helvetica or what the machine has for it, Korean in the machine's Korean font. A
  PNG has only the letters that these fonts have. Where they have no letters for a text it is
  refused, with the command that helps (`pip install 'brickwork[korean]'` brings Korean ones); of
  an emoji a warning tells. The browser that shows an SVG finds them elsewhere.
- In space a layer is laid as the building of real bricks lays it: square greens are positive and
  round ones negative, axons show their studs, and lines are joints between real bricks.

## Bricks to style and to count

In the SVG every brick is an element of its own. Its class says what it is, and its data which:

| class | what it is | data |
| --- | --- | --- |
| `layer` | a whole brick | `layer` (its name), `index` |
| `signal` | a transparent brick: one input | `layer`, `row` |
| `weight` | a green brick, or a line (`strand`) | `layer`, `row`, `unit`, `value` |
| `multiply` | a yellow brick | `layer`, `row`, `unit` |
| `sum` | a red brick | `layer`, `unit` |
| `bias` | a grey brick (with `bias=True`) | `layer`, `unit`, `value` |
| `activation` | a blue brick, or one for all units (softmax) | `layer`, `unit` if it has one |
| `body` | a layer that is not opened | `layer` |
| `band` | on it, how strongly inputs are joined | `layer`, `row` (the first), `count`, `value` |
| `way`, `outlet` | an output's way up from a row of neurons, and its end | `layer`, `unit` |
| `plate` | a layer without synapses | `layer` |
| `more` | the units between the first six and the last two | `count` |

`data-row` counts inputs and `data-unit` outputs, from 0: a weight is `kernel[row, unit]`, and
`data-value` its number. Weights are `pos` or `neg`, and `s0` to `s4` by strength; or `nan`.
`document.querySelectorAll(".weight").length` is the number of synapses. Colours are CSS variables
of the class `brickwork` (`--paper`, `--ink`, `--edge`, ...). Each pair of the four brick colours
is told apart by all eyes: CIEDE2000 is 18 or more in every simulation of colour-vision
deficiency.
"""


def run_setup() -> dict:
    """The names that the lines use."""
    names: dict = {}
    exec(SETUP + GRAPH, names)  # the page's own text
    return names


def pictures() -> dict[str, str]:
    """Each picture's file name and its SVG."""
    names = run_setup()
    return {f"{file}.svg": eval(line, names).svg() for file, _, line in PICTURES}


def opening(readme: str) -> str:
    """The picture that the program in a README saves. How strong its weights are depends, in the
    last digits, on the machine that trained them."""
    (program,) = re.findall(r"```python\n(.*?)```", (ROOT / readme).read_text("utf-8"), re.S)
    with TemporaryDirectory() as folder:
        seeded = f"import numpy\nnumpy.random.seed(5)\n{program}"
        subprocess.run([sys.executable, "-c", seeded], cwd=folder, check=True,
                       stdout=subprocess.DEVNULL)
        return Path(folder, "lesson.svg").read_text("utf-8")


def sample() -> dict[str, str]:
    """The picture of docs/pictures-live.md, by the program printed there."""
    text = (DOCS / "pictures-live.md").read_text("utf-8")
    (name,) = re.findall(r"\(pictures/(.*?\.svg)\)", text)
    with TemporaryDirectory() as folder:
        program = "\n".join(re.findall(r"```python\n(.*?)```", text, re.S))
        subprocess.run([sys.executable, "-c", program], cwd=folder, check=True,
                       stdout=subprocess.DEVNULL)
        return {name: Path(folder, name).read_text("utf-8")}


def page() -> str:
    """The gallery."""
    parts = [HEAD + SETUP + "```\n"]
    for file, words, line in PICTURES:
        before = f"{GRAPH}\n" if file == "graph" else ""
        parts.append(f"**{words}**\n\n![{words}](pictures/{file}.svg)\n\n"
                     f"```python\n{before}{line}\n```\n")
    return "\n".join([*parts, TAIL])


def main() -> None:
    """Write all of it."""
    folder = DOCS / "pictures"
    folder.mkdir(exist_ok=True)
    openings = {name: opening(readme) for name, readme in READMES.items()}
    for name, text in {**pictures(), **openings, **sample()}.items():
        (folder / name).write_text(text, encoding="utf-8")
    (DOCS / "pictures.md").write_text(page(), encoding="utf-8")
    print(f"{len(PICTURES)} pictures in {folder}", file=sys.stderr)


if __name__ == "__main__":
    main()
