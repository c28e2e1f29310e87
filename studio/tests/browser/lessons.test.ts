import { expect, test } from "vitest";
import { toLink } from "../../src/files/link.ts";
import { firstProject } from "../../src/state/store.ts";
import { type Brick, dense } from "../../src/wall/wall.ts";
import {
  bring,
  build,
  open,
  PAGE,
  PHONE,
  screenshot,
  taken,
  trained,
  usesBrowser,
} from "./browser.ts";

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
  await build(page);
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
  expect(shown).toHaveLength(2);
  expect(shown).not.toEqual(["0", "1"]);
  await screenshot(page, "digits-surface");
});

test("the card is as high with the hint, with what is missing, and without", async () => {
  const page = await open();
  await page.locator(".lesson-open").click();
  await page.locator(".lesson-entry", { hasText: "dead relu" }).click();
  const height = () =>
    page.locator(".lesson-guide").evaluate((card) => card.getBoundingClientRect().height);
  await page.getByText("Now press Train.").waitFor();
  const before = await height();
  await page.getByRole("button", { name: "Hint" }).click();
  await page.locator(".lesson-hint:visible").waitFor();
  expect(await page.locator(".lesson-text").isVisible()).toBe(false);
  expect(await height()).toBe(before);
  await page.getByRole("button", { name: "Hint" }).click();
  await page.locator(".bar-speed input").fill("6");
  await page.locator(".bar-play").click();
  await page.getByText("It is judged when the training ends.").waitFor();
  expect(await page.getByText("Now press Train.").isVisible()).toBe(false);
  expect(await height()).toBe(before);
});

test("the settings keep the keys while they lie over the page, and Escape closes them", async () => {
  const page = await open({ size: { width: 640, height: 400 } });
  await build(page);
  const isWithin = () =>
    page.evaluate(() => document.activeElement?.closest(".wall-settings") !== null);
  const begin = async () => {
    await page.locator('.wall-choice[tabindex="0"]').focus();
    await page.keyboard.press("Enter");
    await page.locator(".wall-settings :focus").waitFor();
  };
  await page.locator('.wall-choice[tabindex="0"]').focus();
  await page.keyboard.press("ArrowUp");
  await begin();
  for (let k = 0; k < 12; k++) {
    await page.keyboard.press("Tab");
    expect(await isWithin()).toBe(true);
  }
  for (let k = 0; k < 12; k++) {
    await page.keyboard.press("Shift+Tab");
    expect(await isWithin()).toBe(true);
  }
  await page.keyboard.press("Escape");
  expect(await page.locator(".wall-settings").count()).toBe(0);
  await begin();
  await page.locator(".bar-play").focus(); // behind them, as a pointer gets there
  await page.keyboard.press("Escape");
  expect(await page.locator(".wall-settings").count()).toBe(0);
});

test("a weight that is taken in the hand takes the number that is typed", async () => {
  const page = await open();
  await build(page);
  await page.getByRole("tab", { name: "Understand" }).click();
  await page.locator(".understand-buttons button").nth(3).click();
  await page.locator(".understand-term button").first().click();
  await page.locator(".understand-hand").waitFor();
  await page.keyboard.type("2.5");
  await page.keyboard.press("Enter");
  expect(await page.locator(".understand-hand input[type=number]").inputValue()).toBe("2.5");
  expect(await page.locator('.wall-levels [aria-pressed="true"]').innerText()).toMatch(/Bricks/);
});

test("a lesson is made, handed out as a file, and goes on after a reload", async () => {
  const page = await open();
  await build(page);
  await page.locator(".lesson-open").click();
  await page.getByRole("button", { name: "Make a lesson" }).click();
  const dialog = page.locator(".lesson-dialog");
  await dialog.getByLabel("Title").fill("Four bricks");
  expect(await dialog.locator("textarea[aria-invalid=true]").count()).toBe(1);
  await dialog.locator("textarea").fill("Put one more brick on the wall.");
  expect(await dialog.locator("[aria-invalid=true]").count()).toBe(0);
  const value = dialog.locator("input[type=number]").first();
  await value.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("-3");
  await value.press("Tab");
  await dialog.getByText("Not taken: give a whole number from 0 to 64.").waitFor();
  // What contradicts itself is no lesson.
  await dialog.getByRole("button", { name: "Add a check" }).click();
  const [, second] = await dialog.locator(".lesson-check-form").all();
  await second.getByLabel("compared").selectOption("at most");
  await dialog.getByText(/No wall meets both/).waitFor();
  expect(await dialog.locator(".lesson-share").count()).toBe(0);
  await second.getByRole("button").click();
  const saved = await taken(page, () =>
    dialog.getByRole("button", { name: "Download the lesson as a file" }).click(),
  );
  expect(saved.name).toBe("Four bricks.brickwork");
  // Trying it begins as it does on another page: untrained.
  await dialog.getByRole("button", { name: "Try it" }).click();
  await page.locator(".lesson-text", { hasText: "one more brick" }).waitFor();

  const pupil = await open();
  await bring(pupil, saved.name, saved.bytes);
  await pupil.locator(".lesson-text", { hasText: "one more brick" }).waitFor();
  await pupil.getByText("The lesson “Four bricks” begins.").waitFor();
  await pupil.getByRole("button", { name: "Skip" }).click();
  await pupil.waitForFunction(() => localStorage.getItem("brickwork.project") !== null);
  await pupil.reload();
  await pupil.locator(".lesson-finished").waitFor();
  await pupil.getByRole("button", { name: "Leave the lesson" }).click();
  await pupil.reload();
  await pupil.locator(".wall-choice").first().waitFor();
  expect(await pupil.locator(".lesson-guide").count()).toBe(0);
});

test("the lesson's plants have names in the language of the page, and one brick has two ways on", async () => {
  const page = await open({ korean: true });
  await page.locator(".lesson-open").click();
  await page.locator(".lesson-entry").first().click();
  await page.getByText("식물 · 입력 3개").first().waitFor();
  await page.locator(".palette-item").first().click();
  const offered = page.locator(".wall-bubble button");
  expect(await offered.allInnerTexts()).toEqual([
    "dense의 유닛을 1개로 바꾸기",
    "돌기가 1개인 블록을 맨 위에 올리기",
  ]);
  await page.getByRole("tab", { name: "데이터" }).click();
  await page.getByText("수업에 딸린 표입니다.").waitFor();
  expect(await page.locator(".data").innerText()).toMatch(/햇빛[\s\S]*화분/);
});

test("on a phone each step says what to do, and the end of a lesson fits", async () => {
  const page = await open({ size: PHONE, touch: true, korean: true });
  await page.locator(".lesson-open").click();
  await page.locator(".lesson-entry").nth(2).click();
  const text = page.locator(".lesson-text");
  await text.waitFor();
  await page.getByRole("tab", { name: "학습" }).click();
  await page.getByRole("button", { name: "수업 펼치기" }).click();
  const steps = await page.locator(".lesson-dots i").count();
  for (let step = 1; step <= steps; step++) {
    await page.getByRole("button", { name: "건너뛰기" }).click();
    await text.waitFor();
  }
  const ends = await page
    .locator(".lesson-finished button")
    .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().right));
  expect(ends).toHaveLength(3);
  expect(Math.max(...ends)).toBeLessThan(PHONE.width);
});
