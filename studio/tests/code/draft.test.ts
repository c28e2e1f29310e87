/** What is shown while the wall and its code change one another. */
import { beforeEach, describe, expect, test, vi } from "vitest";
import { loadPrepared } from "../../src/data/load.ts";
import {
  fix,
  form,
  imports,
  lines,
  type Mark,
  marks,
  notices,
  own,
  rewrite,
  text,
  type,
} from "../../src/panels/code/draft.ts";
import {
  canUndo,
  edit,
  editWall,
  firstProject,
  LESSON,
  prepared,
  project,
  undo,
} from "../../src/state/store.ts";
import { configure } from "../../src/wall/edits.ts";
import { dense } from "../../src/wall/wall.ts";
import { language } from "../../src/words/words.ts";

const bricks = () => project.value.wall.bricks;
const units = () => bricks().map(({ config }) => config.units);

beforeEach(async () => {
  const first = firstProject();
  prepared.value = await loadPrepared(first.data);
  edit({ ...first, wall: { ...first.wall, inputs: 7, bricks: LESSON() } });
  form.value = "short";
  rewrite("keras");
});

const MINE =
  "# mine\nmodel = Sequential()\nmodel.add(Dense(5, input_dim=7, activation='relu'))\nmodel.add(Dense(1, activation='sigmoid'))\n";

describe("typing", () => {
  test("the wall follows, and the text stays as it was typed", () => {
    type(MINE);
    expect(units()).toEqual([5, 1]);
    expect(text.value).toBe(MINE);
    expect(lines.value).toEqual([null, null, bricks()[0].id, bricks()[1].id, null]);
  });

  test("with errors the wall stays, and so does the text", () => {
    const before = project.value;
    type("model = Sequential([Dens(5)])");
    expect(project.value).toBe(before);
    expect(text.value).toBe("model = Sequential([Dens(5)])");
    expect(marks.value).toMatchObject([
      { severity: "error", line: 1, text: expect.stringContaining("Did you mean Dense?") },
    ]);
  });

  test("is one step of undo, until the wall is changed elsewhere", () => {
    const before = project.value;
    for (const n of [2, 3, 4]) type(MINE.replace("Dense(5", `Dense(${n}`));
    expect(units()).toEqual([4, 1]);
    editWall(configure(project.value.wall, bricks()[0].id, { units: 9 }));
    type(text.value.replace("Dense(9", "Dense(10"));
    undo();
    expect(units()).toEqual([9, 1]);
    undo();
    expect(units()).toEqual([4, 1]);
    undo();
    expect(project.value).toBe(before);
    expect(canUndo.value).toBe(true);
  });

  test("after a pause is another step of undo", () => {
    const clock = vi.spyOn(Date, "now");
    const before = project.value;
    for (const [time, n] of [
      [0, 2],
      [500, 3],
      [2000, 4],
    ]) {
      clock.mockReturnValue(1e6 + time);
      type(MINE.replace("Dense(5", `Dense(${n}`));
    }
    clock.mockRestore();
    undo();
    expect(units()).toEqual([3, 1]);
    undo();
    expect(project.value).toBe(before);
  });

  test("what was meant is written in place of what was not", () => {
    type(MINE.replace("'relu'", "'tahn'").replace("add(Dense(1", "add(Desne(1"));
    expect(marks.value.map((mark) => mark.fix?.name)).toEqual(["tanh", "Dense"]);
    for (const _ of [0, 1]) fix(marks.value[0].fix as NonNullable<Mark["fix"]>);
    expect(text.value).toBe(MINE.replace("relu", "tanh"));
    expect(bricks()[0].config.activation).toBe("tanh");
  });

  test("a layer that the studio has not is left out, with its comma, its line, or its add", () => {
    const list = (inner: string) => `model = Sequential([${inner}])\n`;
    const cases = [
      [list("Dense(5), Conv2D(8, 3), Dense(1)"), list("Dense(5), Dense(1)")],
      [list("Dense(5), LSTM(8)"), list("Dense(5)")],
      [
        list("\n    Dense(5),\n    GRU(3),  # no\n    Dense(1),\n"),
        list("\n    Dense(5),\n    Dense(1),\n"),
      ],
      [
        MINE.replace("model.add(Dense(1", "model.add(\n  Conv2D(8, (3, 3))\n)\nmodel.add(Dense(1"),
        MINE,
      ],
      [MINE.replace(/model.add.Dense.1.*\n/, "x = Conv2D(8)(model)\nmodel.add(x)\n"), null],
    ] as const;
    for (const [given, left] of cases) {
      type(given);
      const found = marks.value.find((mark) => mark.fix?.name === "");
      if (left === null) expect(found).toBeUndefined();
      else {
        fix(found?.fix as NonNullable<Mark["fix"]>);
        expect(text.value).toBe(left);
        expect(marks.value.filter(({ severity }) => severity === "error")).toEqual([]);
      }
    }
  });

  test("a share that is held out by the code is told", () => {
    const held = project.value.data.validation;
    type(`${MINE}model.fit(x, y, validation_split=0.35)\n`);
    expect([held, project.value.data.validation]).toEqual([0.2, 0.35]);
    expect(notices.value.at(-1)?.text).toContain("Line 5: validation_split=0.35 holds out 35%");
    edit({ data: { ...project.value.data, validation: 0.5 } });
    expect(notices.value.filter(({ key }) => key === "code.split")).toEqual([]);
  });

  test("what is said is in the order of the lines, whoever says it", () => {
    const wrong = MINE.replace("Dense(1", "Dense(3");
    type(`${wrong}model.compile(loss='mse', optimizer='adam', metrics=['gain'])\n`);
    const at = marks.value.map(({ line }) => line);
    expect(at.length).toBeGreaterThan(1);
    expect(at).toEqual([...at].sort((a, b) => a - b));
  });

  test("Keras 1 becomes today's code, and the text is one's own until then", () => {
    type(text.value.replace("Dense(6", "Dense(7"));
    expect(own.value).toBe(false);
    type(MINE.replace("activation='relu'", "activation='relu', init='uniform'"));
    expect([own.value, notices.value.map(({ key }) => key)]).toEqual([
      true,
      ["code.old", "code.unimported"],
    ]);
    expect(notices.value[0].text).toContain("Line 3: init is a spelling of Keras 1.");
    language.value = "ko";
    expect(notices.value[0].text).toContain("3번째 줄: init");
    language.value = "en";
    rewrite("keras");
    expect(text.value).toContain('kernel_initializer="random_uniform",');
    expect([own.value, notices.value]).toEqual([false, []]);
  });

  test("each draft is a step of its own", () => {
    type(MINE);
    rewrite("keras");
    type(MINE.replace("Dense(5", "Dense(4"));
    undo();
    expect(units()).toEqual([5, 1]);
  });

  test("what changes nothing is no step of undo", () => {
    const before = project.value;
    type(`# a comment\n${text.value}`);
    expect(project.value).toBe(before);
    expect(text.value.startsWith("# a comment")).toBe(true);
  });

  test("bricks that were typed keep their ids from one reading to the next", () => {
    type(text.value.replace("layers.Dense(6", "layers.Dropout(0.3),\n    layers.Dense(6"));
    const ids = bricks().map(({ id }) => id);
    type(text.value.replace("0.3", "0.4"));
    expect(bricks().map(({ id }) => id)).toEqual(ids);
    expect(bricks()[1].config).toEqual({ rate: 0.4 });
  });

  test("a weight brick comes back when its code does", () => {
    const eyes = { ...dense(4, "relu"), fixed: { inputs: 7, name: "eyes" } };
    editWall({ ...project.value.wall, bricks: [eyes, ...LESSON().slice(2)] });
    const code = text.value;
    type(code.replace("Dense(4", "Dense(42"));
    expect(bricks()[0].fixed).toBeUndefined();
    expect(marks.value.map((mark) => mark.text)).toEqual([
      expect.stringContaining("The weight brick eyes"),
    ]);
    type(code);
    expect(bricks()[0]).toEqual(eyes);
  });

  test("validation_split is the share of the data", () => {
    type(`${MINE}model.fit(x, y, epochs=3, validation_split=0.4)`);
    expect(project.value.data.validation).toBe(0.4);
    expect(project.value.wall).toMatchObject({ epochs: 3, batchSize: 32 });
  });
});

