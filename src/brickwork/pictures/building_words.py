"""Texts about buildings and their steps, in English and Korean."""

from __future__ import annotations

from .words import check_labels

_KOREAN_KINDS = {
    "round brick": "둥근 브릭",
    "brick": "브릭",
    "plate": "플레이트",
    "tile": "타일",
    "baseplate": "받침판",
}
_KOREAN_COLOURS = {
    "white": "하양",
    "bright green": "밝은 초록",
    "green": "초록",
    "dark green": "진한 초록",
    "yellow": "노랑",
    "red": "빨강",
    "blue": "파랑",
    "light grey": "밝은 회색",
}

#: Each text in English and Korean.
_TEXTS = {
    "axons": ("{axons}, one for each input", "축삭돌기 {n}개: 입력마다 하나씩"),
    "course": ("course {k} of them, across the joints", "{k}번째 겹: 이음매를 가로질러"),
    "weights": ("{weights} of {neurons}{negative}", "{neurons}의 가중치 {n}개{negative}"),
    "negative": (", {n} of them negative: round", " (둥근 것 {n}개는 음수)"),
    "neuron": ("neuron {a}", "뉴런 {a}"),
    "neurons": ("neurons {a} to {b}", "뉴런 {a}~{b}"),
    "multiply": ("multiply, once on each weight", "곱하기: 가중치마다 하나씩"),
    "sums": ("{dendrites}: the sum, one a neuron", "수상돌기 {n}개: 더하기, 뉴런마다 하나씩"),
    "bar": ("softmax: one bar across all neurons", "softmax: 모든 뉴런에 걸친 막대 하나"),
    "outlets": ("the stud that goes out of each neuron", "뉴런마다 밖으로 나가는 돌기 하나"),
    "function": (
        "{name}, and the stud that goes out of each neuron",
        "{name}, 그리고 뉴런마다 밖으로 나가는 돌기 하나",
    ),
    "base": ("the baseplate", "받침판"),
    "blue": (
        "{name} ({function}) is the blue of {below}.",
        "{below}의 파란 블록: {name}({function}).",
    ),
    "empty": (
        "{name} ({about}) is not built: it has no synapses.",
        "{name}({about}): 시냅스가 없어서 만들지 않습니다.",
    ),
    "broken": (
        "{n} of {name}'s weights and biases are not finite (NaN, infinite): ignore their bricks.",
        "{name}의 가중치와 편향 {n}개가 유한하지 않습니다(NaN, 무한대). 그 블록은 무시하세요.",
    ),
    "bias": (
        "Biases are not built: a bias is no synapse.",
        "편향은 시냅스가 아니므로 만들지 않습니다.",
    ),
    "turns": (
        "{name} can turn on the one stud below it: align it by eye.",
        "{name}: 아래의 돌기 하나 위에서 돌아가므로 눈으로 줄을 맞추세요.",
    ),
    "stands": (
        "Without support it would tip over easily, so it is on a baseplate of any colour.",
        "바닥이 좁아 혼자 서지 못하므로 받침판 위에 세웁니다. 색은 아무것이나 됩니다.",
    ),
    "summary": (
        "{name}: {pieces} pieces, {weights} of them weights, {size} cm, {steps} steps",
        "{name}: 블록 {pieces}개(가중치 {weights}개), {size} cm, {steps}단계",
    ),
    "head": ("pieces|colour|part|LDraw|BrickLink", "개수|색|부품|LDraw|BrickLink"),
    "order": ("{part}, colour {colour}", "{part}, 색 {colour}"),
}


class BuildingWords:
    """Texts in one language."""

    def __init__(self, labels: str = "en"):
        self.labels = check_labels(labels)
        self.korean = labels == "ko"

    def __call__(self, key: str, n: int = 0, **given) -> str:
        """Return the text for a key, with its fields filled in; `n` is the count in it."""
        nouns = {
            f"{noun}s": f"{n} {noun}{'s' * (n != 1)}" for noun in ("axon", "weight", "dendrite")
        }
        return _TEXTS[key][self.korean].format(**{**nouns, "n": n, **given})

    def weights(self, count: int, negative: int, first: int, last: int) -> str:
        """Describe the weights of a range of neurons, counted from 1."""
        which = self("neuron" if first == last else "neurons", a=first, b=last)
        return self(
            "weights", count, neurons=which, negative=self("negative", negative) if negative else ""
        )

    def part(self, name: str) -> str:
        """Return a part's name, such as "brick 1 x 2"."""
        kind, size = name.split(" 1 x ")[0] if " 1 x " in name else name.split(" ")[0], name
        if not self.korean:
            return name
        return _KOREAN_KINDS[kind] + size[len(kind) :]

    def colour(self, name: str) -> str:
        """Return a colour's name."""
        return _KOREAN_COLOURS[name] if self.korean else name
