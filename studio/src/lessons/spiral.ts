/** Lesson: tell the two spirals apart. */
import type { Lesson } from "./lesson.ts";
import { atLeast, atMost, binaryWall, brick, dataOf } from "./starts.ts";

export const spiral: Lesson = {
  id: "spiral",
  title: { en: "Tell the two spirals apart", ko: "두 나선을 구별하기" },
  steps: [
    {
      text: {
        en: "Two spirals are wound around one another. Four neurons try to tell them apart. Train them for 50 epochs and look at the surface in the panel **Train**: how many bends does it have?",
        ko: "나선 둘이 서로 감겨 있습니다. 뉴런 넷이 둘을 구별해 보려 합니다. 50에포크 동안 학습시키고 **학습** 패널의 색칠된 그림(‘벽의 답’)을 보세요. 몇 번 구부러졌나요?",
      },
      hint: {
        en: "Press Train. It gets about three quarters right, and no more.",
        ko: "학습을 누르세요. 네 점 중 세 점쯤 맞고, 더는 나아지지 않습니다.",
      },
      checks: [atLeast("epochs", 50), atMost("accuracy", 0.88)],
      watch: "train",
      part: "surface",
    },
    {
      text: {
        en: "Four folds are too few for a spiral. More neurons side by side make more folds; another **floor** of neurons folds what is folded already. Build higher, and train, until 95% of the answers for new points are right.",
        ko: "나선에는 네 번 접는 것으로는 모자랍니다. 뉴런을 옆으로 늘리면 더 많이 접고, **층**을 하나 더 쌓으면 접힌 것을 또 접습니다. 새로운 점에 대한 답이 95% 맞을 때까지 쌓아 올리고 학습시켜 보세요.",
      },
      hint: {
        en: "Try two `Dense` bricks with 16 units and `relu` under the top one.",
        ko: "맨 위 블록 아래에 유닛이 16개이고 `relu`인 `Dense` 블록을 두 개 놓아 보세요.",
      },
      checks: [atLeast("bricks", 3, { brick: "Dense" }), atLeast("accuracy", 0.95)],
    },
    {
      text: {
        en: "Beautiful! Now build it **small**: can you get 9 points out of 10 right with no more than 200 green pieces? Count before you build.",
        ko: "멋집니다! 이번에는 **알뜰하게** 지어 볼까요? 초록 조각을 200개 이하로 쓰면서 점 열 개 중 아홉 개를 맞힐 수 있나요? 쌓기 전에 먼저 세어 보세요.",
      },
      hint: {
        en: "Two bricks of 12 units: 2 × 12 + 12 × 12 + 12 × 1 = 180 synapses.",
        ko: "유닛이 12개인 블록 두 개면 2 × 12 + 12 × 12 + 12 × 1 = 시냅스 180개입니다.",
      },
      checks: [atMost("synapses", 200), atLeast("accuracy", 0.9)],
    },
  ],
  start: {
    wall: binaryWall(2, [brick("hidden", 4, "relu"), brick("out", 1, "sigmoid")], { epochs: 100 }),
    data: dataOf("spiral", { noise: 0.02 }),
    detail: "bricks",
  },
};
