/** Links and project files made to harm: each is refused in words, or read as what it says. */
import { deflateSync, zlibSync } from "fflate";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tableOf } from "../../src/data/drawn.ts";
import { toBase64, toBase64Url, utf8 } from "../../src/files/bytes.ts";
import { fromLink, toLink } from "../../src/files/link.ts";
import { readProject, writeProject } from "../../src/files/project.ts";
import { sha256 } from "../../src/files/sha256.ts";
import { Notes, Part, type Read } from "../../src/files/untrusted.ts";
import { firstProject, LESSON, project as state } from "../../src/state/store.ts";
import type { Project } from "../../src/wall/project.ts";
import { language, t } from "../../src/words/words.ts";
import { late } from "../pace.ts";
import { drawer, weights } from "./walls.ts";

const first = firstProject();
const wall = { ...first.wall, bricks: LESSON() };
const table = tableOf({
  curve: false,
  dots: [
    { x: 1, y: 0, label: 0 },
    { x: 2, y: 1, label: 1 },
  ],
});
const good: Project = { ...first, wall, data: { ...first.data, source: "drawn", table } };
const file = writeProject({
  project: good,
  trained: weights(drawer(1), wall),
  history: [{ epoch: 1, logs: { loss: 1 } }],
});

/** Returns the file with one value replaced; `path` is as in a problem's words. */
function changed(path: string, value: unknown, text = file): string {
  const keys = path.split(/[.[\]]+/).filter(Boolean);
  const document = JSON.parse(text);
  const last = keys.pop() as string;
  const parent = keys.reduce((part, key) => part[key], document);
  // As JSON has it: an own entry, whatever its name.
  Object.defineProperty(parent, last, { value, enumerable: true, configurable: true });
  return JSON.stringify(document);
}

function without(path: string): string {
  return changed(path, undefined);
}

/** Nothing was trained: what is wrong with a brick is not seen by its weights. */
const untrained = changed("trained", null);
const inBricks = (...bricks: unknown[]) => changed("project.wall.bricks", bricks, untrained);
const inConfig = (config: unknown) => changed("project.wall.bricks[0].config", config, untrained);
const regularized = (penalty: unknown) => inConfig({ units: 4, kernel_regularizer: penalty });
const optimized = (config: unknown) => changed("project.wall.optimizer.config", config);
const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

/** A float32 that is no number, three times three of them. */
const nan = toBase64(new Uint8Array(new Float32Array(64).fill(Number.NaN).buffer));
const endless = toBase64(
  new Uint8Array(new Float32Array(64).fill(Number.POSITIVE_INFINITY).buffer),
);
const dense = { kind: "Dense", config: { units: 4096 } };

