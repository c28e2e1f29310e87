/**
 * Isometric parts for a page that shows them many times. Each part is a symbol, defined once and used
 * at every position in any colour: a colour is a class that sets four variables, for the top, the two
 * sides and the outline. x goes to the right and z to the left, both toward the viewer; y goes up.
 */
import { tenths } from "../../drawing/svg.ts";
import { COLOURS, type Colour, extent, type Part, type Placed, ROUND, WHITE } from "./parts.ts";

export type Point = readonly [number, number];
/** Left, top, right, bottom. */
export type Bounds = readonly [number, number, number, number];

/** Pitch of studs in pixels. */
export const P = 20;
/** Height of a plate and of a stud, in pitches. */
export const PLATE = 0.4;
const STUD = 0.2125;
/** Radii of a stud, of a round brick and of the narrower ring at its bottom; height of that ring. */
const STUD_R = 0.3;
const ROUND_R = 0.5;
const RING_R = 0.4;
const RING = 0.16;
/** Radii on paper of a horizontal circle of radius 1. */
const WIDE = 1.2247;
// biome-ignore lint/suspicious/noApproximativeNumericConstant: the package's pictures have this value
const DEEP = 0.7071;

const EDGE = "#1F2933";
const FACES = [0.84, 0.66]; // brightness of the left and the right face
const PALENESS = 0.72;

/** Returns the position on paper of a point: x and z in studs, height in pitches. */
export function project(x: number, z: number, height: number): Point {
  return [(x - z) * 0.866 * P, (x + z) * 0.5 * P - height * P];
}

/** Returns the rules for parts in all colours; inside the class `pale` all are pale. */
export function style(): string {
  const rules: string[] = [];
  let deep = "";
  let pale = "";
  for (const [i, colour] of COLOURS.entries()) {
    const depth = colour === WHITE ? 0.5 : 1; // white stays white
    const sides = FACES.map((light) => shaded(colour.paint, 1 - (1 - light) * depth));
    const tones = [colour.paint, ...sides, EDGE];
    for (const [k, name] of [..."tlre"].entries()) {
      deep += `--${name}${i}:${tones[k]};`;
      pale += `--${name}${i}:${paler(tones[k])};`;
    }
    rules.push(`.c${i}{${[..."tlre"].map((name) => `--${name}:var(--${name}${i})`).join(";")}}`);
  }
  return (
    ".part *{fill:var(--t);stroke:var(--e);stroke-width:.8;stroke-linejoin:round}" +
    ".part .left{fill:var(--l)}.part .right{fill:var(--r)}.part .shade{stroke:none}" +
    `${rules.join("")}svg{${deep}}.pale{${pale}}`
  );
}

const channels = (colour: string) =>
  [1, 3, 5].map((k) => Number.parseInt(colour.slice(k, k + 2), 16));
const hex = (rgb: readonly number[]) =>
  `#${rgb
    .map((c) => Math.round(c).toString(16).padStart(2, "0"))
    .join("")
    .toUpperCase()}`;
const paler = (colour: string) => hex(channels(colour).map((c) => c + (255 - c) * PALENESS));

/** Returns a colour in shade; pale ones become more saturated and less dark, so that they do not look grey. */
function shaded(colour: string, light: number): string {
  const rgb = channels(colour).map((c) => c / 255);
  const most = Math.max(...rgb) || 1;
  const power = 1 + (9 * (1 - light) * Math.min(...rgb)) / most;
  const lit = light + 0.35 * (1 - light) * Math.min(...rgb);
  return hex(rgb.map((c) => 255 * lit * most * (c / most) ** power));
}

/** Returns the symbols of the parts, with few shapes each: browsers copy them at each use. */
function symbols(placed: readonly Placed[]): string {
  const kinds = new Map(placed.map((p) => [symbol(p), p]));
  return [...kinds].map(([id, p]) => `<g id="${id}" class="part">${shapes(p)}</g>`).join("");
}

const symbol = ({ part, turned }: Placed) => `p${part.ldraw}${turned ? "t" : ""}`;

function shapes(placed: Placed): string {
  const { part } = placed;
  const [wide, deep] = extent(placed);
  const height = part.height * PLATE;
  const body = part === ROUND ? cylinder(height) : box(wide, deep, height);
  if (!part.studs) return body;
  const feet: Point[] = [];
  for (let x = 0; x < wide; x++)
    for (let z = 0; z < deep; z++) feet.push(project(x + 0.5, z + 0.5, height));
  const tops = feet.map(([x, y]) =>
    Array.from({ length: 20 }, (_, k): Point => {
      const angle = (Math.PI * k) / 10;
      return [
        x + WIDE * STUD_R * P * Math.cos(angle),
        y - STUD * P + DEEP * STUD_R * P * Math.sin(angle),
      ];
    }),
  );
  return body + path("left", ...feet.map((foot) => tube(foot, STUD_R, STUD))) + path("", ...tops);
}

