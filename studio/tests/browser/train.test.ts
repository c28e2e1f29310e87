import type { Locator, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { toLink } from "../../src/files/link.ts";
import { writeProject } from "../../src/files/project.ts";
import { overfitting } from "../../src/lessons/overfitting.ts";
import { firstProject, LESSON } from "../../src/state/store.ts";
import { dense } from "../../src/wall/wall.ts";
import {
  bring,
  build,
  buildButton,
  MIDDLE,
  menu,
  open,
  PAGE,
  PHONE,
  screenshot,
  trained,
  usesBrowser,
  WIDE,
} from "./browser.ts";

usesBrowser();

describe("from an empty wall to a trained network", () => {
  test.each([
    ["wide", WIDE],
    ["middle", MIDDLE],
    ["phone", PHONE],
  ])("the lesson's network trains as soon as it stands: %s", async (name, size) => {
    const page = await open({ size });
    await build(page);
    if (size !== WIDE) await page.getByRole("tab", { name: "Train" }).click();
    const accuracy = await page
      .locator(".train-curve", { hasText: "accuracy" })
      .locator(".validation")
      .innerText();
    expect(Number(accuracy.match(/[\d.]+$/)?.[0])).toBeGreaterThan(0.7);
    await screenshot(page, `trained-${name}`);
  });

  test("by hand: bricks of the palette, and the repairs that the page offers", async () => {
    const page = await open();
    await page.getByRole("button", { name: /^Dense/ }).click();
    await page.getByRole("button", { name: /Put a brick with 1 stud/ }).click();
    await trained(page);
    await page.getByRole("tab", { name: "Code" }).click();
    const code = await page.locator(".cm-content").innerText();
    expect(code).toContain("Sequential");
    expect(code).toContain("sigmoid");
  });

  test("a training of one row a second says at which row of the batch it is", async () => {
    const page = await open({ korean: true });
    await build(page);
    await page.locator(".bar-speed input").fill("0");
    await page.locator(".bar-play").click();
    for (const row of [2, 3]) await page.getByText(`행 ${row} / 10`).waitFor();
    await page.locator(".bar-play").click();
    await page.getByText(/^행 \d+ \/ 10$/).waitFor({ state: "detached" });
  });

  test("an edit trains anew at once; undo goes back", async () => {
    const page = await open();
    await build(page);
    const loss = () => page.locator(".bar-progress b").first().innerText();
    const first = await loss();
    await page.getByLabel("learning rate").first().selectOption("0.1");
    await page.waitForFunction(
      (before) => document.querySelector(".bar-progress b")?.textContent !== before,
      first,
    );
    await trained(page);
    await page.getByRole("button", { name: "Undo" }).click();
    await trained(page);
    expect(await loss()).toBe(first); // the same seed, the same numbers
  });

  test("step, pause and speed", async () => {
    const page = await open();
    await page.getByLabel("Retrain after each edit").uncheck();
    await buildButton(page).click();
    await page.getByRole("button", { name: /^One step/ }).click();
    await page.waitForSelector("[data-status=paused]");
    await page.getByLabel("Speed").fill("3"); // 30 rows a second
    await page.getByRole("button", { name: "Train", exact: true }).click();
    await page.waitForSelector("[data-status=running]");
    await page.getByRole("button", { name: "Pause" }).click();
    await page.waitForSelector("[data-status=paused]");
    expect(await page.locator(".bar-progress").innerText()).toContain("epoch 0 of 50");
  });
});

test("a training whose loss is no finite number says what was not finite, and what helps", async () => {
  const page = await open();
  const first = firstProject();
  const wall = {
    ...first.wall,
    bricks: [dense(8), dense(1)],
    loss: "mean_squared_error",
    optimizer: { kind: "SGD", config: { learning_rate: 100 } },
  };
  const diverging = { project: { ...first, wall }, trained: null, history: [] };
  await bring(page, "diverging.brickwork", writeProject(diverging));
  const fault = page.locator(".bar-fault");
  await fault.getByText(/no longer a finite number \(the .+\).*smaller learning rate/).waitFor();
});

/** A table of houses: a price in the hundred thousands, and a column of texts. */
const houses = () => {
  const kinds = ["Flat in the old town", "House with a garden", "Villa"];
  const rows = Array.from({ length: 120 }, (_, i) => {
    const area = 40 + ((i * 37) % 160);
    return `${area},${kinds[i % 3]},${2500 * area + 50_000 * (i % 3)}`;
  });
  return ["area,kind of house,price", ...rows].join("\n");
};

test("points, the answer to all of them, and what each neuron makes of them", async () => {
  const page = await open();
  await page.getByRole("tab", { name: "Data" }).click();
  await page.getByRole("button", { name: "Moons" }).click();
  await build(page);
  await page.getByRole("tab", { name: "Train" }).click();
  const colours = (of: Locator) =>
    of.evaluate((one) => {
      const { width, height } = one as HTMLCanvasElement;
      const context = (one as HTMLCanvasElement).getContext("2d") as CanvasRenderingContext2D;
      const { data } = context.getImageData(0, 0, width, height);
      return new Set(new Uint32Array(data.buffer)).size;
    });
  await expect.poll(() => colours(page.locator(".train-surface"))).toBeGreaterThan(50);
  const neurons = page.locator(".train-neurons canvas");
  await expect.poll(() => neurons.count()).toBe(15);
  await expect.poll(() => colours(neurons.first())).toBeGreaterThan(50); // of the brick on top
});

describe("what it is compared with", () => {
  test.each([
    [
      false,
      "always “no diabetes”",
      "Without a wall",
      /^Trained: 50 epochs, validation accuracy \d+%$/,
    ],
    [true, "항상 ‘당뇨병 아님’", "벽이 없다면", /^학습 끝: 에포크 50개, 검증 정확도 \d+%$/],
  ] as const)(
    "the most frequent class, in sight and said: Korean %s",
    async (korean, always, without, ended) => {
      const page = await open({ korean });
      await build(page);
      const curve = page.locator(".train-curve").nth(1);
      expect(await curve.innerText()).toContain(always);
      expect(await curve.locator(".train-plot").getAttribute("aria-label")).toContain(always);
      await page.getByText(without).waitFor();
      expect(await page.locator(".bar [aria-live]").textContent()).toMatch(ended);
      expect(await page.locator(".bar-progress").innerText()).toContain(
        korean ? "검증 손실" : "validation loss",
      );
    },
  );
});

test("numbers are in the units of the table; a text column is one list", async () => {
  const page = await open();
  await bring(page, "houses.csv", houses());
  await page.getByRole("tab", { name: "Bricks" }).click();
  await page.getByRole("button", { name: /^Dense/ }).click();
  await page.getByRole("button", { name: /Put a brick with 1 stud/ }).click();
  await trained(page);
  const fit = page.locator(".train-part", { has: page.locator(".train-fit") });
  expect(await fit.innerText()).toMatch(/price, answer[\s\S]*\d00,000[\s\S]*price, true/);
  expect(await page.locator(".bar-progress").innerText()).toMatch(/off by, on average [\d,]+/);
  await page.getByRole("tab", { name: "Understand" }).click();
  await page.locator(".understand-inputs summary").first().click();
  const kind = page.getByLabel("kind of house", { exact: true });
  const answer = () => page.locator(".understand-answer dd").nth(1).innerText();
  await kind.selectOption("Flat in the old town");
  const before = await answer();
  await kind.selectOption("Villa");
  await expect.poll(answer).not.toBe(before);
  await page.locator(".understand-told").waitFor();
  await expect
    .poll(() => page.locator(".understand-told .understand-line").innerText())
    .toContain(`which makes ${await answer()}`);
});

test("a trained project shows its history, and goes on from there; where all are right it says so", async () => {
  const page = await open();
  await page.getByRole("tab", { name: "Data" }).click();
  await page.getByRole("button", { name: "Blobs" }).click();
  await page.getByRole("tab", { name: "Bricks" }).click();
  await page.getByRole("button", { name: /^Dense/ }).click();
  await page.getByRole("button", { name: /Put a brick with 3 studs/ }).click();
  await trained(page);
  await page.getByRole("tab", { name: "Understand" }).click();
  await page.getByRole("button", { name: "All are right" }).waitFor();
  expect(await page.getByRole("button", { name: "All are right" }).isDisabled()).toBe(true);

  const bricks = LESSON().map((brick) => ({ ...brick }));
  const first = firstProject();
  const ofUnits = (inputs: number, units: number) => [
    { name: "kernel", shape: [inputs, units], values: new Float32Array(inputs * units).fill(0.1) },
    { name: "bias", shape: [units], values: new Float32Array(units) },
  ];
  const history = Array.from({ length: 50 }, (_, epoch) => ({
    epoch,
    logs: { loss: 0.6, accuracy: 0.7, val_loss: 0.55, val_accuracy: 0.71 },
  }));
  const saved = writeProject({
    project: { ...first, wall: { ...first.wall, bricks } },
    trained: [ofUnits(7, 8), ofUnits(8, 6), ofUnits(6, 1)],
    history,
  });
  await bring(page, "mine.brickwork", saved);
  const bar = page.locator(".bar-progress");
  await bar.getByText("trained before: 50 epochs").waitFor();
  expect(await bar.innerText()).toContain("0.71");
  await page.getByRole("tab", { name: "Train" }).click();
  expect(await page.locator(".train-curve").count()).toBe(2);
  await page.getByLabel("Speed").fill("2"); // 10 rows a second
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await bar.getByText("epoch 50 of 100").waitFor();
  await bar.getByText(/batch \d+ of 43/).waitFor();
  await page.getByLabel("Speed").fill("8");
  await trained(page);
  expect(await bar.innerText()).toContain("epoch 100 of 100");
});

describe("a wall that overfits", () => {
  /** By a link: what it opens is where undo begins. */
  function opened(korean = false): Promise<Page> {
    const { wall, data } = overfitting.start;
    const { fragment } = toLink({
      project: { name: "moons", wall: { ...wall, epochs: 100 }, data },
    });
    return open({ url: PAGE + fragment, korean });
  }

  test("is stopped where it was best, by a button; the focus is not lost, and undo puts it back", async () => {
    const page = await opened();
    const epochs = page.locator(".train-settings select").nth(3);
    const stop = page.getByRole("button", { name: /^Stop at epoch/ });
    await stop.waitFor({ timeout: 30_000 });
    await trained(page);
    const best = (await stop.innerText()).match(/\d+/)?.[0] as string;
    await page.getByText(`Since epoch ${best} the validation loss`).waitFor();
    await page.getByRole("checkbox", { name: "Retrain after each edit" }).focus();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await stop.waitFor({ state: "detached" });
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.className))
      .toBe("bar-play");
    await page.locator(".bar-progress").getByText(`epoch ${best} of ${best}`).waitFor();
    expect(await epochs.inputValue()).toBe(best);
    await page.getByRole("button", { name: "Undo" }).click();
    expect(await epochs.inputValue()).toBe("100");
  });

  test("takes each other cure as one edit, and says what is found of the rarer class", async () => {
    const page = await opened(true);
    await page.getByText(/‘.+’ \d+개 중 \d+개를 찾았고/).waitFor();
    /** The link holds all that an edit can change. */
    const link = async () => {
      await menu(page);
      await page.locator("[data-item=link]").click();
      const address = await page.locator(".export-link .input").inputValue();
      await page.keyboard.press("Escape");
      await page.locator("dialog.export[open]").waitFor({ state: "detached" });
      return address;
    };
    const undo = page.getByRole("button", { name: "실행 취소" });
    const before = await link();
    const walls = new Set([before]);
    for (const name of ["Dropout 넣기", "유닛 반으로: 32개", "L2 규제"]) {
      expect(await undo.isDisabled()).toBe(true);
      await page
        .locator(".train-cures")
        .getByRole("button", { name, exact: true })
        .click({ timeout: 30_000 });
      const told = `적용했습니다: ${name}. 실행 취소로 되돌릴 수 있습니다.`;
      await page.getByRole("status").getByText(told).waitFor();
      walls.add(await link());
      await undo.click();
      await expect.poll(() => undo.isDisabled()).toBe(true); // it was one edit
      expect(await link()).toBe(before);
    }
    expect(walls.size).toBe(4);
  });
});

