/** The code panel in a real browser: typing, marks, keys, and what the wall does meanwhile. */
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import {
  buildButton,
  faultsOf,
  type Opened,
  open,
  PHONE,
  screenshot,
  usesBrowser,
} from "./browser.ts";

usesBrowser();

const TUTORIAL = `from keras.models import Sequential
from keras.layers import Dense
import numpy
numpy.random.seed(7)
# create model
model = Sequential()
model.add(Dense(12, input_dim=7, init='uniform', activation='relu'))
model.add(Dense(8, init='uniform', activation='relu'))
model.add(Dense(1, init='uniform', activation='sigmoid'))
model.compile(loss='binary_crossentropy', optimizer='adam', metrics=['accuracy'])
model.fit(X, Y, nb_epoch=15, batch_size=10)
`;

/** Opens the panel beside the lesson's network. */
async function opened(options: Opened = {}): Promise<Page> {
  const page = await open(options);
  await buildButton(page).click();
  await page.locator("#tab-code").click();
  await page.locator(".cm-content").waitFor();
  return page;
}

const code = (page: Page) =>
  page.locator(".cm-line").evaluateAll((lines) => lines.map((line) => line.textContent).join("\n"));

async function paste(page: Page, text: string): Promise<void> {
  const content = page.locator(".cm-content");
  await content.click();
  await page.keyboard.press("Control+a");
  await content.evaluate((element, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", pasted);
    // Firefox makes an event of these two of its own, and of `clipboardData` an empty one.
    const firefox = { dataType: "text/plain", data: pasted };
    const options = { clipboardData, bubbles: true, cancelable: true, ...firefox };
    element.dispatchEvent(new ClipboardEvent("paste", options));
  }, text);
}

/** Waits until the wall shows layers with these names. */
const wallShows = (page: Page, ...texts: string[]) =>
  Promise.all(
    texts.map((text) =>
      page.locator(".shell-wall").getByText(text, { exact: true }).first().waitFor(),
    ),
  );

const line = (page: Page, text: string) => page.locator(".cm-line", { hasText: text });
const said = (page: Page) => page.locator(".code-said").textContent();

describe("typing", () => {
  test("a tutorial is pasted, and the wall is built; the text stays as it is", async () => {
    const page = await opened();
    await paste(page, TUTORIAL);
    await wallShows(page, "Dense 7 → 12", "Dense 12 → 8", "Dense 8 → 1");
    expect(await code(page)).toBe(TUTORIAL);
    await expect.poll(() => said(page)).toContain("The wall follows the code.");
    await screenshot(page, "code-tutorial");
  });

  test("a number is changed, and the caret stays", async () => {
    const page = await opened();
    await line(page, "layers.Dense(6").click();
    await page.keyboard.press("Home");
    for (let i = 0; i < 13; i++) await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Delete");
    await page.keyboard.type("11");
    await wallShows(page, "Dense 8 → 11");
    await page.keyboard.type("# ");
    expect(await code(page)).toContain("    layers.Dense(11# , activation");
  });

  test("a fault is marked, said, and led to", async () => {
    const page = await opened();
    await paste(page, TUTORIAL.replace("Dense(8,", "Dens(8,"));
    await page.locator(".code-sign.error").waitFor();
    expect(await page.locator(".code-mark.error").textContent()).toBe(
      "Dens(8, init='uniform', activation='relu')",
    );
    await expect.poll(() => said(page)).toContain("1 error: the wall stays as it was.");
    await wallShows(page, "Dense 7 → 8");
    await screenshot(page, "code-fault");
    await page
      .getByRole("button", { name: /^Line 8: Did you mean Dense\? Dens is no brick/ })
      .click();
    await page.keyboard.press("Delete");
    expect(await code(page)).toContain("model.add(ens(8,");
  });

  test("what was meant is written by a click", async () => {
    const page = await opened();
    await paste(page, TUTORIAL.replace("Dense(8,", "Desne(8,"));
    await page.getByRole("button", { name: "Write Dense" }).click();
    await wallShows(page, "Dense 7 → 12", "Dense 12 → 8");
    expect(await code(page)).toBe(TUTORIAL);
  });

  test("a layer that the studio has not is left out by a click; what is held out is told", async () => {
    const page = await opened();
    const fitted = TUTORIAL.replace("nb_epoch", "validation_split=0.3, nb_epoch");
    await paste(
      page,
      fitted.replace("model.add(Dense(8", "model.add(Conv2D(8, 3))\nmodel.add(Dense(8"),
    );
    await page.getByRole("button", { name: "Leave it out" }).click();
    await wallShows(page, "Dense 7 → 12", "Dense 12 → 8");
    expect(await code(page)).toBe(fitted);
    await expect.poll(() => said(page)).toContain("validation_split=0.3 holds out 30% of the rows");
  });

  test("Keras 1 is told, and rewritten for today's Keras", async () => {
    const page = await opened();
    const choice = page.getByRole("combobox", { name: "Import" });
    expect(await choice.isEnabled()).toBe(true);
    await paste(page, TUTORIAL);
    await wallShows(page, "Dense 7 → 12");
    await expect.poll(() => said(page)).toContain("Line 7: init is a spelling of Keras 1.");
    expect(await choice.isDisabled()).toBe(true);
    await screenshot(page, "code-keras1");
    await page.getByRole("button", { name: "Rewrite for today’s Keras" }).click();
    await line(page, "import keras").waitFor();
    expect(await code(page)).toContain("kernel_initializer=");
    await wallShows(page, "Dense 7 → 12");
    await page.locator(".cm-content").click();
    await page.keyboard.press("Control+z");
    expect(await code(page)).toBe(TUTORIAL);
  });

  test("what was typed is there again after another panel was looked at", async () => {
    const page = await opened();
    await paste(page, "model = Sequential([Dense(");
    await page.locator("#tab-train").click();
    await page.locator("#tab-code").click();
    await page.locator(".cm-line").first().waitFor();
    expect(await code(page)).toBe("model = Sequential([Dense(");
  });

  test("Ctrl+Z in the text takes back what was typed", async () => {
    const page = await opened();
    const before = await code(page);
    await paste(page, TUTORIAL);
    await wallShows(page, "Dense 7 → 12");
    await page.keyboard.press("Control+z");
    await wallShows(page, "Dense 7 → 8");
    expect(await code(page)).toBe(before);
  });
});

