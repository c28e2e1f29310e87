/** What the panel "Understand" tells: numbers of the engine, put in order, and Shapley values. */
import { describe, expect, it } from "vitest";
import { generator } from "../src/data/random.ts";
import type { Rows } from "../src/data/table.ts";
import { activations } from "../src/engine/activations.ts";
import { explain } from "../src/engine/explain.ts";
import { forward } from "../src/engine/forward.ts";
import { losses } from "../src/engine/losses.ts";
import { curveOf, FORMULAS, filled, slopeAt } from "../src/understand/activation.ts";
import { flattened, judge, valueAt, withValue } from "../src/understand/change.ts";
import { categoriesOf, categoryOf, columnsOf, withCategory } from "../src/understand/columns.ts";
import { derivativeFormula, lossFormula } from "../src/understand/loss.ts";
import { blameOf, largest, neuronOf } from "../src/understand/neuron.ts";
import { batchNormFormula } from "../src/understand/normalization.ts";
import { short, sumOf } from "../src/understand/numbers.ts";
import { isBackward, positionsOf } from "../src/understand/positions.ts";
import { evenly, inUnits, nextRow, ranges, rowOf, scaled } from "../src/understand/rows.ts";
import { effortFor, type Question, type Shares, shapley } from "../src/understand/shapley.ts";
import { ACTIVATIONS, LOSSES } from "../src/wall/catalogue.ts";
import { dense, type Wall } from "../src/wall/wall.ts";
import { initialWeights } from "./initial.ts";
import { printed } from "./python.ts";

const wall: Wall = {
  inputs: 5,
  bricks: [dense(4, "relu"), dense(3, "tanh"), dense(1, "sigmoid")],
  loss: "binary_crossentropy",
  optimizer: { kind: "SGD", config: { learning_rate: 0.5 } },
  metrics: ["accuracy"],
  batchSize: 10,
  epochs: 1,
  seed: 3,
};
const weights = initialWeights(wall).map((ofBrick) =>
  ofBrick.map((weight) => ({
    ...weight,
    values: weight.values.map((value, i) => value + 0.1 * Math.sin(i + 1)),
  })),
);
const x = Float32Array.of(0.5, -1.25, 2, 0, 1);
const found = explain(wall, weights, x, 1);

/** Returns what a formula of numbers is worth. */
function value(text: string): number {
  const script = text
    .replaceAll("−", "-")
    .replaceAll("·", "*")
    .replaceAll("√", "Math.sqrt")
    .replace(/\|([^|]*)\|/g, "Math.abs($1)")
    .replaceAll("²", "**2")
    .replaceAll("max", "Math.max")
    .replaceAll("tanh", "Math.tanh")
    .replace(/ln cosh(\(.*\))/, "Math.log(Math.cosh($1))")
    .replace(/ln ?(\(.*\)|[\d.]+)/, "Math.log($1)");
  return new Function(`return ${script}`)();
}

describe("a neuron", () => {
  const passage = found.passages[0];

  it("sums up: the terms, the rest and the bias are its sum", () => {
    for (let unit = 0; unit < 4; unit++) {
      const shown = largest(passage, unit, 3);
      const { terms, rest, bias, sum, output } = neuronOf(passage, unit, shown);
      expect(terms).toHaveLength(3);
      expect(rest?.count).toBe(2);
      const total =
        terms.reduce((all, { product }) => all + product, 0) +
        (rest?.sum ?? 0) +
        (bias?.value ?? 0);
      expect(total).toBeCloseTo(sum, 6);
      expect(output).toBe(Math.max(0, sum));
      for (const { value, weight, product } of terms)
        expect(product).toBe(Math.fround(value * weight));
    }
  });

  it("shows the largest products first", () => {
    const sizes = largest(passage, 1, 5).map((input) =>
      Math.abs(passage.products?.[input * 4 + 1] ?? 0),
    );
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(largest(passage, 1, 2)).toHaveLength(2);
  });

  it("has the gradients of calculus: dL/dw = dL/dz times x, and a step of SGD", () => {
    const { terms, bias, sumGradient } = neuronOf(passage, 0, largest(passage, 0, 5));
    for (const { value, weight, gradient, updated } of terms) {
      expect(gradient).toBeCloseTo(sumGradient * value, 6);
      expect(updated).toBeCloseTo(weight - 0.5 * (gradient ?? Number.NaN), 6);
    }
    expect(bias?.gradient).toBeCloseTo(sumGradient, 6);
  });

  it("has the slope between the gradients of its output and its sum", () => {
    for (const [index, { preactivations, gradients }] of found.passages.entries()) {
      const activation = ["relu", "tanh", "sigmoid"][index];
      preactivations?.forEach((_, unit) => {
        const slope = slopeAt(activation, preactivations, unit);
        expect(gradients.preactivations?.[unit]).toBeCloseTo(gradients.outputs[unit] * slope, 6);
      });
    }
  });

  it("is blamed by those above for what they were blamed for", () => {
    for (const lower of [0, 1])
      found.passages[lower].gradients.outputs.forEach((gradient, unit) => {
        const blame = blameOf(found.passages[lower + 1], unit);
        expect(blame.reduce((sum, { product }) => sum + product, 0)).toBeCloseTo(gradient, 6);
      });
  });
});

