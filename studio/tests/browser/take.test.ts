/** The menu "take home" in a real browser: every file, the link, what is refused, and the keys. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { readBrick } from "../../src/files/brick-reader.ts";
import { fromLink } from "../../src/files/link.ts";
import { readProject, writeProject } from "../../src/files/project.ts";
import { firstProject } from "../../src/state/store.ts";
import { dense } from "../../src/wall/wall.ts";
import {
  bring,
  build,
  faultsOf,
  menu,
  open,
  PHONE,
  screenshot,
  taken,
  trained,
  usesBrowser,
  WIDE,
} from "./browser.ts";

usesBrowser();

const project = (name: string) => {
  const first = firstProject();
  const bricks = [dense(6, "relu"), dense(1, "sigmoid")];
  return { ...first, name, wall: { ...first.wall, inputs: 7, bricks, epochs: 20 } };
};
const saved = (name: string) =>
  writeProject({ project: project(name), trained: null, history: [] });

async function take(page: Page, item: string): Promise<{ name: string; bytes: Buffer }> {
  await menu(page);
  const file = await taken(page, () => page.locator(`[data-item=${item}]`).click());
  await page.locator(`[data-item=${item}][data-state=saved]`).getByText(file.name).waitFor();
  return file;
}

const ITEMS = [
  "python",
  "notebook",
  "brick",
  "keras",
  "svg",
  "png",
  "film",
  "animation",
  "booklet",
  "ldraw",
  "wanted",
  "project",
  "video",
];

/** Opens a page with a trained wall of a name. */
async function ready(): Promise<Page> {
  const page = await open();
  await bring(page, "mine.brickwork", saved("pima wall"));
  await page.getByRole("status").getByText("pima wall is open.").waitFor();
  await trained(page);
  return page;
}

describe("take home", () => {
  it("gives every file of a trained wall", async () => {
    const files = new Map<string, string>();
    let page = await ready();
    for (const [at, item] of ITEMS.entries()) {
      if (at % 7 === 6) page = await ready(); // Chromium asks before it takes an eleventh file of a page
      const { name, bytes } = await take(page, item);
      files.set(item, bytes.toString("latin1"));
      expect(name).toMatch(/^pima wall\./);
      if (item === "brick")
        expect(readBrick(bytes)).toMatchObject({ value: { wall: { inputs: 7 } } });
      if (item === "project")
        expect(readProject(bytes)).toMatchObject({ value: { project: { name: "pima wall" } } });
    }
    const expected: Record<string, string> = {
      python: "layers.Dense(6",
      notebook: '"nbformat": 4',
      keras: "PK",
      svg: 'class="band',
      png: "PNG",
      film: 'id="film"',
      animation: "<animate ",
      booklet: '<section class="page">',
      ldraw: "0 FILE model.ldr",
      wanted: "<INVENTORY>",
    };
    for (const [item, text] of Object.entries(expected))
      expect(files.get(item), item).toContain(text);
    // A picture of every epoch, though the training took less time than a few of them.
    const film = JSON.parse(
      /id="film">(.*?)<\/script>/s.exec(files.get("film") as string)?.[1] ?? "",
    );
    expect(film.epochs).toEqual(Array.from({ length: 21 }, (_, k) => k));
    expect(Object.keys(film.names)).toEqual(["loss", "val_loss", "accuracy", "val_accuracy"]);
    expect(files.get("video")).toMatch(/^....ftyp|webm/s);
    const building = await page.context().newPage();
    await building.setContent(files.get("booklet") as string);
    expect(await building.locator(".step").count()).toBeGreaterThan(10);
  });

  it("gives the table with what the wall answers", async () => {
    const page = await open();
    await build(page);
    await menu(page);
    const { name, bytes } = await taken(page, () =>
      page.locator("[data-item=predictions]").click(),
    );
    expect(name).toBe("pima.predictions.csv");
    const [header, ...rows] = bytes.toString("utf8").trim().split("\r\n");
    expect(header).toMatch(/,diabetes,set,prediction,probability_[^,]+,probability_[^,]+$/);
    expect(rows).toHaveLength(532);
    const cells = rows.map((row) => row.split(",").slice(-5));
    const held = cells.filter(([, set]) => set === "validation");
    const right = held.filter(([truth, , said]) => Number(truth) === Number(said === "diabetes"));
    const shown = await page.locator(".bar-progress b").last().innerText();
    expect((right.length / held.length).toFixed(3)).toBe(shown);
  });

  it("gives a link that holds the wall", async () => {
    const page = await open();
    await bring(page, "mine.brickwork", saved("shared"));
    await trained(page);
    await menu(page);
    await page.locator("[data-item=link]").click();
    const field = page.locator(".export-link .input");
    const address = await field.inputValue();
    expect(fromLink(address.slice(address.indexOf("#")))).toMatchObject({
      value: { project: { name: "shared" } },
    });
    await page.locator(".export-check input").check();
    const length = async () => (await field.inputValue()).length;
    await expect.poll(length).toBeGreaterThan(address.length);
    await page.locator(".export-link .primary").click();
    await page.getByText(/The link is (copied|selected)/).waitFor();
    await screenshot(page, "take-link");
  });

  it("says why there is nothing to take from an empty wall", async () => {
    const page = await open();
    await menu(page);
    const items = page.locator('.export-item[aria-disabled="true"]');
    expect(await items.count()).toBeGreaterThan(10);
    expect(await page.locator("[data-item=booklet]").textContent()).toContain("The wall is empty.");
    expect(await page.locator("[data-item=film]").textContent()).toContain("Train first");
    await screenshot(page, "take-empty");
  });

  it("is used by keys alone", async () => {
    const page = await open();
    await page.locator(".export-open").focus();
    await page.keyboard.press("Enter");
    await page.locator("dialog.export[open]").waitFor();
    const held = () =>
      page.evaluate(() => {
        const active = document.activeElement;
        return active === document.body || Boolean(active?.closest("dialog.export"));
      });
    for (let i = 0; i < 20; i++) {
      expect(await held()).toBe(true);
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Escape");
    expect(await page.locator("dialog.export[open]").count()).toBe(0);
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.className))
      .toContain("export-open");
  });

  it("has no fault that axe finds", async () => {
    for (const dark of [false, true]) {
      const page = await open({ dark });
      await menu(page);
      await page.locator(".export-group").first().waitFor();
      await page.waitForTimeout(300); // its entrance is over
      expect(await faultsOf(page, ".export")).toEqual([]);
    }
  });

  it("fits a phone, in Korean and in the dark", async () => {
    const page = await open({ size: PHONE, korean: true, dark: true });
    await menu(page);
    await page.waitForTimeout(300);
    await screenshot(page, "take-phone");
    const wide = await page.evaluate(() => document.querySelector(".export")?.scrollWidth ?? 0);
    expect(wide).toBeLessThanOrEqual(PHONE.width);
  });
});

