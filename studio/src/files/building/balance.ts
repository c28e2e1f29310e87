/** Static stability: a stack stands if its centre of mass is above the area that supports it. */
import { extent, PLATE, type Placed, STUD } from "./parts.ts";

/** In studs: least and greatest x, least and greatest z. */
export type Area = readonly [number, number, number, number];

/** Returns the bounding rectangle of the parts, seen from above. */
export function area(placed: readonly Placed[]): Area {
  let [left, right, front, back] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const p of placed) {
    const [wide, deep] = extent(p);
    left = Math.min(left, p.x);
    right = Math.max(right, p.x + wide);
    front = Math.min(front, p.z);
    back = Math.max(back, p.z + deep);
  }
  return [left, right, front, back];
}

/**
 * Returns by how many degrees parts that rest on an area can be tilted before they fall; negative if
 * they fall by themselves. Mass is taken as proportional to volume: all parts are similarly hollow.
 */
export function tilt(placed: readonly Placed[], [left, right, front, back]: Area): number {
  const foot = Math.min(...placed.map((p) => p.y));
  let [mass, x, y, z] = [0, 0, 0, 0];
  for (const p of placed) {
    const [wide, deep] = extent(p);
    const own = wide * deep * p.part.height;
    mass += own;
    x += own * (p.x + wide / 2);
    y += own * (p.y - foot + p.part.height / 2);
    z += own * (p.z + deep / 2);
  }
  const edge = Math.min(x / mass - left, right - x / mass, z / mass - front, back - z / mass);
  return (Math.atan2(edge, ((y / mass) * PLATE) / STUD) * 180) / Math.PI;
}
