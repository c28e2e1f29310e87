/**
 * The front view of a layer: closed bricks with their counts, synapses as lines, and the thin plate
 * of a layer without synapses. `slices.ts` and `columns.ts` have every synapse as a brick.
 */
import {
  influence,
  kindAndNote,
  type Layer,
  stepOf,
  strengthClasses,
  strengths,
} from "./network.ts";
import {
  activations,
  biases,
  curveAndName,
  type Draw,
  type Drawn,
  layerPiece,
  more,
  signals,
  sums,
  valueData,
} from "./parts.ts";
import { block, blueHeight, centred, footHeight, greyHeight, type Style } from "./pieces.ts";
import { type Row, row } from "./rows.ts";
import { line, type Piece, type Point, piece, rect, type Shape } from "./shapes.ts";
import { SPECIFICATION } from "./specification.ts";
import { textWidth } from "./text.ts";
import { grouped } from "./words.ts";

const { sizes: SIZES, limits: LIMITS, weights: WEIGHTS } = SPECIFICATION;

type Rows = Pick<Drawn, "sockets" | "studs" | "left" | "right">;

/** Returns the rows of sockets and studs, and their left and right ends; signals go straight up through a plate. */
function rowsOf(layer: Layer, given: Row | null, p: number): Rows {
  const sockets = given ?? row(layer.inputs, 0, p);
  const studs = layer.dense ? row(layer.outputs, sockets.centre, p) : sockets;
  return {
    sockets,
    studs,
    left: Math.min(sockets.left, studs.left),
    right: Math.max(sockets.right, studs.right),
  };
}

/** Returns a layer of these pieces; its caption is beside its middle. */
function drawnOf(
  layer: Layer,
  index: number,
  pieces: Shape[],
  rows: Rows,
  base: number,
  top: number,
): Drawn {
  const anchor = [rows.right, (base + top) / 2] as const;
  return { piece: layerPiece(layer, index, pieces), ...rows, base, top, anchor };
}

/** Draws a transparent brick with a line for each weight. */
export const lines: Draw = (layer, index, given, base, style, names) => {
  const { p } = style;
  const rows = rowsOf(layer, given, p);
  const { sockets, studs, left, right } = rows;
  const foot = base - footHeight(p);
  const wide = Math.max(sockets.right - sockets.left, studs.right - studs.left) / p;
  // Wide bricks need more height for their lines to be told apart.
  const floor = foot - Math.min(9, Math.max(2.4, 0.3 * wide)) * p;
  let top = floor - SIZES.brick * p;
  const pieces: Shape[] = [
    rect(left, top, right - left, foot - floor + SIZES.brick * p, "case", 2),
    ...strands(layer, sockets, studs, foot, floor, style),
    ...sums(layer, studs, floor, style),
  ];
  if (style.bias && layer.biased) {
    pieces.push(...biases(layer, studs, top, style));
    top -= greyHeight(p);
  }
  pieces.push(
    ...activations(layer, studs, top, style),
    ...signals(layer, sockets, base, style, names),
  );
  top -= blueHeight(p);
  return drawnOf(layer, index, pieces, rows, base, top);
};

function strands(
  layer: Layer,
  sockets: Row,
  studs: Row,
  foot: number,
  top: number,
  style: Style,
): Piece[] {
  const strong = strengths(layer);
  const kind = `weight strand${layer.synapses > LIMITS.manyLines ? " many" : ""}`;
  return sockets.xs.flatMap((x, i) =>
    studs.xs.map((to, unit) => {
      const k = i * studs.n + unit;
      const css = strong ? strengthClasses(strong[k]) : "unknown";
      const value = valueData(layer.kernel, k, style);
      const stroke: Point[] = [
        [x, foot],
        [to, top],
      ];
      return piece(`${kind} ${css}`, { layer: layer.name, row: i, unit, ...value }, [
        line([stroke]),
      ]);
    }),
  );
}

