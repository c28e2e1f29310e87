import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const SRC = fileURLToPath(new URL("../src", import.meta.url));
const README = readFileSync(new URL("../README.md", import.meta.url), "utf8");

/** The rooms of README's table, from the lowest, with those that each imports, which stand above it. */
function rooms(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const [, name, cell] of README.matchAll(/^\| `(\w+)\/` \|.*\| (.*) \|$/gm)) {
    const named = [...cell.matchAll(/`(\w+)\/`/g)].map(([, room]) => room);
    for (const room of named) expect([...found.keys()], `${name}/ above ${room}/`).toContain(room);
    found.set(name, new Set(cell.startsWith("all above") ? found.keys() : named));
  }
  return found;
}

/** Static imports and exports, and `import()` wherever it stands. */
const IMPORTS = /^(?:import|export)\s[^;"]*?"(\.[^"]+)"|\bimport\(\s*["'`](\.[^"'`]+)/gm;

test("a room imports only the rooms of its row", () => {
  const table = rooms();
  const ROOT = "";
  const all = new Set([...table.keys(), ROOT]); // what starts the page puts all rooms together
  table.set(ROOT, all);
  const roomOf = (file: string) => (file.includes("/") ? file.split("/")[0] : ROOT);
  const wrong: string[] = [];
  for (const file of readdirSync(SRC, { recursive: true, encoding: "utf8" })) {
    if (!/\.tsx?$/.test(file)) continue;
    const room = roomOf(file);
    const row = table.get(room);
    expect(row, `${room}/ is not in README's table`).toBeDefined();
    const source = readFileSync(join(SRC, file), "utf8");
    for (const [, fixed, dynamic] of source.matchAll(IMPORTS)) {
      const path = fixed ?? dynamic;
      const other = roomOf(relative(SRC, join(SRC, dirname(file), path)));
      if (other === room || row?.has(other)) continue;
      wrong.push(`${file} imports ${path}`);
    }
  }
  expect(wrong).toEqual([]);
});
