/** Rows of a table are found by what names them. */
import { describe, expect, it } from "vitest";
import { readCsv } from "../../src/data/csv.ts";
import { prepare } from "../../src/data/prepare.ts";
import { findRow, namingColumns } from "../../src/understand/origin.ts";
import { bytes, choice } from "../data/choice.ts";

const lines = Array.from(
  { length: 30 },
  (_, i) => `2024-01-${1 + (i % 28)},C-${100 + i},${i % 5},${i % 3 ? "a" : "b"},${i * 10},yes`,
);
const text = `day,customer,visits,plan,spent,active\n${lines.join("\n")}`;
const table = readCsv(bytes(text), "shop.csv");
const data = prepare(table, choice({ target: "plan", excluded: ["spent"] }));
const columns = namingColumns(table, data);

it("the columns that tell rows apart: ids first, no inputs, no constants", () => {
  expect(columns.map(({ name }) => name)).toEqual(["customer", "day", "spent"]);
});

describe("a row is found", () => {
  const find = (wanted: string, after = -1) => findRow(table.rows, columns, wanted, after);

  it("by its id, in whatever case and between spaces", () => {
    expect(find("C-117")).toBe(17);
    expect(find(" c-117 ")).toBe(17);
  });

  it("by its number before another cell, and by a whole cell before a part", () => {
    expect(find("7")).toBe(6);
    expect(find("20")).toBe(19); // row 20, not spent 20
    expect(find("290")).toBe(29); // spent
    expect(find("c-1")).toBe(0);
  });

  it("one after the other, in a circle", () => {
    expect(find("2024-01-1", 0)).toBe(28);
    expect(find("2024-01-1", 28)).toBe(0);
  });

  it("or not", () => {
    expect(find("C-999")).toBeNull();
    expect(find("31")).toBeNull();
    expect(find("  ")).toBeNull();
  });
});
