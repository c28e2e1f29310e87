import { expect, test } from "vitest";
import { toLink } from "../../src/files/link.ts";
import { firstProject } from "../../src/state/store.ts";
import { type Brick, dense } from "../../src/wall/wall.ts";
import { open, PAGE, PHONE, screenshot, trained, usesBrowser } from "./browser.ts";

usesBrowser();

const WORDS = {
  en: { lessons: "Lessons", xor: /XOR/, train: "Train", quit: "Leave the lesson", next: "Next" },
  ko: { lessons: "수업", xor: /XOR/, train: "학습", quit: "수업 그만두기", next: "다음" },
};

test.each(["en", "ko"] as const)(
  "a step that says Train is not done before one has: %s",
  async (language) => {
    const say = WORDS[language];
    const page = await open({ korean: language === "ko" });
    const automatic = page.locator(".train-automatic input");
    await page.locator(".lesson-open").click();
    await page.getByRole("button", { name: say.xor }).click();
    await page.waitForFunction(() => document.documentElement.dataset.status === "ready");
    await page.waitForTimeout(500);
    expect(await page.locator(".lesson-check.done").count()).toBe(1);
    expect(await page.locator(".lesson-missing").innerText()).toMatch(/Train|학습/);
    expect(await automatic.isChecked()).toBe(false);
    await screenshot(page, `lesson-begins-${language}`);
    await page.locator(".bar-play").click();
    await trained(page);
    await page.getByRole("button", { name: say.next, exact: true }).waitFor();
    expect(await page.locator(".lesson-check:not(.done)").count()).toBe(0);
    // What no longer holds is no longer green.
    await page
      .getByLabel(language === "en" ? "learning rate" : "학습률")
      .first()
      .selectOption("1");
    await page.locator(".lesson-check:not(.done)").first().waitFor();
    expect(await page.locator(".lesson-buttons .primary, .lesson-dots .here.done").count()).toBe(0);
    await page.getByRole("button", { name: say.quit }).click();
    expect(await automatic.isChecked()).toBe(true);
  },
);

test("on a phone the lesson stays in sight above what it asks one to watch", async () => {
  const page = await open({ size: PHONE, touch: true });
  await page.locator(".lesson-open").click();
  await page.locator(".lesson-entry", { hasText: "overfitting" }).click();
  await page.locator(".lesson-text").waitFor();
  await screenshot(page, "lesson-phone-read");
  await page.locator(".bar-play").click();
  await page.locator(".train-curve").first().waitFor();
  await trained(page, 60_000);
  expect(await page.locator(".lesson-check.done").count()).toBe(3);
  expect(await page.locator(".lesson-text").count()).toBe(0);
  await screenshot(page, "lesson-phone-watch");
  await page.locator(".lesson-guide .primary").click();
});

test("undo puts a weight back that was set by hand, and keeps wall and training", async () => {
  const page = await open();
  await page.getByRole("button", { name: /^Build 7/ }).click();
  await trained(page);
  const loss = () => page.locator(".bar-progress").innerText();
  const before = await loss();
  const bricks = () => page.locator(".wall-item").count();
  const standing = await bricks();
  const colours = () =>
    page
      .locator(".wall-inside .band")
      .evaluateAll((all) => all.map((one) => one.getAttribute("class")));
  await page.waitForTimeout(300); // a frame or two, until the last weights are drawn
  const greens = await colours();
  await page.getByRole("tab", { name: "Understand" }).click();
  await page.locator(".understand-buttons button").nth(3).click(); // the products of the first brick
  await page.locator(".understand-term button").first().click();
  const value = page.locator(".understand-hand input[type=number]");
  const was = await value.inputValue();
  await value.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("30");
  await value.press("Enter");
  await page.locator(".understand-changes").waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(() => value.inputValue()).toBe(was);
  expect(await bricks()).toBe(standing);
  expect(await loss()).toBe(before);
  await expect.poll(colours).toEqual(greens);
  await page.getByRole("button", { name: "Redo" }).click();
  await expect.poll(() => value.inputValue()).toBe("30");
});

/** Opens a wall of these bricks on digits. */
function onDigits(bricks: readonly Brick[], korean = false) {
  const { wall, data } = firstProject();
  const loss = "sparse_categorical_crossentropy";
  const { fragment } = toLink({
    project: {
      name: "digits",
      wall: { ...wall, inputs: 64, loss, bricks },
      data: { ...data, source: "digits" },
    },
  });
  return open({ url: PAGE + fragment, korean });
}

test.each([false, true])(
  "a wall too large to train by itself says so: Korean %s",
  async (korean) => {
    const page = await onDigits([dense(1500, "relu"), dense(10, "softmax")], korean);
    expect(await page.locator(".bar-large").innerText()).toBe(
      korean ? "큰 벽입니다. 학습을 누르세요." : "A large wall: press Train.",
    );
  },
);

test("the surface of digits is over pixels that tell something", async () => {
  const page = await onDigits([dense(10, "softmax")]);
  await trained(page);
  const chosen = page.locator(".train-inputs select");
  const shown = await chosen.evaluateAll((all) =>
    all.map((one) => (one as HTMLSelectElement).value),
  );
  expect(shown).not.toEqual(["0", "1"]);
  await screenshot(page, "digits-surface");
});
