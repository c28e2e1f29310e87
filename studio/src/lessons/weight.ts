/** Lesson: a weight brick carries what was learned to where there is little to learn from. */
import type { Lesson } from "./lesson.ts";
import { atLeast, atMost, binaryWall, brick, dataOf, exactly } from "./starts.ts";

const FEW = 25;

export const weight: Lesson = {
  id: "weight",
  title: { en: "A weight brick", ko: "가중치 블록" },
  steps: [
    {
      text: {
        en: "Two moons, and 200 points to learn from. Train the wall until nearly every answer is right. What it knows is in its greens: in its **weights**.",
        ko: "반달 둘이 있고 학습에 쓰는 점은 200개입니다. 거의 모든 답이 맞을 때까지 벽을 학습시키세요. 벽이 아는 것은 초록 속에, 곧 **가중치** 속에 들어 있습니다.",
      },
      hint: { en: "Press Train.", ko: "학습을 누르세요." },
      checks: [atLeast("training_rows", 100), atLeast("epochs", 30), atLeast("accuracy", 0.97)],
      watch: "train",
      part: "surface",
    },
    {
      text: {
        en: "Keep the trained wall as a **weight brick**: it joins the other bricks, with all that it knows. Then make the data scarce: set the number of points to **50**. The bricks of the wall begin anew, with random weights. Train them. How good do they get now?",
        ko: "학습된 벽을 **가중치 블록**으로 간직하세요. 아는 것을 모두 담은 채 블록 목록으로 들어갑니다. 그런 다음 데이터를 줄여 점을 **50개**로 하세요. 벽의 블록들은 무작위 가중치에서 다시 시작합니다. 학습시켜 보세요. 이번에는 얼마나 잘할까요?",
      },
      hint: {
        en: "First press “Keep the trained wall” below the bricks, then change the number of points in the panel Data.",
        ko: "먼저 블록 목록 아래의 ‘학습한 벽 간직하기’를 누르고, 그다음 데이터 패널에서 점의 수를 바꾸세요.",
      },
      checks: [
        atLeast("kept", 1),
        exactly("weight_bricks", 0),
        atMost("training_rows", FEW),
        atLeast("epochs", 30),
        atMost("accuracy", 0.88),
      ],
      watch: "train",
      part: "surface",
    },
    {
      text: {
        en: "25 points are too few to begin from nothing. Begin with what is known: take the bricks off and put your **weight brick** there. It is frozen: it keeps what it knows. Only the top brick has to learn again, so put a new one in its place, and train. That is called **transfer**.",
        ko: "아무것도 모르는 채 시작하기에 25개는 너무 적습니다. 이미 아는 것에서 시작해 보세요. 블록을 걷어 내고 그 자리에 **가중치 블록**을 놓으세요. 고정되어 있어서 아는 것을 그대로 간직합니다. 맨 위 블록만 새로 배우면 되니 그것만 새 블록으로 바꾸고 학습시키세요. 이것을 **전이 학습**이라고 합니다.",
      },
      hint: {
        en: "Remove the three bricks, add the weight brick, remove its top brick, and put a new `Dense` with 1 unit and `sigmoid` on top.",
        ko: "블록 세 개를 지우고 가중치 블록을 놓은 다음, 그 맨 위 블록을 지우고 유닛 1개, `sigmoid`인 새 `Dense`를 올리세요.",
      },
      checks: [
        exactly("weight_bricks", 2),
        atLeast("frozen", 1),
        atMost("training_rows", FEW),
        atLeast("accuracy", 0.9),
      ],
      watch: "train",
      part: "surface",
    },
  ],
  start: {
    wall: binaryWall(2, [
      brick("first", 8, "relu"),
      brick("second", 8, "relu"),
      brick("out", 1, "sigmoid"),
    ]),
    data: dataOf("moons", { samples: 400, validation: 0.5 }),
    detail: "bricks",
  },
};
