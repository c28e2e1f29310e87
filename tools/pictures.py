"""Draws docs/pictures/*.svg and writes docs/pictures.md in English and Korean: each picture is
drawn by the line shown there.

The pictures at the top of the READMEs are drawn by the programs printed there.
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

#: Each picture: file, caption, line of code, Korean caption, and the line of the Korean page if
#: the picture contains Korean text (in NAME-ko.svg). None: the Korean page shows the English one.
PICTURES = [
    (
        "cover",
        "The lesson's model as a building: every green brick is a weight",
        'model.draw(view="isometric")',
        "예제 모델을 진짜 블록으로 만든 모습: 초록 블록 하나가 가중치 하나",
        None,
    ),
    (
        "neuron",
        "One neuron: three signals, three weights, multiply, sum, activation",
        "pictures.neuron(3)",
        "뉴런 하나: 입력 신호 3개, 가중치 3개, 곱하기, 더하기, 활성화 함수",
        'pictures.neuron(3, labels="ko")',
    ),
    (
        "overlaid",
        "Two neurons on the same three signals: count 3 × 2 = 6 green bricks",
        'pictures.overlaid(Dense(2, input_dim=3, activation="sigmoid", name="two"))',
        "같은 신호 3개를 받는 뉴런 2개: 초록 블록을 세어 보면 3 × 2 = 6개",
        'pictures.overlaid(Dense(2, input_dim=3, activation="sigmoid", name="two"), labels="ko")',
    ),
    (
        "levels",
        "One layer at three levels: every synapse, lines, a single brick",
        'pictures.levels(Dense(1, input_dim=3, activation="sigmoid", name="one"))',
        "같은 층을 세 가지로: 시냅스를 모두 블록으로, 시냅스를 선으로, 블록 하나로",
        'pictures.levels(Dense(1, input_dim=3, activation="sigmoid", name="one"), labels="ko")',
    ),
    (
        "softmax",
        "Twelve synapses; softmax is one blue brick across its neurons",
        'Dense(3, input_dim=4, activation="softmax", name="three").draw()',
        "시냅스 12개. softmax는 모든 뉴런에 걸친 파란 블록 하나입니다",
        'Dense(3, input_dim=4, activation="softmax", name="three").draw(labels="ko")',
    ),
    (
        "relu",
        "Twenty-four synapses",
        'Dense(4, input_dim=6, activation="relu", name="four").draw()',
        "시냅스 24개",
        None,
    ),
    (
        "assembly",
        "The lesson's model as three bricks: apart, then assembled",
        "pictures.assembly(model)",
        "블록 3개로 된 예제 모델: 떼어 놓은 모습과 끼워 맞춘 모습",
        'pictures.assembly(model, labels="ko")',
    ),
    (
        "apart",
        "Its bricks apart, their synapses as lines",
        'model.draw("lines", apart=True)',
        "블록을 떼어 놓고 시냅스를 선으로",
        None,
    ),
    (
        "assembled",
        "Assembled, with every synapse",
        "model.draw()",
        "끼워 맞추고 시냅스를 모두 블록으로",
        None,
    ),
    (
        "bricks",
        "Layers as single bricks",
        'model.draw("bricks")',
        "층을 블록 하나로",
        'model.draw("bricks", labels="ko")',
    ),
    (
        "boxes",
        "The same model as bricks, and upside down as Keras's boxes",
        "pictures.beside_boxes(model)",
        "같은 모델을 블록으로, 그리고 케라스의 상자로: 상자는 위아래가 반대입니다",
        'pictures.beside_boxes(model, labels="ko")',
    ),
    (
        "anatomy",
        "The parts of a nerve cell: axon, synapse, dendrite",
        "pictures.neuron(3, anatomy=True)",
        "신경 세포의 이름: 축삭돌기, 시냅스, 수상돌기",
        'pictures.neuron(3, anatomy=True, labels="ko")',
    ),
    (
        "strengths",
        "A strong, a medium and a weak influence",
        'pictures.neuron(["hair length", "height", "blood type"], weights=[0.9, 0.5, 0.1])',
        "강한 영향, 보통 영향, 약한 영향",
        'pictures.neuron(["머리 길이", "키", "혈액형"], weights=[0.9, 0.5, 0.1], labels="ko")',
    ),
    (
        "misfit",
        "Four outputs do not fit three inputs",
        'pictures.misfit(Dense(4, input_dim=2, name="lower"), Dense(2, input_dim=3, name="upper"))',
        "출력 4개는 입력 3개짜리 층에 맞지 않습니다",
        """\
