/** Code that loads the data that comes with the page, or makes its like, as arrays x and y. */
import { isDrawn } from "../data/drawn.ts";
import type { DataChoice, Prepared, Table } from "../data/table.ts";
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

const PIMA = [
  "pregnancies",
  "glucose",
  "blood_pressure",
  "skin_thickness",
  "bmi",
  "pedigree",
  "age",
];
const IRIS = ["sepal_length", "sepal_width", "petal_length", "petal_width"];
const SPECIES = ["setosa", "versicolor", "virginica"];
const PIXELS = Array.from({ length: 64 }, (_, i) => `pixel_${Math.floor(i / 8)}_${i % 8}`);
const CLASSES = ["A", "B", "C"];
const PLANE = ["x1", "x2"];

/** Returns the source of a choice; null for a table of the user's own file. */
export function sourceOf(choice: DataChoice, prepared: Prepared | null): Source | null {
  const { source, table } = choice;
  switch (source) {
    case "pima":
      return {
        modules: ["from brickwork.datasets import pima"],
        lines: [
          "(x_1, y_1), (x_2, y_2) = pima.load_data()",
          "x, y = np.concatenate([x_1, x_2]), np.concatenate([y_1, y_2])",
        ],
        columns: PIMA,
        target: "diabetes",
        texts: null,
      };
    case "iris":
      return bundled("iris", IRIS, "species", SPECIES);
    case "digits":
      return bundled("digits", PIXELS, "digit", null);
    case "csv":
      return null;
    case "drawn":
      return table && isDrawn(table) ? drawn(table, prepared) : null;
    default:
      return made(choice);
  }
}

function bundled(name: string, columns: string[], target: string, texts: string[] | null): Source {
  return {
    modules: [`from sklearn.datasets import load_${name}`],
    lines: [`x, y = load_${name}(return_X_y=True)`],
    columns,
    target,
    texts,
  };
}

/** Points by hand: one after the other, the last number is the class or the value. */
function drawn(table: Table, prepared: Prepared | null): Source {
  const columns = table.columns.slice(0, -1).map(({ name }) => name);
  const last = table.columns[columns.length];
  const classes = last.values instanceof Float64Array ? [] : [...new Set(last.values)].sort();
  const texts = classes.length ? classes : null;
  const points = Array.from({ length: table.rows }, (_, row) => {
    const numbers = table.columns.map(({ values }) =>
      values instanceof Float64Array ? values[row] : classes.indexOf(values[row]),
    );
    return `[${numbers.map((value) => pythonNumber(value)).join(", ")}]`;
  });
  const y = `points[:, ${columns.length}]${texts ? ".astype(int)" : ""}`;
  return {
    modules: [],
    lines: [
      ...wrapped("points = np.array([", points, "])"),
      `x, y = points[:, :${columns.length}], ${y}`,
    ],
    columns,
    target: last.name,
    texts: prepared?.classes.length ? texts : null,
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
    texts: shape ? CLASSES.slice(0, source === "blobs" ? 3 : 2) : null,
  };
}
