/**
 * A layer with every synapse as a brick: a slice for each neuron, side by side on the transparent
 * plates of the signals. Each signal has a plate of its own, as long as the layer. It enters from the
 * stud below and goes up from its plate to one weight of every neuron; rods in the plates show this.
 */
import { columns } from "./columns.ts";
import { type Layer, strengthClasses, strengths } from "./network.ts";
import { activations, biases, type Draw, layerPiece, signals, valueData } from "./parts.ts";
import {
  block,
  blueHeight,
  footHeight,
  greyHeight,
  inputWidth,
  type Style,
  sigma,
  signOn,
  timesSign,
} from "./pieces.ts";
import { aligned, Row, row } from "./rows.ts";
import { ellipse, line, type Piece, type Point, piece, rect, type Shape } from "./shapes.ts";
import { SPECIFICATION } from "./specification.ts";

const { sizes: SIZES, pixels: PIXELS } = SPECIFICATION;

/** Draws a layer with every synapse as a brick. */
export const synapses: Draw = (layer, index, given, base, style, names) => {
  if (style.columns) return columns(layer, index, given, base, style, names);
  const { p } = style;
  const { inputs: n, outputs: u } = layer;
  const gap = sliceGap(n) * p;
  const width = u * n * p + (u - 1) * gap;
  const wide = names && u > 1 ? Math.max(p, Math.min(inputWidth(style), width / n)) : p;
  const sockets = given ?? row(n, 0, wide, true);
  const left = sockets.centre - width / 2;
  const studs = new Row(
    Array.from({ length: u }, (_, j) => left + j * (n * p + gap) + (n * p) / 2),
    left,
    left + width,
    p,
    true,
  );
  const greens = studs.xs.map((x) =>
    Array.from({ length: n }, (_, i) => x + (i - (n - 1) / 2) * p),
  );
  const onSockets = u === 1 && aligned(sockets.xs, greens[0]);
  const withFeet = onSockets || !given;
  const foot = withFeet ? base - footHeight(p) : base;
  const floor = onSockets ? foot : foot - n * Math.min(SIZES.plate * p, PIXELS.plate);
  const entries = withFeet
    ? signals(layer, sockets.allShown, base, style, names)
    : sockets.xs.map((x, i) => socket(layer, i, x, base, p));
  const glass = onSockets ? [] : signalPlates(layer, entries, sockets, greens, foot, floor, p);
  const strong = strengths(layer);
  let pieces = greens.flatMap((xs, j) => neuron(layer, j, xs, floor, style, strong));
  let top = floor - (2 * SIZES.brick + SIZES.times) * p;
  if (style.bias && layer.biased) {
    pieces = [...biases(layer, studs, top, style, n * p), ...pieces];
    top -= greyHeight(p);
  }
  pieces = [...activations(layer, studs, top, style, n * p), ...pieces];
  top -= blueHeight(p);
  return {
    piece: layerPiece(layer, index, [...pieces, ...glass, ...entries]),
    sockets,
    studs,
    left: Math.min(left, sockets.left),
    right: Math.max(left + width, sockets.right),
    base,
    top,
    anchor: [left + width, (floor + top) / 2],
  };
};

/** Returns the gap between the slices of two neurons, in pitches. */
export function sliceGap(inputs: number): number {
  return inputs > 1 ? SIZES.sliceGap : SIZES.sliceGap / 2;
}

/** Draws one neuron: weights, a multiplication on each, the sum over them; upper pieces first. */
function neuron(
  layer: Layer,
  unit: number,
  xs: readonly number[],
  floor: number,
  style: Style,
  strong: Float64Array | null,
): Piece[] {
  const { p } = style;
  const half = p / 2;
  const high = floor - SIZES.brick * p;
  const top = high - SIZES.times * p;
  const red = block(
    "sum",
    { layer: layer.name, unit },
    { left: xs[0] - half, base: top, width: xs.length * p, height: SIZES.brick * p, sockets: xs },
    p,
  );
  red.parts.push(sigma(xs[0] + (xs.length - 1) * half, top - 0.68 * p, 0.32 * p));
  const yellows = xs.map((x, i) => {
    const shape = {
      left: x - half,
      base: high,
      width: p,
      height: SIZES.times * p,
      studs: [x],
      sockets: [x],
    };
    const yellow = block("multiply", { layer: layer.name, row: i, unit }, shape, p);
    yellow.parts.push(timesSign(x, high - ((SIZES.socket + SIZES.times) / 2) * p, 0.15 * p));
    return yellow;
  });
  return [red, ...yellows, ...xs.map((x, i) => weight(layer, i, unit, x, floor, style, strong))];
}

