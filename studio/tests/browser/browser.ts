/** A real browser with the built page, opened from its folder. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";

export const PAGE = new URL("../../../src/brickwork/studio/page/studio.html", import.meta.url).href;

export const WIDE = { width: 1280, height: 800 };
export const MIDDLE = { width: 768, height: 1024 };
export const PHONE = { width: 390, height: 844 };

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  (path) => existsSync(path),
);

let browser: Browser;
let pages: Page[] = [];

/** Pages that a test opened, with what went wrong in them. */
const faults = new Map<Page, string[]>();

/** Declares that the tests of this file use a browser. Every test fails on an error or a request in its page. */
export function usesBrowser(): void {
  beforeAll(async () => {
    if (!CHROMIUM) throw new Error("chromium is not installed: apt-get install chromium");
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  });
  afterEach(async () => {
    const found = pages.flatMap((page) => faults.get(page) ?? []);
    await Promise.all(pages.map((page) => page.context().close()));
    pages = [];
    faults.clear();
    expect(found).toEqual([]);
  });
  afterAll(() => browser?.close());
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
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const found: string[] = [];
  faults.set(page, found);
  pages.push(page);
  page.on("pageerror", (error) => found.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") found.push(message.text());
  });
  const origin = new URL(url);
  page.on("request", (request) => {
    const asked = new URL(request.url());
    const own =
      asked.protocol === "data:" ||
      asked.protocol === "blob:" ||
      (asked.protocol === origin.protocol && asked.host === origin.host);
    if (!own) found.push(`request to ${request.url()}`);
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
    path: fileURLToPath(new URL(`../../../build/studio/${name}.png`, import.meta.url)),
  });
