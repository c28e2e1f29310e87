/** Notebooks beside nbformat and nbclient. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Section, writeNotebook } from "../../src/files/notebook.ts";
import { inFolder, python } from "./python.ts";

const SECTIONS: readonly Section[] = [
  {
    title: "Data",
    text: "Two numbers in each row.\n\n- first\n- second",
    code: 'import numpy as np\n\nx = np.random.default_rng(1).normal(size=(50, 2)).astype("float32")\ny = (x[:, :1] > 0).astype("float32")\nprint(x.shape)\n',
  },
  {
    title: "Model",
    text: "",
    code: "from brickwork import Sequential, layers\n\nmodel = Sequential([layers.Input((2,)), layers.Dense(1, 'sigmoid')])\nmodel.compile('adam', 'binary_crossentropy')",
  },
  {
    title: "학습",
    text: "한 번.",
    code: "history = model.fit(x, y, epochs=1, verbose=0)\nprint(sorted(history.history))",
  },
  { title: "The end", text: "No code here.", code: "  \n" },
];

describe("a notebook", () => {
  const text = writeNotebook("<b>내 벽</b>\n# 1", "What it is.", SECTIONS);

  it("is valid, and runs as it is", () => {
    const found = inFolder((folder) => {
      const paths = [text, writeNotebook("", "", [])].map((one, i) => {
        const path = join(folder, `${i}.ipynb`);
        writeFileSync(path, one);
        return path;
      });
      return python("notebook.py", ...paths) as { printed: string[]; cells: [string, string][] };
    });
    expect(found.printed).toEqual(["(50, 2)\n", "['loss']\n"]);
    expect(found.cells.map(([kind]) => kind)).toEqual([
      "markdown",
      "markdown",
      "code",
      "markdown",
      "code",
      "markdown",
      "code",
      "markdown",
    ]);
    expect(found.cells[2][1]).toBe(SECTIONS[0].code.trim());
    expect(found.cells[4][1]).toBe(SECTIONS[1].code);
  });

  it("has titles that are text", () => {
    const { cells } = JSON.parse(text);
    expect(cells[0].source.join("")).toBe("# \\<b\\>내 벽\\</b\\> \\# 1\n\nWhat it is.");
  });

  it("is the same twice, with other ids for other cells", () => {
    expect(writeNotebook("<b>내 벽</b>\n# 1", "What it is.", SECTIONS)).toBe(text);
    const ids = JSON.parse(text).cells.map((cell: { id: string }) => cell.id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
