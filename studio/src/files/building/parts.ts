/**
 * The table of real parts, with their numbers in LDraw and at BrickLink. Sizes are in studs (8 mm)
 * and plates (3.2 mm; a brick is three plates high).
 */

/** Pitch of studs and height of a plate, in millimetres. */
export const STUD = 8;
export const PLATE = 3.2;

export interface Colour {
  readonly name: string; // of `words`: building.colour.*
  readonly ldraw: number;
  readonly bricklink: number;
  readonly paint: string; // in drawings: told apart on paper, with any form of colour vision
}

export interface Part {
  readonly kind: "brick" | "round" | "plate" | "tile" | "baseplate"; // of `words`: building.part.*
  readonly ldraw: string; // the name of its file
  readonly bricklink: string; // to order it; differs where a mould has variants
  readonly length: number;
  readonly width: number;
  readonly height: number;
  readonly studs: boolean;
}

export const WHITE: Colour = { name: "white", ldraw: 15, bricklink: 1, paint: "#F7F9FB" };
export const GREEN: Colour = { name: "green", ldraw: 2, bricklink: 6, paint: "#2F9E4B" };
export const BRIGHT_GREEN: Colour = {
  name: "bright-green",
  ldraw: 10,
  bricklink: 36,
  paint: "#8FDD74",
};
export const DARK_GREEN: Colour = {
  name: "dark-green",
  ldraw: 288,
  bricklink: 80,
  paint: "#0F5132",
};
export const YELLOW: Colour = { name: "yellow", ldraw: 14, bricklink: 3, paint: "#FFD43B" };
export const RED: Colour = { name: "red", ldraw: 4, bricklink: 5, paint: "#B3131A" };
export const BLUE: Colour = { name: "blue", ldraw: 1, bricklink: 7, paint: "#2166AC" };
export const GREY: Colour = { name: "grey", ldraw: 71, bricklink: 86, paint: "#A5ABB1" };

/** The greens of a weak, a medium and a strong weight. */
export const GREENS = [BRIGHT_GREEN, GREEN, DARK_GREEN] as const;

/** Parts that are one stud wide, by length. */
export type Sizes = Readonly<Record<number, Part>>;

/** "3023b 3023" is the number in LDraw and at BrickLink. */
function byLength(
  kind: Part["kind"],
  height: number,
  numbers: Readonly<Record<number, string>>,
): Sizes {
  return Object.fromEntries(
    Object.entries(numbers).map(([length, text]) => {
      const [ldraw, bricklink = ldraw] = text.split(" ");
      return [
        length,
        {
          kind,
          ldraw,
          bricklink,
          length: Number(length),
          width: 1,
          height,
          studs: kind !== "tile",
        },
      ];
    }),
  );
}

export const BRICKS = byLength("brick", 3, {
  1: "3005",
  2: "3004",
  4: "3010",
  6: "3009",
  8: "3008",
});
export const PLATES = byLength("plate", 1, {
  1: "3024",
  2: "3023b 3023",
  4: "3710",
  6: "3666",
  8: "3460",
});
export const TILES = byLength("tile", 1, { 1: "3070b", 2: "3069b", 4: "2431" });
export const ROUND: Part = {
  kind: "round",
  ldraw: "3062b",
  bricklink: "3062b",
  length: 1,
  width: 1,
  height: 3,
  studs: true,
};
const baseplate = (number: string, side: number): Part => ({
  kind: "baseplate",
  ldraw: number,
  bricklink: number,
  length: side,
  width: side,
  height: 1,
  studs: true,
});
export const BASES = [baseplate("3867", 16), baseplate("3811", 32)] as const;

/** All colours and parts, in the order of lists. */
export const COLOURS: readonly Colour[] = [WHITE, ...GREENS, YELLOW, RED, BLUE, GREY];
const PARTS: readonly Part[] = [BRICKS, { 0: ROUND }, PLATES, TILES, BASES].flatMap((parts) =>
  Object.values(parts),
);

export type Role = "axon" | "weight" | "multiply" | "sum" | "activation" | "tile" | "base";

/** A part with its position. */
export interface Placed {
  readonly part: Part;
  readonly colour: Colour;
  /** Its least corner: x and z in studs, y up in plates from the ground. */
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly turned: boolean; // whether its length is along z
  readonly step: number; // from 1
  readonly role: Role;
  /** Indices of its floor, input and neuron; undefined where it belongs to all. */
  readonly layer?: number | undefined;
  readonly row?: number | undefined;
  readonly unit?: number | undefined;
}

/** Returns the size of a part in studs along x and z. */
export function extent({ part, turned }: Placed): readonly [number, number] {
  return turned ? [part.width, part.length] : [part.length, part.width];
}

export interface Counted {
  readonly part: Part;
  readonly colour: Colour;
  readonly pieces: number;
}

/** Returns how many there are of each part, by colour and then by part. */
export function counted(placed: readonly Placed[]): Counted[] {
  const rank = (p: Placed) => COLOURS.indexOf(p.colour) * PARTS.length + PARTS.indexOf(p.part);
  const counts = new Map<number, number>();
  for (const p of placed) counts.set(rank(p), (counts.get(rank(p)) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([key, pieces]) => ({
      part: PARTS[key % PARTS.length],
      colour: COLOURS[Math.floor(key / PARTS.length)],
      pieces,
    }));
}

/** Returns a length as the fewest pieces of the sizes 1, 2, 4 (and 6, 8), the longest first. */
export function cut(length: number, sizes: Sizes): number[] {
  const pieces: number[] = [];
  let rest = length;
  for (const size of Object.keys(sizes).map(Number).reverse())
    for (; rest >= size; rest -= size) pieces.push(size);
  return pieces;
}

/**
 * Returns courses of plates for a bar of an even length over 8. They are laid from alternate ends,
 * so that their joints are staggered; where the joints would still meet (a multiple of 8), every
 * second course begins with half a plate.
 */
export function courses(length: number, count: number): number[][] {
  const even = cut(length, PLATES);
  const odd = length % 8 ? even.toReversed() : [4, ...cut(length - 8, PLATES), 4];
  return Array.from({ length: count }, (_, course) => (course % 2 ? odd : even));
}
