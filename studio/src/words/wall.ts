import type { Area } from "./words.ts";

/** Bricks, their arguments, and what does not fit. */
export const wall: Area = {
  en: {
    "misfit.inputs":
      "The data has {data} {data|input|inputs}, and the wall stands on {wall} {wall|stud|studs}.",
    "misfit.studs":
      "{name} has {sockets} {sockets|socket|sockets}, and the brick below has {studs} {studs|stud|studs}.",
    "misfit.outputs": "The answer needs {outputs} {outputs|stud|studs}; the top brick has {studs}.",
    "misfit.loss": "The loss {loss} does not fit these targets.",
    "misfit.activation":
      "{loss} expects the outputs of a {wanted}; the top brick has {activation}.",
    "misfit.range": "{activation} can’t give all the numbers that {target} has.",
    "misfit.top": "{kind} on top changes the answer itself: put it below the output.",
    "misfit.twice":
      "The output is a {wanted} already; {activation} on top of it changes the answer again.",
    "misfit.confined":
      "The {inner} below limits what {activation} gets, so its answer reaches a part of its range only.",
    "misfit.softmax": "A softmax over one output is always 1.",
    "repair.inputs": "Put it on {data} {data|stud|studs}",
    "repair.units": "Set {name} to {units} {units|unit|units}",
    "repair.adapter": "Put a brick with {units} {units|stud|studs} between them",
    "repair.output": "Put a brick with {units} {units|stud|studs} on top",
    "repair.loss": "Use {loss}",
    "repair.activation": "Use {activation}",
    "repair.activation.off": "Take the extra {activation} off",
    "repair.below": "Put {kind} below {name}",
    "refused.boolean": "yes or no is expected",
    "refused.choice": "{value} is none of: {choices}",
    "refused.regularizer": "an L1 or L2 penalty, or none, is expected",
    "refused.integer": "{value}: a whole number from {min} to {max} is expected",
    "refused.number": "{value}: a number from {min} to {max} is expected",
  },
  ko: {
    "misfit.inputs": "데이터의 입력은 {data}개인데 벽의 입력 돌기는 {wall}개입니다.",
    "misfit.studs": "{name}의 홈은 {sockets}개인데 아래 블록의 돌기는 {studs}개입니다.",
    "misfit.outputs": "답에는 돌기가 {outputs}개 필요한데 맨 위 블록에는 {studs}개 있습니다.",
    "misfit.loss": "이 목표값에 맞지 않는 손실 함수입니다: {loss}.",
    "misfit.activation": "{loss}에는 {wanted}의 출력이 필요한데 맨 위 블록은 {activation}입니다.",
    "misfit.range": "{activation} 출력으로는 {target}의 값을 모두 나타낼 수 없습니다.",
    "misfit.top": "맨 위의 {kind} 블록은 답을 바꿉니다. 출력 블록 아래에 놓으세요.",
    "misfit.twice": "출력이 이미 {wanted}인데 그 위의 {activation} 블록이 답을 또 바꿉니다.",
    "misfit.confined":
      "아래 {inner} 때문에 {activation} 블록에 들어오는 값이 한정되어 답이 일부 범위에만 머뭅니다.",
    "misfit.softmax": "출력이 하나인 softmax는 항상 1입니다.",
    "repair.inputs": "돌기 {data}개 위에 세우기",
    "repair.units": "{name}의 유닛을 {units}개로 바꾸기",
    "repair.adapter": "돌기가 {units}개인 블록을 사이에 끼우기",
    "repair.output": "돌기가 {units}개인 블록을 맨 위에 올리기",
    "repair.loss": "손실 함수 바꾸기: {loss}",
    "repair.activation": "활성화 함수 바꾸기: {activation}",
    "repair.activation.off": "{activation} 블록 빼기",
    "repair.below": "{kind} 블록을 {name} 아래로 옮기기",
    "refused.boolean": "예 또는 아니요여야 합니다",
    "refused.choice": "{choices} 중 하나여야 합니다(입력한 값: {value})",
    "refused.regularizer": "L1 또는 L2 규제이거나 비워 두어야 합니다",
    "refused.integer": "{value}: {min}부터 {max}까지의 정수여야 합니다",
    "refused.number": "{value}: {min}부터 {max}까지의 숫자여야 합니다",
  },
};