describe("the way of a row", () => {
  it("goes up and comes back", () => {
    const bricks = [dense(2, "relu"), { id: "d", kind: "Dropout", config: {} }, dense(1)];
    const stages = positionsOf({ ...wall, bricks }).map(
      ({ stage, brick }) => `${stage}${brick ?? ""}`,
    );
    expect(stages).toEqual([
      "inputs",
      "products0",
      "sum0",
      "activation0",
      "passes1",
      "products2",
      "sum2",
      "loss",
      "blame2",
      "gradients2",
      "returns1",
      "blame0",
      "slope0",
      "gradients0",
      "update",
    ]);
    const positions = positionsOf({ ...wall, bricks });
    expect(positions.filter(isBackward).length).toBe(7);
  });
});

describe("an activation", () => {
  it.each(ACTIVATIONS)("%s has a formula, a curve through its point, and its slope", (name) => {
    const sums = Float32Array.of(0.7, -0.4, 1.1);
    expect(FORMULAS[name].value).toContain("z");
    for (const unit of [0, 1]) {
      const points = curveOf(name, sums, unit);
      const outputs = new Float32Array(3);
      activations[name].forward(sums, outputs, 3, 3);
      const right = points.findIndex(({ z }) => z > sums[unit]);
      const [left, next] = [points[right - 1], points[right]];
      const [low, high] = [Math.min(left.a, next.a), Math.max(left.a, next.a)];
      expect(outputs[unit]).toBeGreaterThanOrEqual(low - 1e-6);
      expect(outputs[unit]).toBeLessThanOrEqual(high + 1e-6);
      expect(slopeAt(name, sums, unit)).toBeCloseTo((next.a - left.a) / (next.z - left.z), 1);
    }
  });

  const javascript: Record<string, (z: number) => number> = {
    relu: (z) => Math.max(0, z),
    sigmoid: (z) => 1 / (1 + Math.exp(-z)),
    leaky_relu: (z) => Math.max(0.2 * z, z),
    softplus: (z) => Math.log(1 + Math.exp(z)),
    softsign: (z) => z / (1 + Math.abs(z)),
    hard_sigmoid: (z) => Math.min(Math.max(z / 6 + 0.5, 0), 1),
    relu6: (z) => Math.min(Math.max(z, 0), 6),
    selu: (z) => (z > 0 ? 1.0507 * z : 1.7581 * (Math.exp(z) - 1)),
    mish: (z) => z * Math.tanh(Math.log(1 + Math.exp(z))),
    silu: (z) => z / (1 + Math.exp(-z)),
  };
  it.each(Object.entries(javascript))("%s computes what its formula says", (name, formula) => {
    for (const { z, a } of curveOf(name, Float32Array.of(1), 0))
      expect(a).toBeCloseTo(formula(z), 3);
  });

  it("is filled in with numbers", () => {
    expect(filled("max(0, z)", { z: "−0.5" })).toBe("max(0, −0.5)");
    expect(filled("1 / (1 + e^−z)", { z: "−0.5" })).toBe("1 / (1 + e^−(−0.5))");
    expect(filled("a · (1 − a)", { a: "0.25" })).toBe("0.25 · (1 − 0.25)");
    expect(filled("tanh z", { z: "2" })).toBe("tanh 2");
  });
});