pictures.misfit(Dense(4, input_dim=2, name="lower"), Dense(2, input_dim=3, name="upper"),
                labels="ko")""",
    ),
    (
        "digits",
        "Large layers: the first six studs, the number of hidden ones, the last two",
        "digits.draw()",
        "큰 층: 처음 돌기 6개, 생략한 개수, 마지막 2개",
        'digits.draw(labels="ko")',
    ),
    ("graph", "Layers that branch and merge", "two_ways.draw()", "갈라졌다가 합쳐지는 층", None),
]

CHARTS_HEAD = """\
## Charts

Charts by matplotlib (`pip install 'brickwork[plot]'`) in the bricks' colours, after this code:

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

#: Each chart: its file, what it shows, the line that makes it, and the same in Korean.
CHARTS = [
    (
        "curves",
        "Learning curves: validation is dashed, the best epoch is marked",
        "history.plot()",
        "학습 곡선: 점선은 검증 데이터, 표시한 점은 가장 좋은 에포크",
    ),
    (
        "confusion",
        "Confusion matrix: one row per class, shaded by the fraction of the row",
        "pictures.confusion(model, x_test, y_test)",
        "혼동 행렬: 한 행이 한 클래스이고, 그 행에서 차지하는 비율만큼 짙습니다",
    ),
    (
        "boundary",
        "Decision boundary: where the prediction changes, on the plane of two inputs",
        "pictures.boundary(model, x, y, features=(0, 1))",
        "결정 경계: 두 입력의 평면에서 모델의 예측이 바뀌는 곳",
    ),
]

CHARTS_TAIL = """\
Each returns matplotlib's Axes (`history.plot()` a list of them), so you can add a title or a line,
and save the chart with `axes.figure.savefig("chart.png")`. `confusion` and `boundary`
take `ax=` to draw beside other charts. All take `theme` ("auto" keeps matplotlib's dark style
if it is set) and `labels="ko"`. For a classifier, `boundary` draws the classes, darker
where the model is more certain; for a regression model, the predicted values in greens. With more
than two inputs, the others are held at their median. `history.plot("accuracy")` draws one metric.
"""

HEAD = """\
# Models as bricks

[한국어](pictures.ko.md)

Green is a weight, yellow multiplies, red adds, blue is the activation. Signals enter
at the sockets below and leave at the studs on top. `make pictures` generates this page.
The code below each picture draws it, after this setup:

```python
"""

