/** The page with Python behind it: served and lent the engine, in one file, and in a notebook's frame. */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { build, buildButton, drop, open, PAGE, tolerates, usesBrowser } from "./browser.ts";

const VENV = fileURLToPath(new URL("../../../.venv/bin/python", import.meta.url));
const PYTHON = process.env.PYTHON ?? (existsSync(VENV) ? VENV : "python3");
const folder = mkdtempSync(join(tmpdir(), "studio-"));

usesBrowser();

/** Starts `brickwork studio` and returns the address that it prints, and how it ends: with the test at the latest. */
async function served(...more: string[]): Promise<{ url: string; end: () => Promise<void> }> {
  const server = spawn(PYTHON, [
    ...["-m", "brickwork", "studio", "--no-browser", "--port", "0"],
    ...more,
  ]);
  const gone = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  const end = () => {
    server.kill("SIGINT");
    return gone;
  };
  onTestFinished(end); // after the pages are closed
  let said = "";
  const url = await new Promise<string>((resolve, reject) => {
    const hear = (text: Buffer) => {
      said += text;
      const found = /http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]+/.exec(said);
      if (found) resolve(found[0]);
    };
    server.stdout.on("data", hear);
    server.stderr.on("data", hear);
    gone.then(() => reject(new Error(said)));
  });
  return { url, end };
}

/** What browsers tell of a page that loses its socket. */
const LOST = /WebSocket|ws:\/\/|ERR_CONNECTION_REFUSED/;

describe("brickwork studio", () => {
  test("trains natively, to the numbers of the page's own engine, and goes on when it ends", async () => {
    const figures = async (url?: string) => {
      const page = await open(url ? { url } : {});
      if (url) await page.getByText("Python’s fast engine").waitFor();
      await build(page);
      return {
        page,
        said: (await page.locator(".bar-progress").innerText()).replaceAll("\n", " "),
      };
    };
    const own = await figures();
    const { url, end } = await served();
    const native = await figures(url);
    expect(native.said).toBe(own.said);
    expect(native.page.url()).not.toContain("token");
    // A server that has ended is said, and its page trains by itself from where it was.
    tolerates(native.page, LOST);
    await end();
    await native.page.getByRole("alert").getByText(/./).waitFor();
    await native.page.getByText("Python’s fast engine").waitFor({ state: "detached" });
    expect(await native.page.locator(".bar-progress").innerText()).toContain("epoch 50 of 50");
    await native.page.getByRole("button", { name: "Train", exact: true }).click();
    await native.page.locator(".bar-progress", { hasText: "epoch 100" }).waitFor();
  });

  test("goes on with a training that Ctrl-C cuts, and says so", async () => {
    const { url, end } = await served();
    const page = await open({ url });
    await page.locator(".shell-native").waitFor();
    await build(page);
    await page.locator(".bar-speed input").fill("6"); // rows a second: 1000
    await page.getByRole("button", { name: "Train", exact: true }).click();
    const bar = page.locator(".bar-progress");
    await bar.getByText(/epoch 5[2-9] of 100/).waitFor();
    tolerates(page, LOST);
    const ended = end();
    const alert = page.getByRole("alert");
    await alert.getByText("the page trains by itself now").waitFor();
    await alert.getByText(/The training goes on from epoch \d\d;/).waitFor();
    await bar.getByText(/epoch [67]\d of 100/).waitFor();
    await ended;
  });

  test("opens the table that the command names", async () => {
    const table = join(folder, "plants.csv");
    const rows = Array.from(
      { length: 60 },
      (_, i) => `${i % 7},${(i * i) % 11},${i % 2 ? "fern" : "moss"}`,
    );
    writeFileSync(table, `light,water,plant\n${rows.join("\n")}\n`);
    const page = await open({ url: (await served(table)).url });
    await page.getByText("plants · 2 inputs").waitFor();
  });
});

const MODEL = `
import sys
import numpy as np
from brickwork import Sequential, layers, studio, utils
utils.set_random_seed(3)
x = np.random.default_rng(0).normal(size=(80, 3)).astype("float32")
y = (x.sum(axis=1) > 0).astype(int)
model = Sequential([layers.Input((3,)), layers.Dense(4, "relu"), layers.Dense(1, "sigmoid")])
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=12, verbose=0)
`;
const python = (code: string, ...more: string[]) =>
  execFileSync(PYTHON, ["-c", MODEL + code, ...more], { encoding: "utf8" });

