/** A table of the user's own in a real browser: its name, what can't be used, its rows, other files. */
import { describe, expect, it } from "vitest";
import { writeBrick } from "../../src/files/brick.ts";
import { readProject, writeProject } from "../../src/files/project.ts";
import { firstProject } from "../../src/state/store.ts";
import { dense } from "../../src/wall/wall.ts";
import {
  build,
  drop,
  open,
  PHONE,
  screenshot,
  taken,
  trained,
  usesBrowser,
  WIDE,
} from "./browser.ts";

usesBrowser();

const ROWS = Array.from(
  { length: 120 },
  (_, i) =>
    `C-${100 + i},${(i * 7) % 50},${["month", "year"][i % 2]},${i % 3 ? "no" : "yes"},${i % 9}`,
);
const CHURN = `customer,age,plan,churn,calls\n${ROWS.join("\n")}`;
const first = firstProject();
const wall = { ...first.wall, inputs: 7, bricks: [dense(1, "sigmoid")] };
const weights = [
  [
    { name: "kernel", shape: [7, 1], values: new Float32Array(7).fill(0.5) },
    { name: "bias", shape: [1], values: Float32Array.of(0) },
  ],
];

describe.each([false, true])("a table of one's own, in Korean: %s", (korean) => {
  it("gives what is taken home its name, and the menu stays open", async () => {
    const page = await open({ korean });
    await drop(page.locator(".shell"), "churn.csv", CHURN);
    await page.locator(".data-tile", { hasText: "churn" }).waitFor();
    expect(await page.locator("#data-target").inputValue()).toBe("churn");
    await build(page);
    await page.locator(".export-open").click();
    for (const [item, ending] of [
      ["notebook", "ipynb"],
      ["project", "brickwork"],
    ]) {
      const { name, bytes } = await taken(page, () => page.locator(`[data-item=${item}]`).click());
      expect(name).toBe(`churn.${ending}`);
      if (item === "notebook")
        expect(JSON.parse(bytes.toString()).cells[0].source[0]).toBe("# churn\n");
      else expect(readProject(bytes)).toMatchObject({ value: { project: { name: "churn" } } });
    }
    const saved = page.locator("[data-state=saved] .export-told");
    expect(await saved.allInnerTexts()).toEqual([
      expect.stringContaining("churn.ipynb"),
      expect.stringContaining("churn.brickwork"),
    ]);
    await screenshot(page, `data-taken-${korean}`);
  });

  it("that can't be used says why wherever it is missed, and what to do", async () => {
    const page = await open({ korean });
    await drop(page.locator(".shell"), "churn.csv", CHURN);
    await page.locator("#data-target").selectOption("customer");
    const fault = page.locator(".wall-fault");
    await fault.waitFor();
    for (const place of [".wall-fault", ".train-empty", ".bar-progress"])
      expect(await page.locator(place).innerText()).toContain("customer");
    expect(await page.locator(".wall-picture").textContent()).toMatch(
      korean ? /준비 안 됨: churn/ : /Not ready: churn/,
    );
    await fault.getByRole("button").click();
    await page.waitForFunction(() => document.activeElement?.id === "data-target");
    await page.locator("#data-target").selectOption("churn");
    await fault.waitFor({ state: "detached" });
  });

  it("its rows are found by their ids", async () => {
    const page = await open({ korean });
    await drop(page.locator(".shell"), "churn.csv", CHURN);
    await build(page);
    await page.getByRole("tab", { name: korean ? "이해" : "Understand" }).click();
    const find = async (text: string) => {
      await page.locator("#understand-find").fill(text);
      await page.keyboard.press("Enter");
    };
    await find("c-117");
    const where = page.locator(".understand-origin > p");
    await where.getByText("customer C-117").waitFor();
    expect(await where.innerText()).toMatch(/\b18\b|18번째/);
    await find("nobody");
    await page.locator(".understand-origin [role=status]").getByText("nobody").waitFor();
    await screenshot(page, `data-row-${korean}`);
  });
});