/** Draws a closed brick: transparent base, green body with its counts, blue head. */
export const bricks: Draw = (layer, index, given, base, style, names) => {
  const { p } = style;
  const rows = rowsOf(layer, given, p);
  const { sockets, studs, left, right } = rows;
  const foot = base - footHeight(p);
  const floor = foot - 2 * p;
  const body = piece("body", { layer: layer.name }, [
    rect(left, floor, right - left, foot - floor, "", 2),
  ]);
  const bands = bandsOf(layer, sockets, foot, style);
  body.parts.push(
    ...breakMark(sockets, studs, floor, foot - (bands.length ? SIZES.band * p : 0), p),
  );
  const counts = `${grouped(layer.inputs)} → ${grouped(layer.outputs)}`;
  const size = textWidth(counts, 14, true) <= right - left - 8 ? 14 : 11;
  if (textWidth(counts, size, true) <= right - left - 4)
    body.parts.push(centred(counts, (left + right) / 2, (foot + floor) / 2, size, "dark", true));
  const pieces = [
    ...activations(layer, studs, floor, style),
    body,
    ...bands,
    ...signals(layer, sockets, base, style, names),
  ];
  const top = floor - blueHeight(p);
  return drawnOf(layer, index, pieces, rows, base, top);
};

/** Returns a band above the sockets: how strongly each input is connected to the outputs. */
function bandsOf(layer: Layer, sockets: Row, foot: number, style: Style): Piece[] {
  const { groups } = sockets;
  const height = SIZES.band * style.p;
  const values = influence(
    layer,
    groups.map(([first, end]) => [first, end]),
  );
  return values.map((value, k) => {
    const [first, end, left, right] = groups[k];
    return piece(
      `band ${bandClass(value)}`,
      { layer: layer.name, row: first, count: end - first, ...valueData(values, k, style) },
      [rect(left + 0.5, foot - height, right - left - 1, height - 0.5)],
    );
  });
}

/** Returns the class of an influence. */
function bandClass(value: number): string {
  return Number.isNaN(value) ? "nan" : `s${stepOf(Math.min(value / WEIGHTS.mostInfluence, 1))}`;
}

/** Returns a zigzag through a brick that is not drawn to its full width. */
function breakMark(sockets: Row, studs: Row, top: number, foot: number, p: number): Shape[] {
  const hidden = [sockets, studs].filter((one) => one.hidden);
  if (!hidden.length) return [];
  const [start, end] = hidden.reduce((a, b) => (b.n > a.n ? b : a)).zone;
  const x = start + (end - start) * SIZES.cut;
  const steps = Math.round((3 * (foot - top)) / p);
  const w = 0.16 * p;
  const edge = Array.from(
    { length: steps + 1 },
    (_, k): Point => [x + (k % 2 ? w : -w), top + ((foot - top) * k) / steps],
  );
  const other = edge.map(([at, y]): Point => [at + 0.3 * p, y]).reverse();
  return [line([[...edge, ...other]], "break", true)];
}

/** Draws a layer without synapses: a thin plate, blue if it only applies a function. */
export const plate: Draw = (layer, index, given, base, style) => {
  const { p } = style;
  const rows = rowsOf(layer, given, p);
  const { sockets, studs, left, right } = rows;
  const height = blueHeight(p);
  const top = base - height;
  const blue = layer.activation !== "linear";
  const shape = {
    left,
    base,
    width: right - left,
    height,
    studs: studs.drawn,
    sockets: sockets.drawn,
  };
  const body = block(blue ? "activation" : "plate", { layer: layer.name }, shape, p);
  body.parts.push(...breakMark(sockets, studs, top, base, p));
  const [middle, y] = [(left + right) / 2, base - 0.56 * height];
  body.parts.push(
    ...(blue
      ? curveAndName(layer.activation, middle, y, right - left, style, studs.hidden)
      : plateName(kindAndNote(layer), middle, y - 0.06 * height, right - left, studs.hidden)),
  );
  return drawnOf(layer, index, [body], rows, base, top);
};

/** Returns a plate's name if there is room, and the number of hidden studs. */
function plateName(name: string, x: number, y: number, room: number, hidden: number): Shape[] {
  let content = hidden ? `${name} · ${more(hidden)}` : name;
  if (textWidth(content, 11, true) > room - 8) content = hidden ? more(hidden) : "";
  const shapes = content ? [centred(content, x, y, 11, "", true)] : [];
  return hidden ? [piece("more", { count: hidden }, shapes)] : shapes;
}