test("the number of the last epoch has room beside the plot, and a wall that knows nothing is told so", async () => {
  const page = await open({ size: MIDDLE });
  const first = firstProject();
  // No input reaches the top: it can only answer the most frequent class.
  const bricks = [dense(4, "relu", { kernel_initializer: "zeros" }), dense(1, "sigmoid")];
  const project = { ...first, wall: { ...first.wall, bricks, epochs: 100 } };
  await bring(page, "nothing.brickwork", writeProject({ project, trained: null, history: [] }));
  await trained(page);
  await page.getByRole("tab", { name: "Train" }).click();
  await page.locator(".train-note", { hasText: "no better than guessing" }).waitFor();
  expect(await page.locator(".bar [aria-live]").textContent()).toContain("no better than guessing");
  const ink = await page
    .locator(".train-plot canvas")
    .first()
    .evaluate((element) => {
      const { width, height } = element as HTMLCanvasElement;
      const size = 22 * devicePixelRatio; // of the corner that has half of the number
      const pixels = (element as HTMLCanvasElement)
        .getContext("2d")
        ?.getImageData(width - size, height - size, size, size).data as Uint8ClampedArray;
      const isInked = (x: number) =>
        Array.from({ length: size }, (_, y) => pixels[4 * (y * size + x) + 3]).some(Boolean);
      return { edge: isInked(size - 1) || isInked(size - 2), within: isInked(2) };
    });
  expect(ink).toEqual({ edge: false, within: true });
});

