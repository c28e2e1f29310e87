/** Lesson: from bricks to code, and back. */
import type { Lesson } from "./lesson.ts";
import { atLeast, binaryWall, brick, check, dataOf, exactly } from "./starts.ts";

export const code: Lesson = {
  id: "code",
  title: { en: "From bricks to code", ko: "블록에서 코드로" },
  steps: [
    {
      text: {
        en: "This wall is also a program. Open **Code**: it is written in Python with Keras, which researchers use every day. Find the line of each brick. Which line is the brick at the bottom?",
        ko: "이 벽은 프로그램이기도 합니다. **코드**를 열어 보세요. 연구자들이 날마다 쓰는 Keras로, 파이썬 코드로 적혀 있습니다. 블록마다 해당하는 줄을 찾아보세요. 맨 아래 블록은 어느 줄일까요?",
      },
      hint: {
        en: "The code is read from top to bottom, the wall from bottom to top.",
        ko: "코드는 위에서 아래로, 벽은 아래에서 위로 읽습니다.",
      },
      checks: [check("panel", { panel: "code" })],
    },
    {
      text: {
        en: "Now **write**: the first brick has 8 neurons, since its line says `Dense(8`. Change the 8 to 12, and look at the wall. It follows!",
        ko: "이제 **써** 볼까요? 첫 블록의 뉴런은 8개입니다. `Dense(8`이라고 적힌 줄입니다. 8을 12로 바꾸고 벽을 보세요. 벽이 따라옵니다!",
      },
      hint: {
        en: "Click after the 8 in the code, delete it, and type 12.",
        ko: "코드의 8 뒤를 클릭해 지우고 12라고 치세요.",
      },
      checks: [exactly("units", 12)],
    },
    {
      text: {
        en: "It works the other way round, too. Give the second brick the activation `tanh`, **on the wall** or in the code: both are always the same.",
        ko: "반대로도 됩니다. 두 번째 블록의 활성화 함수를 `tanh`로 바꿔 보세요. **벽에서** 바꿔도 되고 코드에서 바꿔도 됩니다. 둘은 언제나 같습니다.",
      },
      hint: {
        en: "Click the second brick from below, or write `tanh` in place of `relu` in its line.",
        ko: "아래에서 두 번째 블록을 클릭하거나, 그 줄의 `relu`를 `tanh`로 바꿔 쓰세요.",
      },
      checks: [check("activation", { nth: 2, activation: "tanh" })],
    },
    {
      text: {
        en: "One last thing: write a **new line**. Copy a line of a `Dense` brick, and make it `layers.Dropout(0.2),`. A grey brick appears. Then train the wall that you have written.",
        ko: "마지막으로 **새 줄**을 써 보세요. `Dense` 블록의 줄을 하나 복사해서 `layers.Dropout(0.2),`로 바꾸면 회색 블록이 생깁니다. 그런 다음 직접 써서 만든 벽을 학습시키세요.",
      },
      hint: {
        en: "The new line stands between two others, with the same indent and comma. A red line says what is not understood, and where.",
        ko: "새 줄은 다른 두 줄 사이에, 같은 들여쓰기와 쉼표로 적습니다. 알아듣지 못한 곳에는 빨간 줄이 생기고 이유가 나옵니다.",
      },
      checks: [
        atLeast("bricks", 1, { brick: "Dropout" }),
        atLeast("epochs", 20),
        atLeast("accuracy", 0.7),
      ],
    },
  ],
  start: {
    wall: binaryWall(7, [
      brick("first", 8, "relu"),
      brick("second", 6, "relu"),
      brick("out", 1, "sigmoid"),
    ]),
    data: dataOf("pima", { standardize: true, validation: 0.2 }),
    detail: "bricks",
  },
};
