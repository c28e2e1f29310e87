/** Small pictures of bricks and of the figure: in the palette, and under the pointer while one is dragged. */
import { layersOf } from "../../drawing/network.ts";
import { block, curve, type Style } from "../../drawing/pieces.ts";
import type { Row } from "../../drawing/rows.ts";
import {
  around,
  line,
  type Piece,
  type Point,
  piece,
  rect,
  type Shape,
} from "../../drawing/shapes.ts";
import { SPECIFICATION } from "../../drawing/specification.ts";
import { markup } from "../../drawing/svg.ts";
import { drawLayer } from "../../drawing/tower.ts";
import { dark } from "../../state/view.ts";
import { places } from "../../wall/shapes.ts";
import type { Brick, Wall } from "../../wall/wall.ts";
import { Figure, type FigurePlan } from "./figure.tsx";
import { weightsOf } from "./weights.ts";

const P = 15; // pitch of the palette's bricks
const STUDS = [0.5, 1.5, 2.5].map((k) => k * P);
const WIDE = 3 * P;
const GHOST = 150; // px: the most of what follows the pointer

const pictureClass = () => `brickwork ${dark.value ? "dark" : "light"}`;

/** Returns a picture of a palette's brick. */
export function BrickIcon({ kind, held = false }: { kind: string; held?: boolean }) {
  const shapes = kind === "Dense" ? denseIcon(held) : [plateIcon(kind)];
  const [left, top, right, bottom] = around(shapes);
  const box = `${left - 1} ${top - 1} ${right - left + 2} ${bottom - top + 2}`;
  return (
    <svg
      class={pictureClass()}
      width={right - left + 2}
      height={bottom - top + 2}
      viewBox={box}
      aria-hidden="true"
      focusable="false"
      dangerouslySetInnerHTML={{ __html: shapes.map((shape) => markup(shape, null)).join("") }}
    />
  );
}

/** A small Dense brick; one that is held has weights of all greens. */
function denseIcon(held: boolean): Shape[] {
  const foot = STUDS.map((x) =>
    block("signal", {}, { left: x - P / 2, base: 0, width: P, height: 10, sockets: [x] }, P),
  );
  const head = STUDS.map((x) =>
    block("activation", {}, { left: x - P / 2, base: -28, width: P, height: 11, studs: [x] }, P),
  );
  const body = piece("body", {}, [rect(0, -28, WIDE, 18, "", 2)]);
  const greens = held
    ? [1, 4, 2].map((step, k) => rect(k * P + 2, -25, P - 4, 12, `swatch s${step}`, 1.5))
    : [];
  return [...head, body, ...greens, ...foot];
}

/** Returns the figure of `compile` alone. */
export function FigurePicture({ height }: { height: number }) {
  const [wide, high] = [76, 122];
  return (
    <svg
      class={pictureClass()}
      width={(height * wide) / high}
      height={height}
      viewBox={`${-wide / 2} ${1 - high} ${wide} ${high}`}
      aria-hidden="true"
      focusable="false"
    >
      <Figure plan={ALONE} assembled mood="ready" />
    </svg>
  );
}

const ALONE: FigurePlan = { scale: 1, labels: [], left: 0, right: 0, height: 0 };

/** What is printed on a plate, in a square of 1 around 0. */
const PRINTS: Readonly<Record<string, readonly (readonly Point[])[]>> = {
  Dropout: [
    [
      [-1.1, 0],
      [-0.6, 0],
    ],
    [
      [-0.25, -0.35],
      [0.25, 0.35],
    ],
    [
      [-0.25, 0.35],
      [0.25, -0.35],
    ],
    [
      [0.6, 0],
      [1.1, 0],
    ],
  ],
  GaussianNoise: [
    [
      [-1.1, 0.1],
      [-0.8, -0.35],
      [-0.5, 0.3],
      [-0.2, -0.15],
      [0.1, 0.4],
      [0.4, -0.4],
      [0.7, 0.2],
      [1.1, -0.2],
    ],
  ],
  BatchNormalization: [
    [
      [-1.1, 0.4],
      [-0.65, 0.3],
      [-0.3, -0.25],
      [0, -0.45],
      [0.3, -0.25],
      [0.65, 0.3],
      [1.1, 0.4],
    ],
  ],
  LayerNormalization: [
    [
      [-1.1, 0.4],
      [1.1, 0.4],
    ],
    [
      [-0.75, 0.4],
      [-0.75, -0.1],
    ],
    [
      [0, 0.4],
      [0, -0.45],
    ],
    [
      [0.75, 0.4],
      [0.75, 0.05],
    ],
  ],
};

function plateIcon(kind: string): Piece {
  const blue = kind === "Activation";
  const shape = { left: 0, base: 0, width: WIDE, height: 16, studs: STUDS, sockets: [] };
  const plate = block(blue ? "activation" : "plate", {}, shape, P);
  const strokes = (PRINTS[kind] ?? []).map((stroke) =>
    stroke.map(([x, y]): Point => [WIDE / 2 + 15 * x, -8 + 11 * y]),
  );
  plate.parts.push(...(blue ? curve("relu", WIDE / 2, -8, 17, 9) : [line(strokes, "curve")]));
  return plate;
}

/** Returns the picture that follows the pointer: bricks as they would stand on the wall. */
export function ghostOf(bricks: readonly Brick[], wall: Wall): HTMLElement {
  // A plate has room for its name.
  const least = bricks[0] && bricks[0].kind !== "Dense" ? 7 : 1;
  const inputs = bricks[0]?.fixed?.inputs ?? Math.max(least, Math.min(wall.inputs, 8));
  const stack = places({ ...wall, inputs, bricks });
  const style: Style = {
    p: 20,
    page: 400,
    bias: false,
    columns: false,
    beside: false,
    inputs: [],
    live: false,
  };
  const shapes: Shape[] = [];
  let [base, sockets] = [0, null as Row | null];
  for (const [index, layer] of layersOf(stack, weightsOf(stack)).entries()) {
    const fits = sockets?.n === layer.inputs ? sockets : null;
    const drawn = drawLayer(layer, index, layer.dense ? "bricks" : "plate", fits, base, style);
    shapes.unshift(drawn.piece);
    ({ top: base, studs: sockets } = drawn);
  }
  const [left, top, right, bottom] = around(shapes);
  const scale = Math.min(1, GHOST / (right - left), GHOST / (bottom - top));
  const element = document.createElement("div");
  const [width, height] = [right - left + 4, bottom - top + 4];
  element.innerHTML =
    `<svg class="${pictureClass()}" width="${width * scale}" height="${height * scale}" viewBox="${left - 2} ${top - 2} ${width} ${height}">` +
    `${shapes.map((shape) => markup(shape, null)).join("")}</svg>`;
  return element;
}

/** Returns a small picture of an activation's curve. */
export function CurvePicture({ activation }: { activation: string }) {
  const points = SPECIFICATION.curves[activation] ?? [];
  const d = points
    .map(([x, y], k) => `${k ? "L" : "M"}${(19 + 30 * x).toFixed(1)} ${(12 - 16 * y).toFixed(1)}`)
    .join("");
  return (
    <svg width="38" height="24" viewBox="0 0 38 24" aria-hidden="true" focusable="false">
      <path
        d={d}
        fill="none"
        stroke="currentColor"
        stroke-width="1.8"
        stroke-linejoin="round"
        stroke-linecap="round"
      />
    </svg>
  );
}
