import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { AREAS, LANGUAGES, language, t } from "../src/words/words.ts";

const places = (text: string) => [...new Set(text.match(/\{\w+/g) ?? [])].sort();

describe("words", () => {
  test("each key is in both languages, with the same places", () => {
    for (const area of AREAS) {
      expect(Object.keys(area.ko).sort()).toEqual(Object.keys(area.en).sort());
      for (const [key, text] of Object.entries(area.en))
        expect(places(area.ko[key]), key).toEqual(places(text));
    }
  });

  test("no key is defined twice", () => {
    const keys = AREAS.flatMap((area) => Object.keys(area.en));
    expect(keys.length).toBe(new Set(keys).size);
  });

  test("each area is there", () => {
    const files = readdirSync(new URL("../src/words", import.meta.url)).filter(
      (name) => name !== "words.ts",
    );
    expect(AREAS.length).toBe(files.length);
  });

  test("each key that the page asks for by name is there", () => {
    const known = new Set(AREAS.flatMap((area) => Object.keys(area.en)));
    const missing: string[] = [];
    for (const file of readdirSync(new URL("../src", import.meta.url), {
      recursive: true,
      encoding: "utf8",
    })) {
      if (!/\.tsx?$/.test(file)) continue;
      const source = readFileSync(new URL(`../src/${file}`, import.meta.url), "utf8");
      for (const [, key] of source.matchAll(/\bt\(\s*"([\w.-]+)"/g))
        if (!known.has(key)) missing.push(`${file}: ${key}`);
    }
    expect(missing).toEqual([]);
  });

  test("a number chooses the word", () => {
    language.value = "en";
    expect(t("misfit.studs", { name: "a", sockets: 1, studs: 4 })).toBe(
      "a has 1 socket, and the brick below has 4 studs.",
    );
    for (const one of LANGUAGES) {
      language.value = one;
      expect(t("repair.loss", { loss: "x" })).toContain("x");
    }
    language.value = "en";
  });
});
