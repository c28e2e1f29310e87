import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { GUIDED } from "../src/lessons/guided.ts";
import { BRICKS } from "../src/wall/catalogue.ts";
import { withParticles } from "../src/words/particles.ts";
import { termOf } from "../src/words/terms.ts";
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

  test("what is set first at a brick, and how the wall learns, is explained", () => {
    const first = Object.values(BRICKS).flatMap((one) => one.first);
    const compiled = [
      "optimizer",
      "learning_rate",
      "loss",
      "metrics",
      "batchSize",
      "epochs",
      "seed",
    ];
    expect([...first, ...compiled].filter((name) => !termOf(name))).toEqual([]);
  });

  test("none shows the marks of code: only a lesson's text has code", () => {
    const texts = AREAS.flatMap(({ en, ko }) => [en, ko].flatMap(Object.values));
    expect(texts.filter((text) => text.includes("`"))).toEqual([]);
  });

  test("a percent sign follows its number at once", () => {
    const lessons = GUIDED.flatMap(({ steps }) => steps.flatMap(({ text }) => Object.values(text)));
    const all = [...AREAS.flatMap(({ en, ko }) => [en, ko].flatMap(Object.values)), ...lessons];
    expect(all.filter((text) => /[\d}] %/.test(text))).toEqual([]);
  });

  test("each area is there", () => {
    const files = readdirSync(new URL("../src/words", import.meta.url)).filter(
      (name) => !["words.ts", "particles.ts"].includes(name),
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

  test.each([
    ["layers은(는)", "layers는"],
    ["Input(으)로", "Input으로"],
    ["dense_1을(를)", "dense_1을"],
    ["dense을(를)", "dense를"],
    ["‘model’(으)로", "‘model’로"],
    ["Dropout이(가)", "Dropout이"],
    ["softmax이(가)", "softmax가"],
    ["Activation은(는)", "Activation은"],
    ["SGD을(를)", "SGD를"],
    ["ReLU와(과)", "ReLU와"],
    ["벽.csv을(를)", "벽.csv를"],
    ["꽃은(는)", "꽃은"],
    ["서울(으)로", "서울로"],
    ["(8,)이(가)", "(8,)이"],
    ["3(으)로", "3으로"],
    ["→을(를)", "→을(를)"], // nobody says how it ends
  ])("Korean particles follow the last sound: %s", (both, one) => {
    expect(withParticles(both)).toBe(one);
  });

  test("nothing that is filled in is left with two particles", () => {
    language.value = "ko";
    const values = { name: "Input", path: "wall", source: "Dense", got: 3, expected: "4" };
    expect(t("files.brick.value", values)).toBe("wall이 3이지만 스튜디오는 4로만 계산합니다.");
    for (const filling of ["Dense", "3", "‘model’", "a (2)", "100%", "물"])
      for (const { ko } of AREAS)
        for (const [key, text] of Object.entries(ko)) {
          const names = [...text.matchAll(/\{(\w+)/g)].map(([, name]) => [name, filling]);
          const said = t(key, Object.fromEntries(names));
          expect(said, key).not.toMatch(/은\(는\)|이\(가\)|을\(를\)|와\(과\)|\(으\)로/);
        }
    language.value = "en";
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