/** What a project file may be instead of one. */
const REFUSED: Readonly<Record<string, string>> = {
  nothing: "",
  spaces: " \n ",
  null: "null",
  "a list": "[]",
  "a number": "7",
  "a text": '"project"',
  "an empty object": "{}",
  HTML: "<!doctype html><script>alert(1)</script>",
  "another format": changed("format", "brick"),
  "a format that is an object": changed("format", {}),
  "no version": without("version"),
  "version 2": changed("version", 2),
  "version 0": changed("version", 0),
  "a version in words": changed("version", "1"),
  "version 1.5": changed("version", 1.5),
  "cut off": file.slice(0, -1),
  "cut in half": file.slice(0, file.length / 2),
  "with more behind it": `${file}{}`,
  "a comment": `${file.slice(0, -1)}/* */}`,
  NaN: file.replace('"noise":0.1', '"noise":NaN'),
  Infinity: file.replace('"noise":0.1', '"noise":Infinity'),
  "a number beyond all": file.replace('"noise":0.1', '"noise":1e999'),
  "a key twice": file.replace('"noise":0.1', '"noise":0.1,"noise":0.2'),
  "a key twice, once escaped": file.replace('"noise":0.1', '"noise":0.1,"n\\u006fise":0.2'),
  "ten thousand lists in each other": file.replace('"excluded":[]', `"excluded":${nested(1e4)}`),
  "a million lists in each other": file.replace('"excluded":[]', `"excluded":${nested(1e6)}`),
  "six million values": file.replace('"excluded":[]', `"excluded":[${"0,".repeat(6e6)}0]`),
  "an open text of quotes": `{"format":"${'\\"'.repeat(1e6)}`,
  "an open text of slashes": `{"format":"${"\\".repeat(1e6)}`,
  "no project": without("project"),
  "a project that is a list": changed("project", []),
  "a name that is a number": changed("project.name", 1),
  "a name of a million letters": changed("project.name", "x".repeat(1e6)),
  "no wall": without("project.wall"),
  "a wall on nothing": changed("project.wall.inputs", 0, untrained),
  "a wall on -1 studs": changed("project.wall.inputs", -1, untrained),
  "a wall on half a stud": changed("project.wall.inputs", 0.5, untrained),
  "a wall on a million studs": changed("project.wall.inputs", 1e6, untrained),
  "a wall on 1e308 studs": changed("project.wall.inputs", 1e308, untrained),
  "a wall on a text": changed("project.wall.inputs", "8", untrained),
  "bricks as an object": changed("project.wall.bricks", { length: 1 }, untrained),
  "a million bricks": changed("project.wall.bricks", Array(1e6).fill(dense), untrained),
  "101 bricks": inBricks(...Array(101).fill({ kind: "Dropout", config: {} })),
  "bricks of 1.6 billion weights": inBricks(...Array(100).fill(dense)),
  "a brick that is null": inBricks(null),
  "a brick that is a text": inBricks("Dense"),
  "a brick of no kind": inBricks({ config: {} }),
  "a brick named constructor": inBricks({ kind: "constructor", config: {} }),
  "a brick named __proto__": inBricks({ kind: "__proto__", config: {} }),
  "a brick named toString": inBricks({ kind: "toString", config: {} }),
  "a brick that is an LSTM": inBricks({ kind: "LSTM", config: { units: 2 } }),
  "a kind that is a list": inBricks({ kind: ["Dense"], config: { units: 2 } }),
  "a brick without a config": inBricks({ kind: "Dense" }),
  "a config that is a list": inConfig([4]),
  "no units": inConfig({}),
  "null units": inConfig({ units: null }),
  "0 units": inConfig({ units: 0 }),
  "a billion units": inConfig({ units: 1e9 }),
  "units in words": inConfig({ units: "4" }),
  "units that hide their kind": inConfig({ units: { valueOf: 4, toString: 1 } }),
  "an activation of code": inConfig({ units: 4, activation: "alert(1)" }),
  "an activation named constructor": inConfig({ units: 4, activation: "constructor" }),
  "an activation that is null": inConfig({ units: 4, activation: null }),
  "an activation that is an object": inConfig({ units: 4, activation: { toString: "relu" } }),
  "a bias of 1": inConfig({ units: 4, use_bias: 1 }),
  "a penalty below 0": regularized({ class_name: "L2", config: { l2: -1 } }),
  "a penalty of words": regularized({ class_name: "L2", config: { l2: "1" } }),
  "a penalty named eval": regularized({ class_name: "eval", config: {} }),
  "a penalty with what it has not": regularized({ class_name: "L1", config: { l2: 1 } }),
  "a penalty with __proto__": regularized(
    JSON.parse('{"class_name":"L2","config":{"__proto__":{"l2":1}}}'),
  ),
  "a penalty that is a text": regularized("l2"),
  "a rate of 1": inBricks({ kind: "Dropout", config: { rate: 1 } }),
  "a rate of 1.5": inBricks({ kind: "Dropout", config: { rate: 1.5 } }),
  "an unknown loss": changed("project.wall.loss", "nobody"),
  "a loss that is a list": changed("project.wall.loss", ["huber"]),
  "an optimizer that is a text": changed("project.wall.optimizer", "Adam"),
  "an unknown optimizer": changed("project.wall.optimizer.kind", "Lion"),
  "an optimizer named constructor": changed("project.wall.optimizer.kind", "constructor"),
  "a learning rate of 0": optimized({ learning_rate: 0 }),
  "a learning rate below 0": optimized({ learning_rate: -0.1 }),
  "a learning rate of 1e300": optimized({ learning_rate: 1e300 }),
  "a learning rate of null": optimized({ learning_rate: null }),
  "metrics that are a text": changed("project.wall.metrics", "accuracy"),
  "an unknown metric": changed("project.wall.metrics", ["nobody"]),
  "a thousand metrics": changed("project.wall.metrics", Array(1000).fill("accuracy")),
  "batches of nothing": changed("project.wall.batchSize", 0),
  "1e15 epochs": changed("project.wall.epochs", 1e15),
  "a seed below 0": changed("project.wall.seed", -1),
  "a seed of 2^53": changed("project.wall.seed", 2 ** 53),
  "no data": without("project.data"),
  "unknown data": changed("project.data.source", "https://example.org/data.csv"),
  "data at a path": changed("project.data.source", "../../etc/passwd"),
  "a million samples": changed("project.data.samples", 1e6),
  "noise of 2": changed("project.data.noise", 2),
  "all rows held out": changed("project.data.validation", 1),
  "missing that is code": changed("project.data.missing", "x => x"),
  "standardize in words": changed("project.data.standardize", "false"),
  "a task that is none": changed("project.data.task", "attack"),
  "excluded that is a text": changed("project.data.excluded", "x"),
  "2000 columns left out": changed("project.data.excluded", Array(2000).fill("x")),
  "a table that is a text": changed("project.data.table", "a,b"),
  "a table of a billion rows": changed("project.data.table.rows", 1e9),
  "a table of -1 rows": changed("project.data.table.rows", -1),
  "a table with one row more": changed("project.data.table.rows", 3),
  "a column of nothing": changed("project.data.table.columns[0]", { name: "x" }),
  "a column of numbers as texts": changed("project.data.table.columns[2].texts", [1, 2]),
  "a column of mixed numbers": changed("project.data.table.columns[0].numbers", [1, "2"]),
  "a column with one number less": changed("project.data.table.columns[0].numbers", [1]),
  "numbers that are no base64": changed("project.data.table.columns[0].numbers", "<script>"),
  "2000 columns": changed("project.data.table.columns", Array(2000).fill({ name: "x", texts: [] })),
  "a picture of three pixels with two columns": changed("project.data.table.picture", {
    width: 3,
    height: 1,
  }),
  "points with a text for a number": changed("project.data.table.columns[0]", {
    name: "x1",
    texts: ["0", "__import__('os')"],
  }),
  "points of one column": changed("project.data.table.columns", [{ name: "x", numbers: [1, 2] }]),
  "a delimiter of its own": changed("project.data.table.format", {
    delimiter: '")#',
    decimalComma: false,
    encoding: "utf-8",
    skipped: 0,
    header: "names",
  }),
  "an encoding of its own": changed("project.data.table.format", {
    delimiter: ",",
    decimalComma: false,
    encoding: '")#',
    skipped: 0,
    header: "names",
  }),
  "a number that is too large for a column": changed(
    "project.data.table.columns[0].numbers",
    [1e300, 0],
  ),
  "two columns of one name": changed("project.data.table.columns[1].name", "x1"),
  "a picture of a billion pixels": changed("project.data.table.picture", { width: 1e9, height: 1 }),
  "trained that is a text": changed("trained", "all"),
  "trained with a brick less": changed("trained", []),
  "trained with too few arrays": changed("trained[0]", []),
  "weights of another name": changed("trained[0][0].name", "bias"),
  "weights of another shape": changed("trained[0][0].shape", [64]),
  "weights of a huge shape": changed("trained[0][0].shape", [1e9, 1e9]),
  "weights cut off": changed("trained[0][0].values", nan.slice(4)),
  "weights that are no numbers": changed("trained[0][0].values", nan),
  "weights without end": changed("trained[0][0].values", endless),
  "weights that are a list": changed("trained[0][0].values", Array(64).fill(0)),
  "a weight brick without weights": inBricks({
    kind: "Dense",
    config: { units: 1 },
    fixed: { inputs: 8, name: "eye" },
  }),
  "a weight brick of a billion sockets": inBricks({
    kind: "Dense",
    config: { units: 1 },
    fixed: { inputs: 1e9, name: "eye" },
    weights: [],
  }),
  "a frozen that is a number": inBricks({ kind: "Dense", config: { units: 1 }, trainable: 0 }),
  "history that is an object": changed("history", {}),
  "history of 200,000 epochs": changed("history", Array(2e5).fill({ epoch: 1, logs: {} })),
  "history of words": changed("history[0].logs", { loss: "low" }),
  "history of a thousand logs": changed(
    "history[0].logs",
    Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`m${i}`, 0])),
  ),
};

