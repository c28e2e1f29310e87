/** Lesson: too many bricks learn by heart. */
import type { Lesson } from "./lesson.ts";
import { atLeast, atMost, binaryWall, brick, check, dataOf, exactly } from "./starts.ts";

const EPOCHS = 200;

/** What counts as cured: after so long a training, the gap is small and most answers are right. */
const cured = (gap: number) => [
  atLeast("epochs", EPOCHS),
  atMost("gap", gap),
  atLeast("accuracy", 0.75),
];

export const overfitting: Lesson = {
  id: "overfitting",
  title: { en: "Too many bricks: overfitting", ko: "블록이 너무 많으면: 과적합" },
  steps: [
    {
      text: {
        en: "Only 50 points to learn from, some of them on the wrong side, and a big wall: 64 neurons on 64. Train it to the end and watch both curves. The blue one is the loss on the points it **learns from**, the orange one on points it has **never seen**.",
        ko: "학습에 쓰는 점은 50개뿐이고 그중 몇 개는 엉뚱한 쪽에 있습니다. 그런데 벽은 큽니다. 뉴런 64개 위에 또 64개가 있습니다. 끝까지 학습시키고 두 곡선을 지켜보세요. 파란 곡선은 **배우는** 점들의 손실이고, 주황 곡선은 **한 번도 보지 못한** 점들의 손실입니다.",
      },
      hint: {
        en: "Press Train and wait for epoch 200: blue goes down, orange turns and climbs.",
        ko: "학습을 누르고 200에포크까지 기다리세요. 파란 곡선은 내려가고 주황 곡선은 방향을 바꿔 올라갑니다.",
      },
      checks: [atLeast("synapses", 4000), atLeast("epochs", EPOCHS), atLeast("gap", 1)],
      watch: "train",
      part: "curves",
    },
    {
      text: {
        en: "That is **overfitting**: like learning the answers of one test by heart, and failing the next. The first cure: **fewer bricks**. A small wall cannot learn by heart. Build one with 60 greens at most, and train it for 200 epochs.",
        ko: "이것이 **과적합**입니다. 시험 하나의 답을 통째로 외우고 다음 시험은 망치는 것과 같습니다. 첫 번째 처방은 **블록 줄이기**입니다. 작은 벽은 통째로 외울 수 없습니다. 초록이 60개 이하인 벽을 쌓아 200에포크 동안 학습시켜 보세요.",
      },
      hint: {
        en: "One `Dense` brick with 8 units and `relu`, and the top: 16 + 8 = 24 greens.",
        ko: "유닛 8개에 `relu`인 `Dense` 블록 하나와 맨 위 블록이면 초록이 16 + 8 = 24개입니다.",
      },
      checks: [atMost("synapses", 60), ...cured(0.7)],
      watch: "train",
      part: "curves",
    },
    {
      text: {
        en: "The second cure leaves the wall big. `Dropout` with a **rate of 0.5** switches half of the neurons off in every step, others each time, so that none can rely on what its neighbours know by heart. Build the big wall again (undo helps), put `Dropout` on each hidden brick, set its rate to 0.5, and train.",
        ko: "두 번째 처방에서는 벽을 줄이지 않습니다. **비율이 0.5**인 `Dropout`은 한 단계마다 뉴런의 절반을 매번 다르게 꺼서, 옆 뉴런이 외운 것에 기대지 못하게 합니다. 큰 벽을 다시 쌓고(실행 취소가 도움이 됩니다) 은닉 블록마다 위에 `Dropout`을 올려 비율을 0.5로 바꾼 다음 학습시켜 보세요.",
      },
      hint: {
        en: "64, Dropout 0.5, 64, Dropout 0.5, and the top brick.",
        ko: "64, Dropout 0.5, 64, Dropout 0.5, 그리고 맨 위 블록입니다.",
      },
      checks: [
        atLeast("synapses", 4000),
        check("hidden", { has: "Dropout" }),
        atLeast("rate", 0.5),
        ...cured(0.7),
      ],
      watch: "train",
      part: "curves",
    },
    {
      text: {
        en: "The third cure: an **L2 penalty** adds to the loss for large weights, so the wall draws smoother lines. Take the Dropout off, and give the hidden bricks a penalty of 0.01. Train, and look at the mean size of a weight, **|w|**: without a penalty it was about 0.3.",
        ko: "세 번째 처방은 **L2 규제**입니다. 가중치가 클수록 손실을 더해서 벽이 완만한 선을 긋게 합니다. Dropout을 빼고 은닉 블록에 규제 0.01을 주세요. 학습시킨 다음 가중치 크기의 평균 **|w|**를 보세요. 규제가 없을 때는 0.3쯤이었습니다.",
      },
      hint: {
        en: "Click a brick: the penalty is among its settings. Both hidden bricks need one.",
        ko: "블록을 클릭하면 설정에 가중치 규제가 있습니다. 은닉 블록 둘 다에 주세요.",
      },
      checks: [
        atLeast("synapses", 4000),
        exactly("bricks", 0, { brick: "Dropout" }),
        check("hidden", { has: "penalty" }),
        atMost("weight", 0.04),
        ...cured(0.5),
      ],
      watch: "train",
      part: "curves",
    },
  ],
  start: {
    wall: binaryWall(
      2,
      [brick("wide", 64, "relu"), brick("wider", 64, "relu"), brick("out", 1, "sigmoid")],
      { epochs: EPOCHS },
    ),
    data: dataOf("moons", { samples: 200, noise: 0.35, seed: 5, validation: 0.75 }),
    detail: "bricks",
  },
};