TAIL = """\
## What a picture can do

`draw(model_or_layer, level, view, labels, weights, theme, size, apart=..., bias=...)` returns a
`Picture`. It is displayed in a notebook, printed in a terminal, and saved in the format of the
file's extension: `.svg`, `.png` (`pip install 'brickwork[png]'`), `.pdf`, `.jpg` and
`.webp` (`'brickwork[pictures]'`; a picture for print is light unless `theme` is set),
`.txt`; and as [a building of real bricks](real-bricks.md): `.html` (a booklet to print), `.mpd`
and `.ldr` (the building plan), `.xml` (the list of parts to order).

- `level`: `"synapses"`, `"lines"`, `"bricks"`, or `"auto"`: every synapse up to 256 in a layer
  and 512 in the picture, if no layer has more than 64 inputs or 32 neurons; lines up to 256 in
  a layer; above that a single brick, always with its counts. You can choose any level, but
  `"synapses"` is refused for more than 4,096 in a picture. If layers branch, or a sample's values
  would be wider than the page, `"auto"` shows less.
- `size`: the width in pixels that the picture is laid out for; the default 830 is a column
  of text on the web. Text is never smaller than 11 pixels at that width. `size=380` is for
  phones; narrower pages scale the picture.
- `view`: `"front"` or `"isometric"`. `labels`: `"en"` or `"ko"`. `theme`: `"auto"` (dark where
  the page is), `"light"`, `"dark"`.
- `weights`: whether weights tint their bricks. Strength has five greens, relative to the 98th
  percentile of the layer's weights. A negative weight has a minus sign and a hollow stud, or is a
  dashed line. NaN is a white brick with a question mark, or a red dotted line, and the
  caption counts the weights that are not finite. A closed brick has a band above its sockets:
  how strongly each input (or group of inputs) is connected to the outputs. The middle green is
  the layer's mean.
- Each signal has a transparent plate on which the neurons stand. Rods in the plate, with a dot
  where they meet it, lead to one weight of every neuron. If the neurons of a layer do
  not fit on the page side by side, they become columns: one weight of each is on the
  signal's rail, its multiplication is beside it, and the sum runs up along them.
- Any built model can be drawn, including models that branch and subclassed models. The calls
  of its layers determine which layer is on which. An op between layers is a plate.
- Hover over a brick to see what it is: "glucose to neuron 2: weight 0.523". Columns have
  their names if the model was trained on a table that has names. (An `<img>` has no such
  tooltips: open the SVG itself, or a film's page. Single lines have them in layers of up to 512.)
  JupyterLab shows an SVG as an image without tooltips;
  `IPython.display.HTML(model.draw().svg())` puts the bricks themselves into the page.
- Text uses Helvetica or the system's substitute, and the system's Korean font. A
  PNG has only the characters that these fonts have. Text with missing characters is
  refused, with the command that helps (`pip install 'brickwork[korean]'` installs a Korean font);
  an emoji causes only a warning. In an SVG, the browser finds the characters.
- The isometric view places bricks as in the building of real bricks: square greens are positive,
  round ones negative, axons show their studs, and lines are joints between real bricks.

## Styling and counting bricks

In the SVG every brick is one element. Its class gives the kind of brick, its data which one:

| class | meaning | data |
| --- | --- | --- |
| `layer` | a whole brick | `layer` (its name), `index` |
| `signal` | an input: a transparent brick or a socket, with its rods | `layer`, `row` |
| `axon` | the transparent plate of a signal | `layer`, `row` |
| `weight` | a green brick, or a line (`strand`) | `layer`, `row`, `unit`, `value` |
| `multiply` | a yellow brick | `layer`, `row`, `unit` |
| `sum` | a red brick | `layer`, `unit` |
| `bias` | a grey brick (with `bias=True`) | `layer`, `unit`, `value` |
| `activation` | a blue brick, or one for all units (softmax) | `layer`, `unit` if it has one |
| `body` | a closed layer | `layer` |
| `band` | on it: how strongly inputs connect | `layer`, `row` (the first), `count`, `value` |
| `plate` | a layer without synapses | `layer` |
| `more` | the units between the first six and the last two | `count` |
| `legend` | what the colours mean | |

`data-row` counts inputs and `data-unit` outputs, from 0: a weight is `kernel[row, unit]`, and
`data-value` its value. Weights have the classes `pos` or `neg`, and `s0` to `s4` by strength; or
`nan`. `document.querySelectorAll(".weight").length` is the number of synapses. Colours are CSS
variables of the class `brickwork` (`--paper`, `--ink`, `--edge`, ...). The four brick colours are
safe for colour-blind readers: CIEDE2000 is 18 or more for each pair in every simulation of
colour-vision deficiency.
"""


KOREAN_HEAD = """\
# 블록으로 보는 모델

[English](pictures.md)

초록은 가중치, 노랑은 곱하기, 빨강은 더하기, 파랑은 활성화 함수입니다. 입력 신호는 아래의 홈으로
들어와서 위의 돌기로 나갑니다. 그림마다 그것을 그린 코드가 바로 아래에 있습니다. `labels="ko"`가
없어서 영어가 적힌 그림도 이 인자를 주면 한국어로 그려집니다. 이 문서는 `make pictures`가 만듭니다.
먼저 이것을 실행합니다.

```python
"""

KOREAN_CHARTS_HEAD = """\
## 차트

matplotlib으로(`pip install 'brickwork[plot]'`) 블록과 같은 색의 차트를 그립니다. 먼저 이것을
실행합니다.

```python
"""

KOREAN_CHARTS_TAIL = """\
모두 matplotlib의 Axes를 돌려주므로(`history.plot()`은 Axes의 리스트) 제목을 달거나 선을 더하는
것은 한 줄이면 되고, `axes.figure.savefig("chart.png")`로 저장합니다. `confusion`과 `boundary`에
`ax=`를 주면 다른 그림 옆에 그립니다. 모두 `theme`("auto"는 matplotlib에 어두운 스타일을 정해
두었다면 그것을 따릅니다)과 `labels="ko"`를 받습니다. `boundary`는 분류 모델이면 클래스를
모델이 확신할수록 진하게, 회귀 모델이면 값을 초록의 짙고 옅음으로 그립니다. 입력이 셋 이상인
모델에서 나머지 입력은 중앙값으로 둡니다. `history.plot("accuracy")`는 그 지표 하나만 그립니다.
"""