describe("what is shown", () => {
  test("after a change elsewhere: the wall's own code", () => {
    type(MINE);
    editWall(configure(project.value.wall, bricks()[0].id, { units: 12 }));
    expect(text.value).toContain('    layers.Dense(12, activation="relu"),\n');
    expect(marks.value).toEqual([]);
  });

  test("errors are gone with the draft", () => {
    type("model = ");
    undo();
    expect(text.value).toContain("keras.Sequential");
    expect(marks.value.filter(({ severity }) => severity === "error")).toEqual([]);
  });

  test("the whole script, and the draft again", () => {
    type(MINE);
    form.value = "script";
    expect(text.value).toContain("pima.load_data()");
    form.value = "short";
    expect(text.value).toBe(MINE);
  });

  test("other imports", () => {
    rewrite("brickwork");
    expect(imports.value).toBe("brickwork");
    expect(text.value.startsWith("import brickwork as keras\n")).toBe(true);
  });

  test("misfits at their brick, in the language of the page", () => {
    editWall(configure(project.value.wall, bricks()[2].id, { units: 3 }));
    const row = text.value.split("\n").findIndex((line) => line.includes("Dense(3"));
    const [mark] = marks.value;
    expect(mark).toMatchObject({
      severity: "warning",
      line: row + 1,
      text: "The answer needs 1 stud; the top brick has 3.",
    });
    expect(text.value.slice(mark.from, mark.to)).toBe('layers.Dense(3, activation="sigmoid"),');
    language.value = "ko";
    expect(marks.value[0].text).toContain("블록에는 3개");
    language.value = "en";
  });
});
