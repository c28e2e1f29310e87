/** The wall as it stands on the page, its colours while it trains, and what the palette keeps. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { refusalOf } from "../src/drawing/choice.ts";
import { layersOf } from "../src/drawing/network.ts";
import { toSvg } from "../src/drawing/picture.ts";
import { Recolour } from "../src/drawing/recolour.ts";
import { around, walk } from "../src/drawing/shapes.ts";
import { type StandingOptions, standing } from "../src/drawing/standing.ts";
import { textWidth } from "../src/drawing/text.ts";
import { placed } from "../src/panels/wall/placing.ts";
import { firstProject } from "../src/state/store.ts";
import { places } from "../src/wall/shapes.ts";
import type { Weights } from "../src/wall/wall.ts";
import { type Brick, dense, type Wall } from "../src/wall/wall.ts";

const wallOf = (inputs: number, ...bricks: Brick[]): Wall => ({
  ...firstProject().wall,
  inputs,
  bricks,
});
const LESSON = [dense(8, "relu"), dense(6, "relu"), dense(1, "sigmoid")];

function stands(
  wall: Wall,
  changes: Partial<StandingOptions> = {},
  weights: Weights | null = null,
) {
  const stack = places(wall);
  return standing(layersOf(stack, weights), {
    level: "bricks",
    page: 540,
    height: 700,
    data: "pima",
    inputs: [],
    studs: wall.inputs,
    gaps: [],
    gapWidth: 330,
    figure: { left: -32, right: 180, height: 136 },
    notes: () => [],
    kept: null,
    ...changes,
  });
}

describe("the standing wall", () => {
  it("has no gap between bricks that fit, and studs below sockets", () => {
    const { layers, slots, top } = stands(wallOf(4, ...LESSON));
    let y = 0;
    layers.forEach(({ drawn, y: at }, k) => {
      expect(at).toBeCloseTo(y);
      expect(slots[k]).toBeCloseTo(y);
      if (k) expect(drawn.sockets.xs).toEqual(layers[k - 1].drawn.studs.xs);
      y += drawn.top;
    });
    expect(top).toBeCloseTo(y);
  });

  it("opens the gaps that it is told to, and moves nothing below them", () => {
    const closed = stands(wallOf(4, ...LESSON), { height: 2000 });
    const open = stands(wallOf(4, ...LESSON), { height: 2000, gaps: [0, 80, 0, 40] });
    expect(open.layers[0].y).toBe(closed.layers[0].y);
    expect(open.layers[1].y).toBeCloseTo(closed.layers[1].y - 80);
    expect(open.top).toBeCloseTo(closed.top - 120);
  });

  it("stands a brick with other sockets on a row of its own", () => {
    const fixed: Brick = { ...dense(3), fixed: { inputs: 5, name: "iris" } };
    const { layers } = stands(wallOf(4, dense(8), fixed), { gaps: [0, 90, 0] });
    expect(layers[0].drawn.studs.n).toBe(8);
    expect(layers[1].drawn.sockets.n).toBe(5);
  });

  it.each([290, 360, 540, 900])("fits a page of %d px", (page) => {
    for (const level of ["bricks", "lines", "synapses"] as const) {
      const figure = { left: -32, right: Math.min(180, page / 2 - 20), height: 136 };
      const { bounds } = stands(wallOf(8, ...LESSON), { page, level, figure });
      expect(bounds[2] - bounds[0]).toBeLessThanOrEqual(page + 60);
    }
  });

  it("shrinks a tall wall to the stage, but not below what can be read", () => {
    const tall = wallOf(4, ...Array.from({ length: 5 }, () => dense(4, "relu")));
    const high = (height: number) => {
      const { bounds, style } = stands(tall, { height });
      return { high: bounds[3] - bounds[1], p: style.p };
    };
    expect(high(2000).p).toBeGreaterThan(30);
    expect(high(700).high).toBeLessThanOrEqual(700);
    expect(high(100).p).toBe(17);
  });

  it("keeps its style while a brick is dragged", () => {
    const { style } = stands(wallOf(4, ...LESSON));
    expect(stands(wallOf(4, dense(200), ...LESSON), { kept: style }).style).toBe(style);
  });

  it("puts captions over neither bricks nor bubbles", () => {
    const gaps = [0, 0, 0, 90];
    const { layers, labels, slots } = stands(wallOf(4, ...LESSON), { gaps });
    const captions = labels.filter(
      (one) => one.shape === "text" && /synapses$|^dense/.test(one.text),
    );
    expect(captions.length).toBeGreaterThan(5);
    for (const one of captions.slice(0, 6)) {
      const [left, top, right, bottom] = around([one]);
      for (const { drawn, y } of layers)
        expect(
          left >= drawn.right || bottom <= y + drawn.top || top >= y || right <= drawn.left,
        ).toBe(true);
      expect(left >= 165 || bottom <= slots[3] - 90 || top >= slots[3]).toBe(true);
    }
  });

  it("labels its lowest sockets with all names or with all numbers", () => {
    const labels = (inputs: readonly string[]) => {
      const { layers } = stands(wallOf(4, ...LESSON), { inputs });
      const [lowest] = layers.map(({ drawn }) => drawn.piece.parts);
      return [...walk(lowest)].flatMap((one) =>
        one.shape === "text" && /^(x\d|\d|age|bmi|sex|pedigree)$/.test(one.text) ? [one.text] : [],
      );
    };
    expect(labels(["age", "bmi", "sex", "age"])).toEqual(["age", "bmi", "sex", "age"]);
    expect(labels(["age", "bmi", "sex", "pedigree"])).toEqual(["x0", "x1", "x2", "x3"]);
  });

  it("has room for the turned names of its inputs", () => {
    const { bounds, names, turn } = stands(wallOf(2, dense(1)), {
      inputs: ["contract = Month-to-month", "contract = One year"],
      page: 900,
    });
    expect(names.length).toBe(2);
    for (const { x, text } of names)
      expect(bounds[0]).toBeLessThan(x - textWidth(text, 11) * Math.cos(Math.PI * (turn / 180)));
  });

  it("keeps turned names apart, however narrow the page", () => {
    for (const page of [900, 560, 400, 300])
      for (let n = 2; n <= 12; n++) {
        const inputs = Array.from({ length: n }, (_, k) => `a long name ${k}`);
        const { names, turn } = stands(wallOf(n, dense(1)), { inputs, page });
        expect(names).toHaveLength(n);
        const lines = names.map(({ x }) => x * Math.sin(Math.PI * (turn / 180)));
        for (const [k, at] of lines.slice(1).entries()) expect(at - lines[k]).toBeGreaterThan(13);
      }
  });

  it("is as large as the stage has room for, its middle in the middle", () => {
    const bounds = [-100, -500, 200, 100] as const;
    expect(placed(bounds, { width: 600, height: 640 })).toEqual({ scale: 1, left: 200 });
    const { scale, left } = placed(bounds, { width: 1238, height: 930 });
    expect(scale).toBeGreaterThan(1.4);
    expect(left + 100 * scale).toBeCloseTo(619);
    expect(placed(bounds, { width: 4000, height: 4000 }).scale).toBe(1.8);
    expect(placed(bounds, { width: 374, height: 560 }).scale).toBeCloseTo(560 / 600);
    expect(placed(bounds, { width: 374, height: 200 }).scale).toBe(0.85);
    expect(placed(bounds, { width: 310, height: 640 }).left).toBeCloseTo(10); // all of it is seen
    expect(placed(bounds, { width: 600, height: 640 }, 1.3).scale).toBe(1.3);
  });

  it("shows a level that is too fine as bricks, and says why", () => {
    const layers = layersOf(places(wallOf(784, dense(64), dense(10))), null);
    expect(refusalOf(layers, "bricks")).toBeNull();
    expect(refusalOf(layers, "lines")?.text).toContain("784 × 64 = 50,176");
    expect(refusalOf(layers, "synapses")?.use).toBe("bricks");
    const stood = stands(wallOf(784, dense(64), dense(10)), { level: "synapses" });
    expect(stood.layers.map(({ level }) => level)).toEqual(["bricks", "bricks"]);
    const many = layersOf(places(wallOf(64, dense(60), dense(60))), null);
    expect(refusalOf(many, "synapses")?.use).toBe("lines");
    expect(() => toSvg(places(wallOf(784, dense(64))), null, "synapses")).toThrow(/at most 4,096/);
    expect(() => toSvg([], null, "auto")).toThrow(/no brick/);
  });
});

/** The little of the DOM that `Recolour` needs. */
class Fake {
  writes = 0;
  constructor(
    private attributes: Record<string, string>,
    readonly children: Fake[] = [],
  ) {}
  getAttribute(name: string) {
    return this.attributes[name] ?? null;
  }
  setAttribute(name: string, value: string) {
    this.attributes[name] = value;
    this.writes += 1;
  }
  querySelector(selector: string) {
    const index = /data-index="(\d+)"/.exec(selector)?.[1];
    return this.children.find((child) => child.getAttribute("data-index") === index) ?? null;
  }
  querySelectorAll() {
    return this.children;
  }
}

