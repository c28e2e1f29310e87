/** Pieces shared by all levels of a layer's picture: signals, sums, biases, activations. */

import { t } from "../words/words.ts";
import { type Layer, shortNumber } from "./network.ts";
import {
  block,
  blueHeight,
  centred,
  curve,
  footHeight,
  greyHeight,
  type Style,
  sigma,
} from "./pieces.ts";
import type { Row } from "./rows.ts";
import {
  type Data,
  type Line,
  line,
  type Piece,
  type Point,
  piece,
  rect,
  type Shape,
  text,
} from "./shapes.ts";
import { SPECIFICATION } from "./specification.ts";
import { textWidth } from "./text.ts";
import { grouped, range } from "./words.ts";

const { sizes: SIZES, pixels: PIXELS } = SPECIFICATION;

/** A layer's shapes, with where they are. */
export interface Drawn {
  readonly piece: Piece; // of class "layer"
  readonly sockets: Row; // where signals enter, at `base`
  readonly studs: Row; // where they leave, at `top`
  readonly left: number;
  readonly right: number;
  readonly base: number;
  readonly top: number;
  /** The end of its caption's leader. */
  readonly anchor: readonly [x: number, y: number];
}

/**
 * Draws a layer from `base` upward, on the given sockets or on new ones if they are null. `names` is
 * the prefix of its signals' numbers, "" for none.
 */
export type Draw = (
  layer: Layer,
  index: number,
  given: Row | null,
  base: number,
  style: Style,
  names: string,
) => Drawn;

/** Returns the group of a layer. */
export function layerPiece(layer: Layer, index: number, parts: Shape[]): Piece {
  return piece("layer", { layer: layer.name, index }, parts, titleOf(layer));
}

/** Returns the value of a brick as data; none in a picture whose weights change. */
export function valueData(values: ArrayLike<number> | null, at: number, style: Style): Data {
  return values && !style.live ? { value: shortNumber(values[at]) } : {};
}

/** Returns the tooltip of a layer. */
export function titleOf(layer: Layer): string {
  return [`${layer.name} (${layer.kind})`, ...facts(layer)].join(", ");
}

/** Returns the texts of a layer's caption besides its name. */
export function facts(layer: Layer): string[] {
  const { inputs, outputs } = layer;
  const sizes = `${grouped(inputs)} → ${grouped(outputs)}`;
  if (!layer.dense) {
    const counts = layer.parameters ? [t("picture.parameter", { n: layer.parameters })] : [];
    return [inputs === outputs ? t("picture.outputs", { n: outputs }) : sizes, ...counts];
  }
  return [
    sizes,
    t("picture.product", { inputs, outputs, n: inputs * outputs }),
    ...(layer.biased ? [`+ ${t("picture.biases", { n: outputs })}`] : []),
    ...(layer.activation === "linear" ? [] : [range(layer.activation)]),
  ];
}

/** Returns the text of hidden units. */
export const more = (n: number) => `… × ${grouped(n)}`;

/** Returns the mark for the hidden units of a row; empty if there are none. */
function hiddenMark(css: string, row: Row, base: number, height: number, textCss = ""): Piece[] {
  if (!row.hidden) return [];
  const [start, end] = row.zone;
  return [
    piece(`${css} more`, { count: row.hidden }, [
      rect(start, base - height, end - start, height, "", 1.5),
      centred(more(row.hidden), (start + end) / 2, base - height / 2, 11, textCss),
    ]),
  ];
}

/**
 * Returns the transparent bricks where signals enter. `names` is the prefix of their numbers, "" for
 * none; `numbered`: whether to show numbers even without a prefix.
 */
export function signals(
  layer: Layer,
  row: Row,
  base: number,
  style: Style,
  names = "",
  numbered = false,
): Piece[] {
  const { p } = row;
  const height = footHeight(style.p);
  const fits = (name: string) => textWidth(name, PIXELS.leastText) <= p - 4;
  const known = names !== "" && style.inputs.length === row.n;
  // On the page the names stand below as well, so that names and numbers need not mix.
  const columns =
    known && (!style.live || row.shown.every((k) => fits(style.inputs[k]))) ? style.inputs : [];
  const numbers = numbersOf(row, names, numbered);
  const pieces = row.shown.map((k, i) => {
    const x = row.xs[k];
    const signal = block(
      "signal",
      { layer: layer.name, row: k },
      { left: x - p / 2, base, width: p, height, sockets: [x] },
      style.p,
    );
    const column = columns[k];
    const name = column !== undefined && fits(column) ? column : numbers[i];
    if (name) signal.parts.push(centred(name, x, base - (height + SIZES.socket * style.p) / 2, 11));
    return signal;
  });
  return [...pieces, ...hiddenMark("signal", row, base, height)];
}

