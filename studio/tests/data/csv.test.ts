/** CSV files as people and programs write them. */
import { execFileSync } from "node:child_process";
import Papa from "papaparse";
import { describe, expect, it } from "vitest";
import { readCsv } from "../../src/data/csv.ts";
import { isKorean } from "../../src/data/decode.ts";
import { profile } from "../../src/data/kinds.ts";
import { numberIn } from "../../src/data/numbers.ts";
import { generator } from "../../src/data/random.ts";
import { delimiterOf, readRows } from "../../src/data/rows.ts";
import { readProject, writeProject } from "../../src/files/project.ts";
import { firstProject } from "../../src/state/store.ts";
import { PYTHON } from "../python.ts";
import { bytes } from "./choice.ts";

const read = (text: string) => readCsv(bytes(text), "file.csv");
const shown = (text: string | Uint8Array) => {
  const table = readCsv(typeof text === "string" ? bytes(text) : text, "file.csv");
  return Object.fromEntries(table.columns.map(({ name, values }) => [name, [...values]]));
};
const notes = (text: string) => read(text).notes?.map((note) => note.key);
const note = (text: string, key: string) => read(text).notes?.find((one) => one.key === key);

describe("rows", () => {
  it("are those of Papa Parse, for random texts", () => {
    const random = generator(11);
    const letters = ["a", "1", '"', '"', ",", ",", ";", "\n", " ", '""', '",', '"\n'];
    let compared = 0;
    for (let round = 0; round < 20_000; round++) {
      const length = Math.floor(random.uniform() * 24);
      const drawn = Array.from(
        { length },
        () => letters[Math.floor(random.uniform() * letters.length)],
      );
      const text = `${drawn.join("")}\n`;
      const theirs = Papa.parse<string[]>(text, { delimiter: ",", newline: "\n" });
      if (theirs.errors.some((error) => error.code === "MissingQuotes")) {
        expect(() => readRows(text, ","), JSON.stringify(text)).toThrow("data.refused.quote");
        continue;
      }
      const filled = theirs.data.filter((row) => row.some((cell) => cell.trim() !== ""));
      const ours = readRows(text, ",").map((row) => row.cells);
      expect(ours, JSON.stringify(text)).toEqual(filled);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(5000);
  });

  it("know the line on which they begin, whatever ends a line", () => {
    const lines = (text: string) => readRows(text, ",").map((row) => row.line);
    expect(lines('a,b\n"1\n2",3\n\n4,5')).toEqual([1, 2, 5]);
    expect(lines('a,b\r\n"1\r\n2",3\r\n\r\n4,5\r\n')).toEqual([1, 2, 5]);
    expect(lines('a,b\r"1\r2",3\r\r4,5\r')).toEqual([1, 2, 5]);
  });

  it.each([
    ["a,b\n1,2\n3,4", ","],
    ["a;b\n1,5;2,5\n3,5;4,5", ";"],
    ["a\tb\n1,5\t2\n3\t4", "\t"],
    ["a|b\n1|2", "|"],
    ['name,text\n1,"a;b"\n2,c\n3,d', ","],
    ['a;b\n"x\ny,z";1\n"u,v,w";2', ";"],
  ])("%j: the delimiter is %j", (text, delimiter) => {
    expect(delimiterOf(text)).toBe(delimiter);
  });
});

describe("a file", () => {
  it("with names, numbers and texts", () => {
    expect(shown("age,sex\n22,male\n38.5,female\n-1e2,male")).toEqual({
      age: [22, 38.5, -100],
      sex: ["male", "female", "male"],
    });
  });

  it("with missing values in every spelling", () => {
    expect(shown("a,b\n1,x\nNA,\n,?\nnull,n/a\nNaN,None\n-,y\n2,#N/A")).toEqual({
      a: [1, Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN, 2],
      b: ["x", "", "", "", "", "y", ""],
    });
  });

  it("with decimal commas, groups of three, units", () => {
    expect(shown("a;b\n1,5;1.234,5\n2,25;2.000")).toEqual({ a: [1.5, 2.25], b: [1234.5, 2000] });
    expect(notes("a;b\n1,5;2\n2,5;3")).toEqual(["data.note.comma"]);
    expect(shown('a,b\n"1,234",$5\n"5,678",$6')).toEqual({ a: [1234, 5678], b: [5, 6] });
    expect(shown("a;b\n1,234;5 %\n5,678;6%")).toEqual({ a: [1.234, 5.678], b: [5, 6] });
  });

  it("without names", () => {
    expect(shown("1,2\n3,4")).toEqual({ x1: [1, 3], x2: [2, 4] });
    expect(notes("1,2\n3,4")).toEqual(["data.note.headerless"]);
    expect(shown("5.1,setosa\n4.9,setosa\n6.3,virginica").x1).toEqual([5.1, 4.9, 6.3]);
  });

  it("with years as names, recognised by the name above numbers", () => {
    expect(Object.keys(shown("size,2019,2020\n1,2,3\n4,5,6"))).toEqual(["2019", "2020", "size"]);
  });

  it("with names that are the same, missing, long or not to be seen", () => {
    const table = read(`a,a,,\u202eb\u0007\n1,2,3,4\n5,6,7,8`);
    expect(table.columns.map((column) => column.name)).toEqual(["a", "a (2)", "unnamed 3", "b"]);
    expect(table.notes?.[0].values).toEqual({ count: 2, names: "a (2), unnamed 3" });
    const [first] = read(`${"n".repeat(500)},b\n1,2\n3,4`).columns;
    expect(first.name).toBe("n".repeat(60));
  });

  it("whose names are not those of categories", () => {
    // Numbers under "size = 1" would be taken for 0 and 1 of a category.
    expect(shown("size = 1,size  =  2,c\n3,4,yes\n5,6,no")).toEqual({
      "size=1": [3, 5],
      "size=2": [4, 6],
      c: ["yes", "no"],
    });
  });

  it("with names of JavaScript's own", () => {
    const found = read("__proto__,constructor,toString\n1,2,3\n4,5,6").columns;
    expect(found.map((column) => [...column.values])).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
  });

  it("of pandas or R, with an unnamed column of row numbers", () => {
    const pandas = read(",x,y\n0,1,2\n1,3,4\n2,5,6\n3,7,9");
    expect(profile(pandas.columns[0]).kind).toBe("id");
    const r = read("x,y\n1,1,2\n2,3,4\n3,5,6\n4,7,9");
    expect(r.columns.map((column) => column.name)).toEqual(["unnamed 1", "x", "y"]);
    expect(profile(r.columns[0]).kind).toBe("id");
  });

  it("with rows that are too short or too long, said with the line", () => {
    const text = "a,b,c\n1,2,3\n4,5\n6,7,8,9\n1,2,3,\n1,1,1";
    expect(shown(text)).toEqual({
      a: [1, 4, 6, 1, 1],
      b: [2, 5, 7, 2, 1],
      c: [3, Number.NaN, 8, 3, 1],
    });
    expect(note(text, "data.note.short")?.values).toEqual({
      count: 1,
      line: 3,
      cells: 2,
      width: 3,
    });
    expect(note(text, "data.note.long")?.values).toEqual({ count: 1, line: 4, cells: 4, width: 3 });
  });

  it("with codes of digits: texts, with all their zeros and digits", () => {
    expect(shown("zip,account,year,age\n00490,20240000000000001,2001,07\n10115,7,1999,30")).toEqual(
      {
        zip: ["00490", "10115"],
        account: ["20240000000000001", "7"],
        year: [2001, 1999],
        age: [7, 30],
      },
    );
    expect(shown("a,b\n07,yes\n7,no\n101,yes").a).toEqual([7, 7, 101]); // not as many digits in each
    expect(shown("a,b\n0,yes\n1,no\n0,yes").a).toEqual([0, 1, 0]);
  });

  it("with a few cells that are no numbers, said with the line", () => {
    const text = `a,b\n${"1,2\n".repeat(18)}oops,2\n3,2`;
    expect(shown(text).a.filter(Number.isNaN)).toHaveLength(1);
    expect(note(text, "data.note.dirty")?.values).toEqual({
      column: "a",
      count: 1,
      line: 20,
      cell: "oops",
    });
  });

  it("with many cells that are no numbers: texts", () => {
    expect(shown("a,b\n1,2\nx,3\n2,4\ny,5\nx,6").a).toEqual(["1", "x", "2", "y", "x"]);
  });

  it("with long texts: they are cut, and it is said", () => {
    const text = `a,b\n${"t".repeat(5000)},1\nu,2`;
    expect(shown(text).a[0]).toBe("t".repeat(200));
    expect(note(text, "data.note.cut")?.values).toEqual({ column: "a", count: 1, limit: 200 });
  });

  it("with Excel's line that names the delimiter", () => {
    expect(shown("sep=;\r\na;b\r\n1;2\r\n3;4\r\n")).toEqual({ a: [1, 3], b: [2, 4] });
  });

  it("of names like a target's: that column is learned, else the last that can be", () => {
    expect(read("Outcome,b\n0,2\n1,4").target).toBe("Outcome");
    expect(read("a,b,day\n1,2,2024-01-01\n3,4,2024-01-02").target).toBe("b");
    expect(read("churn,b\nyes,2\nno,4").target).toBe("churn");
    expect(read("Customer churn,b\n1,2\n0,4").target).toBe("Customer churn");
    expect(read("is_fraud,b\n1,2\n0,4").target).toBe("is_fraud");
    expect(read("passenger class,b\n1,2\n3,4").target).toBe("b");
  });

  it("a column of yes and no comes before the last one, but not before a name", () => {
    expect(read("bought,b\nYes,2\nNo,4\nYes,5").target).toBe("bought");
    expect(read("bought,b\n예,2\n아니요,4\n예,5").target).toBe("bought");
    expect(read("sex,b\nmale,2\nfemale,4\nmale,5").target).toBe("b");
    expect(read("partner,label\nyes,2\nno,4\nyes,5").target).toBe("label");
  });

  it("named by its file", () => {
    expect(readCsv(bytes("a,b\n1,2\n3,4"), "my.data.csv").name).toBe("my.data");
  });
});

describe("encodings", () => {
  /** Returns the bytes of a text, by Python's codecs. */
  function encoded(text: string, codec: string): Uint8Array {
    const script = "import sys; sys.stdout.buffer.write(sys.argv[1].encode(sys.argv[2]))";
    return new Uint8Array(execFileSync(PYTHON, ["-c", script, text, codec]));
  }
  const korean = "키,몸무게,성별\n170,65,남\n160,55,여\n";
  const french = "é,Île,prix\nMéxico,À côté,1\nçà,Éx,2\n";

  it.each([
    [korean, "utf-8"],
    [korean, "utf-8-sig"],
    [korean, "cp949"],
    [korean, "utf-16"],
    [french, "utf-8"],
    [french, "cp1252"],
    [french, "utf-16"],
  ])("%j in %s", (text, codec) => {
    expect(shown(encoded(text, codec))).toEqual(shown(text));
  });

  it("letters with accents are not Korean, though browsers have a syllable for some of them", () => {
    expect(isKorean(encoded("Ämter,Äpfel,Äü", "cp1252"))).toBe(false);
    expect(isKorean(encoded("똠방각하,펲시콜라,키,몸무게", "cp949"))).toBe(true);
  });

  it("other than UTF-8 are said", () => {
    const { notes: said } = readCsv(encoded(korean, "cp949"), "a.csv");
    expect(said).toEqual([{ key: "data.note.encoding", values: { encoding: "euc-kr" } }]);
  });
});

describe("kinds", () => {
  const kind = (cells: string[]) =>
    profile(read(`a,b\n${cells.map((cell) => `"${cell}",1`).join("\n")}`).columns[0]).kind;

  it.each([
    ["number", ["1", "2", "3"]],
    ["number", ["1", "", "3"]],
    ["category", ["m", "f", "m"]],
    ["date", ["2024-01-05", "2024-01-06", "2024-02-01"]],
    ["date", ["2024-01-05 10:30:00", "2024-01-05T10:30:00Z", "2024-02-01"]],
    ["date", ["05.01.2024", "06.01.2024", "1.2.24"]],
    ["date", ["1/5/2024", "1/6/2024", "12/31/2023"]],
    ["date", ["2024. 1. 5.", "2024. 1. 6.", "2024년 1월 7일"]],
    ["date", ["10:30", "10:31", "23:59:59"]],
    ["id", ["Ann", "Ben", "Cleo", "Dan"]],
    ["constant", ["x", "x", "x"]],
    ["constant", ["1", "1", "1"]],
    ["empty", ["", "NA", ""]],
  ])("%s: %j", (expected, cells) => {
    expect(kind(cells)).toBe(expected);
  });

  it("texts that are nearly all different are no category", () => {
    const cells = Array.from({ length: 60 }, (_, row) => `ticket ${row % 40}`);
    expect(kind(cells)).toBe("id");
  });

  it("numbers that count are an input, unless they are called row numbers", () => {
    const counting = (name: string) =>
      profile(read(`${name},b\n1,5\n2,6\n3,5\n4,9`).columns[0]).kind;
    expect(counting("x")).toBe("number");
    expect(counting("Id")).toBe("id");
    expect(counting("PassengerId")).toBe("id");
    expect(counting("번호")).toBe("id");
  });
});

it.each([
  ["12", false, 12],
  ["-0.5", false, -0.5],
  [".5", false, 0.5],
  ["5.", false, 5],
  ["+1e-3", false, 0.001],
  ["\u22123", false, -3],
  ["1,234,567.5", false, 1234567.5],
  ["₩1,200", false, 1200],
  ["1.234.567,5", true, 1234567.5],
  ["0,5", true, 0.5],
  ["0x10", false, Number.NaN],
  ["Infinity", false, Number.NaN],
  ["1e999", false, Number.NaN],
  ["1 2", false, Number.NaN],
  ["12,34", false, Number.NaN],
  ["", false, Number.NaN],
  ["=1+1", false, Number.NaN],
])("the number in %j, decimal comma %j: %d", (cell, comma, value) => {
  expect(numberIn(cell, comma)).toBe(value);
});

describe("words for no value", () => {
  const text = "a,b\n1,x\nn/a,y\n,NA\nn/a,x\n5,y";

  it("are said, apart from empty cells", () => {
    const found = note(text, "data.note.words");
    expect(found?.values).toEqual({ count: 3, places: "a (2 × “n/a”), b (1 × “NA”)" });
    expect(notes("a,b\n1,x\n,y\n2,x")).toEqual([]);
  });

  it("of many columns can be saved with the table", () => {
    const columns = Array.from({ length: 12 }, (_, i) => `a column with quite a long name ${i}`);
    const cells = (word: string) => columns.map(() => word).join(",");
    const table = read(
      `${columns.join(",")},y\n${cells("1")},x\n${cells("n/a")},y\n${cells("2")},x`,
    );
    const first = firstProject();
    const project = { ...first, data: { ...first.data, source: "csv", table } };
    const text = writeProject({ project, trained: null, history: [] });
    const again = readProject(new TextEncoder().encode(text));
    expect(again).toMatchObject({
      value: { project: { data: { table: { notes: table.notes } } } },
    });
  });

  it("are kept where all other cells can be read by anyone", () => {
    expect(read(text).format?.missing).toEqual(["n/a", "", "NA"]);
    expect(read("a;b\n1,5;2\n2,5;3").format?.missing).toEqual([]);
    for (const strange of ["$3", "1e5", " 4", "12 kg", "\u22124"])
      expect(read(`a,b\n1,2\n2,3\n3,4\n${strange},5\n7,8`).format?.missing).toBeUndefined();
  });
});
