/** The page for everybody: keyboard alone, screen readers (axe-core), narrow and wide, both languages. */
import { describe, expect, test } from "vitest";
import {
  build,
  MIDDLE,
  open,
  PHONE,
  seriousFaultsOf,
  trained,
  usesBrowser,
  WIDE,
} from "./browser.ts";

usesBrowser();

const RIGHT = ["Train", "Understand", "Code"];

describe("axe-core finds no serious fault", () => {
  for (const dark of [false, true])
    test(`with every panel open, ${dark ? "dark" : "light"}`, async () => {
      const page = await open({ dark });
      expect(await seriousFaultsOf(page)).toEqual([]);
      await build(page);
      await page.getByRole("tab", { name: "Data" }).click();
      for (const panel of RIGHT) {
        await page.getByRole("tab", { name: panel }).click();
        await page.waitForTimeout(300);
        expect(await seriousFaultsOf(page), panel).toEqual([]);
      }
    });

  for (const [name, size] of [
    ["768", MIDDLE],
    ["390", PHONE],
  ] as const)
    test(`at ${name} pixels, in Korean`, async () => {
      const page = await open({ size, korean: true, touch: size === PHONE });
      await build(page);
      for (const panel of ["벽", "데이터", "학습", "이해", "코드"]) {
        await page.getByRole("tab", { name: panel }).click();
        await page.waitForTimeout(300);
        expect(await seriousFaultsOf(page), panel).toEqual([]);
      }
    });
});

describe("nothing is cut off", () => {
  for (const size of [WIDE, MIDDLE, PHONE])
    test(`at ${size.width} pixels no panel scrolls sideways`, async () => {
      const page = await open({ size });
      await build(page);
      const panels = size === WIDE ? [...RIGHT, "Data", "Bricks"] : ["Data", ...RIGHT, "Wall"];
      for (const panel of panels) {
        await page.getByRole("tab", { name: panel }).click();
        await page.waitForTimeout(200);
        const wide = await page.evaluate(() =>
          [...document.querySelectorAll(".tab-body"), document.documentElement]
            .filter((element) => element.scrollWidth > element.clientWidth + 1)
            .map(
              (element) =>
                `${element.className || element.tagName} ${element.scrollWidth} > ${element.clientWidth}`,
            ),
        );
        expect(wide, panel).toEqual([]);
      }
    });
});

test("from an empty wall to a trained network by keys alone", async () => {
  const page = await open();
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? "");
  for (let presses = 0; presses < 40 && !/^Dense/.test(await focused()); presses++)
    await page.keyboard.press("Tab");
  await expect.poll(focused).toMatch(/^Dense/);
  await page.keyboard.press("Enter"); // a brick of four units
  await page.waitForSelector("[data-layer=dense]");
  for (let presses = 0; presses < 40 && !/Put a brick with 1 stud/.test(await focused()); presses++)
    await page.keyboard.press("Tab");
  await expect.poll(focused).toMatch(/Put a brick with 1 stud/);
  await page.keyboard.press("Enter"); // the repair that the page offers
  await trained(page);
  expect(await page.locator(".bar-progress").innerText()).toContain("epoch 50 of 50");
});

describe("the meaning of a word", () => {
  test("opens by a key beside its name, and Escape closes it alone", async () => {
    const page = await open();
    await build(page);
    await page.locator('.wall-choice[aria-label^="Brick 1"]').focus();
    await page.keyboard.press("Enter");
    const settings = page.locator(".wall-settings");
    await settings.locator("input:focus").waitFor();
    await settings.getByRole("button", { name: "What is this?" }).first().focus();
    await page.keyboard.press("Enter");
    const meaning = page.getByText(/^How many neurons the brick has\./);
    await meaning.waitFor();
    await page.keyboard.press("Escape");
    await meaning.waitFor({ state: "hidden" });
    expect(await settings.count()).toBe(1);
    await page.keyboard.press("Escape");
    await settings.waitFor({ state: "detached" });
  });

  for (const size of [WIDE, PHONE])
    test(`is in the page at ${size.width} pixels, and goes when the page moves`, async () => {
      const page = await open({ size, korean: true, touch: size === PHONE });
      await build(page);
      if (size === PHONE) await page.getByRole("tab", { name: "학습" }).click();
      const buttons = page.locator(".train-settings, .train-curve").getByLabel("무슨 뜻인가요?");
      expect(await buttons.count()).toBe(6);
      for (const button of await buttons.all()) {
        await button.click();
        const meaning = page.locator(".term-text:popover-open");
        await meaning.waitFor();
        expect((await meaning.innerText()).length).toBeGreaterThan(10);
        const { x = -1, y = -1, width = 0, height = 0 } = (await meaning.boundingBox()) ?? {};
        expect(await meaning.evaluate((one) => one.scrollWidth - one.clientWidth)).toBe(0);
        expect(Math.min(x, y, size.width - x - width, size.height - y - height)).toBeGreaterThan(0);
      }
      await page
        .locator(".train-curve")
        .last()
        .evaluate((one) => one.scrollIntoView({ block: "start" }));
      await page.locator(".term-text:popover-open").waitFor({ state: "detached" });
    });
});
