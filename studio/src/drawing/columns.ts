/**
 * A layer with neurons as columns: the weights of a neuron are stacked. Side by side, the weights of
 * a wide layer would not fit on the page. Here each signal has a transparent rail that carries one
 * weight of every neuron, with its multiplication beside it; the sum runs up the column.
 */
import { type Layer, strengthClasses, strengths } from "./network.ts";
import { activations, biases, type Draw, layerPiece, signals, valueData } from "./parts.ts";
import {
  block,
  blueHeight,
  centred,
  footHeight,
  greyHeight,
  inputWidth,
  type Style,
  sigma,
  signOn,
  timesSign,
} from "./pieces.ts";
import { Row, row } from "./rows.ts";
import { type Piece, piece, rect, type Shape } from "./shapes.ts";
import { SPECIFICATION } from "./specification.ts";
import { textWidth } from "./text.ts";

const { sizes: SIZES, pixels: PIXELS } = SPECIFICATION;

/** Sizes of one weight with its multiplication, in pixels. */
interface Cell {
  readonly weight: number;
  readonly multiply: number;
  readonly sum: number;
  readonly high: number; // height of a weight
  readonly rail: number; // thickness of the rail below it
  readonly beam: number; // height of the horizontal part of a sum
  readonly tag: number; // width of the brick with a signal's name
  readonly aisle: number; // gap between two columns
}

function cellOf({ p }: Style): Cell {
  return {
    weight: p,
    multiply: 0.8 * p,
    sum: 0.45 * p,
    high: Math.max(0.95 * p, 10),
    rail: 0.3 * p,
    beam: SIZES.brick * p,
    tag: Math.max(SIZES.tag * p, 27),
    aisle: SIZES.aisle * p,
  };
}

const columnOf = (c: Cell) => c.weight + c.multiply + c.sum;
const storeyOf = (c: Cell) => c.rail + c.high;

/** Draws a layer with neurons as columns. */
export const columns: Draw = (layer, index, given, base, style, names) => {
  const { inputs: n, outputs: u } = layer;
  const own = names && style.inputs.length === n ? style.inputs : [];
  let c = cellOf(style);
  if (own.length) c = { ...c, tag: Math.max(c.tag, Math.min(inputWidth(style), PIXELS.tagWords)) };
  const column = columnOf(c);
  const wide = u * column + (u - 1) * c.aisle;
  const room = Math.max(c.tag, names ? inputWidth(style) : 0);
  const sockets = given ?? row(n, 0, Math.max(style.p, Math.min(room, wide / n)), true);
  const left = sockets.centre - wide / 2;
  const starts = Array.from({ length: u }, (_, j) => left + j * (column + c.aisle));
  const studs = new Row(
    starts.map((x) => x + column / 2),
    left,
    left + wide,
    Math.min(column, wide / u),
    true,
  );
  const foot = base - footHeight(style.p);
  const entries = signals(layer, sockets.allShown, base, style, names, true);
  const start = left - c.aisle - c.tag;
  const ceiling = foot - n * storeyOf(c);
  const strong = strengths(layer);
  let pieces: Piece[] = starts.map((x, j) => sum(layer, j, x, foot - c.rail, ceiling, c, style));
  entries.forEach((entry, i) => {
    const floor = ceiling + (i + 1) * storeyOf(c);
    entry.parts.push(
      ...rail([...own.slice(i, i + 1), `${names}${i}`, `${i}`], start, left + wide, floor, c),
    );
    for (const [j, x] of starts.entries())
      pieces.push(...product(layer, i, j, x, floor - c.rail, c, style, strong));
  });
  let top = ceiling - c.beam;
  if (style.bias && layer.biased) {
    pieces = [...biases(layer, studs, top, style, column), ...pieces];
    top -= greyHeight(style.p);
  }
  pieces = [...activations(layer, studs, top, style, column), ...pieces];
  top -= blueHeight(style.p);
  return {
    // Rails are behind the pieces on them.
    piece: layerPiece(layer, index, [...entries, ...pieces]),
    sockets,
    studs,
    left: Math.min(start, sockets.left),
    right: Math.max(left + wide, sockets.right),
    base,
    top,
    anchor: [left + wide, (foot + top) / 2],
  };
};

/** Draws a signal's rail with a tag: the first of the names that fits. */
function rail(
  names: readonly string[],
  left: number,
  right: number,
  floor: number,
  c: Cell,
): Shape[] {
  const storey = storeyOf(c);
  const name = names.find((one) => textWidth(one, PIXELS.leastText) <= c.tag - 4) ?? "";
  return [
    rect(left, floor - c.rail, right - left, c.rail, "axon", 1.5),
    rect(left, floor - storey, c.tag, storey, "tag", 1.5),
    centred(name, left + c.tag / 2, floor - storey / 2, 11),
  ];
}

/** Draws a weight on its rail, and its multiplication beside it. */
function product(
  layer: Layer,
  i: number,
  unit: number,
  left: number,
  floor: number,
  c: Cell,
  style: Style,
  strong: Float64Array | null,
): Piece[] {
  const k = i * layer.outputs + unit;
  const css = strong ? strengthClasses(strong[k]) : "";
  const value = valueData(layer.kernel, k, style);
  const data = { layer: layer.name, row: i, unit };
  const [top, middle] = [floor - c.high, floor - c.high / 2];
  const green = piece(css ? `weight ${css}` : "weight", { ...data, ...value }, [
    rect(left, top, c.weight, c.high, "", 1.5),
    ...signOn(css, left + c.weight / 2, middle, 0.22 * style.p, style.live),
  ]);
  const x = left + c.weight;
  const yellow = piece("multiply", data, [
    rect(x, top, c.multiply, c.high, "", 1.5),
    timesSign(x + c.multiply / 2, top + c.high / 2, 0.15 * style.p),
  ]);
  return [yellow, green];
}

/** Draws the sum: up along all products, and over them. */
function sum(
  layer: Layer,
  unit: number,
  left: number,
  floor: number,
  ceiling: number,
  c: Cell,
  style: Style,
): Piece {
  const column = columnOf(c);
  const beam = block(
    "sum",
    { layer: layer.name, unit },
    { left, base: ceiling, width: column, height: c.beam },
    style.p,
  );
  const x = left + column - c.sum;
  beam.parts.push(
    rect(x, ceiling - 1.5, c.sum, floor - ceiling + 1.5, "spine"),
    rect(x, ceiling - 3, c.sum, 4, "join"),
    sigma(left + column / 2, ceiling - c.beam / 2, Math.min(0.32 * style.p, 0.3 * c.beam)),
  );
  return beam;
}
