/** Lesson: two neurons on three signals. */
import { generator } from "../data/random.ts";
import type { Table } from "../data/table.ts";
import type { Lesson } from "./lesson.ts";
import { atLeast, binaryWall, check, dataOf, exactly } from "./starts.ts";

const PLANTS = 80;

/** Plants that bloom with much sun (above all) and water; the colour of the pot does nothing. */
function plants(): Table {
  const random = generator(7);
  const sun = Float64Array.from({ length: PLANTS }, () => Math.round(100 * random.uniform()) / 10);
  const water = Float64Array.from({ length: PLANTS }, () => Math.round(50 * random.uniform()) / 10);
  const pot = Float64Array.from({ length: PLANTS }, () => Math.round(random.uniform()));
  const blooms = Array.from(sun, (hours, i) =>
    2 * (hours - 5) + 1.5 * (water[i] - 2.5) > 0 ? "yes" : "no",
  );
  const columns = [
    { name: "sun", values: sun },
    { name: "water", values: water },
    { name: "pot", values: pot },
    { name: "blooms", values: blooms },
  ];
  return { name: "plants", columns, rows: PLANTS, target: "blooms", task: "binary" };
}

export const signals: Lesson = {
  id: "signals",
  title: { en: "Two neurons on three signals", ko: "신호 셋, 뉴런 둘" },
  steps: [
    {
      text: {
        en: "Will a plant bloom? Three signals come in from below: its hours of **sun**, its cups of **water**, and the colour of its **pot** (1 is red). Put one neuron on them: a `Dense` brick with 1 unit.",
        ko: "이 식물은 꽃을 피울까요? 아래에서 신호 셋이 들어옵니다. **햇빛**을 받은 시간, **물**을 준 컵 수, 그리고 **화분**의 색(1은 빨강)입니다. 그 위에 뉴런 하나를 올려 보세요. 유닛이 1개인 `Dense` 블록입니다.",
      },
      hint: {
        en: "Drag `Dense` from the bricks onto the wall, click it, and set its units to 1.",
        ko: "블록 목록에서 `Dense`를 벽으로 끌어다 놓고, 클릭해서 유닛을 1로 바꾸세요.",
      },
      checks: [exactly("bricks", 1, { brick: "Dense" }), exactly("units", 1)],
    },
    {
      text: {
        en: "Zoom in until you see **every synapse**. Each signal reaches the neuron through one green piece: 3 signals, 3 greens. Now make it two neurons. Each wants its own green for each signal, so count: **3 × 2 = 6**.",
        ko: "벽 위쪽의 **시냅스**를 누르세요. 신호마다 초록 조각 하나를 지나 뉴런에 닿습니다. 신호가 3개라 초록도 3개입니다. 이제 뉴런을 둘로 늘려 보세요. 뉴런마다 신호 수만큼 초록이 필요합니다. 세어 보세요. **3 × 2 = 6**입니다.",
      },
      hint: {
        en: "The level of detail is chosen above the wall. Click the brick and set its units to 2.",
        ko: "얼마나 자세히 볼지는 벽 위쪽에서 고릅니다. 블록을 클릭해서 유닛을 2로 바꾸세요.",
      },
      checks: [
        check("detail", { detail: "synapses" }),
        exactly("units", 2),
        exactly("synapses", 6),
      ],
    },
    {
      text: {
        en: "Two neurons give two answers, but the question has one: does it bloom? Put a third neuron on top. Give it `sigmoid`, which squeezes every number between 0 (no) and 1 (yes). How many greens are there now? **6 + 2 = 8**.",
        ko: "뉴런이 둘이면 답도 둘입니다. 하지만 질문은 하나입니다. 꽃이 필까요? 맨 위에 세 번째 뉴런을 올리고 `sigmoid`를 골라 주세요. 어떤 숫자든 0(아니요)과 1(예) 사이로 바꿔 줍니다. 이제 초록은 몇 개일까요? **6 + 2 = 8**개입니다.",
      },
      hint: {
        en: "A second `Dense` brick with 1 unit and the activation `sigmoid`. The wall also offers it as a repair.",
        ko: "유닛 1개, 활성화 함수 `sigmoid`인 `Dense` 블록을 하나 더 놓으세요. 벽이 알려 주는 고치기 단추를 눌러도 됩니다.",
      },
      checks: [
        exactly("bricks", 2, { brick: "Dense" }),
        exactly("units", 1, { nth: 2 }),
        exactly("synapses", 8),
        check("activation", { nth: 2, activation: "sigmoid" }),
      ],
    },
    {
      text: {
        en: "Now let it **learn** from plants whose end is known. Watch the greens while it trains: dark green is a strong influence, pale green a weak one, and a minus sign says “the more, the less”.",
        ko: "이제 꽃이 피었는지 이미 아는 식물들로 **배우게** 해 보세요. 배우는 동안 초록을 지켜보세요. 진한 초록은 영향이 크고 연한 초록은 작습니다. 빼기(−) 표시는 음수인 가중치로, ‘클수록 줄인다’는 뜻입니다.",
      },
      hint: {
        en: "Press Train, and again if it needs longer.",
        ko: "학습을 누르세요. 모자라면 한 번 더 누르세요.",
      },
      checks: [atLeast("epochs", 30), atLeast("accuracy", 0.9, { rows: "training" })],
      watch: "wall",
      slow: true,
    },
    {
      text: {
        en: "Open **Understand** and ask about one plant: why this answer? The sun says most, water a little less, and the pot next to nothing. Nobody told the neurons so: they found it out.",
        ko: "**이해**를 열고 식물 하나에 대해 물어보세요. 왜 이런 답이 나왔을까요? 햇빛이 가장 크고, 물이 그다음이며, 화분 색은 거의 아무 영향이 없습니다. 아무도 알려 주지 않았는데 뉴런들이 스스로 알아냈습니다.",
      },
      checks: [check("panel", { panel: "understand" })],
    },
  ],
  start: {
    wall: binaryWall(3, [], { optimizer: { kind: "Adam", config: { learning_rate: 0.03 } } }),
    data: dataOf("csv", { table: plants(), standardize: true, validation: 0.25 }),
    detail: "bricks",
  },
};
