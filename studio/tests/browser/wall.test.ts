/** The wall in a real browser: built by mouse, finger and keys, mended, looked at closely, kept. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { MIDDLE, open, PHONE, screenshot, trained, usesBrowser, WIDE } from "./browser.ts";

const AXE = readFileSync(
  new URL("../../node_modules/axe-core/axe.min.js", import.meta.url),
  "utf8",
);

usesBrowser();

type Point = readonly [x: number, y: number];

/** What stands on the wall, from the lowest: "dense (Dense), 7 → 8, ...". */
async function bricks(page: Page): Promise<string[]> {
  const labels = await page
    .locator(".wall-choice")
    .evaluateAll((all) => all.map((one) => one.getAttribute("aria-label") ?? ""));
  return labels
    .flatMap(
      (label) => /^Brick .*?: (\w+ \(\w+\)(?:, [\d,]*\d → [\d,]*\d)?)/.exec(label)?.[1] ?? [],
    )
    .reverse();
}

async function middle(page: Page, selector: string): Promise<Point> {
  const box = await page.locator(selector).first().boundingBox();
  if (!box) throw new Error(`${selector} is not on the page`);
  return [box.x + box.width / 2, box.y + box.height / 2];
}

/** Returns the middle of a brick's body; 0 is the lowest. */
async function body(page: Page, index: number): Promise<Point> {
  const count = await page.locator(".wall-item .wall-inside").count();
  const box = await page
    .locator(".wall-item .wall-inside")
    .nth(count - 1 - index)
    .boundingBox();
  if (!box) throw new Error(`there is no brick ${index}`);
  return [box.x + box.width / 2, box.y + box.height / 2];
}

/** Waits until what moved has landed. */
async function settled(page: Page): Promise<void> {
  await page.waitForTimeout(60);
  await page.waitForFunction(() => {
    const passing = document
      .getAnimations()
      .filter((one) => one.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY);
    return passing.every((one) => one.playState !== "running");
  });
}

async function drag(
  page: Page,
  from: Point,
  to: Point,
  end: "drop" | "Escape" = "drop",
): Promise<void> {
  await page.mouse.move(...from);
  await page.mouse.down();
  for (let k = 1; k <= 6; k++)
    await page.mouse.move(
      from[0] + ((to[0] - from[0]) * k) / 6,
      from[1] + ((to[1] - from[1]) * k) / 6,
    );
  await page.waitForTimeout(120);
  if (end === "Escape") await page.keyboard.press("Escape");
  await page.mouse.up();
  await settled(page);
}

async function lesson(page: Page): Promise<void> {
  await page.locator(".wall-empty .button").click();
  await trained(page);
  await settled(page);
}

const said = (page: Page) => page.locator(".wall [aria-live]").textContent();
const LESSON = ["dense (Dense), 7 → 8", "dense_1 (Dense), 8 → 6", "dense_2 (Dense), 6 → 1"];

