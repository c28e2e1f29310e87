/**
 * The wall as it stands on the page: layers on the baseplate of the data, gaps where a brick is
 * dragged to or where one does not fit, the figure of `compile` on top. y = 0 is where the lowest
 * brick stands; the wall grows upward, to negative y. Each layer is drawn from its own bottom, so
 * that it moves as a whole.
 */

import { t } from "../words/words.ts";
import { type Caption, caption, listBelow, placeBeside } from "./captions.ts";
import { choose, type LayerLevel, type Level, refusalOf } from "./choice.ts";
import { fitStyle } from "./fit.ts";
import { legend } from "./legend.ts";
import type { Layer } from "./network.ts";
import { type Drawn, more } from "./parts.ts";
import { block, centred, type Style } from "./pieces.ts";
import { type Row, row, span } from "./rows.ts";
import { around, type Bounds, bounds, type Piece, type Shape } from "./shapes.ts";
import { SPECIFICATION } from "./specification.ts";
import { shortened, textWidth } from "./text.ts";
import { drawLayer, totals } from "./tower.ts";

const { pixels: PIXELS, pitch: PITCH } = SPECIFICATION;

/** On the page bricks may be larger than in a printed picture: fingers take hold of them. */
const MOST_PITCH = 34;
/** So that a tall wall is seen as a whole, bricks shrink to this pitch; a taller one scrolls. */
const LEAST_PITCH = 17;
/** Captions stand below a wall whose bricks would be smaller beside them. */
const CAPTION_PITCH = 15;
/** In pixels: height of the baseplate, how far it reaches beyond its studs, its least width. */
const BASE_HIGH = 28;
const BASE_BEYOND = 14;
const BASE_WIDE = 190;
/** Names of inputs hang below the baseplate, turned by this angle; the longest in pixels. */
const TURN = 55;
const LONGEST_NAME = 104;
/** The least distance of studs at which turned names do not touch. */
const NAME_PITCH = 17;
/** On a page narrower than this there are no captions and no legend: the settings of a brick say it. */
const COMPACT = 440;

export interface StandingOptions {
  readonly level: Level;
  readonly page: number; // width in pixels
  readonly height: number; // in pixels, that it should not exceed if bricks can be smaller
  readonly data: string; // the name of the data
  readonly inputs: readonly string[]; // names of its inputs
  readonly studs: number; // of the baseplate
  /** Heights in pixels: below each layer, and last below the figure. */
  readonly gaps: readonly number[];
  readonly gapWidth: number; // of what is in the gaps
  /** Where the figure and what is written beside it reach, from where it stands. */
  readonly figure: { readonly left: number; readonly right: number; readonly height: number };
  /** Lines that a layer's caption has besides: "frozen" ... */
  readonly notes: (layer: Layer, index: number) => readonly string[];
  /** A style to keep while a brick is dragged, so that the others stay as they are. */
  readonly kept: Style | null;
}

export interface StandingLayer {
  readonly layer: Layer;
  readonly level: LayerLevel;
  readonly drawn: Drawn; // from y = 0 upward
  readonly y: number; // where it stands
}

export interface Standing {
  readonly style: Style;
  readonly layers: readonly StandingLayer[];
  /** The bottom of each gap, from the lowest; the last is where the figure's begins. */
  readonly slots: readonly number[];
  readonly top: number; // where the figure stands
  readonly baseplate: Piece;
  readonly baseBounds: Bounds;
  /** Names of the inputs, each to be turned around its end. */
  readonly names: readonly { readonly x: number; readonly y: number; readonly text: string }[];
  readonly turn: number;
  readonly labels: readonly Shape[]; // captions, counts and legend
  readonly bounds: Bounds; // of everything, with a margin
}

/** Returns the wall as it stands. */
export function standing(layers: readonly Layer[], options: StandingOptions): Standing {
  const chosen = choose(layers, refusalOf(layers, options.level)?.use ?? options.level);
  let style = options.kept ?? startingStyle(layers, chosen, options);
  let stands = build(layers, chosen, style, options);
  for (let round = 0; round < 3 && !options.kept; round++) {
    const high = stands.bounds[3] - stands.bounds[1];
    if (high <= options.height || style.p <= LEAST_PITCH) break;
    const fixed =
      options.gaps.reduce((sum, gap) => sum + gap, 0) + options.figure.height + BASE_HIGH;
    const wanted = (style.p * Math.max(1, options.height - fixed)) / (high - fixed);
    style = { ...style, p: Math.max(LEAST_PITCH, Math.min(wanted, style.p - 0.5)) };
    stands = build(layers, chosen, style, options);
  }
  return stands;
}

function startingStyle(
  layers: readonly Layer[],
  chosen: readonly LayerLevel[],
  { page, inputs, studs }: StandingOptions,
): Style {
  const style: Style = {
    p: PITCH.most,
    page,
    bias: false,
    columns: false,
    beside: page >= COMPACT,
    inputs,
    live: true,
  };
  if (layers.length) return fitStyle(layers, chosen, style, MOST_PITCH, CAPTION_PITCH);
  return {
    ...style,
    p: Math.min(MOST_PITCH, (page - 2 * PIXELS.margin - 2 * BASE_BEYOND) / span(studs)),
  };
}

