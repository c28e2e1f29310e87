/** The wall in a real browser: built by mouse, finger and keys, mended, looked at closely, kept. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import {
  BROWSER,
  build,
  buildButton,
  MIDDLE,
  open,
  PHONE,
  screenshot,
  seriousFaultsOf,
  usesBrowser,
  WIDE,
} from "./browser.ts";

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
  await build(page);
  await settled(page);
}

const said = (page: Page) => page.locator(".wall [aria-live]").textContent();
const LESSON = ["dense (Dense), 7 → 8", "dense_1 (Dense), 8 → 6", "dense_2 (Dense), 6 → 1"];

describe("the wall", () => {
  it("is built by dragging bricks", async () => {
    const page = await open();
    await drag(page, await middle(page, ".palette-item"), [590, 450]);
    expect(await bricks(page)).toEqual(["dense (Dense), 7 → 4"]);
    await expect.poll(() => said(page)).toContain("dense is brick 1 of 1");
    expect(await page.locator(".wall-bubble").textContent()).toContain("the top brick has 4");
    await page.getByRole("button", { name: /^Put a brick/ }).click();
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
      [[1200, 300], "drop"],
      [[320, 150], "drop"], // on the stage, far from the wall
      [[x, 200], "Escape"],
    ] as const) {
      await drag(page, await body(page, 0), to, end);
      expect(await bricks(page)).toEqual(with3);
      await expect.poll(() => said(page)).toBe("Nothing was moved.");
    }
    await drag(page, await body(page, 2), [x, 120]);
    expect((await bricks(page)).map((one) => one.split(" ")[0])).toEqual([
      "dense",
      "dense_1",
      "dense_2",
      "dropout",
    ]);
    // Where the palette is hidden, there is a bin on the stage.
    await page.getByRole("tab", { name: "Data" }).click();
    await page.mouse.move(...(await body(page, 3)));
    await page.mouse.down();
    await page.mouse.move(x, 300, { steps: 4 });
    await page.mouse.move(...(await middle(page, ".wall-bin")), { steps: 4 });
    await page.mouse.up();
    expect(await bricks(page)).toEqual(LESSON);
    await page.getByRole("tab", { name: "Bricks" }).click();
    await page.mouse.move(...(await body(page, 1)));
    await page.mouse.down();
    await page.mouse.move(x, 300, { steps: 4 });
    expect(await page.getByText("Drop here to remove").filter({ visible: true }).count()).toBe(1);
    await page.keyboard.press("Escape");
    await page.mouse.up();
    await drag(page, await body(page, 1), [120, 400]); // the palette is a bin as well
    expect(await bricks(page)).toEqual([LESSON[0], "dense_1 (Dense), 8 → 1"]);
    await expect.poll(() => said(page)).toContain("dense_1 removed.");
  });

  it("stays where it is while a brick is picked up, however tall it is", async () => {
    const page = await open();
    await lesson(page);
    for (let k = 0; k < 8; k++) await page.locator(".palette-item").first().click();
    await settled(page);
    const stage = page.locator(".wall-stage");
    const base = async () => (await middle(page, '.wall-item[data-id="baseplate"]'))[1];
    const scrolled = () => stage.evaluate((element) => element.scrollTop);
    const most = await stage.evaluate((element) => {
      element.scrollTop = element.scrollHeight;
      return element.scrollTop;
    });
    expect(most).toBeGreaterThan(100);
    const stood = await base();
    const [x, y] = await middle(page, ".palette-item"); // as high up as the stage's upper edge
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 30, y, { steps: 3 });
    await page.waitForTimeout(400);
    expect([await scrolled(), await base()]).toEqual([most, stood]);
    await page.mouse.move(1200, 300, { steps: 3 });
    await page.mouse.up();
    // At the top, a brick that leaves the wall lowers it by its height: the rest stays.
    await stage.evaluate((element) => element.scrollTo(0, 0));
    const low = await base();
    await page.mouse.move(...(await body(page, 7)));
    await page.mouse.down();
    await page.mouse.move(1200, 400, { steps: 5 });
    await page.waitForTimeout(400);
    expect(Math.abs((await base()) - low)).toBeLessThan(2);
    await page.keyboard.press("Escape");
    await page.mouse.up();
  });

  it("keeps the gaps of its misfits while a brick is picked up", async () => {
    const page = await open();
    await lesson(page);
    await page.locator('.wall-choice[aria-label^="Brick 3"]').focus();
    await page.keyboard.press("+");
    await page.locator(".wall-bubble").first().waitFor();
    await settled(page);
    const stood = await middle(page, '[data-choice="figure"]');
    const [x, y] = await middle(page, ".palette-item");
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 30, y, { steps: 3 });
    await page.waitForTimeout(400);
    expect(await page.locator(".wall-bubble").count()).toBe(0);
    expect(await middle(page, '[data-choice="figure"]')).toEqual(stood);
    await page.keyboard.press("Escape");
    await page.mouse.up();
  });

  it("is built and changed by keys alone", async () => {
    const page = await open();
    await page.locator(".palette-item").first().focus();
    for (let k = 0; k < 3; k++) await page.keyboard.press("Enter");
    expect((await bricks(page)).length).toBe(3);
    await page.locator('.wall-choice[tabindex="0"]').focus();
    const focused = () =>
      page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "");
    await expect.poll(focused).toContain("Brick 3 of 3");
    await page.keyboard.press("ArrowDown");
    await expect.poll(focused).toContain("Brick 2 of 3");
    for (let k = 0; k < 3; k++) await page.keyboard.press("+");
    await expect.poll(() => said(page)).toBe("dense_1: 7 units.");
    await page.keyboard.press("Alt+ArrowUp");
    await expect.poll(focused).toContain("Brick 3 of 3: dense_2 (Dense), 4 → 7");
    await page.keyboard.press("Enter");
    await page.locator(".wall-settings :focus").waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(focused).toContain("Brick 3 of 3");
    await page.keyboard.press("Delete");
    await expect.poll(focused).toContain("Brick 2 of 2");
    await page.keyboard.press("3");
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => said(page)).toBe("Neuron 0.");
    expect(await page.locator("[data-mine]").count()).toBeGreaterThan(3);
    await page.keyboard.press("1"); // of a closed brick, its stud
    expect(await page.locator(".activation[data-mine]").count()).toBe(1);
    await page.keyboard.press("End");
    await expect.poll(focused).toContain("Baseplate: pima, 7 inputs");
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
      await page.waitForTimeout(550); // digits in quick succession are a number that is typed
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
    await page.waitForTimeout(550);
    await page.keyboard.press("1");
    await page.mouse.click(...(await body(page, 1)));
    const units = page.locator(".wall-settings .wall-number .input");
    await units.fill("4000");
    await page.keyboard.press("Escape");
    await settled(page);
    const struck = await page.evaluate((browser) => {
      const frame = document.querySelector(".is-chosen .wall-outline")?.getBoundingClientRect();
      if (!frame) throw new Error("the chosen brick has no frame");
      return [...document.querySelectorAll(".more text")].filter((text) => {
        const { top, bottom, height } = text.getBoundingClientRect();
        const room = browser === "firefox" ? height / 5 : 0; // its box is the line's, not the letters'
        return [frame.top, frame.bottom].some((y) => y > top + room && y < bottom - room);
      }).length;
    }, BROWSER);
    expect(await page.locator(".more text").count()).toBeGreaterThan(1);
    expect(struck).toBe(0);
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
    await units.fill("");
    await units.pressSequentially("4000", { delay: 20 });
    await page.keyboard.type("0");
    expect(await page.locator(".wall-why").textContent()).toContain("40000");
    await page.waitForTimeout(700);
    expect(await bricks(page)).toEqual(LESSON); // neither 4 nor 4000 on the way
    await units.fill("10");
    await page.keyboard.press("Enter");
    expect((await bricks(page))[1]).toBe("dense_1 (Dense), 8 → 10");
    await units.fill("11");
    await page.waitForFunction(() => document.body.textContent?.includes("8 → 11"));
    await units.fill("10");
    await units.blur();
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

  // Firefox can be told of a tap by its driver, and of no swipe.
  it.skipIf(BROWSER === "firefox")("is built by a finger on a phone", async () => {
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
    // Along the strip a finger scrolls it, also on a picture; upward it takes the brick.
    const strip = page.locator(".shell-strip");
    const [px, py] = await middle(page, "li:nth-child(3) .palette-picture");
    await swipe([px, py], [px - 150, py + 4]);
    expect(await bricks(page)).toEqual([]);
    expect(await strip.evaluate((element) => element.scrollLeft)).toBeGreaterThan(60);
    await strip.evaluate((element) => element.scrollTo(0, 0));
    for (const name of await page.locator(".palette-text b").all())
      expect(await name.evaluate((b) => b.scrollWidth <= b.clientWidth)).toBe(true);
    await swipe(await middle(page, ".palette-picture"), [195, 350]);
    expect(await bricks(page)).toEqual(["dense (Dense), 7 → 4"]);
    await page.getByRole("button", { name: /^Put a brick/ }).tap();
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
    [{ width: 640, height: 400 }, false, false], // 200 % zoom on a laptop
    [{ width: 844, height: 390 }, true, false],
    [PHONE, true, true],
  ])("shows how to begin at %o", async (size, korean, withLesson) => {
    const page = await open({ size, korean });
    if (withLesson) {
      await page.locator(".lesson-open").click();
      await page.locator(".lesson-entry").first().click();
    }
    const button = buildButton(page);
    const seen = await button.evaluate((one) => {
      const { left, right, top, bottom } = one.getBoundingClientRect();
      const at = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      return one.contains(at) && document.elementFromPoint(left + 2, top + 2) !== null;
    });
    expect(seen).toBe(true);
    const where = await page.locator(".wall-empty-where").boundingBox();
    const stage = await page.locator(".wall-stage").boundingBox();
    expect(where?.y).toBeGreaterThanOrEqual(stage?.y ?? Number.POSITIVE_INFINITY);
    await button.click();
    expect(await page.locator(".wall-item .wall-inside").count()).toBe(3);
  });

  it.each([
    [{ width: 1920, height: 1080 }, 0.85],
    [PHONE, 0.7],
  ])("fills the stage at %o, its middle in the middle", async (size, least) => {
    const page = await open({ size });
    await lesson(page);
    const stage = await page.locator(".wall-stage").boundingBox();
    const plate = await page.locator('.wall-item[data-id="baseplate"]').boundingBox();
    const figure = await page.locator(".wall-stage .wall-figure-body .head").boundingBox();
    const names = await page.locator(".wall-figure").boundingBox();
    if (!stage || !plate || !figure || !names) throw new Error("there is no wall");
    expect(Math.abs(plate.x + plate.width / 2 - stage.x - stage.width / 2)).toBeLessThan(4);
    expect(figure.y).toBeGreaterThan(stage.y);
    expect(names.height / stage.height).toBeGreaterThan(least);
    expect(names.y + names.height).toBeLessThanOrEqual(stage.y + stage.height);
    await drag(
      page,
      await body(page, 0),
      await middle(page, ".wall-stage .wall-figure-body .torso"),
    );
    expect((await bricks(page)).at(-1)).toContain("1 → 8");
  });

  it("keeps the focus on what changed: repaired, duplicated, deleted, undone", async () => {
    const page = await open();
    const hasFocus = (one: string) =>
      expect
        .poll(() =>
          page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "body"),
        )
        .toContain(one);
    const press = async (button: string | RegExp) => {
      await page.getByRole("button", { name: button }).focus();
      await page.keyboard.press("Enter");
    };
    const openSettings = async () => {
      await page.keyboard.press("Enter");
      await hasFocus("units (neurons)");
    };
    await page.locator(".palette-item").first().focus();
    await page.keyboard.press("Enter");
    await press(/^Put a brick/);
    await hasFocus("Brick 2 of 2: dense_1 (Dense), 4 → 1");
    await openSettings();
    await press("Duplicate");
    await hasFocus("Brick 3 of 3");
    await page.keyboard.press("Control+z");
    await hasFocus("Baseplate");
    await page.locator('.wall-choice[aria-label^="Brick 2"]').focus();
    await openSettings();
    await press("Delete");
    await hasFocus("Brick 1 of 1");
  });

  it("has a lesson maker whose first step is still to be done, and a guide that keeps the focus", async () => {
    const page = await open();
    await lesson(page);
    await page.locator(".lesson-open").click();
    await page.locator(".lesson-make").click();
    await page.locator(".lesson-form").waitFor();
    expect(await page.locator(".lesson-already").count()).toBe(0);
    await page.keyboard.press("Escape");
    await page.locator(".lesson-open").click();
    await page.locator(".lesson-entry").first().click();
    await page.getByRole("button", { name: "Skip" }).focus();
    await page.keyboard.press("Enter");
    await page.waitForTimeout(50);
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.className))
      .toBe("lesson-text");
  });

  it.each([
    [WIDE, false],
    [MIDDLE, true],
    [PHONE, false],
  ])("has no serious fault at %o", async (size, dark) => {
    const page = await open({ size, dark });
    await lesson(page);
    expect(await seriousFaultsOf(page, ".wall")).toEqual([]);
    await page.mouse.click(...(await body(page, 0)));
    await page.locator(".wall-settings").waitFor();
    await settled(page);
    expect(await seriousFaultsOf(page, ".wall")).toEqual([]);
    await screenshot(page, `wall-settings-${size.width}`);
  });
});

it("keeps the head of the settings in sight, and its height whatever it says", async () => {
  const page = await open({ size: { width: 1024, height: 768 } });
  await lesson(page);
  await page.mouse.click(...(await body(page, 1)));
  const head = page.locator(".wall-settings-head");
  const height = () => head.evaluate((one) => one.clientHeight);
  await head.waitFor();
  const before = await height();
  await page.locator(".wall-settings input[type=range]").first().fill("20");
  expect(await head.innerText()).toMatch(/dense_1 · 8 → \d\d/);
  expect(await height()).toBe(before);
  await page.locator(".wall-settings").evaluate((panel) => panel.scrollTo(0, 500));
  const [panel, top] = await Promise.all([
    page.locator(".wall-settings").boundingBox(),
    head.boundingBox(),
  ]);
  expect(Math.abs((top?.y ?? 0) - (panel?.y ?? 99))).toBeLessThan(2);
  await head.getByRole("button").click();
  await head.waitFor({ state: "detached" });
});

it("shows the way of the rows while it trains slowly", async () => {
  const page = await open();
  await lesson(page);
  await page.locator(".bar-speed input").fill("1"); // 3 rows a second
  await page.locator(".bar-play").click();
  const lit = page.locator(".wall-pass i");
  await lit.first().waitFor();
  expect(await lit.count()).toBe(5); // the baseplate, three bricks, the figure
  const seen = new Set<number>();
  for (let k = 0; k < 40; k++) {
    const shown = await lit.evaluateAll((all) =>
      all.findIndex((one) => Number(getComputedStyle(one, "::before").opacity) > 0.3),
    );
    if (shown >= 0) seen.add(shown);
    await page.waitForTimeout(50);
  }
  expect(seen.size).toBeGreaterThan(3);
  if (BROWSER === "chromium") {
    await page.emulateMedia({ reducedMotion: "reduce" });
    expect(await lit.first().isVisible()).toBe(false);
  }
  await page.locator(".bar-play").click();
  await lit.first().waitFor({ state: "detached" });
});