/** What looks odd and is read as what it says. */
const READ: Readonly<Record<string, string>> = {
  "script tags in a name": changed("project.name", "</script><script>alert(1)</script>"),
  "a name of signs": changed("project.name", "\u0000\u202e\ud800 .. /"),
  "a brick twice": inBricks(...Array(2).fill({ id: "b1", kind: "Dense", config: { units: 1 } })),
  "__proto__ beside it": file.replace("{", '{"__proto__":{"polluted":1},'),
  "__proto__ in a config": file.replace('"config":{', '"config":{"__proto__":{"polluted":1},'),
  "constructor in a config": file.replace('"config":{', '"config":{"constructor":{"prototype":1},'),
  "keys that nobody knows": changed("project.wall.later", { a: [1, 2, 3] }),
};

const bytes = (text: string) => utf8(text);

/** Returns what a reader says of something, which takes less than a second and throws nothing. */
function said<T>(read: () => Read<T>): Read<T> {
  const began = performance.now();
  const found = read();
  expect(late(began, 1000)).toBeNull();
  return found;
}

function expectRefused(read: () => Read<unknown>): void {
  const found = said(read);
  expect(found).toHaveProperty("problem");
  if (!("problem" in found)) return;
  expect(found.problem.length).toBeGreaterThan(15);
  expect(found.problem.length).toBeLessThan(600);
  expect(found.problem).not.toMatch(/undefined|\[object|files\.|NaN/);
}

const before = state.value;
beforeEach(() => {
  language.value = "en";
});
afterEach(() => {
  expect(state.value).toBe(before);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

it("nothing is there that a document does not say itself", () => {
  const part = new Part({}, "it", new Notes());
  for (const name of ["constructor", "toString", "__proto__"])
    expect(part.at(name).isMissing).toBe(true);
});

describe("hostile project files", () => {
  it("begin with one that is good", () => {
    expect(readProject(bytes(file))).not.toHaveProperty("problem");
    expect(Object.keys(REFUSED).length).toBeGreaterThan(100);
  });
  it.each(Object.entries(REFUSED))("%s is refused", (_, text) => {
    expectRefused(() => readProject(bytes(text)));
  });

  it.each(Object.entries(READ))("%s is read as what it says", (name, text) => {
    const found = said(() => readProject(bytes(text)));
    if ("problem" in found) throw new Error(found.problem);
    const { project } = found.value;
    if (name.includes("name")) expect(project.name).toBe(JSON.parse(text).project.name);
    const ids = project.wall.bricks.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { config } of project.wall.bricks) {
      expect(Object.getPrototypeOf(config)).toBe(Object.prototype);
      expect(Object.keys(config)).not.toContain("constructor");
    }
    if (/nobody|beside|constructor/.test(name)) expect(found.notes.length).toBeGreaterThan(0);
  });

  it("of more than 30 MB is refused before it is read", () => {
    expectRefused(() => readProject(new Uint8Array(30_000_001)));
  });

  it("that is no UTF-8 is refused", () => {
    const broken = bytes(file);
    broken[broken.indexOf(0x70)] = 0xff; // a p
    expectRefused(() => readProject(broken));
  });

  it("with one wrong bit is refused or read as a project that can be written", () => {
    const draw = drawer(5);
    let refused = 0;
    for (let i = 0; i < 1500; i++) {
      const broken = bytes(file);
      broken[Math.floor(draw() * broken.length)] ^= 1 << Math.floor(8 * draw());
      const found = readProject(broken);
      if ("problem" in found) refused++;
      else expect(readProject(bytes(writeProject(found.value)))).not.toHaveProperty("problem");
    }
    expect(refused).toBeGreaterThan(300); // most other bits are those of a weight
  });

  it("is refused in Korean, too", () => {
    language.value = "ko";
    const found = readProject(bytes(inConfig({ units: "4" })));
    expect(found).toEqual({
      problem: t("files.unexpected", {
        path: "project.wall.bricks[0].config.units",
        got: '"4"',
        expected: "1부터 4,096까지의 정수가 있어야 할",
      }),
    });
  });
});

/** Returns a link with a checksum that is right, whatever it holds. */
function linked(packed: Uint8Array): string {
  return `#w=1.${sha256(packed).slice(0, 8)}${toBase64Url(packed)}`;
}

const packedLink = (text: string) => linked(deflateSync(utf8(text)));
const { fragment } = toLink({ project: good });

describe("hostile links", () => {
  const refused: Readonly<Record<string, string>> = {
    nothing: "",
    "a sign": "#",
    "another name": "#v=1.00000000abcd",
    "no version": "#w=00000000abcd",
    "version 2": fragment.replace("1.", "2."),
    "version 9999": fragment.replace("1.", "9999."),
    "no content": "#w=1.00000000",
    "a wrong checksum": fragment.replace(/1\..{8}/, "1.00000000"),
    "cut off": fragment.slice(0, -5),
    "a letter less": fragment.slice(0, -1),
    "a letter more": `${fragment}A`,
    "a sign behind it": `${fragment}).`,
    "letters that are none": `${fragment}<script>`,
    "a null": `${fragment}\u0000`,
    "script instead": "#w=1.00000000<script>alert(1)</script>",
    "a million letters": `#w=1.00000000${"A".repeat(1e6)}`,
    "noise of the right checksum": linked(utf8("this was never deflated")),
    "a deflate stream without end": linked(deflateSync(utf8("x".repeat(1000))).subarray(0, 5)),
    "another compression": linked(zlibSync(utf8("{}"))),
    "a megabyte of spaces": packedLink(`${" ".repeat(1_000_001)}{}`),
    "a bomb of 100 MB": linked(deflateSync(new Uint8Array(1e8), { level: 9 })),
    "no UTF-8": linked(deflateSync(Uint8Array.of(0x7b, 0xff, 0x7d))),
    "no JSON": packedLink("{p:1}"),
    "a list": packedLink("[]"),
    null: packedLink("null"),
    "an empty object": packedLink("{}"),
    "a project that is a text": packedLink('{"p":"x"}'),
    "a project that is empty": packedLink('{"p":{}}'),
    "200,000 lists in each other": packedLink(nested(200_000)),
    "200,000 values": packedLink(`{"p":[${"0,".repeat(200_000)}0]}`),
    "a project of __proto__ alone": packedLink('{"p":{"__proto__":{"n":"x"}}}'),
    "a key in both lengths": packedLink('{"p":{"n":"a","name":"b"}}'),
  };

  it("begin with one that is good", () => {
    expect(fromLink(fragment)).not.toHaveProperty("problem");
  });

  it.each(Object.entries(refused))("%s is refused", (_, link) => {
    expectRefused(() => fromLink(link));
  });

  it("with a wrong view or language are refused", () => {
    const { project } = JSON.parse(file);
    expect(fromLink(packedLink(JSON.stringify({ p: project })))).not.toHaveProperty("problem");
    for (const more of [{ g: "atoms" }, { a: "xx" }, { g: 1 }, { a: {} }])
      expectRefused(() => fromLink(packedLink(JSON.stringify({ p: project, ...more }))));
  });

  it("with one wrong bit are refused", () => {
    const draw = drawer(6);
    for (let i = 0; i < 500; i++) {
      const at = Math.floor(draw() * fragment.length);
      const code = fragment.charCodeAt(at) ^ (1 << Math.floor(7 * draw()));
      const broken = fragment.slice(0, at) + String.fromCharCode(code) + fragment.slice(at + 1);
      expect(fromLink(broken)).toHaveProperty("problem");
    }
  });

  it("are refused for what a file is refused for", () => {
    const own = JSON.stringify(JSON.parse(file).project);
    let tried = 0;
    for (const [name, text] of Object.entries(REFUSED)) {
      if (!text.startsWith('{"format"') || text.length > 1e5 || / of|each|twice/.test(name))
        continue;
      const project = projectIn(text);
      if (project === null || project === own) continue;
      tried++;
      expectRefused(() => fromLink(packedLink(`{"p":${project}}`))); // long keys read as short ones
    }
    expect(tried).toBeGreaterThan(50);
  });
});

/** Returns the JSON of the project in a file's text, or null. */
function projectIn(text: string): string | null {
  try {
    return JSON.stringify(JSON.parse(text).project) ?? null;
  } catch {
    return null;
  }
}
