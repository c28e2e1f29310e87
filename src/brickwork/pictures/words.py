"""The texts in pictures, in English and Korean."""

from __future__ import annotations

from math import isfinite

from ..errors import ArgumentError

LANGUAGES = ("en", "ko")


def check_labels(labels) -> str:
    """Return the language, or raise `ArgumentError` if it is unknown."""
    if labels not in LANGUAGES:
        raise ArgumentError(
            "draw: labels", f"got {labels!r}, expected 'en' (English) or 'ko' (Korean)."
        )
    return labels


_ENGLISH = {
    "signal": "input signal",
    "weight": "weight (synapse)",
    "multiply": "multiply",
    "sum": "sum",
    "bias": "bias",
    "activation": "activation",
    "output": "output",
    "output signal": "output signal",
    "axon": "axon",
    "synapse": "synapse",
    "dendrite": "dendrite",
    "taken apart": "apart",
    "assembled": "assembled",
    "apart": "side by side",
    "overlaid": "laid over one another",
    "synapses": "every synapse",
    "lines": "synapses as lines",
    "bricks": "just the brick",
    "strong": "strong",
    "middle": "middle",
    "weak": "weak",
    "as bricks": "as bricks, upward",
    "as boxes": "as boxes, downward",
    "axon plate": "signal",
    "strength": "weak to strong",
    "negative": "negative",
    "hair": "hair length",
    "height": "height",
    "blood": "blood type",
    "nobody": "no place for it",
    "epoch": "epoch",
    "loss": "loss",
    "training": "training",
    "validation": "validation",
    "best": "best",
    "predicted": "predicted",
    "true": "true",
    "wrong": "taken for another",
    "rest": "(the other inputs at their median)",
}
_KOREAN = {
    "signal": "입력 신호",
    "weight": "가중치 (시냅스)",
    "multiply": "곱하기",
    "sum": "더하기",
    "bias": "편향",
    "activation": "활성화 함수",
    "output": "출력",
    "output signal": "출력 신호",
    "axon": "축삭돌기",
    "synapse": "시냅스",
    "dendrite": "수상돌기",
    "taken apart": "떼어 놓기",
    "assembled": "끼워 맞추기",
    "apart": "나란히 놓기",
    "overlaid": "겹쳐 놓기",
    "synapses": "시냅스를 모두 블록으로",
    "lines": "시냅스를 선으로",
    "bricks": "블록 하나로",
    "strong": "강함",
    "middle": "보통",
    "weak": "약함",
    "as bricks": "블록: 아래에서 위로",
    "as boxes": "상자: 위에서 아래로",
    "axon plate": "신호",
    "strength": "약함에서 강함",
    "negative": "음수",
    "hair": "머리 길이",
    "height": "키",
    "blood": "혈액형",
    "nobody": "꽂을 자리가 없음",
    "epoch": "에포크",
    "loss": "손실",
    "training": "훈련",
    "validation": "검증",
    "best": "최고",
    "predicted": "예측",
    "true": "정답",
    "wrong": "틀린 예측",
    "rest": "(다른 입력은 중앙값)",
}
#: Range of each activation's outputs.
_RANGES = {
    "sigmoid": ("0 to 1", "0에서 1 사이"),
    "hard_sigmoid": ("0 to 1", "0에서 1 사이"),
    "tanh": ("−1 to 1", "−1에서 1 사이"),
    "softsign": ("−1 to 1", "−1에서 1 사이"),
    "hard_tanh": ("−1 to 1", "−1에서 1 사이"),
    "relu": ("≥ 0", "0 이상"),
    "relu6": ("0 to 6", "0에서 6 사이"),
    "softplus": ("> 0", "0보다 큼"),
    "exponential": ("> 0", "0보다 큼"),
    "softmax": ("they sum to 1", "모두 더하면 1"),
    "elu": ("> −1", "−1보다 큼"),
}


