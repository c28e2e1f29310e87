/** Bytes, checksums and JSON beside node's own. */
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  fromBase64,
  fromBase64Url,
  joined,
  textOf,
  toBase64,
  toBase64Url,
} from "../../src/files/bytes.ts";
import { Float, parsed, toJson } from "../../src/files/json.ts";
import { sha256 } from "../../src/files/sha256.ts";
import { drawer } from "./walls.ts";

const draw = drawer(9);
const random = (length: number) => Uint8Array.from({ length }, () => 256 * draw());

describe("SHA-256", () => {
  it("is that of node for every length around a block, and for views", () => {
    for (let length = 0; length < 200; length++) {
      const bytes = random(length + 3).subarray(3);
      expect(sha256(bytes)).toBe(createHash("sha256").update(bytes).digest("hex"));
    }
    const large = random(1_000_003);
    expect(sha256(large)).toBe(createHash("sha256").update(large).digest("hex"));
  });
});

describe("base64", () => {
  it("is that of node, and comes back", () => {
    for (let length = 0; length < 100; length++) {
      const bytes = random(length);
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
      expect(toBase64Url(bytes)).toBe(Buffer.from(bytes).toString("base64url"));
      expect(fromBase64(toBase64(bytes))).toEqual(bytes);
      expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes);
    }
    const large = random(200_001);
    expect(fromBase64(toBase64(large))).toEqual(large);
  });

  it("is refused where it is none", () => {
    for (const text of ["A", "AAAAA", "A===", "AA A", "AA=A", "ÄÄÄÄ", "A\n==", "-_-_"])
      expect(fromBase64(text)).toBeNull();
    for (const text of ["A", "AA==", "A+/A", "A B"]) expect(fromBase64Url(text)).toBeNull();
  });
});

describe("UTF-8", () => {
  it("is text, or null", () => {
    expect(textOf(joined([Buffer.from("벽"), Buffer.from("!")]))).toBe("벽!");
    expect(textOf(Uint8Array.of(0xc3, 0x28))).toBeNull();
  });
});

describe("JSON", () => {
  const limits = { values: 1000, depth: 10 };
  const read = (text: string) => parsed(text, "it", limits);

  it("is read as JSON.parse reads it", () => {
    const made = (depth: number): unknown => {
      const kind = Math.floor(draw() * (depth ? 7 : 5));
      if (kind < 5) return ['a\\"}{[,', "\\", draw(), null, draw() < 0.5][kind];
      const parts = Array.from({ length: 3 }, () => made(depth - 1));
      return kind === 5 ? parts : Object.fromEntries(parts.map((part, i) => [`k"${i}\\`, part]));
    };
    for (let i = 0; i < 300; i++) {
      const value = made(4);
      expect(read(JSON.stringify(value))).toEqual(value);
      expect(read(JSON.stringify(value, null, 1))).toEqual(value);
    }
  });

  it("is refused where it is none, is too large or has a key twice", () => {
    for (const text of [
      "",
      "{",
      "{]",
      "[1,]",
      "{'a':1}",
      '{"a":1,}',
      '"',
      '"\\',
      "01",
      "[1}",
      "NaN",
    ])
      expect(() => read(text)).toThrow(/no valid JSON/);
    expect(() => read(`[${"1,".repeat(1000)}1]`)).toThrow(/more than 1,000 values/);
    expect(() => read(`${"[".repeat(11)}${"]".repeat(11)}`)).toThrow(/deeper than 10/);
    for (const text of ['{"a":1,"a":2}', '{"b":[{"a":1, "\\u0061" :2}]}'])
      expect(() => read(text)).toThrow(/twice/);
    expect(read('{"a":{"a":1},"b":["a","a"]}')).toEqual({ a: { a: 1 }, b: ["a", "a"] });
  });

  it("tells Python which numbers are floats", () => {
    const value = { a: new Float(1), b: 1, c: [new Float(0.5), new Float(1e-7), new Float(-0)] };
    expect(toJson({ ...value, d: new Float(1e21), e: "1", f: null })).toBe(
      '{"a":1.0,"b":1,"c":[0.5,1e-7,0.0],"d":1e+21,"e":"1","f":null}',
    );
  });
});
