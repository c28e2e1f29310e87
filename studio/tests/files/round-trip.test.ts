/** Links and project files: what comes back is what was put in. */
import { describe, expect, it } from "vitest";
import type { Table } from "../../src/data/table.ts";
import { utf8 } from "../../src/files/bytes.ts";
import { fromLink, MOST, toLink } from "../../src/files/link.ts";
import { type ProjectFile, readProject, writeProject } from "../../src/files/project.ts";
import type { Read } from "../../src/files/untrusted.ts";
import { plainLesson, readLesson } from "../../src/lessons/read.ts";
import { xor } from "../../src/lessons/xor.ts";
import { firstProject, LESSON } from "../../src/state/store.ts";
import type { Project } from "../../src/wall/project.ts";
import type { Brick, Wall } from "../../src/wall/wall.ts";
import { late } from "../pace.ts";
import { drawer, project, wall, weights, whole } from "./walls.ts";

function taken<T>(read: Read<T>): T & { readonly notes: readonly string[] } {
  if ("problem" in read) throw new Error(read.problem);
  return { ...read.value, notes: read.notes };
}

/** A wall without the ids of its bricks, which are new each time. */
const told = (of: Wall) => ({ ...of, bricks: of.bricks.map(({ id: _, ...brick }) => brick) });
const toldProject = (of: Project) => ({ ...of, wall: told(of.wall) });

/** Makes one of the bricks a weight brick. */
function withWeightBrick(of: Wall, seed: number): Wall {
  const draw = drawer(seed);
  const all = weights(draw, of);
  const at = whole(draw, 0, of.bricks.length - 1);
  const fixed = { inputs: of.inputs, name: "<b>꽃잎</b>" };
  const isFixed = (i: number) => i === at && all[i].length > 0;
  const bricks = of.bricks.map((brick, i): Brick => (isFixed(i) ? { ...brick, fixed } : brick));
  const own = weights(draw, { ...of, bricks });
  return { ...of, bricks: bricks.map((b, i) => (isFixed(i) ? { ...b, weights: own[i] } : b)) };
}

const CASES = Array.from({ length: 300 }, (_, seed) => {
  const drawn = project(drawer(seed));
  return { ...drawn, wall: withWeightBrick(drawn.wall, seed) };
});

