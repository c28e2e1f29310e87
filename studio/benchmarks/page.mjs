/**
 * How the page behaves in a real browser: first paint, pictures a second while it trains, what they
 * cost the training, and the time from an edit to a retrained curve. `node benchmarks/page.mjs`.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { bareWorker } from "./engine.mjs";

const PAGE = new URL("../../src/brickwork/studio/page/studio.html", import.meta.url).href;
const PYTHON =
  process.env.PYTHON ?? fileURLToPath(new URL("../../.venv/bin/python", import.meta.url));
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const ROUNDS = 5;

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });

async function opened(url = PAGE) {
  const viewport = { width: 1280, height: 800 };
  const context = await browser.newContext({ viewport, locale: "en-US" });
  const page = await context.newPage();
  page.on("pageerror", (error) => console.error(String(error)));
  await page.goto(url);
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

/** From the start of `brickwork studio` to a page that is painted, in a browser that is open already. */
async function firstPaintOfCommand() {
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    const server = spawn(PYTHON, ["-m", "brickwork", "studio", "--no-browser", "--port", "0"]);
    const url = await new Promise((resolve) => {
      let said = "";
      server.stdout.on("data", (text) => {
        said += text;
        const found = /http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]+/.exec(said);
        if (found) resolve(found[0]);
      });
    });
    const page = await opened(url);
    await page.waitForFunction(
      () => performance.getEntriesByName("first-contentful-paint").length > 0,
    );
    times.push(performance.now() - start);
    await page.context().close();
    server.kill("SIGINT");
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

console.log(`first paint from the command: ${(await firstPaintOfCommand()).toFixed(0)} ms`);
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

/** A table of random numbers, and an answer of so many classes. */
function randomTable(inputs, rows, classes) {
  const head = [...Array.from({ length: inputs }, (_, i) => `p${i}`), "answer"].join(",");
  const cells = () => Array.from({ length: inputs }, () => Math.floor(256 * Math.random()));
  const lines = Array.from({ length: rows }, (_, row) =>
    [...cells(), `d${row % classes}`].join(","),
  );
  return {
    name: "some.csv",
    mimeType: "text/csv",
    buffer: Buffer.from([head, ...lines].join("\n")),
  };
}

async function chooseData(page, source) {
  await page.getByRole("tab", { name: "Data" }).click();
  if (typeof source === "string")
    return page.getByRole("button", { name: source, exact: true }).click();
  await page.locator(".data-drop input[type=file]").setInputFiles(source);
}

/** Opens a page that has these data and this wall, on the panel of the curves; it trains, or can. */
async function prepared(source, inputs, units, loss, last) {
  const page = await opened();
  await chooseData(page, source);
  await page.waitForTimeout(1500);
  await build(page, model(inputs, units, loss, last));
  await page.waitForSelector("[data-status=ready],[data-status=running],[data-status=paused]", {
    timeout: 20_000,
  });
  await page.getByRole("tab", { name: "Train" }).click();
  return page;
}

async function run(page) {
  if ((await page.evaluate(() => document.documentElement.dataset.status)) !== "running")
    await page.getByRole("button", { name: "Train", exact: true }).click();
  await page.waitForSelector("[data-status=running]");
}

const CROSSENTROPY = "sparse_categorical_crossentropy";
for (const [name, source, inputs, units] of [
  ["iris 4-8-6-3", "Iris", 4, [8, 6, 3]],
  ["digits 64-64-10", "Digits", 64, [64, 10]],
  ["a table 784-64-10", randomTable(784, 400, 10), 784, [64, 10]],
]) {
  const page = await prepared(source, inputs, units, CROSSENTROPY, "softmax");
  for (const level of ["1", "2", "3"]) {
    await page.locator(".wall").click({ position: { x: 5, y: 300 } });
    await page.keyboard.press(level);
    await page.getByRole("button", { name: "Begin anew" }).click();
    await run(page);
    await page.waitForTimeout(1000);
    const seen = await watch(page, 3);
    const speed = await page.locator(".bar-progress").innerText();
    console.log(
      `${name}, level ${level}: ${seen.pictures.toFixed(1)} pictures and ${seen.frames.toFixed(0)} frames a second; ${speed.replaceAll("\n", " ")}`,
    );
  }
  await page.context().close();
}

/** Trains in a worker of its own that does nothing else; returns its steps a second. */
function bare(page, script, given, seconds) {
  const call = ([code, given, seconds]) =>
    new Promise((resolve) => {
      const worker = new Worker(URL.createObjectURL(new Blob([code])));
      worker.onmessage = ({ data: steps }) => {
        worker.terminate();
        resolve(steps / seconds);
      };
      worker.postMessage({ given, seconds });
    });
  return page.evaluate(call, [script, given, seconds]);
}

/** What the pictures cost: a page that trains and draws beside a worker that trains, in turns. */
const script = await bareWorker();
for (const [name, widths, rows] of [
  ["4-8-6-1", [4, 8, 6, 1], 1000],
  ["784-64-10", [784, 64, 10], 400],
]) {
  const [inputs, ...units] = widths;
  const classes = Math.max(2, units.at(-1));
  const [loss, last] = classes > 2 ? [CROSSENTROPY, "softmax"] : ["binary_crossentropy", "sigmoid"];
  const page = await prepared(randomTable(inputs, rows, classes), inputs, units, loss, last);
  const given = [widths, 10, 0.8 * rows, 0.2 * rows];
  const turns = [];
  for (let turn = 0; turn < ROUNDS; turn++) {
    await page.getByRole("button", { name: "Begin anew" }).click();
    await run(page);
    await page.waitForTimeout(4000);
    const said = await page.locator(".bar-progress").innerText();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.waitForSelector("[data-status=paused]");
    const drawn = Number(/([\d,]+)\s*steps a second/.exec(said)[1].replaceAll(",", ""));
    turns.push([drawn, await bare(page, script, given, 4)]);
  }
  const [drawn, alone] = [0, 1].map((which) => median(turns.map((turn) => turn[which])));
  console.log(
    `${name}: ${Math.round(drawn)} steps a second beside the pictures, ${Math.round(alone)} alone ` +
      `(${(100 * (1 - drawn / alone)).toFixed(1)} % slower)`,
  );
  await page.context().close();
}
await browser.close();
