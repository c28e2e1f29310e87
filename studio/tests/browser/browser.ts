/** A real browser with the built page, opened from its folder. */
import { existsSync } from "node:fs";
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
  /** The project to begin with, instead of the first visit's empty wall. */
  readonly given?: unknown;
}

export async function open({
  size = WIDE,
  url = PAGE,
  korean = false,
  dark = false,
  touch = false,
  given,
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
  if (given !== undefined) {
    await page.addInitScript((project) => {
      document.addEventListener("DOMContentLoaded", () => undefined);
      (globalThis as { studioGiven?: unknown }).studioGiven = project;
    }, given);
  }
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

export const screenshot = (page: Page, name: string) =>
  page.screenshot({
    path: fileURLToPath(new URL(`../../../build/studio/${name}.png`, import.meta.url)),
  });