describe("a loss", () => {
  it.each(LOSSES)("%s computes what its formula says", (loss) => {
    const many = loss.includes("categorical");
    const outputs = many ? Float32Array.of(0.25, 0.5, 0.25) : Float32Array.of(0.75);
    for (const t of loss === "mean_squared_error" || loss === "huber" ? [1, -3.5] : [0, 1]) {
      const target =
        loss === "categorical_crossentropy" ? Float32Array.of(1 - t, t, 0) : Float32Array.of(t);
      const gradient = new Float32Array(3);
      const expected = losses[loss](outputs, target, 1, outputs.length, gradient);
      expect(value(lossFormula(loss, outputs, target).numbers)).toBeCloseTo(expected, 4);
      for (const unit of outputs.keys())
        expect(value(derivativeFormula(loss, outputs, target, unit).numbers)).toBeCloseTo(
          gradient[unit],
          4,
        );
    }
  });
});

describe("a BatchNormalization", () => {
  it.each([{}, { center: false }, { scale: false, epsilon: 0.5 }])(
    "computes what its formula says: %j",
    (config) => {
      const normalized: Wall = {
        ...wall,
        bricks: [{ id: "n", kind: "BatchNormalization", config }, dense(1, "sigmoid")],
      };
      const moved = initialWeights(normalized).map((ofBrick) =>
        ofBrick.map((weight) => ({
          ...weight,
          values: weight.values.map((old, i) => old + 0.25 * (i + 1)),
        })),
      );
      const { weights: own, outputs } = explain(normalized, moved, x, 1).passages[0];
      for (const unit of [0, 1, 4]) {
        const { symbols, numbers } = batchNormFormula(config, own, x[unit], unit);
        expect(value(numbers)).toBeCloseTo(outputs[unit], 2);
        expect(symbols.includes("β")).toBe(!("center" in config));
        expect(symbols.includes("γ")).toBe(!("scale" in config));
      }
    },
  );
});

describe("numbers", () => {
  it("have three digits and a minus that is one", () => {
    const shown: [number, string][] = [
      [0, "0"],
      [-0, "0"],
      [1, "1"],
      [-1.2345, "−1.23"],
      [12.345, "12.3"],
      [123.45, "123"],
      [1234.5, "1235"],
      [0.012345, "0.0123"],
      [0.00999999, "0.0100"],
      [1.5e-7, "1.5e−7"],
      [2e9, "2.0e9"],
    ];
    for (const [value, text] of shown) expect(short(value)).toBe(text);
    // What −ln makes a loss of is not 1.
    const near: [number, string][] = [
      [0.994, "0.994"],
      [0.9996, "0.9996"],
      [0.999989, "0.99999"],
      [-0.9999, "−0.9999"],
      [1 - 1e-9, "1.00"],
      [1, "1"],
      [1.001, "1.00"],
    ];
    for (const [value, text] of near) expect(short(value)).toBe(text);
    expect([Number.NaN, Infinity, -Infinity].map(short)).toEqual(["NaN", "∞", "−∞"]);
    expect(sumOf([0.5, -0.25, 2])).toBe("0.500 − 0.250 + 2");
  });
});

