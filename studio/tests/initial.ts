import { networkOf } from "../src/engine/forward.ts";
import type { Wall, Weight } from "../src/wall/wall.ts";

/** Returns the weights that a training of the wall begins with. */
export const initialWeights = (wall: Wall): Weight[][] => networkOf(wall, null, 1).weights();
