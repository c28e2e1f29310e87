/** The weights that colour the wall: of the last snapshot, or those that a brick brought along. */
import { snapshot, stack } from "../../state/store.ts";
import type { Place } from "../../wall/shapes.ts";
import type { Weight, Weights } from "../../wall/wall.ts";

/** By the id of a brick: while an edited wall waits for its first snapshot, bricks keep their colours. */
let last = new Map<string, readonly Weight[]>();

/** Returns the weights of bricks, as they are now; reading them subscribes to nothing. */
export function weightsOf(bricks: readonly Place[]): Weights {
  const now = snapshot.peek();
  const standing = stack.peek();
  if (now?.weights.length === standing.length)
    last = new Map(standing.map((place, i) => [place.brick.id, now.weights[i]]));
  return bricks.map(({ brick }) => last.get(brick.id) ?? brick.weights ?? []);
}

/** Returns the kernel of each brick; null for one without. */
export function kernelsOf(bricks: readonly Place[]): (Float32Array | null)[] {
  return weightsOf(bricks).map(
    (weights) => weights.find((weight) => weight.name === "kernel")?.values ?? null,
  );
}