describe("a row of one's own table", () => {
  const opened = async () => {
    const page = await open();
    await drop(page.locator(".shell"), "churn.csv", CHURN);
    await build(page);
    return page;
  };

  it("stays where it is while it is changed by hand", async () => {
    const page = await opened();
    await page.getByRole("tab", { name: "Understand" }).click();
    await page.locator(".understand-inputs summary").first().click();
    const field = page.locator(".understand-inputs input[type=number]").first();
    // Within what scrolls: a browser may scroll to the button that is clicked below.
    const top = () =>
      field.evaluate((element) => {
        const scrolled = element.closest(".tab-body")?.scrollTop ?? 0;
        return Math.round(element.getBoundingClientRect().top + scrolled);
      });
    const before = await top();
    for (let times = 0; times < 3; times++) {
      await field.click();
      await page.keyboard.press("ArrowUp");
      await page.keyboard.press("Tab");
      expect(await top()).toBe(before);
    }
    const back = page.getByRole("button", { name: "Back to the row" });
    expect(await back.evaluate((element) => getComputedStyle(element).borderTopColor)).not.toMatch(
      /rgba\(.*, 0\)|transparent/,
    );
    await screenshot(page, "data-byhand");
    await back.click();
    expect(await top()).toBe(before);
  });

  it("is found by a cell of right and wrong, and the arrows go on in it", async () => {
    const page = await opened();
    const cells = page.locator(".train-matrix tbody td");
    await cells.first().waitFor();
    const at = (await cells.allInnerTexts()).findIndex((count) => Number(count) > 1);
    const count = Number((await cells.allInnerTexts())[at]);
    const [truth, answer] = [at - (at % 2), at % 2].map((one) => (one ? "yes" : "no"));
    await page.locator(".shell-right .tab-body").evaluate((body) => body.scrollTo(0, 1e6));
    const cell = cells.nth(at).getByRole("button");
    expect(await cell.getAttribute("aria-label")).toContain(`true: ${truth}, answer: ${answer}`);
    await cell.focus();
    await page.keyboard.press("Enter");
    await page.getByText(`true: ${truth}, answer: ${answer}`).waitFor();
    expect(await page.locator(".shell-right .tab-body").evaluate((body) => body.scrollTop)).toBe(0);
    const seen = new Set<string>();
    for (let step = 0; step < count + 1; step++) {
      seen.add(await page.locator(".understand-index input").inputValue());
      const said = await page.locator(".understand-answer dd").allInnerTexts();
      expect(said[0]).toBe(truth);
      expect(said[1]).toContain(answer);
      await page.keyboard.press("Enter");
    }
    expect(seen.size).toBe(count);
    await page.getByRole("button", { name: "Back to all rows" }).click();
    await page.locator(".understand-cell").waitFor({ state: "detached" });
  });

  it("another column is predicted by a button that says so", async () => {
    const page = await opened();
    await page.getByRole("button", { name: "Predict this: age" }).click();
    await page.getByRole("status").getByText("To be predicted now: age.").waitFor();
    expect(await page.locator("#data-target").inputValue()).toBe("age");
    await page.locator(".export-open").click();
    const scroll = () => page.locator("dialog.export").evaluate((dialog) => dialog.scrollTop);
    await page.locator("dialog.export").evaluate((dialog) => dialog.scrollTo(0, 1e6));
    expect(await scroll()).toBeGreaterThan(0);
    await page.keyboard.press("Escape");
    await page.locator(".export-open").click();
    expect(await scroll()).toBe(0);
  });
});

describe("any file, dropped on the data or anywhere", () => {
  it.each([".data", ".shell"])("%s: does what it is for", async (on) => {
    const page = await open();
    await page.getByRole("tab", { name: "Data" }).click();
    const project = { project: { ...first, name: "saved", wall }, trained: null, history: [] };
    await drop(page.locator(on), "mine.brickwork", writeProject(project));
    await page.getByRole("status").getByText("saved is open.").waitFor();
    await drop(page.locator(on), "net.brick", writeBrick(wall, weights));
    const toast = page.locator(".toast");
    await toast.getByText("net is on the wall").waitFor();
    expect(await toast.innerText()).toContain("“Retrain after each edit” is off now");
    await drop(page.locator(on), "net.keras", "PK\x03\x04 metadata.json");
    await page.getByRole("alert").getByText("brickwork studio net.keras").waitFor();
    await drop(page.locator(on), "iris.data", "1,2,a\n3,4,b\n5,6,a\n7,8,b");
    await toast.getByText("iris is the data now").waitFor();
  });
});

