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
  expect(await focused()).toMatch(/^Dense/);
  await page.keyboard.press("Enter"); // a brick of four units
  await page.waitForSelector("[data-layer=dense]");
  for (let presses = 0; presses < 40 && !/Put a brick with 1 stud/.test(await focused()); presses++)
    await page.keyboard.press("Tab");
  expect(await focused()).toMatch(/Put a brick with 1 stud/);
  await page.keyboard.press("Enter"); // the repair that the page offers
  await trained(page);
  expect(await page.locator(".bar-progress").innerText()).toContain("epoch 50 of 50");
});
