/** Whatever stands in the editor: it is read or refused, and nothing takes long. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readCode } from "../../src/code/read.ts";
import { late } from "../pace.ts";
import { dice, EMPTY, spelledOut } from "./walls.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const file = (path: string) => readFileSync(root + path, "utf8");

/** Every program that stands in the repository as text: of the tests of old spellings, and of the pages. */
function programs(): string[] {
  const folder = "tests/dialects/programs/";
  const tests = readdirSync(root + folder)
    .filter((name) => name.endsWith(".py"))
    .flatMap((name) =>
      [...file(folder + name).matchAll(/"""\n(.*?)\n\s*"""/gs)].map(([, code]) => dedented(code)),
    );
  const pages = ["README.md", ...readdirSync(`${root}docs`).map((name) => `docs/${name}`)]
    .filter((name) => name.endsWith(".md"))
    .flatMap((name) =>
      [...file(name).matchAll(/^```python\n(.*?)^```/gms)].map(([, code]) => code),
    );
  return [...tests, ...pages];
}

function dedented(code: string): string {
  const indent = code.match(/^ */)?.[0] ?? "";
  return code.replaceAll(`\n${indent}`, "\n").slice(indent.length);
}

const PROGRAMS = programs();

test("the repository's programs are read or refused in words", () => {
  expect(PROGRAMS.length).toBeGreaterThan(100);
  const readings = PROGRAMS.map((code) => readCode(code, EMPTY));
  for (const { wall, problems } of readings)
    expect(wall !== null || problems.some(({ severity }) => severity === "error")).toBe(true);
  expect(readings.filter(({ wall }) => wall).length).toBeGreaterThan(20);
});

test.each(["lesson_keras1.py", "lesson_keras2.py", "lesson_keras3.py"])(
  "examples/%s is the lesson's wall",
  (name) => {
    const { wall, problems } = readCode(file(`examples/${name}`), EMPTY);
    const init = { kernel_initializer: "random_uniform" };
    const layer = (units: number, activation: string) => ({
      id: "",
      kind: "Dense",
      config: { units, activation, ...init },
    });
    const bricks = [layer(8, "relu"), layer(6, "relu"), layer(1, "sigmoid")];
    const lesson = { ...EMPTY, inputs: 4, bricks, batchSize: 10, epochs: 150, seed: 5 };
    expect(wall && spelledOut(wall)).toEqual(spelledOut(lesson));
    expect(problems.filter(({ severity }) => severity !== "note")).toEqual([]);
  },
);

describe("hostile code", () => {
  test("programs with letters missing, doubled and swapped", () => {
    const random = dice(7);
    for (let round = 0; round < 600; round++) {
      const code = [...PROGRAMS[Math.floor(random() * PROGRAMS.length)].slice(0, 1500)];
      for (let i = 0; i < 5; i++) {
        const at = Math.floor(random() * code.length);
        code.splice(
          at,
          Math.floor(random() * 3),
          ...["", "(", ")", "[", '"', "\n", ",", "*", "=", ":", "\\", "for ", "."][
            Math.floor(random() * 13)
          ],
        );
      }
      const { wall, problems } = readCode(code.join(""), EMPTY);
      expect(wall !== null || problems.length > 0).toBe(true);
    }
  });

  const NESTED = "def f(n=0):\n  return [f(), f(), f(), f()]\n";
  test.each([
    [
      "names of objects",
      "constructor = __proto__ = 3\nmodel = Sequential([toString(), __proto__(3), constructor(2), hasOwnProperty])",
    ],
    [
      "arguments of objects",
      "model = Sequential([Dense(3, constructor=1, __proto__=2, toString=3), Dense(1, 'constructor', kernel_initializer='__proto__', kernel_regularizer='toString')])\nmodel.compile('constructor', '__proto__', ['toString'])",
    ],
    [
      "lists that grow",
      "a = [1]\n".concat("a = a + a\n".repeat(60), "model = Sequential([Dense(1)])"),
    ],
    [
      "texts that grow",
      "a = 'ab'\n".concat("a = a + a\n".repeat(60), "model = Sequential([Dense(1)])"),
    ],
    [
      "loops in loops",
      `${Array.from({ length: 8 }, (_, i) => `${" ".repeat(i)}for i${i} in range(999):\n`).join("")}         x = 1\nmodel = Sequential([Dense(1)])`,
    ],
    ["lists in loops", "for i in range(9999):\n  a = [0] * 9999\nmodel = Sequential([Dense(1)])"],
    ["a function that calls itself", `${NESTED}f()\nmodel = Sequential([Dense(1)])`],
    ["many lines", "model.add(Dense(1))\n".repeat(4900)],
    ["many models", "model = Sequential([Dense(1)])\n".repeat(3000)],
    ["many problems", "model = Sequential([Dense(0)])\n".repeat(3000)],
    ["many brackets", "[".repeat(99_000)],
    ["one long line", `model = Sequential([${"Dense(1), ".repeat(9000)}])`],
    ["one long name", `model = Sequential([${"D".repeat(90_000)}(1)])`],
    [
      "many arguments",
      `model = Sequential([Dense(${Array.from({ length: 5000 }, (_, i) => `a${i}=1`).join(", ")})])`,
    ],
    ["zeros and marks", "\0\ufeff\u202e model = \ud800 Sequential([Dense(1)])"],
  ])("%s", (_, code) => {
    const before = performance.now();
    const { wall, problems } = readCode(code, EMPTY);
    expect(late(before, 2000)).toBeNull();
    expect(wall !== null || problems.length > 0).toBe(true);
    expect((wall?.bricks.length ?? 0) <= 100).toBe(true);
  });
});