describe.each([
  [1280, 800],
  [1100, 800],
  [1024, 768],
  [390, 844],
])("the bar of the training at %i x %i", (width, height) => {
  test.each([false, true])("is as high whatever it says; Korean: %s", async (korean) => {
    const page = await open({ size: { width, height }, korean });
    await build(page);
    const heights: number[] = [];
    const look = async () => {
      const [bar, cut, label] = await page.evaluate(() => {
        const of = (selector: string) => document.querySelector(selector) as HTMLElement;
        const progress = of(".bar-progress");
        const words = of(".bar-speed .hint");
        return [
          of(".bar").getBoundingClientRect().height,
          progress.scrollHeight - progress.clientHeight,
          words.scrollWidth - of(".bar-speed").clientWidth,
        ];
      });
      heights.push(bar);
      expect(cut, "lines that are cut off").toBeLessThanOrEqual(0);
      expect(label, "of the speed").toBeLessThanOrEqual(0);
    };
    await look();
    const speed = page.locator(".bar-speed input");
    const progress = page.locator(".bar-progress");
    for (const at of ["7", "6"]) {
      await speed.fill(at);
      if (heights.length === 1) await page.locator(".bar-play").click();
      await page.waitForSelector("[data-status=running]");
      await progress.getByText(korean ? /^배치 \d+ \// : /^batch \d+ of/).waitFor();
      await look();
    }
    await speed.fill("0");
    await progress.getByText(korean ? /^행 2 \// : /^row 2 of/).waitFor();
    await look();
    expect(new Set(heights).size).toBe(1);
  });
});

test("nothing jumps when the first epoch is over; a picture of all answers comes first", async () => {
  const page = await open();
  await page.getByRole("tab", { name: "Data" }).click();
  await page.getByRole("button", { name: "Moons" }).click();
  await page.locator(".train-automatic input").uncheck();
  await buildButton(page).click();
  const tops = (...selectors: string[]) =>
    page.evaluate(
      (all) => all.map((one) => document.querySelector(one)?.getBoundingClientRect().top ?? NaN),
      selectors,
    );
  for (const [data, ...pictures] of [
    ["Moons", ".train-surface", ".train-charts"],
    ["Iris", ".train-charts", ".train-surface"],
  ] as const) {
    await page.getByRole("button", { name: data }).click();
    await page.locator(".train-charts > .hint").waitFor();
    const [first, second] = await tops(...pictures);
    expect(first).toBeLessThan(second);
    const look = async () => {
      const [above, below] = await tops(...pictures);
      expect(above).toBe(first);
      expect(Math.abs(below - second)).toBeLessThan(1);
    };
    await page.getByLabel("Speed").fill("6"); // 1000 rows a second
    await page.locator(".bar-play").click();
    await page.locator(".train-curve").first().waitFor();
    await look();
    await page.getByLabel("Speed").fill("8");
    await trained(page);
    await look();
  }
});

test("after a weight was set by hand no figure of before is shown as that of now", async () => {
  const page = await open();
  await build(page);
  const verdict = page.getByText(/validation rows are right; always/);
  const bar = page.locator(".bar-progress");
  await verdict.waitFor();
  await page.getByRole("tab", { name: "Understand" }).click();
  await page.locator(".understand-buttons button").nth(3).click();
  await page.locator(".understand-term button").first().click();
  await page.keyboard.type("30");
  await page.keyboard.press("Enter");
  await bar.getByText("a weight was set by hand").waitFor();
  expect(await bar.innerText()).not.toContain("accuracy");
  await page.getByRole("tab", { name: "Train" }).click();
  await page.getByText("A weight was set by hand since").waitFor();
  expect(await verdict.count()).toBe(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await verdict.waitFor();
  expect(await bar.innerText()).toContain("accuracy");
});
