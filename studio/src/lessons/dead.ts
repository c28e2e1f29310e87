/** Lesson: the dead relu. */
import type { Lesson } from "./lesson.ts";
import { atLeast, atMost, binaryWall, brick, check, dataOf, exactly } from "./starts.ts";

export const dead: Lesson = {
  id: "dead",
  title: { en: "The dead relu", ko: "죽은 relu" },
  steps: [
    {
      text: {
        en: "A `relu` neuron answers 0 whenever its sum is negative. These eight learn with a **learning rate** of 10: giant steps. Train them, then look at “What each neuron sees”: those with a slash answer 0 to every point that they learn from. They are **dead**.",
        ko: "`relu` 뉴런은 합이 음수이면 0이라고 답합니다. 이 여덟 뉴런은 **학습률**이 10이라 한 번에 아주 크게 움직입니다. 학습시킨 다음 ‘각 뉴런이 보는 것’을 보세요. 빗금이 그어진 뉴런은 배우는 점 어디에서나 0이라고 답합니다. **죽은** 뉴런입니다.",
      },
      hint: {
        en: "Press Train and wait for 30 epochs. The pictures are in the panel Train.",
        ko: "학습을 누르고 30에포크를 기다리세요. 그림은 학습 패널에 있습니다.",
      },
      checks: [atLeast("epochs", 30), atLeast("dead", 4)],
      watch: "train",
      part: "neurons",
    },
    {
      text: {
        en: "Will they come back to life? Train on. Where `relu` is flat its slope is 0, so every error that comes down is multiplied by 0: a dead neuron cannot learn any more.",
        ko: "다시 살아날까요? 계속 학습시켜 보세요. `relu`가 평평한 곳에서는 기울기가 0이라, 위에서 내려오는 오차에 모두 0이 곱해집니다. 죽은 뉴런은 더는 배울 수 없습니다.",
      },
      hint: {
        en: "Press Train once more. In Understand, step backward through a dead neuron: its gradient is 0.",
        ko: "학습을 한 번 더 누르세요. 이해 패널에서 죽은 뉴런을 역방향으로 따라가 보면 그레이디언트가 0입니다.",
      },
      checks: [atLeast("epochs", 60), atLeast("dead", 4)],
      watch: "train",
      part: "neurons",
    },
    {
      text: {
        en: "The first cure: **smaller steps**. Set the learning rate to 0.3 or less: the wall begins anew. Train it. Now most neurons live, and they find the ring.",
        ko: "첫 번째 처방은 **작은 걸음**입니다. 학습률을 0.3 이하로 바꾸세요. 벽이 처음으로 돌아갑니다. 다시 학습시키세요. 이제 뉴런이 대부분 살아서 고리를 찾아냅니다.",
      },
      hint: {
        en: "The learning rate is at the top of the panel Train. A little too small is slow, but safe.",
        ko: "학습률은 학습 패널 맨 위에 있습니다. 조금 작으면 느리지만 안전합니다.",
      },
      checks: [
        atMost("learning_rate", 0.3),
        atLeast("epochs", 30),
        atMost("dead", 3),
        atLeast("accuracy", 0.95),
      ],
      watch: "train",
      part: "neurons",
    },
    {
      text: {
        en: "The second cure: a relu that is not quite flat. `leaky_relu` keeps a small slope below 0, so there is always a way back. Choose it for the lower brick and train: no neuron is dead now.",
        ko: "두 번째 처방은 완전히 평평하지는 않은 relu입니다. `leaky_relu`는 0 아래에서도 기울기가 조금 남아 있어 언제나 돌아올 길이 있습니다. 아래 블록에 골라 주고 학습시키세요. 이제 죽은 뉴런이 하나도 없습니다.",
      },
      hint: {
        en: "Keep the learning rate at 0.3.",
        ko: "학습률은 0.3으로 두세요.",
      },
      checks: [
        check("activation", { nth: 1, activation: "leaky_relu" }),
        atLeast("epochs", 30),
        exactly("dead", 0),
        atLeast("accuracy", 0.95),
      ],
      watch: "train",
      part: "neurons",
    },
  ],
  start: {
    wall: binaryWall(2, [brick("hidden", 8, "relu"), brick("out", 1, "sigmoid")], {
      optimizer: { kind: "SGD", config: { learning_rate: 10 } },
    }),
    data: dataOf("circles", { samples: 200, noise: 0.1 }),
    detail: "bricks",
  },
};
