/** Saving and opening files, by the functions that all parts of the page use. */
import { join } from "node:path";
import * as esbuild from "esbuild";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { open, taken, usesBrowser } from "./browser.ts";

usesBrowser();

type Files = typeof import("../../src/files/save.ts") & typeof import("../../src/files/sha256.ts");
declare const files: Files;

const ENTRY = `
  import * as save from "./save.ts";
  import { sha256 } from "./sha256.ts";
  globalThis.files = { ...save, sha256 };
`;

const { outputFiles } = await esbuild.build({
  stdin: {
    contents: ENTRY,
    resolveDir: join(import.meta.dirname, "../../src/files"),
    loader: "ts",
  },
  bundle: true,
  write: false,
  format: "iife",
});

/** The page, where the tests may call what they test. */
async function ready(): Promise<Page> {
  const page = await open();
  // The page's policy allows no other script: this one comes in as evaluated code.
  await page.evaluate(outputFiles[0].text);
  return page;
}

test("a file is saved as it is", async () => {
  const page = await ready();
  const links = await page.locator("a").count();
  const saved = await taken(page, () =>
    page.evaluate(() => {
      files.saveFile("내 벽.brick", Uint8Array.of(0, 255, 10), "application/octet-stream");
    }),
  );
  expect(saved.name).toBe("내 벽.brick");
  expect([...saved.bytes]).toEqual([0, 255, 10]);
  expect(await page.locator("a").count()).toBe(links);
});

test("a file is opened, unless there is too much of it", async () => {
  const page = await ready();
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

test("no file is opened where the user chooses none", async () => {
  const page = await ready();
  const choosers = page.locator("input[type=file]");
  const before = await choosers.count();
  const read = page.evaluate(() => {
    const opened = files.openFile(".brick");
    const last = [...document.querySelectorAll("input[type=file]")].at(-1);
    last?.dispatchEvent(new Event("cancel"));
    return opened;
  });
  expect(await read).toBeNull();
  expect(await choosers.count()).toBe(before);
});

test("checksums are those of anywhere", async () => {
  const page = await ready();
  expect(await page.evaluate(() => files.sha256(new TextEncoder().encode("abc")))).toBe(
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});
