import { describe, expect, test } from "vitest";
import { MIDDLE, open, PHONE, screenshot, trained, usesBrowser, WIDE } from "./browser.ts";

usesBrowser();

describe("from an empty wall to a trained network", () => {
  test.each([
    ["wide", WIDE],
    ["middle", MIDDLE],
    ["phone", PHONE],
  ])("the lesson's network trains as soon as it stands: %s", async (name, size) => {
    const page = await open({ size });
    await page.getByRole("button", { name: /^Build 7/ }).click();
    await trained(page);
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
    await page.getByRole("button", { name: /Put a brick with 1 stud|Give dense 1 unit/ }).click();
    await trained(page);
    await page.getByRole("tab", { name: "Code" }).click();
    const code = await page.locator(".cm-content").innerText();
    expect(code).toContain("Sequential");
    expect(code).toContain("sigmoid");
  });

  test("an edit trains anew at once; undo goes back", async () => {
    const page = await open();
    await page.getByRole("button", { name: /^Build 7/ }).click();
    await trained(page);
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
    await page.getByRole("button", { name: /^Build 7/ }).click();
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
