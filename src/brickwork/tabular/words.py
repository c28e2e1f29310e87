"""What reports say, in English and Korean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..data.notices import listed
from ..errors import shown
from ..layers.table.kinds import CategoryColumn, Column, DateColumn, NumberColumn

#: By key: the text in English and in Korean, with the names of values in braces.
WORDS = {
    # what is predicted
    "classes": ("{count} classes: {names}", "범주 {count}개: {names}"),
    "labels": ("several labels", "여러 레이블"),
    "regression": ("a number", "수"),
    "counts": ("counts", "횟수"),
    # how rows were held out
    "by time": ("the last ones by {name}", "{name} 순서로 마지막 행들"),
    "by group": ("chosen at random, whole groups of {name}", "{name} 묶음째로 무작위로 고름"),
    "in proportion": (
        "chosen at random, each class in proportion",
        "범주별 비율을 지켜 무작위로 고름",
    ),
    "at random": ("chosen at random", "무작위로 고름"),
    # baselines
    "this model": ("this model", "이 모델"),
    "majority": ("class frequencies", "범주 빈도"),
    "mean": ("mean", "평균"),
    "linear": ("linear model", "선형 모델"),
    # the verdict
    "better": (
        "Better than both baselines by {score}, in {share} of samples or more.",
        "{score} 기준으로 두 기준 모델보다 낫습니다(표본의 {share} 이상에서).",
    ),
    "maybe better": (
        "By {score} better than the baseline “{name}” in {share} of samples only: the difference "
        "may be chance.",
        "{score} 기준으로 기준 모델 “{name}”보다 나은 것이 표본의 {share}뿐이므로, "
        "차이가 우연일 수 있습니다.",
    ),
    "not better": (
        "NOT better than the baseline “{name}” by {score}: the columns say little about the "
        "target, or the rows are too few to learn from.",
        "{score} 기준으로 기준 모델 “{name}”보다 낫지 않습니다. 열들이 목표에 대해 "
        "알려 주는 것이 적거나, 배우기에는 행이 적은 것입니다.",
    ),
    "no better than linear": (
        "NOT better than the baseline “{name}” by {score}: what the columns say about the target "
        "is that simple, or the rows are too few to learn more.",
        "{score} 기준으로 기준 모델 “{name}”보다 낫지 않습니다. 열들이 목표에 대해 알려 주는 "
        "것이 그만큼 단순하거나, 더 배우기에는 행이 적은 것입니다.",
    ),
    # what looks like a leak
    "gives away": (
        "{name} alone predicts the target almost without error. If it is known only afterwards, "
        "leave it out: --exclude, exclude.",
        "{name} 하나로 목표가 거의 틀림없이 맞혀집니다. 나중에야 알 수 있는 값이라면 "
        "빼십시오: --exclude, exclude.",
    ),
    "numbers rows": (
        "{name} numbers the rows. If it is an id, leave it out: --exclude, exclude.",
        "{name} 열은 행 번호로 보입니다. 식별자라면 빼십시오: --exclude, exclude.",
    ),
    "twice": (
        "{count} of {rows} held-out rows are equal to a row that was trained on, so the scores may "
        "be too good. If such rows belong together, name a column of groups.",
        "떼어 둔 {rows}행 가운데 {count}행이 훈련한 행과 같아서 점수가 지나치게 좋을 수 있습니다. "
        "함께 묶여야 하는 행들이라면 묶음의 열을 지정하십시오.",
    ),
    "doubtful": (
        "{name} is taken as categories, but {why}",
        "{name} 열을 범주로 보았습니다. 그러나 수를 잘못 적은 것일 수 있습니다: {why}",
    ),
    "doubtful and out": (
        "{name} is left out, but {why}",
        "{name} 열을 뺐습니다. 그러나 수를 잘못 적은 것일 수 있습니다: {why}",
    ),
    "rare": (
        "Of the class {name} there are {count} of {rows} rows, {held} of them held out: the scores "
        "say little about it.",
        "{rows}행 가운데 범주가 {name}인 행은 {count}행뿐이고 그 가운데 {held}행만 "
        "떼어 두었으므로, 점수가 이 범주에 대해 알려 주는 것이 거의 없습니다.",
    ),
    "order": (
        "The rows have dates ({name}), and those held out were chosen at random. If later rows are "
        "to be predicted, hold the last ones out: --time, time_column.",
        "행에 날짜({name})가 있는데 떼어 둘 행을 무작위로 골랐습니다. 나중의 행을 예측할 것이라면 "
        "마지막 행들을 떼어 두십시오: --time, time_column.",
    ),
    # columns
    "number": ("number", "수"),
    "category": ("category", "범주"),
    "date": ("date", "날짜"),
    "of numbers": ("{low} to {high}, median {center}", "{low}부터 {high}까지, 중앙값 {center}"),
    "by rank": (
        "{low} to {high}, median {center}; by rank, since some are far out",
        "{low}부터 {high}까지, 중앙값 {center}. 동떨어진 값이 있어 순위로 봄",
    ),
    "of categories": ("{count} categories: {names}", "범주 {count}개: {names}"),
    "and others": (
        "{count} categories and others: {names}",
        "범주 {count}개와 나머지: {names}",
    ),
    "of dates": ("{low} to {high}", "{low}부터 {high}까지"),
    "sometimes missing": ("{what}; sometimes missing", "{what}. 빈칸이 있음"),
    "excluded": ("excluded", "제외함"),
    "one value throughout": ("one value throughout", "값이 하나뿐"),
    "no values": ("no values", "값이 없음"),
    "another text in almost every row": (
        "another text in almost every row",
        "거의 모든 행의 글이 다름",
    ),
    "numbers the rows": ("numbers the rows", "행 번호"),
    # the page
    "title": ("A predictor of {name}", "{name} 예측 모델"),
    "summary": (
        "{rows} rows, {columns} columns used as {features} features. Trained in {seconds} s.",
        "{rows}행, 열 {columns}개를 특징 {features}개로 사용. {seconds}초 동안 훈련.",
    ),
    "scores": ("Scores", "점수"),
    "scores text": (
        "On {aside} rows that were held out ({split}), by networks trained on the other {trained}. "
        "The bars hold 95 % of the scores of samples of such rows (bootstrap).",
        "떼어 둔 {aside}행({split})에 대한 점수이며, 나머지 {trained}행으로 훈련했습니다. "
        "막대는 그런 행들의 표본 점수 95 %가 드는 구간입니다(부트스트랩).",
    ),
    "final": (
        "The saved model is trained on all {rows} rows.",
        "저장된 모델은 {rows}행 전부로 훈련했습니다.",
    ),
    "warnings": ("Look at this first", "먼저 보아야 할 것"),
    "curves": ("Learning curves", "학습 곡선"),
    "curves text": (
        "The loss of each network: on the rows that it trains on (pale) and on those that stop it "
        "(dark). Each network keeps its best epoch.",
        "신경망마다의 손실: 훈련하는 행에서(옅은 색), 멈출 때를 정하는 행에서(짙은 색). "
        "각 신경망은 가장 좋은 에포크의 가중치를 씁니다.",
    ),
    "epoch": ("epoch", "에포크"),
    "loss": ("loss", "손실"),
    "confusion": ("What is taken for what", "무엇을 무엇으로 보았는가"),
    "confusion text": (
        "Held-out rows by their class (left) and the class predicted (top).",
        "떼어 둔 행의 실제 범주(왼쪽)와 예측한 범주(위).",
    ),
    "calibration": ("Can the probabilities be trusted", "확률을 믿을 수 있는가"),
    "calibration text": (
        "Of rows with about the same probability of {name}, the share that is so. On the line: as "
        "often as predicted.",
        "{name}일 확률이 비슷하게 예측된 행들 가운데 실제로 그러한 비율. "
        "선 위에 있으면 예측한 만큼입니다.",
    ),
    "predicted": ("predicted", "예측"),
    "true": ("true", "실제"),
    "share": ("share", "비율"),
    "residuals": ("Predicted and true", "예측과 실제"),
    "residuals text": (
        "Each point is a held-out row. On the line: predicted exactly.",
        "점 하나가 떼어 둔 행 하나입니다. 선 위에 있으면 정확히 맞힌 것입니다.",
    ),
    "importance": ("What the predictor uses", "무엇을 보고 예측하는가"),
    "importance text": (
        "How much worse the {score} becomes if the values of a column are shuffled among the "
        "held-out rows (permutation importance, Breiman 2001). Columns that say the same share it.",
        "떼어 둔 행들 사이에서 한 열의 값을 뒤섞을 때 점수({score})가 나빠지는 정도입니다"
        "(순열 중요도, Breiman 2001). 같은 것을 말하는 열들은 중요도를 나누어 가집니다.",
    ),
    "columns": ("The columns", "열"),
    "column": ("column", "열"),
    "kind": ("kind", "종류"),
    "learnt": ("what was learnt", "알아낸 것"),
    "left out": ("left out: {why}", "뺌: {why}"),
    "bricks": ("The model, in bricks", "벽돌로 본 모델"),
    "bricks text": (
        "One of the {count} networks whose mean predicts.",
        "평균이 예측이 되는 신경망 {count}개 가운데 하나.",
    ),
    "bricks of one": ("The network.", "신경망."),
}
ENGLISH, KOREAN = 0, 1


class Said:
    """Something that a report says, in both languages.

    Args:
        key: key of `WORDS`; a text that is none is said as it is.
        values: what stands in place of the names in braces: `Said` objects or plain values.

    >>> print(Said("by time", name="day"))
    the last ones by 'day'
    """

    def __init__(self, key: str, **values: Any):
        self.key = key
        self.values = values

    def text(self, language: int = ENGLISH) -> str:
        """Return the text in a language, `ENGLISH` or `KOREAN`."""
        pattern = WORDS.get(self.key, (self.key, self.key))[language]
        return pattern.format(
            **{name: _text(value, name, language) for name, value in self.values.items()}
        )

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<{self.text()}>"


def _text(value: Any, name: str, language: int) -> str:
    if isinstance(value, Said):
        return value.text(language)
    if isinstance(value, str):
        return repr(value) if name == "name" else value
    if isinstance(value, Sequence):
        return listed(value)
    return f"{value:,}" if isinstance(value, int) else shown(value)


def learnt(column: Column) -> Said:
    """Return what a `Table` has learnt of a column."""
    if isinstance(column, CategoryColumn):
        key = "and others" if column.others else "of categories"
        what = Said(key, count=len(column.values), names=column.values)
    elif isinstance(column, DateColumn):
        low, high = map(str, column.days)
        what = Said("of dates", low=low, high=high)
    elif isinstance(column, NumberColumn):
        low, high = (f"{value:g}" for value in column.seen)
        key = "of numbers" if column.quantiles is None else "by rank"
        what = Said(key, low=low, high=high, center=f"{column.center:g}")
    else:
        raise TypeError(type(column).__name__)
    return Said("sometimes missing", what=what) if column.missing else what
