import type { Passage } from "../../../engine/explain.ts";

/** The neuron that a stage shows, and what happens in its brick. */
export interface At {
  readonly brick: number;
  readonly unit: number;
  readonly passage: Passage;
}