KOREAN_TAIL = """\
## 그림으로 할 수 있는 것

`draw(model_or_layer, level, view, labels, weights, theme, size, apart=..., bias=...)`는
`Picture`를 돌려줍니다. 노트북에서는 그림으로, 터미널에서는 글자로 보이고, 저장할 때는 확장자에
맞는 형식이 됩니다. `.svg`, `.png`(`pip install 'brickwork[png]'`), `.pdf`, `.jpg`,
`.webp`(`'brickwork[pictures]'`. 종이에 인쇄할 그림은 `theme`으로 달리 정하지 않으면 밝게 그립니다),
`.txt`가 있고, [진짜 블록으로 만든 건물](real-bricks.ko.md)로는 `.html`(조립 설명서), `.mpd`와
`.ldr`(조립도), `.xml`(주문 목록)이 있습니다.

- `level`: `"synapses"`, `"lines"`, `"bricks"`, `"auto"`. `"auto"`는 한 층에 시냅스가 256개, 그림
  전체에 512개를 넘지 않고 입력이 64개나 뉴런이 32개를 넘는 층이 없으면 시냅스를 모두 블록으로
  그립니다. 그보다 크면 한 층에 256개까지는 선으로, 더 크면 블록 하나로 그리고 개수를 적습니다.
  어느 쪽이든 직접 고를 수 있지만, 시냅스가 4,096개를 넘는 그림에서 모두 그리라는 것은 거절합니다.
  층이 갈라지거나 샘플의 숫자가 페이지보다 넓어질 때는 `"auto"`가 덜 자세히 그립니다.
- `size`: 그림을 배치할 폭(픽셀). 정하지 않으면 웹 문서의 글 폭인 830입니다. 그 폭에서 글자는
  11픽셀보다 작아지지 않습니다. 휴대 전화에는 `size=380`이 알맞습니다. 더 좁은 페이지에서는 그림이
  줄어듭니다.
- `view`: `"front"`나 `"isometric"`. `labels`: `"en"`이나 `"ko"`. `theme`: `"auto"`(어두운
  페이지에서는 어둡게), `"light"`, `"dark"`.
- `weights`: 블록을 가중치에 따라 칠할지 정합니다. 세기는 초록 다섯 단계로, 그 층 가중치 크기의
  98번째 백분위수를 기준으로 나눕니다. 음수 가중치는 빼기 표시와 속이 빈 돌기로, 선이면 점선으로
  그립니다. NaN인 가중치는 물음표가 있는 흰 블록이나 빨간 점선이 되고, 유한하지 않은 것이
  모두 몇 개인지 설명에 적습니다. 속을 보여 주지 않는 블록에는 홈 위에 띠가 있습니다. 각 입력(또는
  입력의 묶음)이 출력에 얼마나 강하게 이어져 있는지를 나타내며, 가운데 초록이 그 층의 평균입니다.
- 입력 신호마다 투명한 판이 하나씩 있고 뉴런은 그 위에 섭니다. 판 속의 막대가 뉴런마다 가중치
  하나로 이어지고, 판과 만나는 곳에 점이 있습니다. 한 층의 뉴런을 나란히 놓을 자리가 없으면 모두
  기둥이 됩니다. 뉴런마다 가중치 하나가 그 신호의 레일에 서고, 곱하기가 그 옆에 놓이며, 더하기가
  이들을 따라 위로 올라갑니다.
- 빌드된 모델이면 무엇이든, 갈라지는 모델이나 서브클래스로 작성한 모델도 그릴 수 있습니다. 어느 층
  위에 어느 층이 서는지는 층의 호출에서 읽습니다. 층 사이의 연산은 판으로 그립니다.
- 블록에 마우스를 올리면 무엇인지 나옵니다: "glucose → 뉴런 2: 가중치 0.523". 이름이 있는 표로
  학습한 모델이면 열의 이름으로 나옵니다. (`<img>`로 넣은 그림에서는 나오지 않습니다. SVG 파일이나
  영상 페이지를 직접 여십시오. 선 하나하나의 값은 시냅스가 512개를 넘지 않는 층에서만 나옵니다.)
  JupyterLab은 SVG를 이미지로 보여 주므로 블록을 가리킬 수 없습니다.
  `IPython.display.HTML(model.draw().svg())`라고 하면 블록이 그대로 페이지에 들어갑니다.
- 글꼴은 Helvetica나 그것을 대신하는 글꼴이고, 한글은 그 기계의 한글 글꼴입니다. PNG에는 글꼴에
  있는 글자만 그릴 수 있습니다. 글꼴에 없는 글자가 있으면 해결할 명령을 알려 주며 거절하고(한글
  글꼴은 `pip install 'brickwork[korean]'`이 가져옵니다), 이모지라면 경고만 합니다. SVG의 글자는
  그것을 보여 주는 브라우저가 찾습니다.
- 입체 그림은 진짜 블록으로 만든 건물과 같게 놓습니다. 네모난 초록은 양수, 둥근 초록은 음수이고,
  축삭돌기에는 돌기가 보이며, 선은 진짜 블록의 이음매입니다.

## 꾸미고 셀 수 있는 블록

SVG에서 블록은 저마다 하나의 요소입니다. 클래스는 무엇인지를, 데이터는 어느 것인지를 말합니다.

| 클래스 | 무엇인지 | 데이터 |
| --- | --- | --- |
| `layer` | 블록(층) 전체 | `layer`(층의 이름), `index` |
| `signal` | 입력: 투명한 블록이나 홈, 위로 가는 길까지 | `layer`, `row` |
| `axon` | 입력 신호의 투명한 판 | `layer`, `row` |
| `weight` | 초록 블록, 또는 선(`strand`) | `layer`, `row`, `unit`, `value` |
| `multiply` | 노란 블록 | `layer`, `row`, `unit` |
| `sum` | 빨간 블록 | `layer`, `unit` |
| `bias` | 회색 블록(`bias=True`일 때) | `layer`, `unit`, `value` |
| `activation` | 파란 블록, 또는 모든 유닛에 걸친 하나(softmax) | `layer`, 있으면 `unit` |
| `body` | 속을 보여 주지 않는 층 | `layer` |
| `band` | 그 위의 띠: 입력이 얼마나 강하게 이어져 있는지 | `layer`, `row`(첫째), `count`, `value` |
| `plate` | 시냅스가 없는 층 | `layer` |
| `more` | 처음 6개와 마지막 2개 사이의 유닛들 | `count` |
| `legend` | 색의 뜻 | |

`data-row`는 입력을, `data-unit`은 출력을 0부터 셉니다. 가중치는 `kernel[row, unit]`이고 그 값이
`data-value`입니다. 가중치에는 부호에 따라 `pos`나 `neg`, 세기에 따라 `s0`에서 `s4`까지의 클래스가
붙고, 숫자가 아니면 `nan`입니다. `document.querySelectorAll(".weight").length`가 시냅스의
개수입니다. 색은 클래스 `brickwork`의 CSS 변수(`--paper`, `--ink`, `--edge`, ...)입니다. 블록의 네
색은 누구의 눈에도 서로 다르게 보입니다. 어떤 색각 이상을 흉내 내어도 어느 두 색이든 CIEDE2000이 18
이상입니다.
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
    for file, _, english, _, korean in PICTURES:
        for name, line in ((file, english), (f"{file}-ko", korean)):
            if line is not None:
                picture = eval(line, names)
                drawn[f"{name}.svg"] = picture.svg()
                if picture.scene.width > NARROW + 20:
                    drawn[f"{name}-narrow.svg"] = eval(narrow(line), names).svg()
    return drawn


def narrow(line: str) -> str:
    """The line that draws the same for a narrow page."""
    between = "" if line.endswith("()") else ", "
    return f"{line.removesuffix(')')}{between}size={NARROW})"


def shown(name: str, words: str, folder: str = "pictures") -> str:
    """A picture in a page: the narrow one where there is one and the page is narrow."""
    if not (DOCS / "pictures" / f"{name}-narrow.svg").exists():
        return f"![{words}]({folder}/{name}.svg)"
    return (
        f'<picture><source media="(max-width: 600px)" srcset="{folder}/{name}-narrow.svg">'
        f'<img alt="{words}" src="{folder}/{name}.svg"></picture>'
    )


def opening(readme: str, size: int | None = None, file: str = "lesson.svg") -> str:
    """The picture that the program in a README saves, or the same for a narrow page, or its film.
    How strong its weights are depends, in the last digits, on the machine that trained them."""
    programs = re.findall(r"```python\n(.*?)```", (ROOT / readme).read_text("utf-8"), re.S)
    (program,) = (text for text in programs if "lesson.svg" in text)
    with TemporaryDirectory() as folder:
        if size is not None:
            program = program.replace(".draw(", f".draw(size={size}, ").replace(", )", ")")
        seeded = f"import numpy\nnumpy.random.seed(5)\n{program}\nfilm.save('film.svg')\n"
        subprocess.run(
            [sys.executable, "-c", seeded], cwd=folder, check=True, stdout=subprocess.DEVNULL
        )
        return Path(folder, file).read_text("utf-8")


def sample(live: str = "pictures-live.md") -> dict[str, str]:
    """The picture of docs/pictures-live.md, by the program printed there; or of the Korean page."""
    text = (DOCS / live).read_text("utf-8")
    ((name, end),) = re.findall(r"\(pictures/(sample[\d-]*)(.*?\.svg)\)", text)
    with TemporaryDirectory() as folder:
        program = "\n".join(re.findall(r"```python\n(.*?)```", text, re.S))
        subprocess.run(
            [sys.executable, "-c", program], cwd=folder, check=True, stdout=subprocess.DEVNULL
        )
        return {name + end: Path(folder, f"{name}.svg").read_text("utf-8")}


def charts() -> dict[str, bytes]:
    """Each chart's file name and its PNG, on light and on dark paper."""
    import io

    import matplotlib

    matplotlib.use("Agg")
    names = run_setup()
    exec(LEARNED, names)  # the page's own text
    made = {}
    for file, _, line, _ in CHARTS:
        for theme, end in (("light", ""), ("dark", "-dark")):
            drawn = eval(f"{line[:-1]}, theme={theme!r})".replace("(, ", "("), names)
            out = io.BytesIO()
            figure = (drawn[0] if isinstance(drawn, list) else drawn).figure
            figure.savefig(out, format="png", dpi=90, metadata={"Software": None})
            made[f"{file}{end}.png"] = out.getvalue()
    return made


