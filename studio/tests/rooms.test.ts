import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const SRC = fileURLToPath(new URL("../src", import.meta.url));
const README = readFileSync(new URL("../README.md", import.meta.url), "utf8");

/** The rooms of README's table, from the lowest, with those that each imports. */
function rooms(): Map<string, { imports: Set<string>; types: Set<string> }> {
  const found = new Map<string, { imports: Set<string>; types: Set<string> }>();
  for (const [, name, cell] of README.matchAll(/^\| `(\w+)\/` \|.*\| (.*) \|$/gm)) {
    const imports = new Set<string>(cell.startsWith("all above") ? found.keys() : []);
    const types = new Set<string>();
    for (const part of cell.split(","))
      for (const [, room] of part.matchAll(/`(\w+)\/`/g))
        (part.includes("types of") ? types : imports).add(room);
    found.set(name, { imports, types });
  }
  return found;
}

test("a room imports only the rooms of its row", () => {
  const table = rooms();
  const wrong: string[] = [];
  for (const file of readdirSync(SRC, { recursive: true, encoding: "utf8" })) {
    const room = file.split("/")[0];
    if (!/\.tsx?$/.test(file) || !file.includes("/")) continue;
    const row = table.get(room);
    expect(row, `${room}/ is not in README's table`).toBeDefined();
    const source = readFileSync(join(SRC, file), "utf8");
    for (const [, isType, path] of source.matchAll(
      /^(?:import|export)( type)?\s[^;"]*?"(\.[^"]+)"/gm,
    )) {
      const other = relative(SRC, join(SRC, dirname(file), path)).split("/")[0];
      if (other === room || row?.imports.has(other) || (isType && row?.types.has(other))) continue;
      wrong.push(`${file} imports ${path}`);
    }
  }
  expect(wrong).toEqual([]);
});
