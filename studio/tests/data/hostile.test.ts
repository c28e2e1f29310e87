/** Files that are broken, huge, or something else: refused in words or read safely, and quickly. */
import { deflateSync, gzipSync, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { checkSize, LARGEST_FILE, readCsv } from "../../src/data/csv.ts";
import { LIMITS } from "../../src/data/rows.ts";
import type { Table } from "../../src/data/table.ts";
import { data } from "../../src/words/data.ts";
import { late } from "../pace.ts";
import { bytes } from "./choice.ts";

const MB = 1_000_000;
const header = "a,b\n";
const rows = (count: number, row = "1,2\n") => header + row.repeat(count);

/** Numbers that look like any file. */
function noise(length: number): Uint8Array {
  let state = 5;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

const REFUSED: readonly [what: string, file: () => Uint8Array, key: string][] = [
  ["nothing", () => new Uint8Array(0), "empty"],
  ["spaces and newlines", () => bytes(" \n\n \r\n"), "empty"],
  ["a byte order mark alone", () => Uint8Array.of(0xef, 0xbb, 0xbf), "empty"],
  ["an Excel file", () => zipSync({ "xl/workbook.xml": bytes("<x/>") }), "excel"],
  ["an old Excel file", () => Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1), "excel"],
  ["a packed file", () => gzipSync(bytes(rows(3))), "packed"],
  ["a PDF", () => bytes("%PDF-1.7\n1,2\n"), "pdf"],
  ["a picture", () => Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10), "picture"],
  ["a photograph", () => Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16), "picture"],
  ["a Parquet file", () => bytes("PAR1\u0015\u0004"), "binary"],
  ["random bytes", () => noise(100_000), "binary"],
  ["compressed bytes", () => deflateSync(noise(10_000)), "binary"],
  ["NUL bytes among cells", () => bytes("a,b\n1,\0\n3,4"), "binary"],
  ["NUL bytes alone", () => new Uint8Array(MB), "binary"],
  [
    "UTF-16 without its mark",
    () => new Uint8Array(Uint16Array.from([97, 44, 10]).buffer),
    "binary",
  ],
  ["a web page", () => bytes("<!doctype html>\n<p>a,b</p>"), "markup"],
  ["XML", () => bytes('<?xml version="1.0"?>\n<a>1,2</a>'), "markup"],
  ["JSON", () => bytes('[{"a": 1, "b": 2},\n{"a": 3, "b": 4}]'), "json"],
  ["prose", () => bytes("It was a night\nwithout a moon\nand no commas"), "onecolumn"],
  ["one column", () => bytes("a\n1\n2\n3"), "onecolumn"],
  ["a header alone", () => bytes("a,b,c\n"), "fewrows"],
  ["one row", () => bytes("a,b,c\n1,2,3"), "fewrows"],
  ["a quote that is never closed", () => bytes('a,b\n1,2\n3,"4\n5,6\n7,8'), "quote"],
  ["an open quote before 10 MB", () => bytes(`a,"b\n${"1,2\n".repeat(2.5 * MB)}`), "quote"],
  ["a million columns", () => bytes("1,".repeat(MB)), "columns"],
  ["ten million empty columns", () => bytes(`a,b\n${",".repeat(10 * MB)}`), "columns"],
  ["a million columns with semicolons", () => bytes("1;".repeat(MB)), "columns"],
  ["too many rows", () => bytes(rows(LIMITS.rows + 1)), "rows"],
  ["5 million rows", () => bytes("1,2\n".repeat(4.9 * MB)), "rows"],
  ["too many cells", () => bytes(`${"a,".repeat(899)}a\n`.repeat(10_000)), "cells"],
  ["a cell of 5 MB", () => bytes(`${header}1,${"x".repeat(5 * MB)}\n3,4`), "cell"],
  ["a quoted cell of 5 MB", () => bytes(`${header}1,"${"x\n".repeat(2.5 * MB)}"\n3,4`), "cell"],
  ["more than 20 MB", () => new Uint8Array(LARGEST_FILE + 1), "size"],
];

