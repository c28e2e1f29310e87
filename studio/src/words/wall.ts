import type { Area } from "./words.ts";

/** Bricks, their arguments, and what does not fit. */
export const wall: Area = {
  en: {
    "misfit.inputs":
      "The data has {data} {data|column|columns}, and the wall stands on {wall} {wall|stud|studs}.",
    "misfit.studs":
      "{name} has {sockets} {sockets|socket|sockets}, and the brick below has {studs} {studs|stud|studs}.",
    "misfit.outputs": "The top has {studs} {studs|stud|studs}; {target} needs {outputs}.",
    "misfit.loss": "The loss {loss} does not go with these targets.",
    "misfit.activation":
      "{loss} expects the outputs of a {wanted}; the top brick has {activation}.",
    "misfit.range": "{activation} never gives some of the numbers that {target} has.",
    "misfit.softmax": "A softmax over one output is always 1.",
    "repair.inputs": "Stand it on {data} {data|stud|studs}",
    "repair.units": "Give {name} {units} {units|unit|units}",
    "repair.adapter": "Put a brick with {units} {units|stud|studs} between them",
    "repair.output": "Put a brick with {units} {units|stud|studs} on top",
    "repair.loss": "Take {loss}",
    "repair.activation": "Make it {activation}",
    "refused.boolean": "yes or no is expected",
    "refused.choice": "{value} is none of: {choices}",
    "refused.regularizer": "an L1 or L2 penalty, or none, is expected",
    "refused.integer": "{value}: a whole number from {min} to {max} is expected",
    "refused.number": "{value}: a number from {min} to {max} is expected",
  },
  ko: {
    "misfit.inputs": "데이터는 열이 {data}개인데 벽의 입력 돌기는 {wall}개입니다.",
    "misfit.studs": "{name}의 홈은 {sockets}개인데 아래 블록의 돌기는 {studs}개입니다.",
    "misfit.outputs": "맨 위의 돌기는 {studs}개인데 {target}에는 {outputs}개가 필요합니다.",
    "misfit.loss": "손실 함수 {loss}은(는) 이 목표값에 맞지 않습니다.",
    "misfit.activation": "{loss}에는 {wanted}의 출력이 필요한데 맨 위 블록은 {activation}입니다.",
    "misfit.range": "{activation}은(는) {target}에 있는 일부 수를 결코 낼 수 없습니다.",
    "misfit.softmax": "출력이 하나인 softmax는 항상 1입니다.",
    "repair.inputs": "돌기 {data}개 위에 세우기",
    "repair.units": "{name}의 유닛을 {units}개로 하기",
    "repair.adapter": "돌기가 {units}개인 블록을 사이에 끼우기",
    "repair.output": "돌기가 {units}개인 블록을 맨 위에 올리기",
    "repair.loss": "{loss} 쓰기",
    "repair.activation": "{activation}(으)로 바꾸기",
    "refused.boolean": "예 또는 아니요여야 합니다",
    "refused.choice": "{value}은(는) 다음 중 하나가 아닙니다: {choices}",
    "refused.regularizer": "L1 또는 L2 벌점이거나 없어야 합니다",
    "refused.integer": "{value}: {min}부터 {max}까지의 정수여야 합니다",
    "refused.number": "{value}: {min}부터 {max}까지의 수여야 합니다",
  },
};
