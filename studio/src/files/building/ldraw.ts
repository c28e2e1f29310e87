/**
 * A building as LDraw text (.mpd): a submodel for each layer, put on the one below. LDraw's unit is
 * 0.4 mm: a stud is 20 units and a plate 8. -Y is up; a part's origin is the centre of its top.
 * Reference: LDraw File Format 1.0.2.
 */

import { clean } from "../../drawing/text.ts";
import type { Building } from "./building.ts";
import { extent, GREY, type Placed } from "./parts.ts";

const STUD = 20;
const PLATE = 8;
const STRAIGHT = "1 0 0 0 1 0 0 0 1";
const TURNED = "0 0 1 0 1 0 -1 0 0";
const STEP = "0 STEP";

interface Corner {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** Returns a building as LDraw text, with its steps. */
export function ldraw(building: Building): string {
  const { name, parts, floors } = building;
  const weights = parts.filter((p) => p.role === "weight").length;
  const lines = [
    "0 FILE model.ldr",
    "0 brickwork model",
    "0 Name: model.ldr",
    "0 Author: brickwork",
    comment(`${name}: ${parts.length} pieces, ${weights} of them weights`),
    ...building.notes.map(comment),
    ...steps(
      building,
      parts.filter((p) => p.layer === undefined),
    ),
  ];
  for (const [i, floor] of floors.entries())
    lines.push(
      comment(`put ${floor.name} ${i ? "on the studs below it" : "down"}`),
      `1 ${GREY.ldraw} ${STUD * floor.x} ${-PLATE * floor.y} ${STUD * floor.z} ${STRAIGHT} layer-${i + 1}.ldr`,
      STEP,
    );
  lines.push("0 NOFILE");
  for (const [i, floor] of floors.entries())
    lines.push(
      `0 FILE layer-${i + 1}.ldr`,
      `0 brickwork layer ${i + 1}`,
      `0 Name: layer-${i + 1}.ldr`,
      "0 Author: brickwork",
      comment(`${floor.name}: ${floor.inputs} -> ${floor.outputs}, ${floor.activation}`),
      ...steps(
        building,
        parts.filter((p) => p.layer === i),
        floor,
      ),
      "0 NOFILE",
    );
  return `${lines.join("\n")}\n`;
}

/** Returns the parts by step, relative to a corner. */
function steps(
  building: Building,
  parts: readonly Placed[],
  corner: Corner = { x: 0, y: 0, z: 0 },
): string[] {
  return [...new Set(parts.map((p) => p.step))].flatMap((step) => [
    comment(building.steps[step - 1]),
    ...parts.filter((p) => p.step === step).map((p) => line(p, corner)),
    STEP,
  ]);
}

/** Returns the line of a part: the centre of its top, and its rotation. */
function line(placed: Placed, corner: Corner): string {
  const [wide, deep] = extent(placed);
  const x = STUD * (placed.x - corner.x) + (STUD / 2) * wide;
  const y = -PLATE * (placed.y - corner.y + placed.part.height);
  const z = STUD * (placed.z - corner.z) + (STUD / 2) * deep;
  return `1 ${placed.colour.ldraw} ${x} ${y} ${z} ${placed.turned ? TURNED : STRAIGHT} ${placed.part.ldraw}.dat`;
}

/** Returns a one-line comment, which no viewer takes for a command. */
const comment = (words: string) => `0 // ${clean(words)}`;