describe("Recolour", () => {
  const wall = wallOf(3, dense(2));
  const layers = layersOf(places(wall), null);
  let greens: Fake[];
  let recolour: Recolour;
  beforeEach(() => {
    greens = [0, 1, 2].flatMap((row) =>
      [0, 1].map(
        (unit) =>
          new Fake({ class: "weight s0 pos", "data-row": `${row}`, "data-unit": `${unit}` }),
      ),
    );
    const root = new Fake({}, [new Fake({ "data-index": "0" }, greens)]);
    recolour = new Recolour(root as unknown as Element, layers);
  });
  const classes = () => greens.map((green) => green.getAttribute("class"));
  const kernel = (...values: number[]) => [Float32Array.from(values)];

  it("colours the same weights the same, whatever was before, unless it trains", () => {
    const weights = kernel(1, -0.5, 0.05, -1, 0.3, 0.75);
    recolour.paint(weights);
    const first = classes();
    recolour.paint(kernel(0.01, 0.01, 0.01, 0.01, 0.01, 0.01));
    recolour.paint(weights, 0.01);
    expect(classes()).not.toEqual(first); // the scale follows slowly
    recolour.paint(weights);
    expect(classes()).toEqual(first);
  });

  it("gives each weight its green and sign, as the picture of these weights has them", () => {
    const values = [1, -0.5, 0.05, -1, 0.3, 0.75];
    recolour.paint(kernel(...values));
    const weights = [[{ name: "kernel", shape: [3, 2], values: Float32Array.from(values) }]];
    const { parts } = stands(wall, { level: "synapses" }, weights).layers[0].drawn.piece;
    const drawn = [...walk(parts)].flatMap((one) =>
      one.shape === "piece" && one.css.startsWith("weight") ? [one] : [],
    );
    const wanted = greens.map((green) => {
      const at = ["row", "unit"].map((name) => Number(green.getAttribute(`data-${name}`)));
      return drawn.find(({ data }) => data.row === at[0] && data.unit === at[1])?.css;
    });
    expect(classes()).toEqual(wanted);
    expect(new Set(classes()).size).toBeGreaterThan(3);
  });

  it("touches only bricks whose look changed", () => {
    recolour.paint(kernel(1, 1, 1, 1, 1, 1));
    for (const green of greens) green.writes = 0;
    expect(recolour.paint(kernel(1, 1, 1, 1, 1, -1))).toBe(1);
    expect(greens.map((green) => green.writes)).toEqual([0, 0, 0, 0, 0, 1]);
    expect(recolour.paint(kernel(1, 1, 1, 1, 1, -1))).toBe(0);
  });

  it("does not flicker while a weight moves about the border of two greens", () => {
    recolour.paint(kernel(1, 1, 1, 1, 1, 0.59));
    const before = classes()[5];
    for (const value of [0.605, 0.595, 0.61, 0.59])
      recolour.paint(kernel(1, 1, 1, 1, 1, value), 0.05);
    expect(classes()[5]).toBe(before);
    recolour.paint(kernel(1, 1, 1, 1, 1, 0.7), 0.05);
    expect(classes()[5]).not.toBe(before);
  });

  it("marks what is not a number, and ignores weights of another wall", () => {
    recolour.paint(kernel(1, 1, 1, 1, 1, Number.NaN));
    expect(classes()[5]).toBe("weight nan");
    expect(recolour.paint(kernel(1, 2))).toBe(0);
    expect(recolour.paint([null])).toBe(0);
  });
});