def page() -> str:
    """The gallery."""
    shows = [(file, words, line) for file, words, line, _, _ in PICTURES]
    charts = [(file, words, line) for file, words, line, _ in CHARTS]
    return gallery(shows, charts, HEAD, CHARTS_HEAD, CHARTS_TAIL, TAIL)


def korean_page() -> str:
    """The same in Korean."""
    shows = [
        (f"{file}-ko" if korean else file, words, korean or english)
        for file, _, english, words, korean in PICTURES
    ]
    charts = [(file, words, line) for file, _, line, words in CHARTS]
    return gallery(shows, charts, KOREAN_HEAD, KOREAN_CHARTS_HEAD, KOREAN_CHARTS_TAIL, KOREAN_TAIL)


def gallery(shows, charts, head: str, charts_head: str, charts_tail: str, tail: str) -> str:
    """A page of pictures and charts, each a file, words and a line, and of the texts between."""
    parts = [head + SETUP + "```\n"]
    for file, words, line in shows:
        before = f"{GRAPH}\n" if file == "graph" else ""
        parts.append(f"**{words}**\n\n{shown(file, words)}\n\n```python\n{before}{line}\n```\n")
    parts.append(charts_head + LEARNED + "```\n")
    for file, words, line in charts:
        parts.append(
            f'**{words}**\n\n<picture><source media="(prefers-color-scheme: dark)" '
            f'srcset="pictures/{file}-dark.png"><img alt="{words}" '
            f'src="pictures/{file}.png"></picture>\n\n```python\n{line}\n```\n'
        )
    return "\n".join([*parts, charts_tail, tail])


def main() -> None:
    """Write all of it."""
    folder = DOCS / "pictures"
    folder.mkdir(exist_ok=True)
    openings = {name: opening(readme) for name, readme in READMES.items()}
    openings |= {
        name.replace(".svg", "-narrow.svg"): opening(readme, NARROW)
        for name, readme in READMES.items()
    }
    openings |= {FILMS[name]: opening(readme, file="film.svg") for name, readme in READMES.items()}
    for name, text in {
        **pictures(),
        **openings,
        **sample(),
        **sample("pictures-live.ko.md"),
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    for name, data in charts().items():
        (folder / name).write_bytes(data)
    (DOCS / "pictures.md").write_text(page(), encoding="utf-8")
    (DOCS / "pictures.ko.md").write_text(korean_page(), encoding="utf-8")
    print(f"{len(PICTURES)} pictures in {folder}", file=sys.stderr)


if __name__ == "__main__":
    main()
