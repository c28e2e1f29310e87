/** What a user works on, and how closely it is looked at. */
import type { DataChoice } from "../data/table.ts";
import type { Wall } from "./wall.ts";

/** What is saved, shared and undone. */
export interface Project {
  readonly name: string;
  readonly wall: Wall;
  readonly data: DataChoice;
}

export type Level = "bricks" | "lines" | "synapses";
