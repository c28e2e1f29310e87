/** Lesson: too many bricks learn by heart. */
import type { Lesson } from "./lesson.ts";
import { atLeast, atMost, binaryWall, brick, check, generated } from "./starts.ts";

/** What counts as cured: after so long a training, the gap stays small and the answers are good. */
const CURED = [atLeast("epochs", 200), atMost("gap", 0.25), atLeast("accuracy", 0.8)];

export const overfitting: Lesson = {
  id: "overfitting",
  title: { en: "Too many bricks: overfitting", ko: "블록이 너무 많으면: 과적합" },
  steps: [
    {
      text: {
        en: "Only 50 points to learn from, some of them on the wrong side, and a big wall: 64 neurons on 64. Train it to the end and watch both curves. The blue one is the points it **learns from**, the orange one points it has **never seen**.",
        ko: "배울 점은 50개뿐이고 그중 몇 개는 엉뚱한 쪽에 있습니다. 그런데 벽은 큽니다. 뉴런 64개 위에 또 64개. 끝까지 학습시키고 두 곡선을 지켜보세요. 파란 곡선은 **배우는** 점들이고, 주황 곡선은 **한 번도 보지 못한** 점들입니다.",
      },
      hint: {
        en: "Press Train and wait for epoch 300: blue goes down, orange turns and climbs.",
        ko: "학습을 누르고 300에포크까지 기다리세요. 파란 곡선은 내려가고 주황 곡선은 방향을 바꿔 올라갑니다.",
      },
      checks: [atLeast("synapses", 4000), atLeast("epochs", 250), atLeast("gap", 0.4)],
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
      checks: [atMost("synapses", 60), ...CURED],
    },
    {
      text: {
        en: "The second cure leaves the wall big. `Dropout` switches half of the neurons off in every step, others each time, so that none can rely on its neighbour's memory. Build the big wall again (undo helps), with `Dropout` on each hidden brick.",
        ko: "두 번째 처방은 벽을 크게 둡니다. `Dropout`은 한 단계마다 뉴런의 절반을 매번 다르게 꺼서, 이웃의 기억에 기대지 못하게 합니다. 큰 벽을 다시 쌓고(실행 취소가 도움이 됩니다) 은닉 블록마다 위에 `Dropout`을 올려 보세요.",
      },
      hint: {
        en: "64, Dropout 0.5, 64, Dropout 0.5, and the top brick.",
        ko: "64, Dropout 0.5, 64, Dropout 0.5, 그리고 맨 위 블록입니다.",
      },
      checks: [atLeast("bricks", 1, { brick: "Dropout" }), ...CURED],
    },
    {
      text: {
        en: "The third cure: an **L2 penalty** makes large weights cost something, so the wall draws calm lines. Take the Dropout off, and give the hidden bricks a penalty of 0.01. Compare the greens: much paler.",
        ko: "세 번째 처방은 **L2 벌점**입니다. 가중치가 크면 값을 치르게 해서 벽이 차분한 선을 긋게 합니다. Dropout을 치우고 은닉 블록에 벌점 0.01을 주세요. 초록을 비교해 보면 훨씬 연합니다.",
      },
      hint: {
        en: "Click a brick: the penalty is among its settings. Both hidden bricks want one.",
        ko: "블록을 클릭하면 설정에 벌점이 있습니다. 은닉 블록 둘 다에 주세요.",
      },
      checks: [check("penalty"), ...CURED],
    },
  ],
  start: {
    wall: binaryWall(
      2,
      [brick("wide", 64, "relu"), brick("wider", 64, "relu"), brick("out", 1, "sigmoid")],
      {
        epochs: 300,
      },
    ),
    data: generated("moons", { samples: 100, noise: 0.4, validation: 0.5 }),
    detail: "bricks",
  },
};
