/** Names for files. */
import { describe, expect, it } from "vitest";
import { cleanName } from "../../src/files/save.ts";

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