describe.each([false, true])("a network, in Korean: %s", (korean) => {
  const scales = Array.from({ length: 7 }, () => ({ mean: 4, std: 2 }));

  it("that knows standardized rows gets them, and is told where they are others", async () => {
    const page = await open({ korean });
    await page.getByRole("tab", { name: korean ? "데이터" : "Data" }).click();
    const standardize = page.locator(".data input[type=checkbox]").first();
    if (await standardize.isChecked()) await standardize.uncheck();
    await drop(page.locator(".shell"), "net.brick", writeBrick(wall, weights, { scales }));
    const toast = page.locator(".toast");
    await toast
      .getByText(korean ? "숫자 표준화’를 켰습니다" : "Standardize numbers” is on")
      .waitFor();
    expect(await standardize.isChecked()).toBe(true);
    expect(await toast.innerText()).toContain(
      korean ? "평균 4, 표준편차 2" : "mean 4, deviation 2 in the file",
    );
    await screenshot(page, `data-scales-${korean}`);
    await page.locator(".export-open").click();
    const own = await taken(page, () => page.locator("[data-item=brick]").click());
    await drop(page.locator(".shell"), "own.brick", own.bytes);
    await toast.getByText("own").first().waitFor();
    expect(await toast.innerText()).not.toContain(korean ? "다르게" : "otherwise");
  });

  it("a panel that fails says so, and leaves the rest of the page", async () => {
    const page = await open({ korean, size: korean ? PHONE : WIDE, dark: korean });
    await build(page);
    await page.evaluate(() => {
      const works = globalThis.ResizeObserver;
      globalThis.ResizeObserver = class {
        constructor() {
          globalThis.ResizeObserver = works;
          throw new Error("no room");
        }
      } as unknown as typeof ResizeObserver;
    });
    await page.getByRole("tab", { name: korean ? "코드" : "Code" }).click();
    const fault = page.locator(".guard");
    await fault.getByText("no room").waitFor();
    expect(await fault.innerText()).toContain(korean ? "이 패널을" : "This panel failed");
    await screenshot(page, `guard-${korean}`);
    await fault.getByRole("button").first().click();
    await fault.waitFor({ state: "detached" });
    await page.locator(".cm-content").waitFor();
  });
});

it("built-in data has its names in the language of the page", async () => {
  const page = await open({ korean: true, size: PHONE });
  await build(page);
  await page.getByRole("tab", { name: "이해" }).click();
  await page.locator(".understand-answer").getByText("당뇨병").first().waitFor();
  expect(await page.locator(".understand-inputs").innerText()).not.toContain("glucose");
});

it("an empty board is a board, with two inputs at once, and shows what is answered to its points", async () => {
  const page = await open();
  await build(page);
  await page.getByRole("tab", { name: "Data" }).click();
  await page.getByRole("button", { name: "Draw" }).click();
  const fault = page.locator(".wall-fault.unfinished");
  await fault.getByText("Draw points of two colours, or a curve.").waitFor();
  expect(await fault.getByRole("button").count()).toBe(0);
  await page.locator(".wall-picture").getByText("drawn · 2 inputs").waitFor();
  const box = await page.locator(".data-board").boundingBox();
  if (!box) throw new Error("there is no board");
  expect(box.y + box.height).toBeLessThan(802);
  const put = (x: number, y: number) =>
    page.mouse.click(box.x + x * box.width, box.y + y * box.height);
  for (const y of [0.3, 0.5, 0.7]) await put(0.2, y);
  await fault.waitFor(); // one colour is not enough
  await page.getByRole("button", { name: "B", exact: true }).click();
  for (const y of [0.3, 0.5, 0.7]) await put(0.8, y);
  await fault.waitFor({ state: "detached" });
  await trained(page);
  const coloured = () =>
    page.locator(".data-answered").evaluate((one) => {
      const { width, height } = one as HTMLCanvasElement;
      const context = (one as HTMLCanvasElement).getContext("2d");
      const row = context?.getImageData(0, height / 2, width, 1).data ?? [];
      const reds = (share: number) => {
        const at = 4 * Math.round(share * width);
        return row[at] - row[at + 2];
      };
      return reds(0.1) > 0 && reds(0.9) < 0; // orange, blue
    });
  await expect.poll(coloured).toBe(true);
  await screenshot(page, "data-board");
});