/**
 * Returns the text on each signal: "x0", or "0" if "x0" does not fit on all. In columns, whose tags
 * show the number too, all signals have a number or none has.
 */
function numbersOf(row: Row, names: string, numbered: boolean): string[] {
  if (!names && !numbered) return row.shown.map(() => "");
  let texts: string[] = [];
  let fit: boolean[] = [];
  for (const prefix of [names, ""]) {
    texts = row.shown.map((k) => `${prefix}${k}`);
    fit = texts.map((content) => textWidth(content, 11) <= row.p - 4);
    if (fit.every(Boolean)) return texts;
  }
  return texts.map((content, k) => (fit[k] && !numbered ? content : ""));
}

/** Returns one red brick per unit. */
export function sums(layer: Layer, row: Row, base: number, style: Style): Piece[] {
  const height = SIZES.brick * style.p;
  const pieces = row.shown.map((unit) => {
    const x = row.xs[unit];
    const sum = block(
      "sum",
      { layer: layer.name, unit },
      { left: x - row.p / 2, base, width: row.p, height },
      style.p,
    );
    sum.parts.push(sigma(x, base - height / 2, 0.26 * style.p));
    return sum;
  });
  return [...pieces, ...hiddenMark("sum", row, base, height, "white")];
}

/** Returns one grey plate per unit, between sum and activation. */
export function biases(layer: Layer, row: Row, base: number, style: Style, width = row.p): Piece[] {
  const height = greyHeight(style.p);
  const pieces = row.shown.map((unit) => {
    const x = row.xs[unit];
    const value = valueData(layer.bias, unit, style);
    const bias = block(
      "bias",
      { layer: layer.name, unit, ...value },
      { left: x - width / 2, base, width, height },
      style.p,
    );
    bias.parts.push(centred("+b", x, base - height / 2, 11, "dark"));
    return bias;
  });
  return [...pieces, ...hiddenMark("bias", row, base, height, "dark")];
}

/** Returns one blue plate per unit with its output stud; a single bar for softmax. */
export function activations(
  layer: Layer,
  row: Row,
  base: number,
  style: Style,
  width = row.p,
): Piece[] {
  const height = blueHeight(style.p);
  if (layer.activation === "softmax") {
    const [left, right] = [row.xs[0] - width / 2, row.xs[row.n - 1] + width / 2];
    const bar = block(
      "activation",
      { layer: layer.name },
      { left, base, width: right - left, height, studs: row.drawn },
      style.p,
    );
    bar.parts.push(
      ...curveAndName(
        layer.activation,
        (left + right) / 2,
        base - height / 2,
        right - left,
        style,
        row.hidden,
      ),
    );
    return [bar];
  }
  const pieces = row.shown.map((unit) => {
    const x = row.xs[unit];
    const blue = block(
      "activation",
      { layer: layer.name, unit },
      { left: x - width / 2, base, width, height, studs: [x] },
      style.p,
    );
    blue.parts.push(...curveAndName(layer.activation, x, base - height / 2, width, style));
    return blue;
  });
  return [...pieces, ...hiddenMark("activation", row, base, height, "white")];
}

/** Returns an activation's curve, and its name and the number of hidden units if there is room. */
export function curveAndName(
  activation: string,
  x: number,
  y: number,
  room: number,
  style: Style,
  hidden = 0,
): Shape[] {
  const size = PIXELS.text;
  const [w, h] = [Math.max(0.55 * style.p, 10), 0.5 * blueHeight(style.p)];
  const name = hidden ? `${activation} · ${more(hidden)}` : activation;
  const wide = textWidth(name, size, true);
  let drawn: Shape[] = curve(activation, x, y, w, h);
  if (room >= wide + w + 18) {
    const middle = drawn.length ? x - (wide + 6) / 2 : x;
    const start = drawn.length ? middle + (w / 2 + 6) : middle - wide / 2;
    drawn = [
      ...curve(activation, middle, y, w, h),
      text(start, y + 0.35 * size, name, size, "white", "start", true),
    ];
  } else if (hidden) {
    drawn = [centred(more(hidden), x, y, size, "white", true)];
  }
  return hidden ? [piece("more", { count: hidden }, drawn)] : drawn;
}

/** Returns a dashed line from each stud to its socket. */
export function guides(studs: Row, base: number, top: number): Line {
  const strokes = studs.drawn.map((x): Point[] => [
    [x, base],
    [x, top],
  ]);
  return line(strokes, "guide");
}
