/**
 * How the page behaves in a real browser: first paint, pictures a second while it trains, what they
 * cost the training, and the time from an edit to a retrained curve. `node benchmarks/page.mjs`.
 */
import { chromium } from "playwright-core";

const PAGE = new URL("../../src/brickwork/studio/page/studio.html", import.meta.url).href;
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const ROUNDS = 5;

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });

async function opened(size = { width: 1280, height: 800 }) {
  const context = await browser.newContext({ viewport: size, locale: "en-US" });
  const page = await context.newPage();
  page.on("pageerror", (error) => console.error(String(error)));
  await page.goto(PAGE);
  return page;
}

async function firstPaint() {
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    const page = await opened();
    await page.waitForSelector(".shell");
    times.push(
      await page.evaluate(
        () =>
          performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? performance.now(),
      ),
    );
    await page.context().close();
  }
  return median(times);
}

/** Puts Keras code onto the wall, as a user would type it. */
async function build(page, code) {
  await page.getByRole("tab", { name: "Code" }).click();
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(code);
}

const model = (inputs, units, loss, last) => `import keras
from keras import layers
keras.utils.set_random_seed(1)
model = keras.Sequential([
    keras.Input(shape=(${inputs},)),
${units.map((n, i) => `    layers.Dense(${n}, activation="${i < units.length - 1 ? "relu" : last}"),`).join("\n")}
])
model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.0001), loss="${loss}", metrics=["accuracy"])
model.fit(x_train, y_train, batch_size=10, epochs=100000, validation_data=(x_val, y_val))
`;

/** Counts pictures in which something of the wall changed, and steps, for some seconds. */
async function watch(page, seconds) {
  return page.evaluate(async (length) => {
    const places = document.querySelectorAll(".wall, .bar-progress");
    let changes = 0;
    let dirty = false;
    const observer = new MutationObserver(() => {
      dirty = true;
    });
    for (const place of places)
      observer.observe(place, {
        subtree: true,
        attributes: true,
        childList: true,
        characterData: true,
      });
    const before = performance.now();
    let frames = 0;
    await new Promise((resolve) => {
      const frame = () => {
        frames += 1;
        if (dirty) changes += 1;
        dirty = false;
        if (performance.now() - before < 1000 * length) requestAnimationFrame(frame);
        else resolve();
      };
      requestAnimationFrame(frame);
    });
    observer.disconnect();
    const elapsed = (performance.now() - before) / 1000;
    return { pictures: changes / elapsed, frames: frames / elapsed };
  }, seconds);
}

console.log(`first paint from the folder: ${(await firstPaint()).toFixed(0)} ms`);

{
  const page = await opened();
  await page.getByRole("button", { name: /^Build 7/ }).click();
  await page.waitForSelector("[data-status=done]");
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    times.push(
      await page.evaluate(
        () =>
          new Promise((resolve) => {
            const select = document.querySelectorAll(".train-settings select")[1];
            const other = [...select.options].find(
              (option) => option.value !== select.value && /^0\.0[13]$/.test(option.value),
            );
            const before = performance.now();
            const observer = new MutationObserver(() => {
              if (document.documentElement.dataset.status !== "done") return;
              observer.disconnect();
              requestAnimationFrame(() => resolve(performance.now() - before));
            });
            select.value = other.value;
            select.dispatchEvent(new Event("change", { bubbles: true }));
            observer.observe(document.documentElement, { attributes: true });
          }),
      ),
    );
    await page.waitForTimeout(300);
  }
  console.log(
    `from an edit to the curve of 50 epochs of pima (7-8-6-1, batch 10): ${median(times).toFixed(0)} ms`,
  );
  await page.context().close();
}

/** A table of 784 numbers a row and ten classes, as large pictures of digits are. */
function wideTable(rows = 300) {
  const head = [...Array.from({ length: 784 }, (_, i) => `p${i}`), "digit"].join(",");
  const lines = Array.from({ length: rows }, (_, row) =>
    [
      ...Array.from({ length: 784 }, (_, i) => (row * 31 + i * 17 + ((row * i) % 97)) % 256),
      `d${row % 10}`,
    ].join(","),
  );
  return {
    name: "wide.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(`${head}\n${lines.join("\n")}\n`),
  };
}

async function chooseData(page, source) {
  await page.getByRole("tab", { name: "Data" }).click();
  if (source !== "wide") return page.getByRole("button", { name: source, exact: true }).click();
  const [chooser] = await Promise.all([
    page.waitForEvent("filechooser"),
    page.getByRole("button", { name: "Choose a file" }).click(),
  ]);
  await chooser.setFiles(wideTable());
}

for (const [name, source, units, loss, last] of [
  ["iris 4-8-6-3", "Iris", [8, 6, 3], "sparse_categorical_crossentropy", "softmax"],
  ["digits 64-64-10", "Digits", [64, 10], "sparse_categorical_crossentropy", "softmax"],
  ["a table 784-64-10", "wide", [64, 10], "sparse_categorical_crossentropy", "softmax"],
]) {
  const page = await opened();
  await chooseData(page, source);
  await page.waitForTimeout(1500);
  await build(page, model({ Iris: 4, Digits: 64, wide: 784 }[source], units, loss, last));
  await page.waitForSelector("[data-status=ready],[data-status=running],[data-status=paused]", {
    timeout: 20_000,
  });
  await page.getByRole("tab", { name: "Train" }).click();
  for (const level of source === "wide" ? ["1"] : ["1", "2", "3"]) {
    await page.locator(".wall").click({ position: { x: 5, y: 300 } });
    await page.keyboard.press(level);
    if ((await page.evaluate(() => document.documentElement.dataset.status)) !== "running")
      await page.getByRole("button", { name: "Train", exact: true }).click();
    await page.waitForSelector("[data-status=running]");
    await page.waitForTimeout(1000);
    const seen = await watch(page, 3);
    const speed = await page.locator(".bar-progress").innerText();
    console.log(
      `${name}, level ${level}: ${seen.pictures.toFixed(1)} pictures and ${seen.frames.toFixed(0)} frames a second; ${speed.replaceAll("\n", " ")}`,
    );
  }
  await page.context().close();
}
await browser.close();