const READ: readonly [what: string, text: string, check: (table: Table) => void][] = [
  [
    "formulas: texts, never computed",
    'a,b\n"=HYPERLINK(""http://x"")",1\n=1+1,2\n@SUM(A1),3\n=1+1,4',
    (table) => expect(table.columns[0].values[1]).toBe("=1+1"),
  ],
  [
    "script tags: texts",
    "<script>alert(1)</script>,b\n<img src=x onerror=alert(1)>,1\n<b>,2",
    (table) => expect(table.columns[0].name).toBe("<script>alert(1)</script>"),
  ],
  [
    "10 MB of quotes",
    `${header}1,"${'""'.repeat(400_000)}"\n3,4`,
    (table) => expect(table.columns[0].values.length).toBe(2),
  ],
  [
    "quotes and spaces, where a reader may look at every space for every quote",
    `${header}1,"${'" '.repeat(200_000)}${" ".repeat(400_000)}"\n3,4`,
    (table) => expect(table.rows).toBe(2),
  ],
  [
    "the same name a thousand times",
    `${Array(1000).fill("x").join(",")}\n${"1,".repeat(999)}1\n${"2,".repeat(999)}2`,
    (table) => expect(new Set(table.columns.map((column) => column.name)).size).toBe(1000),
  ],
  [
    "numbers of a million digits",
    `${header}${"9".repeat(999_000)},1\n2,2\n3,3\n4,4\n5,5`,
    (table) => expect(table.columns[0].values[0]).toBeNaN(),
  ],
  [
    "rows of every length",
    `${header}${Array.from({ length: 500 }, (_, n) => "1,".repeat(n)).join("\n")}`,
    (table) => expect(table.columns.length).toBe(2),
  ],
  [
    "carriage returns as ends of lines",
    "a,b\r1,2\r3,4",
    (table) => expect([...table.columns[1].values]).toEqual([2, 4]),
  ],
  [
    "bytes that no encoding has",
    "a,b\n\ufffd,1\n\ufffd\ufffd,2",
    (table) => expect(table.rows).toBe(2),
  ],
];

/** Far more than it takes, far less than a reader takes that looks at everything for everything. */
const MOST_MS = 10_000;

describe("is refused", { timeout: 2 * MOST_MS }, () => {
  it.each(REFUSED)("%s", (_, file, key) => {
    const content = file();
    const begun = performance.now();
    let caught: { key?: string } = {};
    try {
      readCsv(content, "file.csv");
    } catch (error) {
      caught = error as { key?: string };
    }
    expect(caught.key).toBe(`data.refused.${key}`);
    expect(data.en[caught.key as string]).toBeDefined();
    expect(late(begun, MOST_MS)).toBeNull();
  });
});

describe("is read", { timeout: 2 * MOST_MS }, () => {
  it.each(READ)("%s", (_, text, check) => {
    const begun = performance.now();
    check(readCsv(bytes(text), "file.csv"));
    expect(late(begun, MOST_MS)).toBeNull();
  });

  it("as many rows as there may be", () => {
    expect(readCsv(bytes(rows(LIMITS.rows)), "file.csv").rows).toBe(LIMITS.rows);
  });

  it("never with anything but a DataError, for random bytes of printable and special letters", () => {
    const letters = [..."ab1.,;\t|\"'\n\r =<>{}[]\\/%-+\u00e9\ud55c\u202e"];
    const random = noise(200_000);
    for (let round = 0; round < 2000; round++) {
      const text = Array.from(
        random.subarray(round * 90, round * 90 + 90),
        (byte) => letters[byte % letters.length],
      ).join("");
      try {
        const table = readCsv(bytes(text), "file.csv");
        for (const column of table.columns) expect(column.values.length).toBe(table.rows);
      } catch (error) {
        expect((error as Error).name, text).toBe("DataError");
      }
    }
  });
});

it("a file's size is refused before it is read", () => {
  expect(() => checkSize(LARGEST_FILE)).not.toThrow();
  expect(() => checkSize(LARGEST_FILE + 1)).toThrow("data.refused.size");
});
