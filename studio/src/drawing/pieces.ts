/**
 * The front view of one brick: its body, studs, sockets and sign. Sizes are those of real bricks, in
 * pitches of studs (8 mm); `Style.p` is the pitch in pixels.
 */
import {
  type Data,
  type Line,
  line,
  type Piece,
  type Point,
  piece,
  type Rect,
  rect,
  type Shape,
  type Text,
  text,
} from "./shapes.ts";
import { SPECIFICATION } from "./specification.ts";
import { textWidth } from "./text.ts";

const { sizes: SIZES, pixels: PIXELS } = SPECIFICATION;

/** How a picture is drawn. */
export interface Style {
  readonly p: number; // pitch of studs in pixels
  readonly page: number; // width in pixels for which it is laid out
  readonly bias: boolean; // whether biases are drawn
  readonly columns: boolean; // whether a neuron's weights are stacked instead of side by side
  readonly beside: boolean; // whether captions are beside their layers; else they are listed below
  readonly inputs: readonly string[]; // names of the network's inputs, if known
  /** Whether weights will change: a brick then has all that any of its looks needs. */
  readonly live: boolean;
}

/** Returns the preferred width of an input's brick in pixels. */
export function inputWidth(style: Style): number {
  return Math.max(
    PIXELS.named,
    ...style.inputs.map((name) => textWidth(name, PIXELS.leastText) + 8),
  );
}

/** The height of an activation in pixels, which has room for its name at any pitch. */
export const blueHeight = (p: number) => Math.max(SIZES.blue * p, 16);
/** The height of a signal's brick in pixels. */
export const footHeight = (p: number) => Math.max(SIZES.foot * p, 18);
/** The height of a bias in pixels. */
export const greyHeight = (p: number) => Math.max(SIZES.bias * p, 14);

/** What a brick is made of: studs and sockets are the x of their centres. */
export interface Block {
  readonly left: number;
  readonly base: number;
  readonly width: number;
  readonly height: number;
  readonly studs?: readonly number[];
  readonly sockets?: readonly number[];
  readonly hollow?: boolean; // hollow studs, as for negative weights
}

/** Returns a brick. */
export function block(
  css: string,
  data: Data,
  { left, base, width, height, studs = [], sockets = [], hollow }: Block,
  p: number,
): Piece {
  const top = base - height;
  const [wide, high] = [SIZES.studWide * p, SIZES.stud * p];
  const above = studs.map((x) => rect(x - wide / 2, top - high, wide, high));
  const [hole, deep] = [SIZES.socketWide * p, SIZES.socket * p];
  return piece(css, data, [
    ...above,
    ...(hollow ? above.map(hollowed) : []),
    rect(left, top, width, height, "", 1.5),
    ...sockets.map((x) => rect(x - hole / 2, base - deep, hole, deep, "hole")),
  ]);
}

const hollowed = (stud: Rect) => rect(stud.x + stud.w / 4, stud.y, stud.w / 2, stud.h, "hollow");

/** Returns the multiplication sign. */
export function timesSign(x: number, y: number, r: number): Line {
  return line(
    [
      [
        [x - r, y - r],
        [x + r, y + r],
      ],
      [
        [x - r, y + r],
        [x + r, y - r],
      ],
    ],
    "sign",
  );
}

/** Returns the sign of a weight. */
export function plusMinus(x: number, y: number, r: number, negative: boolean): Line {
  const across: Point[] = [
    [x - r, y],
    [x + r, y],
  ];
  return line(
    negative
      ? [across]
      : [
          across,
          [
            [x, y - r],
            [x, y + r],
          ],
        ],
    "sign",
  );
}

/**
 * Returns the sign on a weight of these classes. A weight that changes gets both strokes, the upright
 * one of a class of its own.
 */
export function signOn(css: string, x: number, y: number, r: number, live: boolean): Shape[] {
  if (css.endsWith("nan")) return live ? [] : [centred("?", x, y, PIXELS.text, "", true)];
  if (!css) return [];
  if (live)
    return [
      plusMinus(x, y, r, true),
      line(
        [
          [
            [x, y - r],
            [x, y + r],
          ],
        ],
        "sign upright",
      ),
    ];
  return [plusMinus(x, y, r, css.endsWith("neg"))];
}

/** Returns the summation sign. */
export function sigma(x: number, y: number, r: number): Line {
  const w = 0.8 * r;
  const stroke: Point[] = [
    [x + w, y - 0.7 * r],
    [x + w, y - r],
    [x - w, y - r],
    [x + 0.15 * r, y],
    [x - w, y + r],
    [x + w, y + r],
    [x + w, y + 0.7 * r],
  ];
  return line([stroke], "sign bright");
}

/** Returns the curve of an activation in a rectangle centred at x, y; none if it is unknown. */
export function curve(activation: string, x: number, y: number, w: number, h: number): Line[] {
  const samples = SPECIFICATION.curves[activation] ?? [];
  return samples.length
    ? [line([samples.map(([across, up]): Point => [x + w * across, y - h * up])], "sign bright")]
    : [];
}

/** Returns a text centred at x, y. */
export function centred(
  content: string,
  x: number,
  y: number,
  size: number = PIXELS.text,
  css = "",
  bold = false,
): Text {
  return text(x, y + 0.35 * size, content, size, css, "middle", bold);
}

/** Returns a small upward arrow that starts at (x, base). */
export function arrow(x: number, base: number, length: number): Line {
  const tip = base - length;
  return line(
    [
      [
        [x, base],
        [x, tip],
      ],
      [
        [x - 3.5, tip + 4.5],
        [x, tip],
        [x + 3.5, tip + 4.5],
      ],
    ],
    "arrow",
  );
}
