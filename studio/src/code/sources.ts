/** Code that loads the data that comes with the page, or makes its like, as arrays x and y. */
import { load } from "../data/datasets.ts";
import { isDrawn } from "../data/drawn.ts";
import { CLASS_NAMES } from "../data/synthetic.ts";
import type { DataChoice, Table } from "../data/table.ts";
import { t } from "../words/words.ts";
import { pythonComment, pythonNumber, wrapped } from "./spelling.ts";

export interface Source {
  readonly modules: readonly string[];
  /** Lines that make x, with these columns, and y. */
  readonly lines: readonly string[];
  readonly columns: readonly string[];
  /** The name of y; its texts, where the studio's table has texts. */
  readonly target: string;
  readonly texts: readonly string[] | null;
}

const PLANE = ["x1", "x2"];

/** How Python loads the tables that come with the page: the same rows in the same order. */
const LOADED: Readonly<Record<string, Pick<Source, "modules" | "lines">>> = {
  pima: {
    modules: ["from brickwork.datasets import pima"],
    lines: [
      "(x_1, y_1), (x_2, y_2) = pima.load_data()",
      "x, y = np.concatenate([x_1, x_2]), np.concatenate([y_1, y_2])",
    ],
  },
  iris: ofSklearn("iris"),
  digits: ofSklearn("digits"),
};

function ofSklearn(name: string) {
  return {
    modules: [`from sklearn.datasets import load_${name}`],
    lines: [`x, y = load_${name}(return_X_y=True)`],
  };
}

/** Returns the source of a choice; null for a table of the user's own file. */
export function sourceOf(choice: DataChoice): Source | null {
  const { source, table } = choice;
  if (source === "drawn") return table && isDrawn(table) ? drawn(table) : null;
  if (Object.hasOwn(LOADED, source)) return { ...LOADED[source], ...namesOf(load(choice)) };
  return made(choice);
}

/** Returns what a table calls its columns; the last one is y. */
function namesOf({ columns }: Table): Pick<Source, "columns" | "target" | "texts"> {
  const last = columns[columns.length - 1];
  return {
    columns: columns.slice(0, -1).map(({ name }) => name),
    target: last.name,
    texts: last.values instanceof Float64Array ? null : [...new Set(last.values)].sort(),
  };
}

/** Points by hand: one after the other, the last number is the class or the value. */
function drawn(table: Table): Source {
  const names = namesOf(table);
  const { columns, texts } = names;
  const points = Array.from({ length: table.rows }, (_, row) => {
    const numbers = table.columns.map(({ values }) =>
      values instanceof Float64Array ? values[row] : (texts ?? []).indexOf(values[row]),
    );
    return `[${numbers.map((value) => pythonNumber(value)).join(", ")}]`;
  });
  const y = `points[:, ${columns.length}]${texts ? ".astype(int)" : ""}`;
  return {
    ...names,
    modules: [],
    lines: [
      ...wrapped("points = np.array([", points, "])"),
      `x, y = points[:, :${columns.length}], ${y}`,
    ],
  };
}

const ARC = [
  "def arc(angle, radius=1):",
  "    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)",
  "",
];
const HALVES = "y = np.repeat([0, 1], [n // 2, n - n // 2])";

/** Lines that make n points of a shape without noise. */
const POINTS: Readonly<Record<string, readonly string[]>> = {
  moons: [
    ...ARC,
    "upper, lower = np.linspace(0, np.pi, n // 2), np.linspace(0, np.pi, n - n // 2)",
    "x = np.concatenate([arc(upper), [1, 0.5] - arc(lower)])",
    HALVES,
  ],
  circles: [
    ...ARC,
    "def circle(count, radius):",
    "    return arc(2 * np.pi * np.arange(count) / count, radius)",
    "",
    "x = np.concatenate([circle(n // 2, 1), circle(n - n // 2, 0.5)])",
    HALVES,
  ],
  spiral: [
    ...ARC,
    "def coil(count, start):",
    "    radius = 0.08 + 0.92 * np.sqrt(np.arange(count) / count)",
    "    return arc(start + 3 * np.pi * radius, radius)",
    "",
    "x = np.concatenate([coil(n // 2, 0), coil(n - n // 2, np.pi)])",
    HALVES,
  ],
  xor: [
    "x = random.uniform(0.05, 1, (n, 2)) * random.choice([-1, 1], (n, 2))",
    "y = (x[:, 0] * x[:, 1] < 0).astype(int)",
  ],
  blobs: [
    ...ARC,
    "y = 3 * np.arange(n) // n",
    "x = arc(np.pi / 2 + 2 * np.pi * y / 3, 0.7) + random.normal(0, 0.12, (n, 2))",
  ],
};

const LINE = "x = np.linspace(-1, 1, n).reshape(n, 1)";

const CURVES: Readonly<Record<string, readonly string[]>> = {
  sine: [LINE, "y = np.sin(2 * np.pi * x[:, 0])"],
  step: [LINE, "y = np.where(x[:, 0] < 0, -0.5, 0.5)"],
  line: [LINE, "y = 0.8 * x[:, 0] + 0.1"],
  surface: [
    "x = random.uniform(-1, 1, (n, 2))",
    "y = np.sin(np.pi * x[:, 0]) * np.cos(np.pi * x[:, 1])",
  ],
};

/** The same shapes as the studio's, with random numbers of NumPy. */
function made({ source, samples, noise, seed }: DataChoice): Source | null {
  const shape = POINTS[source];
  const lines = shape ?? CURVES[source];
  if (!lines) return null;
  const noisy = shape ? "x = x" : "y = y";
  const size = shape ? "(n, 2)" : "n";
  const wide = shape || source === "surface";
  return {
    modules: [],
    lines: [
      pythonComment(t("code.comment.made")),
      `random = np.random.default_rng(${pythonNumber(seed)})`,
      `n = ${pythonNumber(samples)}`,
      ...(lines[0] === ARC[0] ? [""] : []),
      ...lines,
      ...(noise ? [`${noisy} + random.normal(0, ${pythonNumber(noise)}, ${size})`] : []),
    ],
    columns: wide ? PLANE : ["x"],
    target: shape ? "class" : "y",
    texts: shape ? CLASS_NAMES.slice(0, source === "blobs" ? 3 : 2) : null,
  };
}
