import type { Area } from "./words.ts";

/** The panel that explains: a row step by step, weights by hand, and why an answer is what it is. */
export const understand: Area = {
  en: {
    "understand.empty":
      "Build a wall that fits the data: here a row goes through it, brick by brick.",
    "understand.waiting": "A moment: the wall gets its first weights.",
    "understand.row": "One row",
    "understand.set": "Rows",
    "understand.set.validation": "validation rows",
    "understand.set.training": "training rows",
    "understand.set.given": "given rows",
    "understand.index": "Number of the row",
    "understand.previous": "Row before",
    "understand.following": "Next row",
    "understand.random": "Random",
    "understand.wrong": "A wrong row",
    "understand.allright": "All are right",
    "understand.worst": "The row farthest off",
    "understand.cell": "true: {truth}, answer: {answer}",
    "understand.cell.all": "Back to all rows",
    "understand.inputs": "{n} {n|column|columns}: change {n|it|them} by hand",
    "understand.inputs.more": "{n} more",
    "understand.byhand": "Made by hand.",
    "understand.wanted": "true {target}",
    "understand.undo": "Back to the row",
    "understand.picture": "The row as a picture",
    "understand.picture.hint": "Draw on it; Shift or the right button rubs out.",
    "understand.true": "true",
    "understand.answer": "answer",
    "understand.difference": "off by",
    "understand.loss": "loss",
    "understand.right": "right",
    "understand.false": "wrong",

    "understand.steps": "Step by step",
    "understand.first": "To the beginning",
    "understand.back": "One step back",
    "understand.forward": "One step forward",
    "understand.last": "To the end",
    "understand.play": "Go through all steps",
    "understand.stop": "Stop",
    "understand.where": "{at} of {n}",
    "understand.track.inputs": "inputs",
    "understand.track.loss": "loss",
    "understand.unit": "Neuron",
    "understand.unit.value": "Neuron {unit}: {value}",
    "understand.brick": "Brick",
    "understand.rest": "… and {n} more",
    "understand.bias": "bias b",
    "understand.frozen": "frozen",
    "understand.curve": "{name}, with the point at z = {z}, where the slope is {slope}",
    "understand.slope.ofcurve": "slope of the curve",

    "understand.at.inputs": "The inputs",
    "understand.at.products.of": "{name}: times the weights",
    "understand.at.sum.of": "{name}: the sum",
    "understand.at.activation.of": "{name}: the activation",
    "understand.at.passes.of": "{name}: passing through",
    "understand.at.loss": "The loss",
    "understand.at.blame.of": "{name}, backward: its share of the error",
    "understand.at.slope.of": "{name}, backward: through the activation",
    "understand.at.gradients.of": "{name}, backward: the gradient of each weight",
    "understand.at.returns.of": "{name}, backward: passing through",
    "understand.at.update": "One step of learning",

    "understand.stage.inputs":
      "The row goes in from below: {n} {n|number|numbers}, one for each stud.",
    "understand.stage.inputs.scaled":
      "The row goes in from below: {n} {n|number|numbers}, one for each stud. Each is standardized: the mean is taken off, and the rest divided by the standard deviation.",
    "understand.stage.inputs.mixed":
      "The row goes in from below: {n} {n|number|numbers}, one for each stud. Numbers are standardized (the mean is taken off, and the rest divided by the standard deviation); categories stay 0 or 1.",
    "understand.origin": "Row {row} of {table}",
    "understand.find": "Find a row",
    "understand.find.hint": "{column} or number",
    "understand.find.number": "row number",
    "understand.find.none": "No row has “{text}”.",
    "understand.find.unused": "Row {row} has it, but was left out: it misses a value.",
    "understand.stage.products":
      "Each signal is multiplied by its weight, the green piece. Click a weight to set it by hand.",
    "understand.stage.sum": "All products and the bias are added up.",
    "understand.stage.activation":
      "The sum z goes through the curve of {name}; what comes out, a, is the neuron's answer.",
    "understand.stage.softmax":
      "softmax makes shares of all sums of the brick: e to the power of each, divided by the sum of all. They add up to 1.",
    "understand.stage.Dropout":
      "Dropout hides signals while it learns. An answer uses all of them, so here nothing changes.",
    "understand.stage.GaussianNoise":
      "Noise is added while it learns. For an answer nothing changes here.",
    "understand.stage.BatchNormalization":
      "Each signal is standardized by the moving mean μ and variance σ² of the training, then scaled by γ and moved by β.",
    "understand.stage.LayerNormalization":
      "The signals of the row are standardized by their own mean and variance, then scaled by γ and moved by β.",
    "understand.stage.loss": "{loss} says how wrong the answer is: 0 would be perfect.",
    "understand.stage.loss.letters": "a is the answer of the top; true is {truth}, so t = {t}.",
    "understand.stage.loss.true": "a_true is the output for what is true: {truth}.",
    "understand.stage.loss.mean":
      "Shown for the first output; the loss is the mean over all outputs.",
    "understand.stage.loss.penalty": "The value holds the penalties on weights as well.",
    "understand.stage.blame.loss":
      "Backward now. How much does the loss grow if this answer grows a little? That is the derivative of the loss.",
    "understand.stage.blame.above":
      "Every neuron of {name} passes its share of the error down, times the weight between the two. The shares are added up.",
    "understand.stage.blame.passed": "{name} passes its share of the error down.",
    "understand.stage.slope": "The slope of {name} at z says how much of the error gets through.",
    "understand.stage.slope.softmax":
      "In a softmax each sum moves all answers: what this one takes from the others is subtracted.",
    "understand.stage.flat":
      "The curve is flat here: nothing gets through, and the weights of this neuron learn nothing from this row.",
    "understand.stage.gradients":
      "The gradient of a weight is its signal times dL/dz: how much the loss grows if the weight grows a little. A signal of 0 teaches its weight nothing.",
    "understand.stage.returns": "The gradient passes through this brick on its way down.",
    "understand.stage.update":
      "What one first step of {optimizer} on this row alone would make of the weights: each moves a little against its gradient. (A training step takes the mean over a batch.)",
    "understand.stage.untrained": "This wall has no weights to learn.",

    "understand.take": "Set this weight by hand",
    "understand.take.value": "Weight {value}: set it by hand",
    "understand.weight": "weight",
    "understand.hand": "Move the slider and watch the wall, the answer and the loss.",
    "understand.before": "before",
    "understand.now": "now",
    "understand.loss.row": "loss of this row",
    "understand.some": "{n} of {all}",
    "understand.loss.set": "loss of {n} {rows}",
    "understand.right.set": "right of {n} {rows}",
    "understand.putback": "Put it back",

    "understand.why": "Why this answer?",
    "understand.why.output": "for the answer",
    "understand.why.answered": "{name} (the wall's answer)",
    "understand.why.sum":
      "The output for “{what}” is {base} on average. This row's inputs add {added}, which makes {output}.",
    "understand.why.rest": "{n} others together",
    "understand.why.exact":
      "Shapley values: what each input adds, averaged over all orders in which inputs may come, compared with {n} training rows. With the average they make exactly this output.",
    "understand.why.sampled":
      "Shapley values, estimated from {orders} random orders of the inputs, each taken forward and backward, compared with {n} training rows. With the average they make exactly this output; single bars are estimates.",
    "understand.why.computing": "Computing what each input adds",
    "understand.why.heat": "What each pixel adds: blue more, orange less",
  },
  ko: {
    "understand.empty": "데이터에 맞는 벽을 쌓으면, 여기서 행 하나가 블록을 하나씩 지나갑니다.",
    "understand.waiting": "잠시만요. 벽이 첫 가중치를 받고 있습니다.",
    "understand.row": "행 하나",
    "understand.set": "행",
    "understand.set.validation": "검증 행",
    "understand.set.training": "훈련 행",
    "understand.set.given": "주어진 행",
    "understand.index": "행 번호",
    "understand.previous": "이전 행",
    "understand.following": "다음 행",
    "understand.random": "아무 행이나",
    "understand.wrong": "틀린 행",
    "understand.allright": "모두 맞음",
    "understand.worst": "가장 크게 틀린 행",
    "understand.cell": "참값: {truth}, 답: {answer}",
    "understand.cell.all": "다시 모든 행 보기",
    "understand.inputs": "열 {n}개: 손으로 바꾸기",
    "understand.inputs.more": "{n}개 더",
    "understand.byhand": "손으로 만든 행입니다.",
    "understand.wanted": "{target}의 참값",
    "understand.undo": "원래 행으로",
    "understand.picture": "그림으로 본 행",
    "understand.picture.hint": "그림 위에 그려 보세요. Shift나 오른쪽 버튼으로 지웁니다.",
    "understand.true": "참값",
    "understand.answer": "답",
    "understand.difference": "오차",
    "understand.loss": "손실",
    "understand.right": "맞음",
    "understand.false": "틀림",

    "understand.steps": "한 단계씩",
    "understand.first": "처음으로",
    "understand.back": "한 단계 뒤로",
    "understand.forward": "한 단계 앞으로",
    "understand.last": "끝으로",
    "understand.play": "모든 단계 지나가기",
    "understand.stop": "멈추기",
    "understand.where": "{n}단계 중 {at}",
    "understand.track.inputs": "입력",
    "understand.track.loss": "손실",
    "understand.unit": "뉴런",
    "understand.unit.value": "뉴런 {unit}: {value}",
    "understand.brick": "블록",
    "understand.rest": "… 그 밖에 {n}개",
    "understand.bias": "편향 b",
    "understand.frozen": "고정됨",
    "understand.curve": "{name} 곡선과 z = {z}의 점. 그곳의 기울기는 {slope}",
    "understand.slope.ofcurve": "곡선의 기울기",

    "understand.at.inputs": "입력",
    "understand.at.products.of": "{name}: 가중치 곱하기",
    "understand.at.sum.of": "{name}: 더하기",
    "understand.at.activation.of": "{name}: 활성화 함수",
    "understand.at.passes.of": "{name}: 지나가기",
    "understand.at.loss": "손실",
    "understand.at.blame.of": "{name}, 역방향: 오차에서 맡은 몫",
    "understand.at.slope.of": "{name}, 역방향: 활성화 함수 지나기",
    "understand.at.gradients.of": "{name}, 역방향: 가중치마다의 그레이디언트",
    "understand.at.returns.of": "{name}, 역방향: 지나가기",
    "understand.at.update": "한 걸음 학습하기",

    "understand.stage.inputs": "행이 아래에서 들어옵니다. 숫자 {n}개가 돌기마다 하나씩 들어갑니다.",
    "understand.stage.inputs.scaled":
      "행이 아래에서 들어옵니다. 숫자 {n}개가 돌기마다 하나씩 들어갑니다. 숫자마다 평균을 빼고 표준편차로 나누어 표준화합니다.",
    "understand.stage.inputs.mixed":
      "행이 아래에서 들어옵니다. 숫자 {n}개가 돌기마다 하나씩 들어갑니다. 수는 평균을 빼고 표준편차로 나누어 표준화하고, 범주는 0 또는 1 그대로입니다.",
    "understand.origin": "{table}의 {row}번째 행",
    "understand.find": "행 찾기",
    "understand.find.hint": "{column} 또는 행 번호",
    "understand.find.number": "행 번호",
    "understand.find.none": "“{text}”이(가) 있는 행이 없습니다.",
    "understand.find.unused": "{row}번째 행에 있지만 빠진 값이 있어 쓰지 않은 행입니다.",
    "understand.stage.products":
      "신호마다 자기 가중치, 곧 초록 조각을 곱합니다. 가중치를 클릭하면 손으로 바꿀 수 있습니다.",
    "understand.stage.sum": "곱한 값들과 편향을 모두 더합니다.",
    "understand.stage.activation": "합 z가 {name} 곡선을 지납니다. 나온 값 a가 이 뉴런의 답입니다.",
    "understand.stage.softmax":
      "softmax는 블록의 모든 합을 확률로 바꿉니다. e를 각 합만큼 거듭제곱하고, 그것을 모두 더한 값으로 나눕니다. 확률을 모두 더하면 1입니다.",
    "understand.stage.Dropout":
      "Dropout은 배우는 동안에만 신호를 가립니다. 답할 때는 모두 쓰므로 여기서는 아무것도 바뀌지 않습니다.",
    "understand.stage.GaussianNoise":
      "배우는 동안에만 잡음을 더합니다. 답할 때는 아무것도 바뀌지 않습니다.",
    "understand.stage.BatchNormalization":
      "신호마다 학습 중에 구한 이동 평균 μ와 이동 분산 σ²으로 표준화한 다음, γ를 곱하고 β를 더합니다.",
    "understand.stage.LayerNormalization":
      "행의 신호들을 그 자신의 평균과 분산으로 표준화한 다음, γ를 곱하고 β를 더합니다.",
    "understand.stage.loss": "{loss}: 답이 얼마나 틀렸는지 나타냅니다. 0이면 완벽합니다.",
    "understand.stage.loss.letters": "a는 맨 위의 답입니다. 참값은 {truth}, 그래서 t = {t}입니다.",
    "understand.stage.loss.true": "a_true는 참값인 {truth}에 대한 출력입니다.",
    "understand.stage.loss.mean": "첫 출력만 나타낸 것입니다. 손실은 모든 출력의 평균입니다.",
    "understand.stage.loss.penalty": "이 값에는 가중치 규제도 들어 있습니다.",
    "understand.stage.blame.loss":
      "이제 역방향입니다. 이 답이 조금 커지면 손실은 얼마나 커질까요? 그것이 손실의 미분입니다.",
    "understand.stage.blame.above":
      "{name}의 뉴런마다 오차에서 맡은 몫에 둘 사이의 가중치를 곱해 아래로 내려보냅니다. 그 몫들을 더합니다.",
    "understand.stage.blame.passed": "{name} 블록이 오차의 몫을 아래로 내려보냅니다.",
    "understand.stage.slope": "z에서 {name} 곡선의 기울기가 오차를 얼마나 통과시킬지 정합니다.",
    "understand.stage.slope.softmax":
      "softmax에서는 합 하나가 모든 답을 움직입니다. 그래서 다른 답에서 가져오는 만큼을 뺍니다.",
    "understand.stage.flat":
      "곡선이 여기서는 평평합니다. 아무것도 통과하지 못하므로 이 뉴런의 가중치는 이 행에서 아무것도 배우지 못합니다.",
    "understand.stage.gradients":
      "가중치의 그레이디언트는 신호에 dL/dz를 곱한 값입니다. 가중치가 조금 커지면 손실이 얼마나 커지는지 나타냅니다. 신호가 0이면 그 가중치는 아무것도 배우지 못합니다.",
    "understand.stage.returns": "그레이디언트가 이 블록을 지나 아래로 내려갑니다.",
    "understand.stage.update":
      "이 행 하나로 {optimizer}의 첫 걸음을 뗀다면 가중치가 이렇게 됩니다. 가중치마다 그레이디언트의 반대쪽으로 조금 움직입니다. (실제 학습에서는 배치의 평균을 씁니다.)",
    "understand.stage.untrained": "이 벽에는 배울 가중치가 없습니다.",

    "understand.take": "이 가중치를 손으로 바꾸기",
    "understand.take.value": "가중치 {value}: 손으로 바꾸기",
    "understand.weight": "가중치",
    "understand.hand": "슬라이더를 움직이며 벽과 답과 손실을 지켜보세요.",
    "understand.before": "전",
    "understand.now": "지금",
    "understand.loss.row": "이 행의 손실",
    "understand.some": "{all}개 중 {n}",
    "understand.loss.set": "{rows} {n}개의 손실",
    "understand.right.set": "{rows} {n}개 중 맞은 행",
    "understand.putback": "되돌려 놓기",

    "understand.why": "왜 이런 답일까?",
    "understand.why.output": "이 답에 대해",
    "understand.why.answered": "{name} (벽의 답)",
    "understand.why.sum":
      "‘{what}’의 출력은 평균 {base}입니다. 여기에 이 행의 입력이 더하는 값은 {added}, 그래서 이 행의 출력은 {output}입니다.",
    "understand.why.rest": "나머지 {n}개의 합",
    "understand.why.exact":
      "섀플리 값: 입력이 들어오는 모든 순서에 대해, 입력마다 더하는 값을 평균한 것입니다. 훈련 행 {n}개와 비교했습니다. 평균에 모두 더하면 정확히 이 출력이 됩니다.",
    "understand.why.sampled":
      "섀플리 값: 무작위 순서 {orders}가지를 앞뒤로 지나며 추정했습니다. 훈련 행 {n}개와 비교했습니다. 평균에 모두 더하면 정확히 이 출력이 되지만, 막대 하나하나는 추정값입니다.",
    "understand.why.computing": "입력마다 더하는 값을 계산하는 중",
    "understand.why.heat": "픽셀마다 더하는 값: 파란색은 더하고 주황색은 뺍니다",
  },
};