/** Draws the green brick of one weight; the centre of its bottom is at (x, floor). */
function weight(
  layer: Layer,
  i: number,
  unit: number,
  x: number,
  floor: number,
  style: Style,
  strong: Float64Array | null,
): Piece {
  const { p } = style;
  const css = strong ? strengthClasses(strong[i * layer.outputs + unit]) : "";
  const value = valueData(layer.kernel, i * layer.outputs + unit, style);
  const green = block(
    css ? `weight ${css}` : "weight",
    { layer: layer.name, row: i, unit, ...value },
    {
      left: x - p / 2,
      base: floor,
      width: p,
      height: SIZES.brick * p,
      studs: [x],
      sockets: [x],
      hollow: css !== "" && (style.live || css.endsWith("neg")),
    },
    p,
  );
  green.parts.push(...signOn(css, x, floor - 0.7 * p, 0.2 * p, style.live));
  return green;
}

/** Draws a socket in the lowest plate, where a signal enters. */
function socket(layer: Layer, i: number, x: number, base: number, p: number): Piece {
  const wide = SIZES.socketWide * p;
  return piece("signal", { layer: layer.name, row: i }, [
    rect(x - wide / 2, base - SIZES.socket * p, wide, SIZES.socket * p, "hole"),
  ]);
}

/** Draws a plate for each signal, from the lowest up, and adds rods to the signals' pieces. */
function signalPlates(
  layer: Layer,
  entries: Piece[],
  sockets: Row,
  greens: readonly (readonly number[])[],
  foot: number,
  floor: number,
  p: number,
): Piece[] {
  const last = greens[greens.length - 1];
  const left = Math.min(greens[0][0] - p / 2, sockets.left);
  const right = Math.max(last[last.length - 1] + p / 2, sockets.right);
  const thick = (foot - floor) / entries.length;
  const plates = entries.map((entry, i) => {
    const y = foot - (i + 0.5) * thick;
    const ends = greens.map((xs) => xs[i]);
    const x = rodX(
      sockets.xs[i],
      greens.flatMap((xs) => xs.filter((_, k) => k !== i)),
      p,
    );
    const rods: Point[][] = [
      [
        [x, foot],
        [x, y],
      ],
      ...ends.map((end): Point[] => [
        [end, y],
        [end, floor],
      ]),
    ];
    const r = Math.min(2.4, 0.16 * p);
    entry.parts.push(line(rods, "rod"), ...[x, ...ends].map((at) => ellipse(at, y, r, r, "dot")));
    return piece("axon", { layer: layer.name, row: i }, [
      rect(left, y - thick / 2, right - left, thick, "", 1.5),
    ]);
  });
  plates[plates.length - 1].parts.unshift(...bareStuds(left, right, floor, greens, p));
  return plates;
}

/** Draws the studs of the highest plate where no neuron covers it. */
function bareStuds(
  left: number,
  right: number,
  y: number,
  greens: readonly (readonly number[])[],
  p: number,
): Shape[] {
  const edges = [
    left,
    ...greens.flatMap((xs) => [xs[0] - p / 2, xs[xs.length - 1] + p / 2]),
    right,
  ];
  const [wide, high] = [SIZES.studWide * p, SIZES.stud * p];
  const strokes: Point[][] = [];
  for (let at = 0; at < edges.length; at += 2) {
    const [start, end] = [edges[at], edges[at + 1]];
    const count = Math.trunc((end - start) / p + 0.01);
    for (let k = 0; k < count; k++) {
      const x = (start + end) / 2 + (k - (count - 1) / 2) * p - wide / 2;
      strokes.push([
        [x, y],
        [x, y - high],
        [x + wide, y - high],
        [x + wide, y],
      ]);
    }
  }
  return strokes.length ? [line(strokes, "", true)] : [];
}

/** Returns the x at which a signal goes up: its socket's centre if possible, else beside other rods. */
function rodX(x: number, others: readonly number[], p: number): number {
  const near = others.filter((other) => Math.abs(other - x) < p);
  const room = (at: number) => Math.min(0.25 * p, ...near.map((other) => Math.abs(other - at)));
  const tried = [0, -0.15, 0.15, -0.3, 0.3].map((side) => x + side * p);
  return tried.reduce((best, at) => (room(at) > room(best) ? at : best));
}
