/** A real browser with the built page, opened from its folder. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  type FrameLocator,
  firefox,
  type Locator,
  type Page,
} from "playwright-core";
import { afterAll, afterEach, expect, inject } from "vitest";

export const PAGE = new URL("../../../src/brickwork/studio/page/studio.html", import.meta.url).href;

export const WIDE = { width: 1280, height: 800 };
export const MIDDLE = { width: 768, height: 1024 };
export const PHONE = { width: 390, height: 844 };

declare module "vitest" {
  interface ProvidedContext {
    browser: "chromium" | "firefox";
  }
}

/** Which browser drives the page: vitest.browser.ts runs every test in each. */
export const BROWSER = inject("browser");

/** Where Firefox puts what is downloaded. */
const DOWNLOADS = mkdtempSync(join(tmpdir(), "downloads-"));

const installed = (...names: string[]) =>
  names.map((name) => `/usr/bin/${name}`).find((path) => existsSync(path));

async function launched(dark: boolean): Promise<Browser> {
  const executablePath =
    BROWSER === "firefox"
      ? installed("firefox-esr", "firefox")
      : installed("chromium", "chromium-browser", "google-chrome");
  if (!executablePath) throw new Error(`${BROWSER} is not installed`);
  if (BROWSER === "chromium") return chromium.launch({ executablePath, args: ["--no-sandbox"] });
  // A Firefox as it is installed is driven by WebDriver BiDi, which the channel's name asks for. It
  // knows no colour scheme of a context: each has a browser of its own.
  const firefoxUserPrefs = { "layout.css.prefers-color-scheme.content-override": dark ? 0 : 1 };
  return firefox.launch({
    executablePath,
    channel: "moz-firefox",
    firefoxUserPrefs,
    downloadsPath: DOWNLOADS,
  });
}

const browsers = new Map<boolean, Promise<Browser>>(); // by whether it is dark
let pages: Page[] = [];

/** Pages that a test opened, with what went wrong in them. */
const faults = new Map<Page, string[]>();
/** What is no fault of a page from then on. */
const tolerated = new Map<Page, RegExp>();

/** Declares that a page will tell of what matches, from now on: all else is still a fault. */
export const tolerates = (page: Page, what: RegExp) => tolerated.set(page, what);

/** Declares that the tests of this file use a browser. Every test fails on an error or a request in its page. */
export function usesBrowser(): void {
  afterEach(async () => {
    const found = pages.flatMap((page) => faults.get(page) ?? []);
    await Promise.all(pages.map((page) => page.context().close()));
    pages = [];
    faults.clear();
    tolerated.clear();
    expect(found).toEqual([]);
  });
  afterAll(async () => {
    for (const browser of browsers.values()) await (await browser).close();
    browsers.clear();
    rmSync(DOWNLOADS, { recursive: true });
  });
}

export interface Opened {
  readonly size?: { width: number; height: number };
  readonly url?: string;
  readonly korean?: boolean;
  readonly dark?: boolean;
  readonly touch?: boolean;
}

export async function open({
  size = WIDE,
  url = PAGE,
  korean = false,
  dark = false,
  touch = false,
}: Opened = {}): Promise<Page> {
  const options: BrowserContextOptions = {
    viewport: size,
    locale: korean ? "ko-KR" : "en-US",
    colorScheme: dark ? "dark" : "light",
    hasTouch: touch,
    acceptDownloads: true,
  };
  const browser = browsers.get(dark) ?? launched(dark);
  browsers.set(dark, browser);
  const context = await (await browser).newContext(options);
  const page = await context.newPage();
  const found: string[] = [];
  faults.set(page, found);
  pages.push(page);
  const hear = (fault: string) => {
    if (!tolerated.get(page)?.test(fault)) found.push(fault);
  };
  page.on("pageerror", (error) => hear(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") hear(message.text());
  });
  const origin = new URL(url);
  page.on("request", (request) => {
    const asked = new URL(request.url());
    const own =
      asked.protocol === "data:" ||
      asked.protocol === "blob:" ||
      (asked.protocol === origin.protocol && asked.host === origin.host);
    if (!own) hear(`request to ${request.url()}`);
  });
  await page.goto(url);
  await page.waitForSelector(".shell");
  return page;
}

