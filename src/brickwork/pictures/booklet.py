"""A building as a booklet to be printed: HTML of A4 pages, each step drawn, no other file needed.

On the cover stands the finished building; then come what each piece means and the list of parts,
then the steps, layer by layer, each with the pieces that it takes and what is there already in pale
colours.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from . import parts_drawn as draw
from .building import Building
from .building_words import BuildingWords
from .parts import (
    BLUE,
    BRICKS,
    BRIGHT_GREEN,
    COLOURS,
    DARK_GREEN,
    GREEN,
    PARTS,
    PLATES,
    RED,
    ROUND,
    WHITE,
    YELLOW,
    Placed,
)
from .scene.solid import project
from .text import escape

#: Steps on a page, and parts on one.
ON_A_PAGE, PARTS_ON_A_PAGE = 6, 18
#: Millimetres that a step's drawing has, and the height of the numbers in it.
WIDE, HIGH, LETTERS = 84, 52, 3.0
#: How far a layer floats above the one below before it is put on it, in plates.
LIFT = 12

_STYLE = """
@page{size:A4;margin:0}
*{box-sizing:border-box}
body{margin:0;background:#E8EBEF;color:#1F2933;font:3.6mm/1.35 Helvetica,Arial,'Liberation Sans',
'Apple SD Gothic Neo','Malgun Gothic',NanumGothic,'Noto Sans KR','Noto Sans CJK KR',sans-serif;
-webkit-print-color-adjust:exact;print-color-adjust:exact}
.page{width:210mm;height:297mm;margin:6mm auto;padding:12mm 12mm 16mm;background:#FFFFFF;
position:relative;overflow:hidden;break-after:page;display:flex;flex-direction:column}
.page:last-child{break-after:auto}
@media print{body{background:#FFFFFF}.page{margin:0}}
.number{position:absolute;right:12mm;bottom:7mm;color:#52606D}
.foot{position:absolute;left:12mm;bottom:7mm;color:#52606D;max-width:150mm;overflow:hidden;
white-space:nowrap;text-overflow:ellipsis}
h1{font-size:13mm;line-height:1.1;margin:0 0 2mm;overflow-wrap:anywhere}
h2{font-size:6.4mm;margin:0 0 1mm;overflow-wrap:anywhere}
p{margin:0 0 2mm}.soft{color:#52606D}
.whole{flex:1;min-height:0;width:100%}
.facts{display:flex;flex-wrap:wrap;gap:3mm;margin:3mm 0 0;padding:0;list-style:none}
.facts li{border:.4mm solid #CBD2D9;border-radius:2mm;padding:2mm 3.5mm}
.facts b{display:block;font-size:6mm}
.means{display:grid;grid-template-columns:1fr 1fr;gap:1mm 6mm;margin:1mm 0 5mm}
.means div{display:flex;align-items:center;gap:3mm;min-height:11mm}
.means .icon{flex:none}
.list{display:grid;grid-template-columns:repeat(3,1fr);gap:3mm}
.kind{border:.4mm solid #CBD2D9;border-radius:2mm;padding:2mm 3mm;display:flex;
flex-direction:column;justify-content:space-between;min-height:27mm}
.kind b{font-size:6mm}.kind .row{display:flex;justify-content:space-between;align-items:center}
.steps{flex:1;min-height:0;display:grid;grid-template:repeat(3,1fr)/1fr 1fr;gap:3mm}
.step{min-height:0;min-width:0;border:.4mm solid #CBD2D9;border-radius:2mm;padding:2.5mm;
display:flex;flex-direction:column}
.top{display:flex;gap:3mm;align-items:flex-start}
.top>b{font-size:9mm;line-height:1}
.takes{flex:1;display:flex;flex-wrap:wrap;gap:1.5mm 3mm;align-items:flex-end;background:#EEF4FA;
border-radius:1.5mm;padding:1.5mm 2.5mm}
.takes span{display:inline-flex;align-items:flex-end;gap:1mm;white-space:nowrap}
.step p{margin:1mm 0}
.step .shown{flex:1;min-height:0;width:100%}
.orders{display:flex;flex-wrap:wrap;gap:.5mm 4mm}
.order{display:flex;flex-wrap:wrap;gap:0 1.6mm;align-items:flex-end;color:#52606D}
.order span{display:inline-flex;flex-direction:column;align-items:center}
svg{display:block}svg text{fill:#52606D;text-anchor:middle}
svg .chosen{fill:#FFFFFF}svg .chip{fill:#2F7D4F}svg .way{fill:none;stroke:#7B8794;stroke-width:1.2;
stroke-dasharray:5 4}
"""

#: English, then Korean.
_SAID = {
    "pieces": ("pieces", "블록"), "weights": ("weights", "가중치"), "steps": ("steps", "단계"),
    "size": ("centimetres", "센티미터"),
    "how": ("How to build this network from bricks", "이 신경망을 블록으로 만드는 방법"),
    "parts": ("What you need", "필요한 블록"), "what": ("What is what", "무엇이 무엇인가"),
    "numbers": ("BrickLink {part}, colour {colour}", "BrickLink {part}, 색 {colour}"),
    "layer": ("Layer {k} of {n}: {name}", "{n}층 가운데 {k}층: {name}"),
    "table top": ("Build it by itself on the table.", "이 층만 따로 책상 위에 만드세요."),
    "put": ("put {name} on the studs below it", "{name}을(를) 아래의 돌기에 끼우기"),
    "of": ("neuron {j}", "뉴런 {j}"),
    "done": ("Done", "완성"), "page": ("{k} of {n}", "{k} / {n}"),
    "turn": ("Signals come in at the white bars below and the answer leaves at the stud on top.",
             "신호는 아래의 하얀 막대로 들어오고 답은 맨 위의 돌기로 나갑니다."),
}
_MEANING = (
    (PLATES[4], WHITE, "an axon: one input, past every neuron of the layer",
     "축삭돌기: 입력 하나가 그 층의 모든 뉴런을 지나갑니다"),
    (BRICKS[1], BRIGHT_GREEN, "a weak weight (positive)", "약한 가중치(양수)"),
    (BRICKS[1], GREEN, "a middle weight (positive)", "보통 가중치(양수)"),
    (BRICKS[1], DARK_GREEN, "a strong weight (positive)", "강한 가중치(양수)"),
    (ROUND, GREEN, "a negative weight is round, weak, middle or strong",
     "음수인 가중치는 둥글고, 역시 약하거나 보통이거나 강합니다"),
    (PLATES[1], YELLOW, "multiply: the input times the weight", "곱하기: 입력 × 가중치"),
    (BRICKS[6], RED, "a dendrite: the sum of one neuron", "수상돌기: 한 뉴런의 더하기"),
    (PLATES[1], BLUE, "the activation: its stud is the neuron's output; tiles cover the rest",
     "활성화 함수: 이 돌기가 뉴런의 출력이고, 나머지는 타일로 덮습니다"),
)


_MEANT = [Placed(part, colour, 0, 0, 0) for part, colour, *_ in _MEANING]


@dataclass
class Step:
    """What is done at once: the parts that are put, among those that are shown."""

    words: str
    new: list[Placed]
    shown: list[Placed]
    frame: list[Placed]
    layer: int
    lift: bool = False


def html(building: Building) -> str:
    """The booklet of a building, in the building's language.

    >>> from brickwork.layers import Dense
    >>> from brickwork.pictures.building import building
    >>> text = html(building(Dense(1, input_dim=3)))
    >>> text.count('<section class="page"'), text.count('<div class="step"')
    (4, 5)
    """
    words = BuildingWords(building.labels)
    said = {key: value[words.korean] for key, value in _SAID.items()}
    told = steps(building, said)
    pages = [_cover(building, said, len(told)), *_lists(building, words, said)]
    pages += _pages_of_steps(building, told, said)
    pages.append(_end(building, said))
    shown = "".join(
        f'<section class="page">{page}<div class="foot">{escape(building.name)}</div>'
        f'<div class="number">{said["page"].format(k=k, n=len(pages))}</div></section>'
        for k, page in enumerate(pages, start=1))
    return (f'<!DOCTYPE html><html lang="{building.labels}"><head><meta charset="utf-8">'
            f'<meta name="viewport" content="width=820"><title>{escape(building.name)}'
            f"</title><style>{_STYLE}{draw.style()}</style></head><body>"
            f"{draw.definitions([*building.parts, *_MEANT])}{shown}</body></html>\n")


def steps(building: Building, said: dict) -> list[Step]:
    """The building's steps, and between them those that put a layer on the one below."""
    found, there = [], [p for p in building.parts if p.layer is None]
    if there:
        found.append(Step(building.steps[0], there, there, there, 0))
    for number in range(len(building.floors)):
        layer = [p for p in building.parts if p.layer == number]
        below = there if number == 0 else []  # the first layer is built where it stands
        for step in sorted({p.step for p in layer}):
            shown = [p for p in layer if p.step <= step]
            words = building.steps[step - 1].partition(": ")[2]
            found.append(Step(words, [p for p in layer if p.step == step], below + shown,
                              below + layer, number))
        there = there + layer
        if number:
            found.append(Step(said["put"].format(name=building.floors[number].name), layer, there,
                              there, number, True))
    return found


def _cover(building: Building, said: dict, count: int) -> str:
    facts = [(building.pieces, said["pieces"]), (len(building.of("weight")), said["weights"]),
             (count, said["steps"]),
             (" × ".join(f"{c:.1f}" for c in building.centimetres()), said["size"])]
    chain = " → ".join(str(n) for n in (building.floors[0].inputs,
                                        *(f.outputs for f in building.floors)))
    shown = "".join(f"<li><b>{number}</b>{name}</li>" for number, name in facts)
    notes = "".join(f"<li>{escape(note)}</li>" for note in building.notes)
    return (f"<h1>{escape(building.name)}</h1><p class=soft>{chain}. {said['how']}</p>"
            f"{_whole(building)}<ul class=facts>{shown}</ul><ul class=soft>{notes}</ul>")


def _whole(building: Building) -> str:
    return draw.svg(draw.drawn(building.parts), draw.bounds(building.parts), "whole",
                    label=escape(building.name))


def _lists(building: Building, words: BuildingWords, said: dict) -> list[str]:
    """What the pieces mean, and the parts."""
    means = "".join(f"<div>{draw.alone(part, colour)}<span>{meaning[words.korean]}</span></div>"
                    for part, colour, *meaning in _MEANING)
    pages, head = [], f'<h2>{said["what"]}</h2><div class="means">{means}</div>'
    cards = [f'<div class="kind"><div class="row"><b>{pieces}×</b>{draw.alone(part, colour)}</div>'
             f"<div>{words.part(part.name)}, {words.colour(colour.name)}<br><span class=soft>"
             f"{said['numbers'].format(part=part.bricklink, colour=colour.bricklink)}</span></div>"
             "</div>" for (part, colour), pieces in building.inventory()]
    for start in range(0, len(cards), PARTS_ON_A_PAGE):
        pages.append(f"{'' if pages else head}<h2>{said['parts']}</h2>"
                     f'<div class="list">{"".join(cards[start:start + PARTS_ON_A_PAGE])}</div>')
    return pages


def _pages_of_steps(building: Building, told: list[Step], said: dict) -> list[str]:
    """Four steps on a page; each layer begins a new one."""
    pages, numbered = [], list(enumerate(told, start=1))
    layers = dict.fromkeys(step.layer for step in told)
    for layer in layers:
        mine = [item for item in numbered if item[1].layer == layer]
        for start in range(0, len(mine), ON_A_PAGE):
            floor = building.floors[layer]
            name = said["layer"].format(k=layer + 1, n=len(building.floors), name=floor.name)
            head = (f"<h2>{escape(name)}</h2><p class=soft>{floor.inputs} → {floor.outputs}, "
                    f"{escape(floor.function)}. {said['table top'] if layer else ''}</p>")
            drawn = "".join(_step(building, number, step, said)
                            for number, step in mine[start:start + ON_A_PAGE])
            pages.append(f'{head}<div class="steps">{drawn}</div>')
    return pages


def _step(building: Building, number: int, step: Step, said: dict) -> str:
    """One step: its number, what it takes, what is done, and the drawing."""
    takes = "" if step.lift else "".join(
        f"<span>{pieces}×{draw.alone(*kind, 0.5)}</span>" for kind, pieces in _counted(step.new))
    order = _order(step, said) if step.new[0].role == "weight" else ""
    inside, box = _lowered(step) if step.lift else _in_place(building, step)
    return (f'<div class="step"><div class="top"><b>{number}</b>'
            + (f'<div class="takes">{takes}</div>' if takes else "")
            + f"</div><p>{escape(step.words)}</p>{order}"
            + draw.svg(inside, box, "shown", label=escape(step.words)) + "</div>")


def _in_place(building: Building, step: Step):
    """The drawing of a step, and its bounds: those of the finished layer."""
    left, top, right, bottom = draw.bounds(step.frame)
    unit = max((right - left) / (WIDE - 4 * LETTERS), (bottom - top) / (HIGH - 3 * LETTERS))
    size = LETTERS * unit
    inside = draw.drawn(step.shown, {id(p) for p in step.new}) + _names(building, step, size)
    return inside, (left - 2 * size, top, right + 2 * size, bottom + 2 * size)


def _lowered(step: Step):
    """The drawing of a layer that comes down upon the one below."""
    new = {id(p) for p in step.new}
    resting = [p for p in step.shown if id(p) not in new]
    low = min(p.y for p in step.new)
    foot = [p for p in step.new if p.y == low]
    far, near = max(p.x + p.size[0] for p in foot), max(p.z + p.size[1] for p in foot)
    ways = ""
    for x, z in ((min(p.x for p in foot), near), (far, near), (far, min(p.z for p in foot))):
        (x0, y0), (x1, y1) = (project((x, z, h * 0.4), draw.P) for h in (low + LIFT, low))
        ways += f"M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}"
    inside = (draw.drawn(resting, set()) + f'<path class="way" d="{ways}"/>'
              + draw.drawn(step.new, None, LIFT))
    boxes = draw.bounds(resting), draw.bounds(step.new, LIFT)
    return inside, tuple(f(pair) for f, pair in zip((min, min, max, max),
                                                    zip(*boxes, strict=True), strict=True))


def _counted(placed: list[Placed]):
    """How many of each kind, in the order of the list of parts."""
    return sorted(Counter((p.part, p.colour) for p in placed).items(), key=lambda item: (
        COLOURS.index(item[0][1]), PARTS.index(item[0][0])))


def _order(step: Step, said: dict) -> str:
    """The weights of each neuron side by side, as the inputs follow one another."""
    lines = []
    for unit in sorted({p.unit for p in step.new}):
        mine = sorted((p for p in step.new if p.unit == unit), key=lambda p: p.row)
        icons = "".join(f"<span>{draw.alone(p.part, p.colour, 0.42)}{p.row + 1}</span>"
                        for p in mine)
        lines.append(f'<div class="order">{said["of"].format(j=unit + 1)}{icons}</div>')
    return f'<div class="orders">{"".join(lines)}</div>'


def _names(building: Building, step: Step, size: float) -> str:
    """The numbers of the inputs at the near ends of their axons, and of the neurons whose weights
    are put at theirs; `size` is that of the letters."""
    floor, shown = building.floors[step.layer], []
    axons = [p for p in step.frame if p.role == "axon" and p.layer == step.layer]
    along_x = step.layer % 2 == 1  # how the axons lie
    y, away = floor.y * 0.4, 0.9 * size / draw.P

    def written(at, end, text, chosen=False):
        x, y0 = project((end, at, y) if along_x != chosen else (at, end, y), draw.P)
        if chosen:
            shown.append(f'<circle class="chip" cx="{x:.1f}" cy="{y0:.1f}" r="{0.8 * size:.1f}"/>')
        shown.append(f'<text{" class=chosen" * chosen} font-size="{size:.1f}" x="{x:.1f}" '
                     f'y="{y0 + 0.36 * size:.1f}">{text}</text>')

    near = max(p.x + p.size[0] if along_x else p.z + p.size[1] for p in axons) + away
    for row in range(floor.inputs):
        at = next((p.z if along_x else p.x) for p in axons if p.row == row) + 0.5
        written(at, near, row + 1)
    if step.new[0].role == "weight":
        far = max(p.z + p.size[1] if along_x else p.x + p.size[0] for p in axons) + away
        for unit in sorted({p.unit for p in step.new}):
            at = next((p.x if along_x else p.z) for p in step.new if p.unit == unit) + 0.5
            written(at, far, unit + 1, True)
    return "".join(shown)


def _end(building: Building, said: dict) -> str:
    return f"<h2>{said['done']}</h2><p class=soft>{said['turn']}</p>{_whole(building)}"