describe("one file with a model", () => {
  test("opens by itself, with the model's weights and its history", async () => {
    const path = join(folder, "model.html");
    python("studio.export_html(model, history, sys.argv[1], data=(x, y))", path);
    const page = await open({ url: pathToFileURL(path).href });
    await page.locator("[data-layer=dense_1]").first().waitFor();
    await page.locator(".train-curve").first().waitFor();
    expect(await page.locator(".bar-progress").innerText()).toContain("12");
  });

  test("says that it does not know which rows were held out", async () => {
    const path = join(folder, "held-out.html");
    python(
      `history = model.fit(x, y, epochs=9, batch_size=16, validation_split=0.2, verbose=0)
studio.export_html(model, history, sys.argv[1], data=(x, y))`,
      path,
    );
    const page = await open({ url: pathToFileURL(path).href });
    await page.getByText("The validation up to epoch 9 is of rows that were held out").waitFor();
    expect(await page.locator(".train-key.validation").count()).toBe(2);
    expect(await page.locator(".train-key.baseline").count()).toBe(0);
    await page.getByText("of 80 given rows are right").waitFor();
    expect(await page.getByLabel("batch size").inputValue()).toBe("16");
    expect(await page.getByLabel("epochs").inputValue()).toBe("9");
  });
});

describe("a notebook's frame", () => {
  test("talks to the kernel, and says when it is closed", async () => {
    const page = await open();
    const widget = readFileSync(
      new URL("../../../src/brickwork/studio/page/widget.js", import.meta.url),
      "utf8",
    );
    const html = readFileSync(fileURLToPath(PAGE), "utf8");
    const blank = await page.context().newPage();
    // As a module of the page, since the tests' own bundler takes `import()` for itself.
    const content = widget.replace(/export\s*\{(\w+) as default\}/, "globalThis.widget=$1");
    await blank.addScriptTag({ type: "module", content });
    // A kernel that lends an engine, and notes what it is asked.
    await blank.evaluate((given) => {
      const view = (globalThis as unknown as { widget: { render(at: object): () => void } }).widget;
      const asked: string[] = [];
      let hear = (_: unknown, __: unknown[]) => {};
      const model = {
        get: () => given,
        on: (_: string, heard: typeof hear) => {
          hear = heard;
        },
        off: () => {},
        send: (content: { view: string; message?: string; closed?: true; piece?: true }) => {
          const { closed, piece, message } = content;
          const type = closed ? "closed" : piece ? "piece" : JSON.parse(message as string).type;
          asked.push(type);
          if (type !== "hello") return;
          const lent = {
            type: "capabilities",
            number: 0,
            version: "1",
            engine: "avx2",
            threads: 2,
            limits: {},
          };
          hear({ view: content.view, message: JSON.stringify(lent) }, []);
        },
      };
      Object.assign(globalThis, { asked, leave: view.render({ model, el: document.body }) });
    }, html);
    const frame = blank.frameLocator("iframe");
    await frame.getByText("Python’s fast engine").waitFor();
    await buildButton(frame).click();
    const asked = () => blank.evaluate(() => (globalThis as unknown as { asked: string[] }).asked);
    await expect.poll(asked).toEqual(expect.arrayContaining(["hello", "open", "run"]));
    // A table of 6 MB is more than a Jupyter server takes at once.
    const line = (cell: (column: number) => unknown) =>
      Array.from({ length: 800 }, (_, i) => cell(i));
    const rows = Array.from({ length: 2000 }, (_, row) => [
      ...line((i) => (i * i + row) % 7),
      row % 3 ? "yes" : "no",
    ]);
    const table = [[...line((i) => `c${i}`), "answer"], ...rows].join("\n");
    await drop(frame.locator(".shell"), "wide.csv", table);
    await expect.poll(asked, { timeout: 20_000 }).toContain("piece");
    await blank.evaluate(() => (globalThis as unknown as { leave: () => void }).leave());
    expect(await blank.locator("iframe").count()).toBe(0);
    expect((await asked()).at(-1)).toBe("closed");
  });
});
