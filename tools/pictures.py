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

#: The width of a telephone's column of text: wider pictures are drawn for it too.
NARROW = 380

READMES = {"lesson.svg": "README.md", "lesson.ko.svg": "README.ko.md"}
FILMS = {"lesson.svg": "lesson-film.svg", "lesson.ko.svg": "lesson-film.ko.svg"}

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

CHARTS_HEAD = """\
## Charts

By matplotlib (`pip install 'brickwork[plot]'`), in the bricks' colours, after this:

```python
"""

LEARNED = """\
from brickwork import datasets

(x, y), (x_test, y_test) = datasets.pima.load_data(
    features=["glucose", "bmi", "pedigree", "age"])
mean, spread = x.mean(axis=0), x.std(axis=0)
x, x_test = (x - mean) / spread, (x_test - mean) / spread

model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
model.class_names = ["healthy", "diabetes"]
history = model.fit(x, y, epochs=150, batch_size=10, validation_data=(x_test, y_test), verbose=0)
"""

#: Each chart: its file, what it shows, and the line that makes it.
CHARTS = [
    ("curves", "Learning curves: the validation dashed, the best epoch marked", "history.plot()"),
    ("confusion", "What is taken for what: a row for each class, its share in the shade",
     "pictures.confusion(model, x_test, y_test)"),
    ("boundary", "Where the model changes its mind, on the plane of two inputs",
     "pictures.boundary(model, x, y, features=(0, 1))"),
]

CHARTS_TAIL = """\
Each returns matplotlib's Axes (`history.plot()` a list of them), so that a title or a line more
is a line of your own, and `axes.figure.savefig("chart.png")` saves. `confusion` and `boundary`
take `ax=` to draw beside other things; all take `theme` ("auto" keeps matplotlib's dark style,
where it is set) and `labels="ko"`. `boundary` draws the classes of a classifier, each fuller
where the model is surer, and the values of a regression in greens; of a model with more than two
inputs the others keep their median. `history.plot("accuracy")` draws one measure alone.
"""

HEAD = """\
# Models as bricks

Green is a weight, yellow multiplies, red adds, blue is the activation. Signals come in from
below, at the sockets, and leave at the top, at the studs. `make pictures` draws this page anew;
each picture is made by the line beneath it, after this:

```python
"""