/** Draws the visible faces of a box: top, left and right. */
function box(wide: number, deep: number, high: number): string {
  const near = [project(wide, deep, high), project(wide, deep, 0)];
  const left = [project(0, deep, high), project(0, deep, 0)];
  const right = [project(wide, 0, high), project(wide, 0, 0)];
  return (
    path("", [project(0, 0, high), right[0], near[0], left[0]]) +
    path("left", [left[0], near[0], near[1], left[1]]) +
    path("right", [right[0], near[0], near[1], right[1]])
  );
}

/** Draws a round brick on its narrower ring, each shaded at the right. */
function cylinder(height: number): string {
  const [x, y] = project(0.5, 0.5, 0);
  const high = height - RING;
  const shade = tube([x, y - RING * P], ROUND_R, high).slice(0, 7);
  const rim = y - RING * P - high * P;
  return (
    path("left", tube([x, y], RING_R, RING)) +
    path("left", tube([x, y - RING * P], ROUND_R, high)) +
    path("right shade", [...shade, [shade[6][0], rim]]) +
    `<ellipse cx="${tenths(x)}" cy="${tenths(rim)}" rx="${tenths(WIDE * ROUND_R * P)}" ry="${tenths(DEEP * ROUND_R * P)}"/>`
  );
}

/** Returns the outline of an upright cylinder's side; `foot` is the centre of its bottom. */
function tube([x, y]: Point, radius: number, height: number): Point[] {
  const [rx, ry, rim] = [WIDE * radius * P, DEEP * radius * P, y - height * P];
  const arc = Array.from({ length: 13 }, (_, k): Point => {
    const angle = (Math.PI * k) / 12;
    return [x + rx * Math.cos(angle), y + ry * Math.sin(angle)];
  });
  return [[x + rx, rim], ...arc, [x - rx, rim]];
}

function path(css: string, ...outlines: readonly (readonly Point[])[]): string {
  const point = ([x, y]: Point) => `${tenths(x)} ${tenths(y)}`;
  const d = outlines
    .map(([first, ...others]) => `M${point(first)}L${others.map(point).join(" ")}z`)
    .join("");
  return `<path${css && ` class="${css}"`}${css.endsWith("shade") ? ' stroke="none"' : ""} d="${d}"/>`;
}

/** Draws parts at their positions, raised by `lift` plates, the farthest first. */
export function drawn(placed: readonly Placed[], lift = 0): string {
  return placed
    .toSorted((p, q) => p.y - q.y || p.x - q.x || p.z - q.z)
    .map((p) => {
      const [x, y] = project(p.x, p.z, (p.y + lift) * PLATE);
      return `<use href="#${symbol(p)}" class="c${COLOURS.indexOf(p.colour)}" x="${tenths(x)}" y="${tenths(y)}"/>`;
    })
    .join("");
}

/** Returns the bounds of parts on paper. */
export function bounds(placed: readonly Placed[], lift = 0): Bounds {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const p of placed) {
    const [wide, deep] = extent(p);
    const low = (p.y + lift) * PLATE;
    const high = (p.y + p.part.height + lift) * PLATE + STUD * Number(p.part.studs);
    top = Math.min(top, project(p.x, p.z, high)[1]);
    bottom = Math.max(bottom, project(p.x + wide, p.z + deep, low)[1]);
    left = Math.min(left, project(p.x, p.z + deep, low)[0]);
    right = Math.max(right, project(p.x + wide, p.z, low)[0]);
  }
  return [left - 2, top - 2, right + 2, bottom + 2];
}

/** Returns a drawing with these bounds, which fills its container or has a scale. */
export function svg(
  inside: string,
  box: Bounds,
  css: string,
  how: { label?: string; scale?: number } = {},
): string {
  const [left, top, right, bottom] = box;
  const size =
    how.scale &&
    ` width="${tenths((right - left) * how.scale)}" height="${tenths((bottom - top) * how.scale)}"`;
  const aria = how.label ? `role="img" aria-label="${how.label}"` : 'aria-hidden="true"';
  const view = [left, top, right - left, bottom - top].map(tenths).join(" ");
  return `<svg class="${css}" ${aria}${size ?? ""} viewBox="${view}">${inside}</svg>`;
}

/** Returns a part by itself, for lists. */
export const alone = (part: Part, colour: Colour): Placed => ({
  part,
  colour,
  x: 0,
  y: 0,
  z: 0,
  turned: false,
  step: 1,
  role: "base",
});

const WIDEST = 90; // pixels of an icon

/** Returns a drawing of one part at a scale. */
export function icon(part: Part, colour: Colour, scale = 0.5): string {
  const placed = [alone(part, colour)];
  const box = bounds(placed);
  return svg(drawn(placed), box, "icon", { scale: Math.min(scale, WIDEST / (box[2] - box[0])) });
}

/** Returns a hidden drawing with the symbols of these parts, in both orientations as needed. */
export function definitions(placed: readonly Placed[], more: string): string {
  const all = [...placed, ...placed.map((p) => alone(p.part, p.colour))];
  return `<svg width="0" height="0" aria-hidden="true"><defs>${symbols(all)}${more}</defs></svg>`;
}
