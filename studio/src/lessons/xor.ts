/** Lesson: xor needs a hidden layer, and one that bends. */
import type { Lesson } from "./lesson.ts";
import { atLeast, atMost, binaryWall, brick, check, dataOf, exactly } from "./starts.ts";

export const xor: Lesson = {
  id: "xor",
  title: { en: "XOR needs a hidden layer", ko: "XOR에는 은닉층이 필요합니다" },
  steps: [
    {
      text: {
        en: "Four corners, two colours: opposite corners have the same one. This puzzle is called **XOR**. One neuron stands ready, and it can draw one straight line. Train it. Can any line keep the colours apart?",
        ko: "네 귀퉁이에 두 가지 색이 있고, 마주 보는 귀퉁이끼리 색이 같습니다. 이 문제를 **XOR**라고 합니다. 벽에는 뉴런이 하나 있고, 이 뉴런은 직선을 하나 그을 수 있습니다. 학습시켜 보세요. 직선 하나로 두 색을 나눌 수 있을까요?",
      },
      hint: {
        en: "Press Train and wait for 30 epochs. About half of the answers are right: that is guessing.",
        ko: "학습을 누르고 30에포크를 기다리세요. 절반쯤만 맞습니다. 찍는 것과 다르지 않습니다.",
      },
      checks: [
        exactly("bricks", 1, { brick: "Dense" }),
        atLeast("epochs", 30),
        atMost("accuracy", 0.75),
      ],
      watch: "train",
      part: "surface",
    },
    {
      text: {
        en: "Perhaps it needs more neurons? Put a `Dense` brick **below** the one that is there, with 4 units or more, and set its activation to `linear` for now. Train again.",
        ko: "뉴런이 더 필요할까요? 지금 있는 블록 **아래**에 유닛이 4개 이상인 `Dense` 블록을 놓고, 활성화 함수를 지금은 `linear`로 바꾸세요. 다시 학습시켜 보세요.",
      },
      hint: {
        en: "Drop it between the baseplate and the brick. Click it: its activation is among its settings, `linear` means the sum as it is.",
        ko: "밑판과 블록 사이에 내려놓으세요. 블록을 클릭하면 설정에 활성화 함수가 있습니다. `linear`는 합을 그대로 내보냅니다.",
      },
      checks: [
        exactly("bricks", 2, { brick: "Dense" }),
        atLeast("units", 4),
        check("activation", { nth: 1, activation: "linear" }),
        atLeast("epochs", 30),
        atMost("accuracy", 0.75),
      ],
      watch: "train",
      part: "surface",
    },
    {
      text: {
        en: "Still guessing! Sums of sums are only sums: linear neurons on linear neurons draw the same one straight line. Give the lower brick an activation that **bends**, `relu` or `tanh`, and train once more.",
        ko: "아직도 찍는 수준입니다! 합을 다시 더해도 그냥 합이라서, linear 뉴런 위에 linear 뉴런을 쌓아도 직선 하나밖에 긋지 못합니다. 아래 블록에 **구부러지는** 활성화 함수를 골라 주세요. `relu`나 `tanh`입니다. 그리고 다시 학습시키세요.",
      },
      hint: {
        en: "Click the lower brick, choose `tanh`, and press Train. Watch the surface in the panel Train fold.",
        ko: "아래 블록을 클릭해 `tanh`를 고르고 학습을 누르세요. 학습 패널의 색칠된 그림(‘벽의 답’)이 접히는 모습을 보세요.",
      },
      checks: [atLeast("bricks", 2, { brick: "Dense" }), atLeast("accuracy", 0.95)],
      watch: "train",
      part: "surface",
    },
    {
      text: {
        en: "It knows XOR. Each hidden neuron draws one fold, and the neuron on top puts the folds together. How **few** hidden neurons are enough? Try it with 3 at most.",
        ko: "이제 벽이 XOR를 풀 수 있습니다. 은닉 뉴런마다 접는 선을 하나씩 긋고, 맨 위 뉴런이 그것들을 합칩니다. 은닉 뉴런은 **몇 개면** 충분할까요? 3개 이하로 해 보세요.",
      },
      hint: {
        en: "Set the units of the lower brick to 3, with `relu`. If it gets stuck, train it longer.",
        ko: "아래 블록의 유닛을 3으로, 활성화 함수를 `relu`로 하세요. 막히면 더 오래 학습시키세요.",
      },
      checks: [
        exactly("bricks", 2, { brick: "Dense" }),
        atMost("units", 3),
        atLeast("accuracy", 0.9, { rows: "training" }),
        atLeast("accuracy", 0.9),
      ],
      watch: "train",
      part: "surface",
    },
  ],
  start: {
    wall: binaryWall(2, [brick("out", 1, "sigmoid")]),
    data: dataOf("xor", { samples: 200, noise: 0 }),
    detail: "bricks",
  },
};
