"""Printable booklet of a building: one self-contained HTML file of A4 pages, each step drawn.

The cover shows the finished building. Then follow the meaning of the pieces, the list of parts,
and the steps, layer by layer. Each step lists its pieces and shows existing parts in pale colours.
"""

from __future__ import annotations

from ..errors import ArgumentError
from . import parts_drawn as draw
from .booklet_steps import Step, drawing, groups, steps
from .building import Building
from .building_words import BuildingWords
from .real_parts import (
    BLUE,
    BRICKS,
    BRIGHT_GREEN,
    DARK_GREEN,
    GREEN,
    PLATES,
    RED,
    ROUND,
    WHITE,
    YELLOW,
    Placed,
)
from .text import escape

#: Maximum number of weights; browsers take minutes to print more.
MOST_WEIGHTS = 1024
#: Kinds of parts on a page; width and height of the area for steps in millimetres.
PARTS_ON_A_PAGE, WIDE, HIGH = 24, 186, 246
#: Columns and rows of steps on a page, by the maximum number of inputs of the layer.
_GRIDS = ((12, (2, 3)), (36, (1, 3)), (10**9, (1, 2)))

_STYLE = """
@page{size:A4;margin:0}
*{box-sizing:border-box}
body{margin:0;background:#E8EBEF;color:#1F2933;font:3.6mm/1.35 Helvetica,Arial,'Liberation Sans',
'Apple SD Gothic Neo','Malgun Gothic',NanumGothic,'Noto Sans KR','Noto Sans CJK KR',sans-serif;
word-break:keep-all;overflow-wrap:anywhere;-webkit-print-color-adjust:exact;print-color-adjust:exact}
.page{width:210mm;height:297mm;margin:6mm auto;padding:12mm 12mm 16mm;background:#FFFFFF;
position:relative;overflow:hidden;break-after:page;display:flex;flex-direction:column}
.page:last-child{break-after:auto}
@media print{body{background:#FFFFFF}.page{margin:0}}
@media screen and (max-width:820px){.page{zoom:.48}}
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
.list{display:grid;grid-template-columns:repeat(4,1fr);gap:3mm}
.kind{border:.4mm solid #CBD2D9;border-radius:2mm;padding:2mm 2.5mm;display:flex;
flex-direction:column;justify-content:space-between;min-height:27mm;line-height:1.2}
.kind b{font-size:6mm}.kind .row{display:flex;justify-content:space-between;align-items:center}
.steps{flex:1;min-height:0;display:grid;gap:3mm}
.g23{grid-template:repeat(3,1fr)/1fr 1fr}.g13{grid-template:repeat(3,1fr)/1fr}
.g12{grid-template:repeat(2,1fr)/1fr}
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

#: Texts in English and Korean.
_TEXTS = {
    "pieces": ("pieces", "블록"),
    "weights": ("weights", "가중치"),
    "steps": ("steps", "단계"),
    "size": ("centimetres", "센티미터"),
    "how": ("How to build this network from bricks", "이 신경망을 블록으로 만드는 방법"),
    "parts": ("What you need", "필요한 블록"),
    "what": ("What is what", "무엇이 무엇인가"),
    "numbers": ("BrickLink {part}, colour {colour}", "BrickLink {part}, 색 {colour}"),
    "layer": ("Layer {k} of {n}: {name}", "층 {n}개 중 {k}번째: {name}"),
    "table top": ("Build it by itself on the table.", "이 층만 따로 책상 위에 만드세요."),
    "put": ("put {name} on the studs below it", "{name}: 아래의 돌기에 끼우기"),
    "of": ("neuron {j}", "뉴런 {j}"),
    "done": ("Done", "완성"),
    "page": ("{k} of {n}", "{k} / {n}"),
    "turn": (
        "Signals come in at the white bars below and the output leaves at the stud on top.",
        "신호는 아래의 하얀 막대로 들어오고 답은 맨 위의 돌기로 나갑니다.",
    ),
}
_MEANING = (
    (
        PLATES[4],
        WHITE,
        "an axon: one input, past every neuron of the layer",
        "축삭돌기: 입력 하나가 그 층의 모든 뉴런을 지나갑니다",
    ),
    (BRICKS[1], BRIGHT_GREEN, "a weak weight (positive)", "약한 가중치(양수)"),
    (BRICKS[1], GREEN, "a middle weight (positive)", "보통 가중치(양수)"),
    (BRICKS[1], DARK_GREEN, "a strong weight (positive)", "강한 가중치(양수)"),
    (
        ROUND,
        GREEN,
        "a negative weight is round, weak, middle or strong",
        "음수인 가중치는 둥글고, 역시 약하거나 보통이거나 강합니다",
    ),
    (PLATES[1], YELLOW, "multiply: the input times the weight", "곱하기: 입력 × 가중치"),
    (BRICKS[6], RED, "a dendrite: the sum of one neuron", "수상돌기: 한 뉴런의 더하기"),
    (
        PLATES[1],
        BLUE,
        "the activation: its stud is the neuron's output; tiles cover the rest",
        "활성화 함수: 이 돌기가 뉴런의 출력이고, 나머지는 타일로 덮습니다",
    ),
)
_MEANING_PARTS = [Placed(part, colour, 0, 0, 0) for part, colour, *_ in _MEANING]


def html(building: Building) -> str:
    """Return the booklet of a building, in the building's language.

    Raises:
        ArgumentError: for more than 1,024 weights.

    >>> from brickwork.layers import Dense
    >>> from brickwork.pictures.building import building
    >>> text = html(building(Dense(1, input_dim=3)))
    >>> text.count('<section class="page"'), text.count('<div class="step"')
    (4, 5)
    """
    weights = len(building.of("weight"))
    if weights > MOST_WEIGHTS:
        raise ArgumentError(
            "booklet",
            f"got {building.name!r} with {weights:,} weights, expected "
            f"at most {MOST_WEIGHTS:,}: browsers take minutes to print more. Save "
            "the plan (.mpd), or a booklet of each layer.",
        )
    words = BuildingWords(building.labels)
    texts = {key: value[words.korean] for key, value in _TEXTS.items()}
    all_steps = steps(building, texts["put"])
    house = f'<g id="whole">{draw.drawn(building.parts)}</g>'
    pages = [_cover(building, texts, len(all_steps)), *_lists(building, words, texts)]
    pages += _pages_of_steps(building, all_steps, texts)
    pages.append(_end(building, texts))
    shown = "".join(
        f'<section class="page">{page}<div class="foot">{escape(building.name)}</div>'
        f'<div class="number">{texts["page"].format(k=k, n=len(pages))}</div></section>'
        for k, page in enumerate(pages, start=1)
    )
    definitions = draw.definitions([*building.parts, *_MEANING_PARTS], house + groups(all_steps))
    return (
        f'<!DOCTYPE html><html lang="{building.labels}"><head><meta charset="utf-8"/>'
        f'<meta name="viewport" content="width=820"/><title>{escape(building.name)}'
        f"</title><style>{_STYLE}{draw.style()}</style></head><body>"
        f"{definitions}{shown}"
        "</body></html>\n"
    )


def _soft(tag: str, inside: str) -> str:
    return f'<{tag} class="soft">{inside}</{tag}>'


def _cover(building: Building, texts: dict, count: int) -> str:
    facts = [
        (building.pieces, texts["pieces"]),
        (len(building.of("weight")), texts["weights"]),
        (count, texts["steps"]),
        (" × ".join(f"{c:.1f}" for c in building.centimetres()), texts["size"]),
    ]
    chain = " → ".join(
        str(n) for n in (building.floors[0].inputs, *(f.outputs for f in building.floors))
    )
    shown = "".join(f"<li><b>{number}</b>{name}</li>" for number, name in facts)
    notes = "".join(f"<li>{escape(note)}</li>" for note in building.notes)
    return (
        f"<h1>{escape(building.name)}</h1>"
        f"{_soft('p', chain + '. ' + texts['how'])}"
        f'{_whole(building)}<ul class="facts">{shown}</ul>{_soft("ul", notes)}'
    )


def _whole(building: Building) -> str:
    return draw.svg(
        '<use href="#whole"/>', draw.bounds(building.parts), "whole", label=escape(building.name)
    )


def _lists(building: Building, words: BuildingWords, texts: dict) -> list[str]:
    """Return the pages with the meaning of the pieces and the list of parts."""
    means = "".join(
        f"<div>{draw.icon(part, colour)}<span>{meaning[words.korean]}</span></div>"
        for part, colour, *meaning in _MEANING
    )
    pages, head = [], f'<h2>{texts["what"]}</h2><div class="means">{means}</div>'
    cards = [
        f'<div class="kind"><div class="row"><b>{pieces}×</b>{draw.icon(part, colour)}</div>'
        f"<div>{words.part(part.name)}, {words.colour(colour.name)}<br/>"
        + _soft("span", texts["numbers"].format(part=part.bricklink, colour=colour.bricklink))
        + "</div></div>"
        for (part, colour), pieces in building.inventory()
    ]
    for start in range(0, len(cards), PARTS_ON_A_PAGE):
        pages.append(
            f"{'' if pages else head}<h2>{texts['parts']}</h2>"
            f'<div class="list">{"".join(cards[start : start + PARTS_ON_A_PAGE])}</div>'
        )
    return pages


def _pages_of_steps(building: Building, all_steps: list[Step], texts: dict) -> list[str]:
    """Return the pages with steps; each layer begins a new page."""
    pages = []
    for layer, floor in enumerate(building.floors):
        own_steps = [step for step in all_steps if step.layer == layer]
        columns, rows = next(grid for most, grid in _GRIDS if floor.inputs <= most)
        name = texts["layer"].format(k=layer + 1, n=len(building.floors), name=floor.name)
        head = (
            f'<h2>{escape(name)}</h2><p class="soft">{floor.inputs} → {floor.outputs}, '
            f"{escape(floor.function)}. {texts['table top'] if layer else ''}</p>"
        )
        room = WIDE / columns - 7, HIGH / rows - 30
        for start in range(0, len(own_steps), columns * rows):
            drawn = "".join(
                _step(building, step, room, texts)
                for step in own_steps[start : start + columns * rows]
            )
            pages.append(f'{head}<div class="steps g{columns}{rows}">{drawn}</div>')
    return pages


def _step(building: Building, step: Step, room: tuple[float, float], texts: dict) -> str:
    """Return one step: its number, parts, instruction and drawing."""
    takes = "".join(
        f"<span>{pieces}×{draw.icon(*kind, 0.5)}</span>" for kind, pieces in step.part_counts()
    )
    words = escape(step.words)
    return (
        f'<div class="step"><div class="top"><b>{step.number}</b>'
        + (f'<div class="takes">{takes}</div>' if not step.lift else "")
        + f"</div><p>{words}</p>{_order(step, texts) if step.has_weights else ''}"
        + drawing(building, step, room, words)
        + "</div>"
    )


def _order(step: Step, texts: dict) -> str:
    """Return the weights of each neuron side by side, in the order of the inputs."""
    lines = []
    for unit in sorted({p.unit for p in step.new}):
        weights = sorted((p for p in step.new if p.unit == unit), key=lambda p: p.row)
        icons = "".join(
            f"<span>{draw.icon(p.part, p.colour, 0.42)}{p.row + 1}</span>" for p in weights
        )
        lines.append(f'<div class="order">{texts["of"].format(j=unit + 1)}{icons}</div>')
    return f'<div class="orders">{"".join(lines)}</div>'


def _end(building: Building, texts: dict) -> str:
    return f"<h2>{texts['done']}</h2>{_soft('p', texts['turn'])}{_whole(building)}"
