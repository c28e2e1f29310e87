/** Shapes as the text of SVG. The same scene gives the same bytes as `brickwork.pictures`. */
import { decimal } from "./network.ts";
import { around, type Line, type Piece, type Shape } from "./shapes.ts";
import { attributes, sheet, type Theme } from "./sheet.ts";
import { SPECIFICATION } from "./specification.ts";
import { escaped } from "./text.ts";
import type { Scene } from "./tower.ts";

/** Returns a scene as an SVG file. */
export function svg(scene: Scene, theme: Theme): string {
  const m = SPECIFICATION.pixels.margin;
  const [left, top, right, bottom] = around(scene.parts);
  const [x, y] = [left - m, top - m];
  const [width, height] = [Math.ceil(right + m - x), Math.ceil(bottom + m - y)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="brickwork ${theme}" role="img" `,
    `width="${width}" height="${height}" `,
    `viewBox="${tenths(x)} ${tenths(y)} ${width} ${height}" `,
    `style="max-width:100%;height:auto" font-family="${SPECIFICATION.font}">`,
    `<title>${escaped(scene.title)}</title><desc>${escaped(scene.description)}</desc>`,
    `<style>${sheet()}</style>`,
    `<rect class="paper"${attributes("", "paper", "", theme)} x="${tenths(x)}" y="${tenths(y)}" width="${width}" height="${height}"/>`,
    ...scene.parts.map((part) => markup(part, theme)),
    "</svg>\n",
  ].join("");
}

/**
 * Returns the elements of a shape. `theme` writes its colours as attributes; null leaves them to the
 * style sheet. `within`: the classes of the enclosing groups.
 */
export function markup(shape: Shape, theme: Theme | null, within = ""): string {
  switch (shape.shape) {
    case "rect": {
      const rounded = shape.r ? ` rx="${tenths(shape.r)}"` : "";
      return `<rect${css(shape.css, theme, within)} x="${tenths(shape.x)}" y="${tenths(shape.y)}" width="${tenths(shape.w)}" height="${tenths(shape.h)}"${rounded}/>`;
    }
    case "ellipse":
      return `<ellipse${css(shape.css, theme, within)} cx="${tenths(shape.x)}" cy="${tenths(shape.y)}" rx="${tenths(shape.rx)}" ry="${tenths(shape.ry)}"/>`;
    case "line":
      return `<path${css(shape.css, theme, within)} d="${path(shape)}"/>`;
    case "text": {
      const anchor = shape.anchor === "start" ? "" : ` text-anchor="${shape.anchor}"`;
      const weight = shape.bold ? ' font-weight="bold"' : "";
      return `<text${css(shape.css, theme, within, "text")} x="${tenths(shape.x)}" y="${tenths(shape.y)}" font-size="${tenths(shape.size)}"${anchor}${weight}>${escaped(shape.text)}</text>`;
    }
    case "piece":
      return pieceMarkup(shape, theme, within);
  }
}

function pieceMarkup(piece: Piece, theme: Theme | null, within: string): string {
  const title = piece.title ? `<title>${escaped(piece.title)}</title>` : "";
  const [only] = piece.parts;
  // A synapse drawn as a line is one element, since there are many.
  if (piece.parts.length === 1 && only.shape === "line")
    return `<path${css(piece.css, theme, within)}${data(piece)} d="${path(only)}"${title ? `>${title}</path>` : "/>"}`;
  const inside = `${within} ${piece.css}`;
  return `<g${css(piece.css, theme, within)}${data(piece)}>${title}${piece.parts.map((part) => markup(part, theme, inside)).join("")}</g>`;
}

function css(classes: string, theme: Theme | null, within: string, tag = ""): string {
  return (
    (classes ? ` class="${classes}"` : "") + (theme ? attributes(tag, classes, within, theme) : "")
  );
}

function data(piece: Piece): string {
  return Object.entries(piece.data)
    .map(
      ([name, value]) =>
        ` data-${name}="${typeof value === "string" ? escaped(value) : name === "value" ? decimal(value) : value}"`,
    )
    .join("");
}

function path(shape: Line): string {
  const end = shape.closed ? "z" : "";
  return shape.strokes
    .map(
      ([[x, y], ...rest]) =>
        `M${tenths(x)} ${tenths(y)}L${rest.map(([a, b]) => `${tenths(a)} ${tenths(b)}`).join(" ")}${end}`,
    )
    .join("");
}

/** Returns a number with one decimal; a tie goes to the even digit, as in Python. */
export function fixed(number: number): string {
  const tie = Math.abs((number * 4) % 2) === 1; // .25 and .75 are the only ties that floats have
  return (tie ? (2 * Math.round(number * 5)) / 10 : number).toFixed(1);
}

/** Returns a number with at most one decimal. */
export function tenths(number: number): string {
  const text = fixed(number);
  return text === "-0.0" ? "0" : text.endsWith(".0") ? text.slice(0, -2) : text;
}
