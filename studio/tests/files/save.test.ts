/** Saving and opening, in a real browser; names for files. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as esbuild from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cleanName } from "../../src/files/save.ts";

const SOURCE = join(import.meta.dirname, "../../src/files");
/** What the page of the test may call. */
const ENTRY = `
  export * from "./save.ts";
  export { sha256 } from "./sha256.ts";
`;

type Files = typeof import("../../src/files/save.ts") & typeof import("../../src/files/sha256.ts");
declare const files: Files;

describe("names", () => {
  it.each([
    ["pima", "pima.brick"],
    ["내 벽 1", "내 벽 1.brick"],
    ["../../etc/passwd", "etc passwd.brick"],
    ['a\\b:c*d?e"f<g>h|i', "a b c d e f g h i.brick"],
    ["  .hidden. ", "hidden.brick"],
    ["x\u0000\u0007\n\ty", "x y.brick"],
    ["photo\u202Egnp.exe", "photo gnp.exe.brick"],
    ["", "wall.brick"],
    ["...", "wall.brick"],
    ["NUL", "wall.brick"],
    ["com1", "wall.brick"],
    ["\ud800", "wall.brick"],
    ["é".normalize("NFD"), "é.brick"],
    ["x".repeat(300), `${"x".repeat(80)}.brick`],
    ["🧱".repeat(100), `${"🧱".repeat(80)}.brick`],
  ])("%j becomes %j", (name, expected) => {
    expect(cleanName(name, "brick")).toBe(expected);
  });
});

describe("in a browser", () => {
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    const stdin = { contents: ENTRY, resolveDir: SOURCE, loader: "ts" as const };
    const built = await esbuild.build({
      stdin,
      bundle: true,
      write: false,
      format: "iife",
      globalName: "files",
    });
    browser = await chromium.launch({
      executablePath: "/usr/bin/chromium",
      args: ["--no-sandbox"],
    });
    page = await browser.newPage({ acceptDownloads: true });
    await page.addScriptTag({ content: built.outputFiles[0].text });
  });
  afterAll(() => browser?.close());

  it("a file is saved as it is", async () => {
    const download = page.waitForEvent("download");
    await page.evaluate(() => {
      files.saveFile("내 벽.brick", Uint8Array.of(0, 255, 10), "application/octet-stream");
    });
    const saved = await download;
    expect(saved.suggestedFilename()).toBe("내 벽.brick");
    expect([...readFileSync(await saved.path())]).toEqual([0, 255, 10]);
    expect(await page.locator("a").count()).toBe(0);
  });

  it("a file is opened, unless there is too much of it", async () => {
    const chooser = page.waitForEvent("filechooser");
    const read = page.evaluate(async () => {
      const file = await files.openFile(".brick");
      if (!file) return null;
      const refused = await files.bytesOfFile(file, 2).catch((error: Error) => error.message);
      return [file.name, [...(await files.bytesOfFile(file, 3))], refused];
    });
    const buffer = Buffer.from([1, 2, 3]);
    await (await chooser).setFiles({ name: "a.brick", mimeType: "application/x", buffer });
    expect(await read).toEqual([
      "a.brick",
      [1, 2, 3],
      "The file has 3 bytes, and at most 2 are taken.",
    ]);
  });

  it("no file is opened where the user chooses none", async () => {
    const read = page.evaluate(() => {
      const opened = files.openFile(".brick");
      document.querySelector("input")?.dispatchEvent(new Event("cancel"));
      return opened;
    });
    expect(await read).toBeNull();
    expect(await page.locator("input").count()).toBe(0);
  });

  it("checksums are those of anywhere", async () => {
    expect(await page.evaluate(() => files.sha256(new TextEncoder().encode("abc")))).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
  });
});
