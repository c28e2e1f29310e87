/** What a file is: by its content first, since names say anything. */
import { expect, it } from "vitest";
import { writeBrick } from "../../src/files/brick.ts";
import { writeKeras } from "../../src/files/keras.ts";
import { kindOfFile } from "../../src/files/kind.ts";
import { writeProject } from "../../src/files/project.ts";
import { firstProject } from "../../src/state/store.ts";
import { dense } from "../../src/wall/wall.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const wall = { ...firstProject().wall, inputs: 2, bricks: [dense(1, "sigmoid")] };
const weights = [
  [
    { name: "kernel", shape: [2, 1], values: Float32Array.of(1, 2) },
    { name: "bias", shape: [1], values: Float32Array.of(0) },
  ],
];
const project = { project: { ...firstProject(), wall }, trained: null, history: [] };

it.each([
  ["brick", writeBrick(wall, weights)],
  ["keras", writeKeras(wall, weights)],
  ["project", utf8(writeProject(project))],
  ["keras", Uint8Array.from(utf8("?HDF\r\n\x1a\n"), (byte, i) => (i ? byte : 0x89))],
] as const)("a %s of our own, whatever its name", (kind, bytes) => {
  for (const name of ["a.csv", "a", "a.txt", "a.JSON"]) expect(kindOfFile(name, bytes)).toBe(kind);
});

it.each([
  ["a.csv", "a,b\n1,2", "table"],
  ["a.TSV", "a\tb\n1\t2", "table"],
  ["a.brick", "cut off", "brick"],
  ["a.brickwork", "{", "project"],
  ["a.keras", "cut off", "keras"],
  ["a.json", '{"rows": []}', "table"],
  ["a.xlsx", "PK\x03\x04 [Content_Types].xml", "table"],
  ["iris.data", "1,2", "unknown"],
  ["constructor", "", "unknown"],
])("%s with %j: %s", (name, text, kind) => {
  expect(kindOfFile(name, utf8(text))).toBe(kind);
});
