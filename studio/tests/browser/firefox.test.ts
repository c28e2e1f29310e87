/** The page in Firefox, driven by WebDriver BiDi: it opens from its folder, builds, trains, reads code. */
import { existsSync } from "node:fs";
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PAGE } from "./browser.ts";

const FIREFOX = ["/usr/bin/firefox-esr", "/usr/bin/firefox"].find((path) => existsSync(path));

let browser: Browser;
let page: Page;
const faults: string[] = [];

beforeAll(async () => {
  if (!FIREFOX) throw new Error("Firefox is not installed: apt-get install firefox-esr");
  browser = await puppeteer.launch({ browser: "firefox", executablePath: FIREFOX, headless: true });
  page = await browser.newPage();
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  await page.setViewport({ width: 1280, height: 800 });
  await page.goto(PAGE);
});

afterAll(() => browser?.close());

const done = () => page.waitForSelector("html[data-status=done]", { timeout: 60_000 });
const click = (text: string) => page.locator(`::-p-text(${text})`).click();

test("the lesson's network trains", async () => {
  await click("Build 7");
  await done();
  const said = await page.$eval(".bar-progress", (element) => element.textContent ?? "");
  expect(said).toContain("epoch 50 of 50");
});

test("the wall follows its code", async () => {
  await page.locator("#tab-code").click();
  const code = await page.waitForSelector(".cm-content");
  expect(await code?.evaluate((element) => element.textContent)).toContain("Sequential");
  await code?.click();
  await page.keyboard.down("Control");
  await page.keyboard.press("a");
  await page.keyboard.up("Control");
  await page.keyboard.type(
    "model = Sequential([Input((7,)), Dense(3, activation='tanh'), Dense(1, activation='sigmoid')])",
  );
  await page.waitForFunction(
    () =>
      document.querySelectorAll("[data-layer=dense_1]").length > 0 &&
      document.querySelectorAll("[data-layer=dense_2]").length === 0,
  );
  await done();
});

test("points, and what each neuron sees of them", async () => {
  await page.locator("#tab-data").click();
  await click("Circles");
  await page.locator("#tab-train").click();
  await done();
  await page.waitForSelector(".train-neurons canvas");
  const colours = await page.$eval(".train-surface", (element) => {
    const canvas = element as HTMLCanvasElement;
    const context = canvas.getContext("2d") as CanvasRenderingContext2D;
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
  });
  expect(colours).toBeGreaterThan(50);
});

test("nothing went wrong", () => {
  expect(faults).toEqual([]);
});