describe("rows", () => {
  const rows: Rows = {
    rows: 4,
    inputs: 2,
    x: Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7),
    y: Float32Array.of(0, 1, 0, 1),
  };

  it("are taken out by their number, and a number too large is the last", () => {
    expect(rowOf(rows, 1)).toEqual({ x: Float32Array.of(2, 3), y: 1 });
    expect(rowOf(rows, 9)).toEqual({ x: Float32Array.of(6, 7), y: 1 });
    expect(evenly({ ...rows, y: Float32Array.of(0, 1, 2, 3) }, 2)).toEqual({
      rows: 2,
      inputs: 2,
      x: Float32Array.of(0, 1, 4, 5),
      y: Float32Array.of(0, 2),
    });
    expect(evenly(rows, 9)).toBe(rows);
  });

  it("are shown in the units of the table, and go back", () => {
    const scale = { mean: 120.9, std: 31.2 };
    expect(inUnits(scaled(148, scale), scale)).toBe(148);
    expect(inUnits(scaled(0, scale), scale)).toBe(0);
    expect(inUnits(scaled(15.678, scale), scale)).toBe(15.68);
  });

  it("are searched for one that is wanted, in a circle", () => {
    expect(nextRow(4, 2, (index) => index === 1)).toBe(1);
    expect(nextRow(4, 1, (index) => index === 1)).toBe(1);
    expect(nextRow(4, 1, () => false)).toBeNull();
  });

  it("have ranges of their inputs", () => {
    expect(ranges(rows)).toEqual([
      { low: 0, high: 6 },
      { low: 1, high: 7 },
    ]);
  });
});

describe("a weight set by hand", () => {
  const place = { brick: 1, name: "kernel", index: 5 };

  it("changes itself alone, and can be put back", () => {
    const changed = withValue(weights, place, 2);
    expect(valueAt(changed, place)).toBe(2);
    const [before, after] = [flattened(weights), flattened(changed)];
    expect(before.length).toBe(6);
    const differences = before.flatMap((values, i) =>
      [...values].map((value, j) => Number(value !== after[i][j])),
    );
    expect(differences.reduce((a, b) => a + b)).toBe(1);
    expect(flattened(withValue(changed, place, valueAt(weights, place)))).toEqual(before);
  });

  it("changes answer and loss as the engine says", () => {
    const rows: Rows = { rows: 1, inputs: 5, x, y: Float32Array.of(1) };
    const { loss, outputs } = judge(wall, weights, rows);
    expect(loss).toBe(found.loss);
    expect(outputs).toEqual(found.outputs);
    expect(judge(wall, withValue(weights, place, 2), rows).loss).not.toBe(loss);
  });
});

describe("columns", () => {
  it("have one category each, also by hand", () => {
    const sex = { name: "sex", inputs: [1, 2] };
    const row = Float32Array.of(40, 0, 1, 7);
    expect([...withCategory(row, sex, 1)]).toEqual([40, 1, 0, 7]);
    expect([...row]).toEqual([40, 0, 1, 7]);
  });
  const names = ["age", "sex = female", "sex = male", "a = b", "city = a = b", "city = c"];
  it("are put together from the inputs of a category", () => {
    expect(columnsOf(names)).toEqual([
      { name: "age", inputs: [0] },
      { name: "sex", inputs: [1, 2] },
      { name: "a", inputs: [3] },
      { name: "city", inputs: [4, 5] },
    ]);
    const row = [40, 0, 1, 0, 1, 0];
    expect(categoryOf(columnsOf(names)[1], names, row)).toBe("male");
    expect(categoryOf(columnsOf(names)[3], names, row)).toBe("a = b");
    expect(categoriesOf(columnsOf(names)[3], names)).toEqual(["a = b", "c"]);
  });
});

function shares(question: Omit<Question, "orders">): Shares {
  const run = shapley({ ...question, orders: effortFor(question.columns.length, 100).orders });
  for (let last = 0; ; ) {
    const { done, value } = run.next();
    if (done) return value;
    expect(value).toBeGreaterThanOrEqual(last);
    last = value;
  }
}

