/** Colours of answers: of numbers from low (orange) to high (blue), and of classes. */

/** Colours that all kinds of colour vision tell apart, in this order (after Okabe and Ito, and Tol). */
export const CLASSES = [
  "#e08214",
  "#2166ac",
  "#1b9e77",
  "#c51b7d",
  "#8c6d31",
  "#56b4e9",
  "#7b3294",
  "#9aa5b1",
  "#d6ce3a",
  "#4d4d4d",
] as const;

export type Rgb = readonly [number, number, number];

const LOW: Rgb = [224, 130, 20];
const HIGH: Rgb = [33, 102, 172];

const rgb = (hex: string): Rgb =>
  [1, 3, 5].map((i) => Number.parseInt(hex.slice(i, i + 2), 16)) as unknown as Rgb;

const PALETTE = CLASSES.map(rgb);
const LIGHT: Rgb = [250, 248, 244];
const DARK: Rgb = [27, 34, 43];

const middle = (dark: boolean): Rgb => (dark ? DARK : LIGHT);

function mixed(a: Rgb, b: Rgb, share: number): Rgb {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}

/** Returns the colour of a number from -1 (orange) over 0 (paper) to 1 (blue). */
export function diverging(value: number, dark: boolean, strength = 0.85): Rgb {
  const share = Math.min(Math.abs(value), 1) * strength;
  return mixed(middle(dark), value < 0 ? LOW : HIGH, Number.isFinite(share) ? share : 0);
}

/** Returns the colour of a class, paler the less sure the answer is. */
export function ofClass(index: number, sureness: number, dark: boolean): Rgb {
  return mixed(middle(dark), classColour(index), 0.15 + 0.6 * Math.max(0, Math.min(1, sureness)));
}

export const classColour = (index: number): Rgb => PALETTE[index % PALETTE.length];

/** Colours in which a point stands out from a dark or a light surface of the same colour. */
export const lighter = (colour: Rgb): Rgb => mixed(colour, [255, 255, 255], 0.5);
export const deeper = (colour: Rgb): Rgb => mixed(colour, [0, 0, 0], 0.3);

/** The strokes of a picture, as the style sheet's --ink. */
const [INK, DARK_INK]: readonly Rgb[] = [rgb("#1f2933"), rgb("#e6ebf0")];

export const ink = (dark: boolean): Rgb => (dark ? DARK_INK : INK);

export const css = (colour: Rgb): string => `rgb(${colour.map(Math.round).join(" ")})`;
