/** Runs the scripts of this folder, with files in a folder of their own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { printed } from "../python.ts";

/** Runs a script and returns what it prints as JSON. */
export const python = (script: string, ...given: string[]): unknown =>
  printed(`files/${script}`, given);

/** Calls a function with a folder that is removed afterwards. */
export function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "studio-files-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