describe("the wall", () => {
  it("is built by dragging bricks", async () => {
    const page = await open();
    await drag(page, await middle(page, ".palette-item"), [590, 450]);
    expect(await bricks(page)).toEqual(["dense (Dense), 7 → 4"]);
    expect(await said(page)).toContain("dense is brick 1 of 1");
    expect(await page.locator(".wall-bubble").textContent()).toContain("The top has 4 studs");
    await page.locator(".wall-bubble .button").click();
    expect(await bricks(page)).toEqual(["dense (Dense), 7 → 4", "dense_1 (Dense), 4 → 1"]);
    await page.locator(".wall-bubble").waitFor({ state: "detached" });
  });

  it("is rebuilt by dragging: in between, elsewhere, out, and not at all", async () => {
    const page = await open();
    await lesson(page);
    expect(await bricks(page)).toEqual(LESSON);
    const [x, y] = await body(page, 1);
    await drag(page, await middle(page, "li:nth-child(3) .palette-item"), [x, y - 50]);
    const with3 = [...LESSON.slice(0, 2), "dropout (Dropout)", LESSON[2]];
    expect(await bricks(page)).toEqual(with3);
    for (const [to, end] of [
      [[80, 700], "drop"],
      [[x, 200], "Escape"],
    ] as const) {
      await drag(page, await body(page, 0), to, end);
      expect(await bricks(page)).toEqual(with3);
      expect(await said(page)).toBe("Nothing was moved.");
    }
    await drag(page, await body(page, 2), [x, 120]);
    expect((await bricks(page)).map((one) => one.split(" ")[0])).toEqual([
      "dense",
      "dense_1",
      "dense_2",
      "dropout",
    ]);
    await page.mouse.move(...(await body(page, 3)));
    await page.mouse.down();
    await page.mouse.move(x, 300, { steps: 4 });
    await page.mouse.move(...(await middle(page, ".wall-bin")), { steps: 4 });
    await page.mouse.up();
    expect(await bricks(page)).toEqual(LESSON);
  });

  it("is built and changed by keys alone", async () => {
    const page = await open();
    await page.locator(".palette-item").first().focus();
    for (let k = 0; k < 3; k++) await page.keyboard.press("Enter");
    expect((await bricks(page)).length).toBe(3);
    await page.locator('.wall-choice[tabindex="0"]').focus();
    const focused = () =>
      page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "");
    expect(await focused()).toContain("Brick 3 of 3");
    await page.keyboard.press("ArrowDown");
    expect(await focused()).toContain("Brick 2 of 3");
    for (let k = 0; k < 3; k++) await page.keyboard.press("+");
    expect(await said(page)).toBe("dense_1: 7 units.");
    await page.keyboard.press("Alt+ArrowUp");
    expect(await focused()).toContain("Brick 3 of 3: dense_2 (Dense), 4 → 7");
    await page.keyboard.press("Enter");
    expect(
      await page.evaluate(() => Boolean(document.activeElement?.closest(".wall-settings"))),
    ).toBe(true);
    await page.keyboard.press("Escape");
    expect(await focused()).toContain("Brick 3 of 3");
    await page.keyboard.press("Delete");
    expect(await focused()).toContain("Brick 2 of 2");
    await page.keyboard.press("3");
    await page.keyboard.press("ArrowRight");
    expect(await said(page)).toBe("Neuron 0.");
    expect(await page.locator("[data-mine]").count()).toBeGreaterThan(3);
    await page.keyboard.press("End");
    expect(await focused()).toContain("Baseplate: pima, 7 inputs");
  });

  it("shows every synapse, colours it while it trains, and says what it cannot show", async () => {
    const page = await open();
    await lesson(page);
    const shown = page.locator('.wall-levels [aria-pressed="true"]');
    for (const [key, kind] of [
      ["1", ".body"],
      ["2", ".weight.strand"],
      ["3", ".multiply"],
    ] as const) {
      await page.keyboard.press(key);
      expect(await page.locator(`.wall-picture ${kind}`).count()).toBe(key === "1" ? 3 : 110);
      await screenshot(page, `wall-${await shown.textContent()}`);
    }
    expect(await page.locator(".wall-picture .weight.pos, .wall-picture .weight.neg").count()).toBe(
      110,
    );
    await page.mouse.move(590, 400);
    await page.keyboard.down("Control");
    await page.mouse.wheel(0, 200);
    await page.keyboard.up("Control");
    expect(await shown.textContent()).toBe("Lines");
    await page.keyboard.press("1");
    await page.mouse.click(...(await body(page, 1)));
    const units = page.locator(".wall-settings .wall-number .input");
    await units.fill("4000");
    await page.keyboard.press("Escape");
    await page.keyboard.press("2");
    expect(await page.locator(".wall-refused").textContent()).toContain("at most 4,096");
    expect(await page.locator(".wall-picture .body").count()).toBe(3);
  });

  it("takes what its fields can be, and says why it takes nothing else", async () => {
    const page = await open();
    await lesson(page);
    await page.mouse.click(...(await body(page, 1)));
    const units = page.locator(".wall-settings .wall-number .input");
    for (const wrong of ["0", "2.5", "5000", "many", ""]) {
      await units.fill(wrong);
      expect(await page.locator(".wall-why").textContent()).toContain(
        "a whole number from 1 to 4,096",
      );
      expect(await bricks(page)).toEqual(LESSON);
    }
    await units.fill("10");
    expect((await bricks(page))[1]).toBe("dense_1 (Dense), 8 → 10");
    await page.locator('.wall-activations input[value="tanh"]').check({ force: true });
    expect(await page.locator(".wall-choices").innerHTML()).toContain("tanh: −1 to 1");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+z");
    await page.keyboard.press("Control+z");
    expect(await bricks(page)).toEqual(LESSON);
  });

  it("keeps a trained wall as a weight brick, to be built on", async () => {
    const page = await open();
    await lesson(page);
    await page.locator(".palette-keep").click();
    expect(await page.locator(".palette-weights .palette-item").textContent()).toContain(
      "7 → 8 → 6 → 1",
    );
    await page.locator('.wall-choice[aria-label^="Baseplate"]').focus();
    await page.keyboard.press("ArrowUp");
    for (let k = 0; k < 3; k++) await page.keyboard.press("Delete");
    expect(await bricks(page)).toEqual([]);
    await page.locator(".palette-weights .palette-item").click();
    expect(await bricks(page)).toEqual(LESSON);
    expect(await page.locator(".wall-snowflake").count()).toBe(3);
    await page.locator(".palette-item").first().click();
    await page.reload();
    expect(await page.locator(".palette-weights .palette-item").count()).toBe(1);
  });

  it("is built by a finger on a phone", async () => {
    const page = await open({ size: PHONE, touch: true });
    const client = await page.context().newCDPSession(page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", ...points: Point[]) =>
      client.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: points.map(([x, y]) => ({ x, y })),
      });
    const swipe = async (from: Point, to: Point) => {
      await touch("touchStart", from);
      for (let k = 1; k <= 8; k++) {
        await touch("touchMove", [
          from[0] + ((to[0] - from[0]) * k) / 8,
          from[1] + ((to[1] - from[1]) * k) / 8,
        ]);
        await page.waitForTimeout(16);
      }
      await page.waitForTimeout(120);
      await touch("touchEnd");
      await settled(page);
    };
    await swipe(await middle(page, ".palette-picture"), [195, 350]);
    expect(await bricks(page)).toEqual(["dense (Dense), 7 → 4"]);
    await page.locator(".wall-bubble .button").tap();
    await settled(page);
    const plate = await middle(page, '.wall-item[data-id="baseplate"]');
    await swipe(await middle(page, ".wall-grip"), plate);
    expect((await bricks(page))[0]).toBe("dense (Dense), 7 → 1");
    await swipe([180, 300], [180, 200]); // a finger elsewhere moves nothing
    expect((await bricks(page)).length).toBe(2);
    await page.touchscreen.tap(...(await body(page, 1)));
    await page.locator(".wall-settings").waitFor();
    await settled(page);
    await screenshot(page, "wall-phone");
  });

  it.each([
    [WIDE, false],
    [MIDDLE, true],
    [PHONE, false],
  ])("has no serious fault at %o", async (size, dark) => {
    const page = await open({ size, dark });
    await lesson(page);
    await page.evaluate(AXE);
    const check = () =>
      page.evaluate(async () => {
        const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
        const { violations } = await axe.run(".wall");
        return violations
          .filter(({ impact }) => impact === "serious" || impact === "critical")
          .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.failureSummary}`));
      });
    expect(await check()).toEqual([]);
    await page.mouse.click(...(await body(page, 0)));
    await page.locator(".wall-settings").waitFor();
    await settled(page);
    expect(await check()).toEqual([]);
    await screenshot(page, `wall-settings-${size.width}`);
  });
});