describe("bring in", () => {
  it("refuses what is damaged or unknown, and changes nothing", async () => {
    const page = await open({ size: WIDE });
    for (const [name, content] of [
      ["bad.brick", "not a brick"],
      ["bad.brickwork", "{"],
      ["bad.csv", "one"],
      ["picture.gif", "GIF89a"],
    ]) {
      await bring(page, name, content);
      const alert = page.locator(".toast [role=alert] p");
      await alert.waitFor();
      expect((await alert.textContent())?.length, name).toBeGreaterThan(20);
      await page.locator(".toast button").click();
    }
    await menu(page);
    expect(await page.locator("[data-item=python]").textContent()).toContain("The wall is empty.");
  });

  it("takes a network back as it was, onto the wall and into the palette", async () => {
    const page = await open();
    await bring(page, "mine.brickwork", saved("mine"));
    await trained(page);
    const first = await take(page, "brick");
    const other = await open();
    await bring(other, "back.brick", first.bytes);
    await other.getByRole("status").getByText("back is on the wall").waitFor();
    const again = await take(other, "brick");
    const [a, b] = [readBrick(first.bytes), readBrick(again.bytes)];
    if ("problem" in a || "problem" in b) throw new Error("unreadable");
    expect(b.value.weights).toEqual(a.value.weights);
    expect(await other.locator(".palette-weights .palette-item").count()).toBe(1);
  });

  it("knows a trained wall of a file as trained, until one begins anew", async () => {
    const { bytes } = await take(await ready(), "project");
    const page = await open();
    await bring(page, "again.brickwork", bytes);
    const bar = page.locator(".bar-progress");
    await bar.getByText("trained before: 20 epochs").waitFor();
    expect(await page.locator(".palette-keep").isEnabled()).toBe(true);
    await menu(page);
    expect(await page.locator("[data-item=film]").textContent()).toContain("trained elsewhere");
    expect(await page.getByText("Nothing is trained yet").count()).toBe(0);
    await page.locator("[data-item=link]").click();
    const field = page.locator(".export-link .input");
    const without = (await field.inputValue()).length;
    await page.locator(".export-check input").check();
    await expect.poll(async () => (await field.inputValue()).length).toBeGreaterThan(without);
    expect(await page.getByText("The link has no trained weights").count()).toBe(0);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Begin anew" }).click();
    await bar.getByText("epoch 0 of 20").waitFor();
    await menu(page);
    await page.getByText("Nothing is trained yet").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Undo" }).click();
    await bar.getByText("trained before: 20 epochs").waitFor();
  });

  it("says how large a table is, and which one it takes the place of", async () => {
    const page = await open();
    const rows = Array.from({ length: 40 }, (_, i) => `${i},${i % 3},${i % 2 ? "yes" : "no"}`);
    await bring(page, "rows.csv", `a,b,answer\n${rows.join("\n")}`);
    const said = page.getByRole("status");
    await said.getByText("rows is the data now: 40 rows, 3 columns.").waitFor();
    await bring(page, "other.csv", "a,b\n1,yes\n2,no\n3,yes");
    await said.getByText("in the place of rows, which undo brings back").waitFor();
  });
});
