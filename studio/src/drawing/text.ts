/** Text in pictures: measured before it is drawn, and escaped in one place. */
import { SPECIFICATION } from "./specification.ts";

const [REGULAR, BOLD] = (["regular", "bold"] as const).map((weight) => {
  const widths = new Map<string, number>();
  for (const [width, characters] of Object.entries(SPECIFICATION.textWidths[weight]))
    for (const character of characters) widths.set(character, Number(width));
  return widths;
});

/** Hangul, Chinese and Japanese characters, full-width forms and emoji: as wide as they are high. */
const FULL_WIDTH =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u;
const COMBINING = /\p{M}/u;
const OTHER = 620;

/** Returns the width of a text in Helvetica. */
export function textWidth(text: string, size: number, bold = false): number {
  const widths = bold ? BOLD : REGULAR;
  let sum = 0;
  for (const character of text) sum += widths.get(character) ?? otherWidth(character);
  return (size / 1000) * sum;
}

function otherWidth(character: string): number {
  if (COMBINING.test(character)) return 0;
  return FULL_WIDTH.test(character) ? 1000 : OTHER;
}

/** Returns the text without characters that XML forbids. */
export function clean(text: string): string {
  return text.replace(/\p{Cs}/gu, "\ufffd").replace(/[\p{Cc}\p{Zl}\p{Zp}\ufffe\uffff]/gu, " ");
}

/** Returns the text, truncated with an ellipsis if it is wider than `widest` pixels. */
export function shortened(
  text: string,
  size: number,
  bold: boolean,
  widest = SPECIFICATION.pixels.caption,
): string {
  let kept = clean(text);
  if (textWidth(kept, size, bold) <= widest) return kept;
  while (kept && textWidth(`${kept}…`, size, bold) > widest) kept = [...kept].slice(0, -1).join("");
  return `${kept}…`;
}

const NAMED: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Escapes a text for XML and HTML, between tags or in quotes; the result is ASCII. */
export function escaped(text: string): string {
  return clean(text)
    .replace(/[&<>"']/g, (character) => NAMED[character])
    .replace(/[^\0-\x7f]/gu, (character) => `&#${character.codePointAt(0)};`);
}