function build(
  layers: readonly Layer[],
  chosen: readonly LayerLevel[],
  style: Style,
  options: StandingOptions,
): Standing {
  const standingLayers: StandingLayer[] = [];
  const slots: number[] = [];
  let y = 0;
  let studs: Row | null = null;
  for (const [k, layer] of layers.entries()) {
    slots.push(y);
    y -= options.gaps[k] ?? 0;
    // A brick with other sockets than the studs below stands apart from them, on a row of its own.
    const sockets: Row | null = studs?.n === layer.inputs ? studs : null;
    const drawn = drawLayer(layer, k, chosen[k], sockets, 0, style);
    standingLayers.push({ layer, level: chosen[k], drawn, y });
    y += drawn.top;
    studs = drawn.studs;
  }
  slots.push(y);
  const top = y - (options.gaps[layers.length] ?? 0);
  const first = standingLayers[0]?.drawn.sockets;
  const base = first?.n === options.studs ? first : row(options.studs, 0, style.p);
  const baseplate = baseplateOf(base, options, style);
  const baseBounds = bounds(baseplate);
  const names = namesBelow(base, options.inputs, style);
  const turn = (TURN * Math.PI) / 180;
  const depth = Math.max(0, ...names.map((name) => textWidth(name.text, 11))) * Math.sin(turn);
  const reach = Math.min(
    0,
    ...names.map((name) => name.x - textWidth(name.text, 11) * Math.cos(turn)),
  );
  const stood = { layers: standingLayers, slots, top, baseBounds };
  const labels = labelsOf(stood, BASE_HIGH + (names.length ? depth + 22 : 6), style, options);
  const taken: Bounds[] = [
    ...standingLayers.map(
      ({ drawn, y: at }): Bounds => [drawn.left - 30, at + drawn.top - 8, drawn.right + 8, at],
    ),
    baseBounds,
    figureBounds(top, options),
    [reach, BASE_HIGH, 0, BASE_HIGH + (names.length ? depth + 22 : 0)],
    ...(labels.length ? [around(labels)] : []),
  ];
  const all: Bounds = [
    Math.min(...taken.map((b) => b[0])) - 10,
    Math.min(...taken.map((b) => b[1])) - 12,
    Math.max(...taken.map((b) => b[2])) + 10,
    Math.max(...taken.map((b) => b[3])) + 12,
  ];
  return {
    style,
    layers: standingLayers,
    slots,
    top,
    baseplate,
    baseBounds,
    names,
    turn: TURN,
    labels,
    bounds: all,
  };
}

function figureBounds(top: number, { figure }: StandingOptions): Bounds {
  return [figure.left, top - figure.height, figure.right, top];
}

/** Draws the baseplate: a stud for each column of the data. */
function baseplateOf(studs: Row, { data, studs: n }: StandingOptions, style: Style): Piece {
  const width = Math.max(BASE_WIDE, studs.right - studs.left + 2 * BASE_BEYOND);
  const left = studs.centre - width / 2;
  const plate = block(
    "plate",
    {},
    { left, base: BASE_HIGH, width, height: BASE_HIGH, studs: studs.drawn },
    style.p,
  );
  const counts = studs.hidden
    ? `${t("picture.inputs", { n })} · ${more(studs.hidden)}`
    : t("picture.inputs", { n });
  const name = shortened(
    data,
    PIXELS.text,
    true,
    Math.max(40, width - textWidth(`  ·  ${counts}`, PIXELS.text) - 16),
  );
  const content = `${name} · ${counts}`;
  plate.parts.push(centred(content, studs.centre, BASE_HIGH / 2, PIXELS.text, "", true));
  return plate;
}

/** Returns the names below the studs, unless the bricks above show them all, or have no room. */
function namesBelow(studs: Row, inputs: readonly string[], style: Style): Standing["names"] {
  if (inputs.length !== studs.n) return [];
  const fit = inputs.every((name) => textWidth(name, PIXELS.leastText) <= studs.p - 4);
  const close = studs.n > 1 ? Math.abs(studs.drawn[1] - studs.drawn[0]) : style.p;
  if (fit || close < NAME_PITCH || studs.hidden || studs.n > SPECIFICATION.row.most) return [];
  return studs.drawn.map((x, k) => ({
    x: x + 3,
    y: BASE_HIGH + 14,
    text: shortened(inputs[k], 11, false, LONGEST_NAME),
  }));
}

type Stood = Pick<Standing, "layers" | "slots" | "top" | "baseBounds">;

function labelsOf(
  { layers, slots, top, baseBounds }: Stood,
  below: number,
  style: Style,
  options: StandingOptions,
): Shape[] {
  if (!layers.length) return [];
  const notes = layers.map(
    ({ layer, level, drawn, y }, k): Caption =>
      caption(layer, level, y + drawn.anchor[1], options.notes(layer, k)),
  );
  const shapes: Shape[] = [];
  if (style.beside) {
    const taken = layers.map(({ drawn, y }): Bounds => [drawn.left, y + drawn.top, drawn.right, y]);
    const half = options.gapWidth / 2;
    taken.push(figureBounds(top, options), baseBounds);
    options.gaps.forEach((gap, k) => {
      if (gap) taken.push([-half, slots[k] - gap, half, slots[k]]);
    });
    shapes.push(
      ...placeBeside(
        notes,
        taken,
        layers.map(({ drawn }) => drawn.anchor[0]),
      ),
    );
  }
  const middle = layers[0].drawn.sockets.centre;
  const network = layers.map(({ layer }) => layer);
  const counts = totals(network, middle, below);
  shapes.push(...counts);
  if (style.page < COMPACT) return shapes;
  let bottom = below + PIXELS.leading * counts.length;
  const wide = style.page - 2 * PIXELS.margin;
  if (!style.beside) {
    shapes.push(...listBelow(notes, middle - wide / 2, bottom + 1.6 * PIXELS.leading, wide));
    bottom = around(shapes)[3];
  }
  const [left, , right] = around(shapes);
  const room = Math.min(Math.max(right - left, PIXELS.legend), wide);
  const chosen = layers.map(({ level }) => level);
  shapes.push(
    legend(network, chosen, style, (left + right - room) / 2, bottom + PIXELS.leading, room),
  );
  return shapes;
}