/** Waits until the training that runs by itself has done its epochs. */
export async function trained(page: Page, timeout = 30_000): Promise<void> {
  await page.waitForFunction(() => document.documentElement.dataset.status === "done", undefined, {
    timeout,
  });
}

/** The button of an empty wall that builds the first network, for any data, in either language. */
export const buildButton = (on: Page | FrameLocator) =>
  on.getByRole("button", { name: /\d – 8 – 6 – \d/ });

/** Builds the first network, and waits until it is trained. */
export async function build(page: Page): Promise<void> {
  await buildButton(page).click();
  await trained(page);
}

/** Opens the menu "take home", unless it is open. */
export async function menu(page: Page): Promise<void> {
  if (!(await page.locator("dialog.export[open]").count()))
    await page.locator(".export-open").click();
}

/** Brings a file in by the menu. */
export async function bring(page: Page, name: string, content: string | Uint8Array): Promise<void> {
  await menu(page);
  const [chooser] = await Promise.all([
    page.waitForEvent("filechooser"),
    page.locator(".export-file").click(),
  ]);
  const buffer = Buffer.from(content);
  await chooser.setFiles({ name, mimeType: "application/octet-stream", buffer });
}

/** Drops a file on an element. */
export const drop = (on: Locator, name: string, content: string | Uint8Array): Promise<void> =>
  on.evaluate(
    (element, [called, letters]) => {
      const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes], called));
      const options = { dataTransfer, bubbles: true, cancelable: true };
      element.dispatchEvent(new DragEvent("drop", options));
    },
    [name, Buffer.from(content).toString("latin1")] as const,
  );

/** Returns the file that the page offers after a click. */
export async function taken(
  page: Page,
  click: () => Promise<void>,
): Promise<{ name: string; bytes: Buffer }> {
  if (BROWSER === "chromium") {
    const [download] = await Promise.all([page.waitForEvent("download"), click()]);
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
  }
  // Of a file that the page made, Firefox tells no navigation, and Playwright waits for one.
  for (const left of readdirSync(DOWNLOADS)) rmSync(join(DOWNLOADS, left)); // of a test that failed
  await click();
  for (let before = "", tries = 0; tries < 300; tries++) {
    await page.waitForTimeout(100);
    const [name, other] = readdirSync(DOWNLOADS);
    if (name === undefined || other !== undefined) continue; // a second is its unfinished part
    const bytes = readFileSync(join(DOWNLOADS, name));
    if (bytes.length && `${name} ${bytes.length}` === before) {
      rmSync(join(DOWNLOADS, name));
      return { name, bytes };
    }
    before = `${name} ${bytes.length}`;
  }
  throw new Error("no file was downloaded");
}

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Returns what axe-core finds wrong, as lines: on the whole page, or within the element of a selector. */
export async function faultsOf(page: Page, within?: string): Promise<string[]> {
  // The page's policy allows no other script: axe comes in through the debugger, as evaluated code.
  await page.evaluate(AXE);
  return page.evaluate(async (selector) => {
    const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
    const { violations } = await axe.run(selector ?? document);
    return violations.flatMap(({ id, impact, nodes }) =>
      nodes.map(
        ({ target, failureSummary }) => `${impact}: ${id}: ${target.join(" ")}: ${failureSummary}`,
      ),
    );
  }, within);
}

/** Returns those of its faults that shut people out. */
export const seriousFaultsOf = async (page: Page, within?: string) =>
  (await faultsOf(page, within)).filter((fault) => /^(?:serious|critical):/.test(fault));

export const screenshot = (page: Page, name: string) =>
  page.screenshot({
    path: fileURLToPath(new URL(`../../../build/studio/${BROWSER}/${name}.png`, import.meta.url)),
  });
