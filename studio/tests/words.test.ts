import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { GUIDED } from "../src/lessons/guided.ts";
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

  test("one Korean word for one thing", () => {
    const others = {
      벌점: "규제",
      얼린: "고정한",
      얼림: "고정",
      얼려: "고정되어",
      "학습용 ": "훈련",
      물음: "질문",
      "틀린 것": "틀린 행",
      꼬리표: "이름",
      인자: "인수",
      Python에: "파이썬",
    };
    const lessons = GUIDED.flatMap(({ title, steps }) => [
      title,
      ...steps.flatMap(({ text, hint }) => [text, ...(hint ? [hint] : [])]),
    ]).map(({ ko = "" }) => ko);
    const texts = [...AREAS.flatMap((area) => Object.values(area.ko)), ...lessons];
    for (const [word, instead] of Object.entries(others))
      expect(
        texts.filter((text) => text.includes(word)),
        `${word}: ${instead}`,
      ).toEqual([]);
    // A name of data as code has it is in small letters; in a text it is a word.
    expect(lessons.filter((text) => /(?<!`)\bxor\b/.test(text))).toEqual([]);
  });

  test("a percent sign follows its number at once", () => {
    const lessons = GUIDED.flatMap(({ steps }) => steps.flatMap(({ text }) => Object.values(text)));
    const all = [...AREAS.flatMap(({ en, ko }) => [en, ko].flatMap(Object.values)), ...lessons];
    expect(all.filter((text) => /[\d}] %/.test(text))).toEqual([]);
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
