import type { Area } from "./words.ts";

/** What the page's own engine refuses, and why a training stopped. */
export const engine: Area = {
  en: {
    "engine.empty": "There is no brick on the wall. Put one on it.",
    "engine.kind": "{kind} is no brick that this engine knows.",
    "engine.field": "{where}, {name}: {why}",
    "engine.wall": "The wall",
    "engine.data": "The data",
    "engine.weights":
      "{name} comes with other weights than it has: a {weight} of shape {shape} is expected.",
    "engine.large":
      "The wall has {parameters} weights, and this engine takes {most} at most. Give the bricks fewer units.",
    "engine.memory":
      "For each row the bricks keep {numbers} numbers, too many for {rows} {rows|row|rows} at a time. Take a batch size of {most} or less, fewer bricks, or fewer units.",
    "engine.tall": "The wall has {bricks} bricks, and {most} at most are taken. Take some off.",
    "engine.rows":
      "{rows} {rows|row|rows} of {inputs} {inputs|input|inputs} are {x} numbers and {y} targets, which does not fit.",
    "engine.number": "Row {row} has a value that is no finite number.",
    "engine.target.classes":
      "Row {row}: the target is {value}. With {loss} and {outputs} {outputs|output|outputs}, a whole number from 0 to {last} is expected.",
    "engine.target.probability":
      "Row {row}: the target is {value}. {loss} expects a number from 0 to 1.",
    "engine.target.amount": "Row {row}: the target is {value}. {loss} expects 0 or more.",
    "engine.target.sign": "Row {row}: the target is {value}. {loss} expects -1 or 1, or 0 or 1.",
    "engine.assign":
      "Got {count} {count|array|arrays} of weights; the wall has {wanted}, and each keeps its size.",
    "engine.closed": "No wall is open. Build one that fits the data first.",
    "engine.error": "The engine failed: {why}",
    "engine.notfinite.output": "the output of {name}",
    "engine.notfinite.loss": "the loss itself",
    "engine.notfinite.weights": "the weights of {name}",
  },
  ko: {
    "engine.empty": "벽에 블록이 없습니다. 블록을 하나 올려 보세요.",
    "engine.kind": "{kind}은(는) 이 엔진이 모르는 블록입니다.",
    "engine.field": "{where}, {name}: {why}",
    "engine.wall": "벽",
    "engine.data": "데이터",
    "engine.weights":
      "{name}에 딸린 가중치가 블록과 맞지 않습니다. 모양이 {shape}인 {weight}이(가) 필요합니다.",
    "engine.large":
      "벽의 가중치는 {parameters}개인데 이 엔진은 {most}개까지만 다룹니다. 블록의 유닛 수를 줄이세요.",
    "engine.memory":
      "블록들이 행 하나마다 수 {numbers}개를 담아 두므로 한 번에 행 {rows}개는 너무 많습니다. 배치 크기를 {most} 이하로 하거나 블록이나 유닛 수를 줄이세요.",
    "engine.tall": "벽에 블록이 {bricks}개인데 {most}개까지만 쌓을 수 있습니다. 몇 개를 빼세요.",
    "engine.rows": "입력이 {inputs}개인 행 {rows}개에 수 {x}개와 목표값 {y}개는 맞지 않습니다.",
    "engine.number": "{row}번째 행에 유한한 수가 아닌 값이 있습니다.",
    "engine.target.classes":
      "{row}번째 행의 목표값이 {value}입니다. 출력이 {outputs}개인 {loss}에는 0부터 {last}까지의 정수가 필요합니다.",
    "engine.target.probability":
      "{row}번째 행의 목표값이 {value}입니다. {loss}에는 0부터 1까지의 수가 필요합니다.",
    "engine.target.amount":
      "{row}번째 행의 목표값이 {value}입니다. {loss}에는 0 이상의 수가 필요합니다.",
    "engine.target.sign":
      "{row}번째 행의 목표값이 {value}입니다. {loss}에는 -1과 1, 또는 0과 1이 필요합니다.",
    "engine.assign":
      "가중치 배열 {count}개를 받았습니다. 벽에는 {wanted}개가 있고 각각의 크기는 바뀌지 않습니다.",
    "engine.closed": "열린 벽이 없습니다. 먼저 데이터에 맞는 벽을 쌓으세요.",
    "engine.error": "엔진에 문제가 생겼습니다: {why}",
    "engine.notfinite.output": "{name}의 출력",
    "engine.notfinite.loss": "손실 자체",
    "engine.notfinite.weights": "{name}의 가중치",
  },
};
