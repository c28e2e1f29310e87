/** What one can do to a wall. Each returns a new one. */
import { BRICKS } from "./catalogue.ts";
import { type Brick, type Config, newId, type Wall } from "./wall.ts";

/** Returns a new brick of the palette. */
export function fresh(kind: string): Brick {
  const config: Config =
    kind === "Dense" ? { units: 4, activation: "relu" } : kind === "Dropout" ? { rate: 0.2 } : {};
  return { id: newId(), kind, config };
}

export function insert(wall: Wall, brick: Brick, at: number): Wall {
  return { ...wall, bricks: wall.bricks.toSpliced(at, 0, brick) };
}

export function remove(wall: Wall, id: string): Wall {
  return { ...wall, bricks: wall.bricks.filter((brick) => brick.id !== id) };
}

/** Moves a brick so that it ends up at index `to`. */
export function move(wall: Wall, id: string, to: number): Wall {
  const from = wall.bricks.findIndex((brick) => brick.id === id);
  if (from < 0 || from === to) return wall;
  return { ...wall, bricks: wall.bricks.toSpliced(from, 1).toSpliced(to, 0, wall.bricks[from]) };
}

/** Sets arguments of a brick; one that is the default is left out of its config. */
export function configure(wall: Wall, id: string, changes: Config): Wall {
  return {
    ...wall,
    bricks: wall.bricks.map((brick) => {
      if (brick.id !== id) return brick;
      const fields = BRICKS[brick.kind].fields;
      const kept = Object.entries({ ...brick.config, ...changes }).filter(
        ([name, value]) => fields[name]?.default !== value,
      );
      return { ...brick, config: Object.fromEntries(kept) };
    }),
  };
}

export function freeze(wall: Wall, id: string, frozen: boolean): Wall {
  return {
    ...wall,
    bricks: wall.bricks.map((brick) =>
      brick.id === id ? { ...brick, trainable: !frozen } : brick,
    ),
  };
}

export function duplicate(wall: Wall, id: string): Wall {
  const at = wall.bricks.findIndex((brick) => brick.id === id);
  return at < 0 ? wall : insert(wall, { ...wall.bricks[at], id: newId() }, at + 1);
}