TAIL = """\
## What a picture can do

`draw(model_or_layer, level, view, labels, weights, theme, size, apart=..., bias=...)` returns a
`Picture`. It shows itself in a notebook, prints itself in a terminal, and saves itself by the
ending of a file's name: `.svg`, `.png` (`pip install 'brickwork[png]'`), `.pdf`, `.jpg` and
`.webp` (`'brickwork[pictures]'`; a picture on paper is light, unless `theme` says otherwise),
`.txt`; and as [a building of real bricks](real-bricks.md): `.html` (a booklet to print), `.mpd`
and `.ldr` (the plan), `.xml` (the wanted list for it).

- `level`: `"synapses"`, `"lines"`, `"bricks"`, or `"auto"`: every synapse up to 256 in a layer
  and 512 in the picture, where no layer has more than 64 inputs or 32 neurons; lines up to 256 in
  a layer; above that the brick, always with its counts. Any level can be asked for; every synapse
  of a picture with more than 4,096 is refused. Where layers branch, or a sample's numbers would
  be wider than the page, `"auto"` shows less.
- `size`: the width in pixels that the picture is laid out for, 830 where none is given: a column
  of text on the web. Letters are never smaller than 11 pixels at that width. `size=380` is for
  telephones; a page that is narrower still scales the picture.
- `view`: `"front"` or `"isometric"`. `labels`: `"en"` or `"ko"`. `theme`: `"auto"` (dark where
  the page is), `"light"`, `"dark"`.
- `weights`: whether weights tint their bricks: five greens by strength, measured by the 98th
  percentile of the layer's weights; a negative weight has a minus sign, a hollow stud, and, as a
  line, dashes. One that is no number is white with a question mark, or a red dotted line, and the
  caption counts all that are not finite. A brick that is not opened has a band above its sockets:
  how strongly each input (or group of inputs) is joined to the outputs, the middle green being
  the layer's mean.
- Each signal has a transparent plate on which the neurons stand; rods in the glass, with a dot
  where they meet the plate, lead to one weight of every neuron. Where the neurons of a layer do
  not fit on the page side by side, all of them become columns: a weight of each stands on the
  signal's rail, its multiplication beside it, and the sum runs up along them.
- Any model that is built can be drawn, also one that branches or is written as a subclass: which
  layer stands on which is read from its calls. An op between layers is a plate.
- Where the mouse rests on a brick it says what it is: "glucose to neuron 2: weight 0.523", by the
  names of the columns, where the model was trained on a table that has them. (An `<img>` shows no
  such words: open the SVG itself, or a film's page. Single lines say it in layers of up to 512.)
  JupyterLab shows an SVG as an image, in which nothing can be pointed at;
  `IPython.display.HTML(model.draw().svg())` puts the bricks themselves into the page.
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
| `signal` | an input: a transparent brick or a socket, with the ways up | `layer`, `row` |
| `axon` | the transparent plate of a signal | `layer`, `row` |
| `weight` | a green brick, or a line (`strand`) | `layer`, `row`, `unit`, `value` |
| `multiply` | a yellow brick | `layer`, `row`, `unit` |
| `sum` | a red brick | `layer`, `unit` |
| `bias` | a grey brick (with `bias=True`) | `layer`, `unit`, `value` |
| `activation` | a blue brick, or one for all units (softmax) | `layer`, `unit` if it has one |
| `body` | a layer that is not opened | `layer` |
| `band` | on it, how strongly inputs are joined | `layer`, `row` (the first), `count`, `value` |
| `plate` | a layer without synapses | `layer` |
| `more` | the units between the first six and the last two | `count` |
| `legend` | what the colours mean | |

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
    drawn = {}
    for file, _, line in PICTURES:
        picture = eval(line, names)
        drawn[f"{file}.svg"] = picture.svg()
        if picture.scene.width > NARROW + 20:
            drawn[f"{file}-narrow.svg"] = eval(narrow(line), names).svg()
    return drawn


def narrow(line: str) -> str:
    """The line that draws the same for a narrow page."""
    between = "" if line.endswith("()") else ", "
    return f"{line.removesuffix(')')}{between}size={NARROW})"


def shown(name: str, words: str, folder: str = "pictures") -> str:
    """A picture in a page: the narrow one where there is one and the page is narrow."""
    if not (DOCS / "pictures" / f"{name}-narrow.svg").exists():
        return f"![{words}]({folder}/{name}.svg)"
    return (f'<picture><source media="(max-width: 600px)" srcset="{folder}/{name}-narrow.svg">'
            f'<img alt="{words}" src="{folder}/{name}.svg"></picture>')


def opening(readme: str, size: int | None = None, file: str = "lesson.svg") -> str:
    """The picture that the program in a README saves, or the same for a narrow page, or its film.
    How strong its weights are depends, in the last digits, on the machine that trained them."""
    programs = re.findall(r"```python\n(.*?)```", (ROOT / readme).read_text("utf-8"), re.S)
    (program,) = (text for text in programs if "lesson.svg" in text)
    with TemporaryDirectory() as folder:
        if size is not None:
            program = program.replace(".draw(", f".draw(size={size}, ").replace(", )", ")")
        seeded = f"import numpy\nnumpy.random.seed(5)\n{program}\nfilm.save('film.svg')\n"
        subprocess.run([sys.executable, "-c", seeded], cwd=folder, check=True,
                       stdout=subprocess.DEVNULL)
        return Path(folder, file).read_text("utf-8")


def sample() -> dict[str, str]:
    """The picture of docs/pictures-live.md, by the program printed there."""
    text = (DOCS / "pictures-live.md").read_text("utf-8")
    (name,) = re.findall(r"\(pictures/(sample.*?\.svg)\)", text)
    with TemporaryDirectory() as folder:
        program = "\n".join(re.findall(r"```python\n(.*?)```", text, re.S))
        subprocess.run([sys.executable, "-c", program], cwd=folder, check=True,
                       stdout=subprocess.DEVNULL)
        return {name: Path(folder, name).read_text("utf-8")}


def charts() -> dict[str, bytes]:
    """Each chart's file name and its PNG, on light and on dark paper."""
    import io

    import matplotlib

    matplotlib.use("Agg")
    names = run_setup()
    exec(LEARNED, names)  # the page's own text
    made = {}
    for file, _, line in CHARTS:
        for theme, end in (("light", ""), ("dark", "-dark")):
            drawn = eval(f"{line[:-1]}, theme={theme!r})".replace("(, ", "("), names)
            out = io.BytesIO()
            figure = (drawn[0] if isinstance(drawn, list) else drawn).figure
            figure.savefig(out, format="png", dpi=90, metadata={"Software": None})
            made[f"{file}{end}.png"] = out.getvalue()
    return made


def page() -> str:
    """The gallery."""
    parts = [HEAD + SETUP + "```\n"]
    for file, words, line in PICTURES:
        before = f"{GRAPH}\n" if file == "graph" else ""
        parts.append(f"**{words}**\n\n{shown(file, words)}\n\n"
                     f"```python\n{before}{line}\n```\n")
    parts.append(CHARTS_HEAD + LEARNED + "```\n")
    for file, words, line in CHARTS:
        parts.append(f"**{words}**\n\n<picture><source media=\"(prefers-color-scheme: dark)\" "
                     f"srcset=\"pictures/{file}-dark.png\"><img alt=\"{words}\" "
                     f"src=\"pictures/{file}.png\"></picture>\n\n```python\n{line}\n```\n")
    parts.append(CHARTS_TAIL)
    return "\n".join([*parts, TAIL])


def main() -> None:
    """Write all of it."""
    folder = DOCS / "pictures"
    folder.mkdir(exist_ok=True)
    openings = {name: opening(readme) for name, readme in READMES.items()}
    openings |= {name.replace(".svg", "-narrow.svg"): opening(readme, NARROW)
                 for name, readme in READMES.items()}
    openings |= {FILMS[name]: opening(readme, file="film.svg") for name, readme in READMES.items()}
    for name, text in {**pictures(), **openings, **sample()}.items():
        (folder / name).write_text(text, encoding="utf-8")
    for name, data in charts().items():
        (folder / name).write_bytes(data)
    (DOCS / "pictures.md").write_text(page(), encoding="utf-8")
    print(f"{len(PICTURES)} pictures in {folder}", file=sys.stderr)


if __name__ == "__main__":
    main()