describe("weight bricks", () => {
  const store = new Map<string, string>();
  beforeEach(() => {
    vi.resetModules();
    store.clear();
    vi.stubGlobal("localStorage", {
      getItem: (key: string) => store.get(key) ?? null,
      setItem: (key: string, value: string) => store.set(key, value),
    });
  });
  const trained = () => {
    const wall = wallOf(3, dense(2, "relu"), { id: "d", kind: "Dropout", config: { rate: 0.2 } });
    const weights = [
      { name: "kernel", shape: [3, 2], values: Float32Array.from([1, 2, 3, 4, 5, 6.5]) },
      { name: "bias", shape: [2], values: Float32Array.from([0, -1]) },
    ];
    return { ...wall, bricks: [{ ...wall.bricks[0], weights }, wall.bricks[1]] };
  };

  it("are kept by the browser, weights and all", async () => {
    const first = await import("../src/state/weight-bricks.ts");
    first.keep("pima", trained());
    vi.resetModules();
    const { weightBricks, bricksOf } = await import("../src/state/weight-bricks.ts");
    expect(weightBricks.value.map(({ name }) => name)).toEqual(["pima"]);
    const [brick, dropout] = bricksOf(weightBricks.value[0]);
    expect(brick.fixed).toEqual({ inputs: 3, name: "pima · dense" });
    expect(brick.trainable).toBe(false);
    expect([...(brick.weights?.[0].values ?? [])]).toEqual([1, 2, 3, 4, 5, 6.5]);
    expect(dropout.fixed).toBeUndefined();
    expect(bricksOf(weightBricks.value[0])[0].id).not.toBe(brick.id);
  });

  it.each([
    "{",
    "[1]",
    '[{"name": 3}]',
    '[{"name": "x", "wall": {"inputs": -1}}]',
    `"${"x".repeat(100)}"`,
  ])("leaves out what is no weight brick: %s", async (text) => {
    store.set("brickwork.weight-bricks", text);
    const { weightBricks } = await import("../src/state/weight-bricks.ts");
    expect(weightBricks.value).toEqual([]);
  });

  it("stay for the visit where the browser keeps nothing", async () => {
    vi.stubGlobal("localStorage", {
      getItem: () => {
        throw new Error("denied");
      },
      setItem: () => {
        throw new Error("denied");
      },
    });
    const { areKept, keep, weightBricks } = await import("../src/state/weight-bricks.ts");
    keep("pima", trained());
    expect(weightBricks.value.length).toBe(1);
    expect(areKept.value).toBe(false);
  });
});