describe("project files", () => {
  it("hold any project, its training and its history", () => {
    for (const [seed, one] of CASES.entries()) {
      const file: ProjectFile = {
        project: one,
        trained: seed % 2 ? weights(drawer(seed), one.wall) : null,
        history: [
          { epoch: 1, logs: { loss: 0.5, val_loss: 1e-30 } },
          { epoch: 2, logs: { loss: 0, accuracy: 1 } },
        ],
      };
      const found = taken(readProject(utf8(writeProject(file))));
      expect(found.notes).toEqual([]);
      expect(toldProject(found.project)).toEqual(toldProject(one));
      expect([found.trained, found.history]).toEqual([file.trained, file.history]);
    }
  });

  it("hold a lesson, and open without one as before", () => {
    const [one] = CASES;
    const file = { project: one, trained: null, history: [] };
    const plain = JSON.parse(JSON.stringify(plainLesson(xor)));
    const found = taken(readProject(utf8(writeProject({ ...file, lesson: plain }))));
    expect(found.notes).toEqual([]);
    expect(found.lesson).toEqual(plain);
    expect("value" in readLesson(found.lesson)).toBe(true);
    expect(taken(readProject(utf8(writeProject(file))))).not.toHaveProperty("lesson");
  });

  it("give each brick a new id", () => {
    const [one] = CASES;
    const file = { project: one, trained: null, history: [] };
    const found = taken(readProject(utf8(writeProject(file))));
    const ids = [...one.wall.bricks, ...found.project.wall.bricks].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("leave out what is no number, and say what they do not know", () => {
    const [one] = CASES;
    const history = [{ epoch: 1, logs: { loss: Number.NaN, accuracy: 0.5 } }];
    const text = writeProject({ project: one, trained: null, history });
    expect(taken(readProject(utf8(text))).history).toEqual([{ epoch: 1, logs: { accuracy: 0.5 } }]);
    const more = text.replace('"format"', '"later":{"a":[1]},"format"');
    expect(taken(readProject(utf8(more))).notes).toEqual([
      "later is not known here and was left out.",
    ]);
  });

  it("that could not be opened again are not written", () => {
    const rows = 100_000;
    const columns = Array.from({ length: 40 }, (_, i) => ({
      name: `x${i}`,
      values: new Float64Array(rows),
    }));
    const [one] = CASES;
    const data = { ...one.data, source: "csv", table: { name: "large", rows, columns } };
    const file = { project: { ...one, data }, trained: null, history: [] };
    expect(() => writeProject(file)).toThrow(/at most 30,000,000/);
  });

  it("of the largest tables are read within a second", () => {
    const rows = 100_000;
    const texts = Array.from({ length: rows }, (_, i) => `row ${i % 7}`);
    const columns = Array.from({ length: 20 }, (_, i) => ({ name: `x${i}`, values: texts }));
    const [one] = CASES;
    const data = { ...one.data, source: "csv", table: { name: "large", rows, columns } };
    const text = utf8(writeProject({ project: { ...one, data }, trained: null, history: [] }));
    const began = performance.now();
    expect(taken(readProject(text)).project.data.table?.rows).toBe(rows);
    expect(late(began, 1000)).toBeNull();
  });
});

describe("links", () => {
  it("hold any project but its tables and its weights", () => {
    for (const one of CASES) {
      const { fragment } = toLink({ project: one });
      expect(fragment).toMatch(/^#w=1\.[A-Za-z0-9_-]+$/);
      const found = taken(fromLink(fragment)).project;
      const { table, ...choice } = one.data;
      const { table: kept, ...foundChoice } = found.data;
      expect([found.name, foundChoice]).toEqual([one.name, choice]);
      expect(told(found.wall)).toEqual(told(one.wall));
      const names =
        one.data.source === "drawn" ? table?.columns.map(({ name }) => name) : undefined;
      expect(kept?.columns.map(({ name }) => name)).toEqual(names);
    }
  });

  it("hold points drawn by hand, to four digits", () => {
    for (const one of CASES) {
      if (one.data.source !== "drawn") continue;
      const found = taken(fromLink(toLink({ project: one }).fragment)).project.data.table as Table;
      const [numbers, , classes] = one.data.table?.columns ?? [];
      expect(found.columns[2]).toEqual(classes);
      expect(found.rows).toBe(one.data.table?.rows);
      for (const [row, value] of (numbers.values as Float64Array).entries()) {
        const there = (found.columns[0].values as Float64Array)[row];
        expect(Math.abs(there - value)).toBeLessThanOrEqual(5e-4 * Math.abs(value));
      }
    }
  });

  it("hold weights if they are few and wanted, and say so if they are not there", () => {
    const [one] = CASES;
    const made = wall(drawer(3));
    const trained = weights(drawer(3), made);
    const shared = { project: { ...one, wall: made } };
    const found = taken(fromLink(toLink(shared, trained).fragment)).project.wall;
    expect(found.bricks.map((brick) => brick.weights)).toEqual(trained);
    expect(toLink(shared).notes).toEqual([]);

    const large = { ...made, bricks: [{ id: "a", kind: "Dense", config: { units: 4096 } }] };
    const { fragment, notes } = toLink(
      { project: { ...one, wall: large } },
      weights(drawer(1), large),
    );
    expect(notes).toEqual(["The link has no trained weights. A project file holds them."]);
    expect(taken(fromLink(fragment)).project.wall.bricks[0].weights).toBeUndefined();

    // A weight brick without its weights is an ordinary brick.
    const own = weights(drawer(1), large)[0];
    const fixed = { inputs: large.inputs, name: "eye" };
    const brick = { ...large.bricks[0], weights: own, fixed, trainable: false };
    const link = toLink({ project: { ...one, wall: { ...large, bricks: [brick] } } });
    expect(link.notes).toEqual(notes);
    const [opened] = taken(fromLink(link.fragment)).project.wall.bricks;
    expect([opened.fixed, opened.trainable]).toEqual([undefined, undefined]);
  });

  it("say that a table is not in them, on both ends", () => {
    const one = CASES.find(({ data }) => data.source === "csv") as Project;
    const { fragment, notes } = toLink({ project: one });
    expect(notes.join()).toContain("The link does not have the table");
    const found = taken(fromLink(fragment));
    expect(found.project.data.table).toBeUndefined();
    expect(found.notes.join()).toContain("Choose the file");
  });

  it("hold the view and a lesson", () => {
    const [one] = CASES;
    const lesson = { title: "xor", steps: [{ n: 1, name: "w" }] };
    const shared = { project: one, level: "lines", language: "ko", lesson } as const;
    const { level, language, lesson: there } = taken(fromLink(toLink(shared).fragment));
    expect([level, language, there]).toEqual(["lines", "ko", lesson]);
    const bare = taken(fromLink(toLink({ project: one }).fragment));
    expect([bare.level, bare.language, bare.lesson]).toEqual([undefined, undefined, undefined]);
  });

  it("of the first wall are short, and the same each time", () => {
    const first = firstProject();
    const shared = { project: { ...first, wall: { ...first.wall, bricks: LESSON() } } };
    const { fragment } = toLink(shared);
    expect(fragment.length).toBeLessThan(500);
    expect(toLink(shared).fragment).toBe(fragment);
    const opened = [fragment.slice(1), fragment.replace("=", "%3D")].map((one) =>
      told(taken(fromLink(one)).project.wall),
    );
    expect(opened).toEqual([told(shared.project.wall), told(shared.project.wall)]);
  });

  it("that would be too long are not made", () => {
    const [one] = CASES;
    const draw = drawer(1);
    const lesson = Array.from({ length: 40_000 }, () => Math.floor(draw() * 1e9)); // does not deflate
    expect(() => toLink({ project: one, lesson })).toThrow(/at most 200,000 letters/);
    expect(MOST.letters).toBe(200_000);
  });
});