describe("Shapley values", () => {
  const random = generator(5);
  const normal = (count: number) => Float32Array.from({ length: count }, () => random.normal());
  const background = normal(5 * 40);
  const columns = [0, 1, 2, 3, 4].map((input) => [input]);
  const top = (from: Float32Array, rows: number) => forward(wall, weights, from, rows)[2].outputs;

  it("are those of the Python package", () => {
    const rows = [0, 1, 2].map(() => normal(5));
    const lists = (values: Float32Array, width: number) =>
      Array.from({ length: values.length / width }, (_, i) => [
        ...values.subarray(i * width, (i + 1) * width),
      ]);
    const python = printed<{ values: number[][]; base: number; outputs: number[] }>(
      "understand/shapley.py",
      [],
      {
        layers: weights.map(([kernel, bias], i) => [
          lists(kernel.values, kernel.shape[1]),
          [...bias.values],
          ["relu", "tanh", "sigmoid"][i],
        ]),
        background: lists(background, 5),
        rows: rows.map((row) => [...row]),
        output: 0,
      },
    );
    for (const [i, row] of rows.entries()) {
      const mine = shares({ answer: top, row, background, columns });
      mine.values.forEach((value, column) => {
        expect(Math.abs(value - python.values[i][column])).toBeLessThan(1e-6);
      });
      expect(Math.abs(mine.base - python.base)).toBeLessThan(1e-6);
      expect(Math.abs(mine.output - python.outputs[i])).toBeLessThan(1e-6);
    }
  });

  it("sum to the output minus the mean, exact or drawn", () => {
    for (const width of [5, 12]) {
      const cells = normal(width * 20);
      const row = normal(width);
      const weight = normal(width);
      const product = (from: Float32Array, rows: number) =>
        Array.from({ length: rows }, (_, r) => {
          let sum = 0;
          for (let i = 0; i < width; i++) sum += weight[i] * from[r * width + i];
          return Math.tanh(sum) + from[r * width] * from[r * width + 1];
        });
      const each = Array.from({ length: width }, (_, input) => [input]);
      const { values, base, output, errors } = shares({
        answer: product,
        row,
        background: cells,
        columns: each,
      });
      expect(values.reduce((a, b) => a + b, base)).toBeCloseTo(output, 10);
      expect(errors.some((error) => error > 0)).toBe(width > 8);
    }
  });

  it("of a sum are its terms, whatever orders are drawn", () => {
    const width = 20;
    const cells = normal(width * 10);
    const row = normal(width);
    const sum = (from: Float32Array, rows: number) =>
      Array.from({ length: rows }, (_, r) => {
        let total = 1;
        for (let i = 0; i < width; i++) total += (i + 1) * from[r * width + i];
        return total;
      });
    const { values } = shares({
      answer: sum,
      row,
      background: cells,
      columns: Array.from({ length: width }, (_, i) => [i]),
    });
    values.forEach((value, i) => {
      let mean = 0;
      for (let r = 0; r < 10; r++) mean += cells[r * width + i] / 10;
      expect(value).toBeCloseTo((i + 1) * (row[i] - mean), 8);
    });
  });

  it("of products of two are halved exactly, since each order is gone through backwards too", () => {
    const width = 12;
    const row = normal(width);
    const pairs = (from: Float32Array, rows: number) =>
      Array.from({ length: rows }, (_, r) => {
        let sum = 0;
        for (let i = 0; i < width - 1; i++) sum += from[r * width + i] * from[r * width + i + 1];
        return sum;
      });
    const each = Array.from({ length: width }, (_, i) => [i]);
    const { values } = shares({
      answer: pairs,
      row,
      background: new Float32Array(width),
      columns: each,
    });
    values.forEach((value, i) => {
      const beside = (row[i - 1] ?? 0) + (row[i + 1] ?? 0);
      expect(value).toBeCloseTo((row[i] * beside) / 2, 8);
    });
  });

  it("of a category are those of its inputs together", () => {
    const both = (from: Float32Array, rows: number) =>
      Array.from({ length: rows }, (_, r) => from[3 * r] * from[3 * r + 1] + from[3 * r + 2]);
    const zeros = new Float32Array(3);
    const { values } = shares({
      answer: both,
      row: Float32Array.of(2, 3, 1),
      background: zeros,
      columns: [[0, 1], [2]],
    });
    expect([...values]).toEqual([6, 1]);
  });

  it("take as much effort as there is time for", () => {
    expect(effortFor(5, 1000)).toEqual({ orders: null, background: 100 });
    expect(effortFor(5, 30)).toEqual({ orders: null, background: 30 });
    expect(effortFor(8, 1000)).toEqual({ orders: null, background: 100 });
    expect(effortFor(9, 1000)).toEqual({ orders: 16, background: 100 });
    expect(effortFor(64, 1000)).toEqual({ orders: 16, background: 28 });
    expect(effortFor(784, 1000)).toEqual({ orders: 3, background: 12 });
    expect(effortFor(1000, 5)).toEqual({ orders: 2, background: 5 });
  });
});