class Words:
    """Texts in one language."""

    def __init__(self, labels: str = "en"):
        self.korean = check_labels(labels) == "ko"
        self._words = _KOREAN if self.korean else _ENGLISH

    def __getitem__(self, key: str) -> str:
        return self._words[key]

    def product(self, inputs: int, outputs: int) -> str:
        """Return "3 × 2 = 6 synapses"."""
        count = f"{inputs:,} × {outputs:,} = {inputs * outputs:,}"
        if self.korean:
            return f"시냅스 {count}개"
        return f"{count} {'synapse' if inputs * outputs == 1 else 'synapses'}"

    def total(self, counts: list[int]) -> str:
        """Return the synapses of several layers, with their sum."""
        shown = [f"{c:,}" for c in counts]
        if len(counts) > 6:
            shown = [*shown[:4], "…", shown[-1]]
        text = f"{' + '.join(shown)} = {sum(counts):,}"
        return f"시냅스 {text}개" if self.korean else f"{text} synapses"

    def biases(self, n: int) -> str:
        """Return the number of biases."""
        if self.korean:
            return f"편향 {n:,}개"
        return f"{n:,} {'bias' if n == 1 else 'biases'}"

    def parameters(self, synapses: int, biases: int, others: int = 0, shared: bool = False) -> str:
        """Return the parameter count as a sum.

        Args:
            synapses, biases, others: the terms; others are neither synapses nor biases.
            shared: whether to say that layers drawn several times are counted once.
        """
        n = f"{synapses + biases + others:,}"
        if self.korean:
            counts = [
                f"시냅스 {synapses:,}개",
                *[self.biases(biases)] * (biases > 0),
                *[f"그 밖 {others:,}개"] * (others > 0),
            ]
            once = "공유하는 층은 한 번만: " if shared else ""
            return f"{once}{' + '.join(counts)} = 파라미터 {n}개"
        counts = [
            f"{synapses:,} {'synapse' if synapses == 1 else 'synapses'}",
            *[self.biases(biases)] * (biases > 0),
            *[f"{others:,} {'other' if others == 1 else 'others'}"] * (others > 0),
        ]
        once = "shared layers once: " if shared else ""
        return f"{once}{' + '.join(counts)} = {n} parameters"

    def parameter_count(self, n: int) -> str:
        """Return the parameter count of a layer other than Dense."""
        if self.korean:
            return f"파라미터 {n:,}개"
        return f"{n:,} {'parameter' if n == 1 else 'parameters'}"

    def reused(self) -> str:
        """Return the text of repeated bricks of a shared layer."""
        return "같은 가중치를 함께 씀" if self.korean else "the same weights again"

    def inputs(self, n: int) -> str:
        """Return the number of inputs."""
        if self.korean:
            return f"입력 {n:,}개"
        return f"{n:,} {'input' if n == 1 else 'inputs'}"

    def outputs(self, n: int) -> str:
        """Return the number of outputs."""
        if self.korean:
            return f"출력 {n:,}개"
        return f"{n:,} {'output' if n == 1 else 'outputs'}"

    def layers(self, n: int) -> str:
        """Return the number of layers."""
        if self.korean:
            return f"층 {n:,}개"
        return f"{n:,} {'layer' if n == 1 else 'layers'}"

    def range(self, activation: str) -> str:
        """Return an activation and the range of its outputs."""
        between = _RANGES.get(activation)
        return f"{activation}: {between[self.korean]}" if between else activation

    def input(self, row: int) -> str:
        """Return the name of a signal from the layer below."""
        return f"입력 {row}" if self.korean else f"input {row}"

    def signal_in(self, source: str) -> str:
        """Return the title of a signal."""
        return f"신호: {source}" if self.korean else f"signal: {source}"

    def weight_of(self, source: str, unit: int) -> str:
        """Return the title of a weight."""
        if self.korean:
            return f"{source} → 뉴런 {unit}: 가중치"
        return f"{source} to neuron {unit}: weight"

    def product_of(self, source: str, unit: int) -> str:
        """Return the title of a multiplication."""
        if self.korean:
            return f"{source} × 뉴런 {unit}의 가중치"
        return f"{source} × its weight to neuron {unit}"

    def sum_of(self, unit: int, products: int, biased: bool) -> str:
        """Return the title of a sum."""
        if self.korean:
            return f"뉴런 {unit}: 곱 {products:,}개{'와 편향' if biased else ''}의 합"
        count = f"{products:,} {'product' if products == 1 else 'products'}"
        return f"neuron {unit}: sum of {count}{' and the bias' if biased else ''}"

    def bias_of(self, unit: int) -> str:
        """Return the title of a bias."""
        return f"뉴런 {unit}: 편향" if self.korean else f"neuron {unit}: bias"

    def neuron(self, unit: int, what: str) -> str:
        """Return the title of a part of a neuron."""
        return f"{'뉴런' if self.korean else 'neuron'} {unit}, {what}"

    def influence(self, first: int, count: int) -> str:
        """Return the title of a band: how strongly inputs are connected to the outputs."""
        which = f"{first:,}" if count == 1 else f"{first:,}-{first + count - 1:,}"
        if self.korean:
            return f"입력 {which}의 세기 (층 평균 1)"
        return f"input{'s' if count > 1 else ''} {which}: strength, where the layer's mean is 1,"

    def after_layers(self, names: list[str]) -> str:
        """Return which layers a layer gets its inputs from."""
        return f"{', '.join(names)} 다음" if self.korean else f"after {' and '.join(names)}"

    def more(self, n: int) -> str:
        """Return the mark for units that are not drawn."""
        return f"… × {n:,}"

    def non_finite(self, n: int) -> str:
        """Return the number of weights that are not finite."""
        if self.korean:
            return f"유한하지 않은 가중치 {n:,}개 (NaN, ∞)"
        return f"{n:,} {'weight is' if n == 1 else 'weights are'} not finite (NaN, ∞)"

    def status(self, epoch: int, epochs: int | None = None, loss: float | None = None) -> str:
        """Return the progress of training."""
        text = f"{'에포크' if self.korean else 'epoch'} {epoch:,}"
        if epochs is not None:
            text += f"/{epochs:,}"
        if loss is None or not isfinite(loss):
            return text
        return f"{text} · {'손실' if self.korean else 'loss'} {loss:.4g}"

    def right(self, right: int, count: int) -> str:
        """Return the number and fraction of correct predictions."""
        share = f"{right / max(1, count):.1%}"
        if self.korean:
            return f"{count:,}개 중 {right:,}개 정답 ({share})"
        return f"{right:,} of {count:,} right ({share})"

    def misfit(self, outputs: int, inputs: int) -> list[str]:
        """Return why one layer does not fit on another, and what to do."""
        if self.korean:
            return [
                f"출력 {outputs:,}개는 입력 {inputs:,}개짜리 층에 맞지 않습니다.",
                f"위층을 input_dim={outputs}, 또는 아래층을 유닛 {inputs:,}개로 바꾸세요.",
            ]
        few = "output has" if abs(outputs - inputs) == 1 else "outputs have"
        empty = "input stays" if abs(outputs - inputs) == 1 else "inputs stay"
        what = (
            f"{outputs - inputs:,} {few} no socket"
            if outputs > inputs
            else f"{inputs - outputs:,} {empty} empty"
        )
        return [
            f"{outputs:,} outputs do not fit {inputs:,} inputs: {what}.",
            f"Give the upper layer input_dim={outputs}, or the lower one {inputs:,} units.",
        ]