describe("the wall and its lines", () => {
  test("a change of the wall changes its line alone", async () => {
    const page = await opened();
    await line(page, "metrics=").click();
    await page.keyboard.press("End");
    await page.getByRole("button", { name: "Undo" }).click();
    await line(page, "layers.Dense(8").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Redo" }).click();
    await line(page, "layers.Dense(8").waitFor();
    await page.locator(".cm-content").focus();
    await page.keyboard.type(" #");
    expect(await code(page)).toContain('    metrics=["accuracy"], #\n');
  });

  test("the caret's line chooses its brick, and tints it", async () => {
    const page = await opened();
    await line(page, "layers.Dense(6").click();
    await expect
      .poll(() => page.locator(".code-brick").allTextContents())
      .toEqual(['    layers.Dense(6, activation="relu"),']);
    await line(page, "layers.Dense(1").click();
    await expect
      .poll(() => page.locator(".code-brick").allTextContents())
      .toEqual(['    layers.Dense(1, activation="sigmoid"),']);
    await screenshot(page, "code-line");
  });

  test("the pointer's line chooses its brick for as long as it is there", async () => {
    const page = await opened();
    await line(page, "layers.Dense(6").click();
    await line(page, "layers.Dense(8").hover();
    await expect
      .poll(() => page.locator(".code-brick").allTextContents())
      .toEqual(['    layers.Dense(8, activation="relu"),']);
    await line(page, "model.compile").hover();
    await expect
      .poll(() => page.locator(".code-brick").allTextContents())
      .toEqual(['    layers.Dense(6, activation="relu"),']);
  });
});

describe("the whole script", () => {
  test("is shown, copied, and not changed", async () => {
    const page = await opened();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Whole script" }).click();
    await page.getByRole("combobox", { name: "Import" }).selectOption("brickwork");
    await line(page, "import brickwork as keras").waitFor();
    await page.locator(".cm-content").click();
    await page.keyboard.type("xyz");
    await page.getByRole("status").getByText("is for reading and copying").waitFor();
    await page.getByRole("button", { name: "Copy" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toContain("pima.load_data()");
    expect(copied).not.toContain("xyz");
    await screenshot(page, "code-script");
  });
});

describe("for everyone", () => {
  test("Tab indents, and leaves after Escape", async () => {
    const page = await opened();
    await paste(page, "x = 1");
    await page.keyboard.press("Home");
    await page.keyboard.press("Tab");
    expect(await code(page)).toBe("    x = 1");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Tab");
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.closest(".cm-editor")))
      .toBeNull();
  });

  const looks: [string, Opened][] = [
    ["light", {}],
    ["dark", { dark: true }],
    ["Korean", { korean: true }],
    ["phone", { size: PHONE, touch: true }],
  ];
  test.each(looks)("no serious fault is found: %s", async (name, options) => {
    const page = await opened(options);
    await paste(page, TUTORIAL.replace("Dense(8,", "LSTM(8, kernel_size=2, "));
    await page.locator(".code-sign.error").waitFor();
    await screenshot(page, `code-${name.toLowerCase()}`);
    expect(await faultsOf(page, ".code")).toEqual([]);
  });
});
