/** The code of a table with numbers and texts, by pandas: a CSV file, or another column to learn. */
import { LONGEST_TEXT } from "../data/columns.ts";
import { MISSING, OTHER } from "../data/inputs.ts";
import { isText, profile } from "../data/kinds.ts";
import { LARGEST, MISSING_PATTERN } from "../data/numbers.ts";
import type { Column, DataChoice, Format, Prepared, Table } from "../data/table.ts";
import { t } from "../words/words.ts";
import type { Loaded } from "./data.ts";
import type { Source } from "./sources.ts";
import { pythonComment, pythonNumber, pythonString, pythonStrings, wrapped } from "./spelling.ts";

/** Returns lines that make x and y of a table. */
export function frameCode(choice: DataChoice, source: Source | null, prepared: Prepared): Loaded {
  const table = choice.source === "csv" ? choice.table : undefined;
  const inputs = columnsOf(prepared, source, table);
  const used = new Set([prepared.target, ...inputs.map(({ name }) => name)]);
  const made = source
    ? frameOf(source)
    : { modules: [], lines: table ? readLines(table, used) : [] };
  const texts = inputs.filter(({ categories }) => categories);
  const lacks = (name: string) =>
    table !== undefined && profile(columnNamed(table, name)).missing > 0;
  const lacking = inputs.map(({ name }) => name).filter(lacks);
  // Rows that are blank are none in the studio, and are missing values to pandas.
  const whole = [prepared.target, ...(choice.missing === "drop" ? lacking : [])];
  const lines = [
    ...made.lines,
    ...(table ? [`table = table.dropna(subset=${pythonStrings(whole)})`] : []),
    "",
    ...(texts.length ? categoryLines(inputs, lacking) : numberLines(inputs)),
    "",
    "x = prepare(table)",
    ...targetLines(prepared),
  ];
  let place = 0;
  const numbers: number[] = [];
  for (const { categories } of inputs) {
    if (!categories) numbers.push(place);
    place += categories?.length ?? 1;
  }
  return {
    modules: ["import pandas as pd", ...made.modules],
    lines,
    numbers: texts.length ? numbers : null,
    missing:
      choice.missing === "mean" &&
      inputs.some(({ name, categories }) => !categories && lacking.includes(name)),
    flat: true,
    table: inputs,
  };
}

function frameOf({ modules, lines, columns, target, texts }: Source) {
  const values = texts ? `np.array(${pythonStrings(texts)})[y]` : "y";
  return {
    modules,
    lines: [
      ...lines,
      ...wrapped("table = pd.DataFrame(x, columns=[", columns.map(pythonString), "])"),
      `table[${pythonString(target)}] = ${values}`,
    ],
  };
}

/** How a table of before, which does not say it, was read most likely. */
const PLAIN: Format = {
  delimiter: ",",
  decimalComma: false,
  encoding: "utf-8",
  skipped: 0,
  header: "names",
};

/** Python's names of the encodings that a browser means, byte order marks included. */
const ENCODINGS: Readonly<Record<string, string>> = {
  "utf-16le": "utf-16",
  "utf-16be": "utf-16",
  "euc-kr": "cp949",
  "windows-1252": "cp1252",
};

/** What pandas takes for a missing value unless it is told otherwise. */
const MISSING_IN_PANDAS: ReadonlySet<string> = new Set([
  ...["", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN"],
  ...["<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"],
]);

/** Returns how pandas is told what is a text, and what is missing. */
function plainWords(
  { columns }: Table,
  used: ReadonlySet<string>,
  { missing, decimalComma, header }: Format,
): string[] | null {
  if (!missing || header !== "names") return null;
  const texts = columns.filter((column) => isText(column) && used.has(column.name));
  const kinds = texts.map(({ name }) => `${pythonString(name)}: str`);
  const isOwn = texts.some((column) =>
    [...profile(column).counts.keys()].some((text) => MISSING_IN_PANDAS.has(String(text))),
  );
  const listed = missing.filter((word) => isOwn || word === "None" || !MISSING_IN_PANDAS.has(word));
  return [
    ...(kinds.length ? [`dtype={${kinds.join(", ")}}`] : []),
    ...(decimalComma ? ['decimal=","'] : []),
    ...(isOwn ? ["keep_default_na=False"] : []),
    ...(listed.length ? [`na_values=${pythonStrings(listed)}`] : []),
  ];
}

/**
 * The file, read as the studio reads it (`data/csv.ts`). Where pandas by itself would read some cells
 * otherwise, all are texts first: it takes "true" for True and "none" for a missing value.
 */
function readLines(table: Table, used: ReadonlySet<string>): string[] {
  const { name, columns, notes = [], format = PLAIN } = table;
  const { delimiter, decimalComma, encoding, skipped, header } = format;
  const plain = plainWords(table, used, format);
  const names = columns.map((column) => pythonString(column.name));
  const isNamed = header === "names";
  const above = skipped + Number(header === "other");
  const words = [pythonString(`${name}.csv`)];
  if (delimiter !== ",") words.push(`sep=${pythonString(delimiter)}`);
  if (ENCODINGS[encoding]) words.push(`encoding=${pythonString(ENCODINGS[encoding])}`);
  if (above) words.push(`skiprows=${pythonNumber(above)}`);
  if (!isNamed) words.push("header=None", `usecols=range(${pythonNumber(names.length)})`);
  words.push(...(plain ?? ["dtype=str", "keep_default_na=False"]));
  const numeric = names.filter((_, i) => !isText(columns[i]));
  const isCut = notes.some((note) => note.key === "data.note.cut");
  return [
    pythonComment(t("code.comment.file", { file: `${name}.csv` })),
    ...wrapped("table = pd.read_csv(", words, ")"),
    ...(isNamed ? [] : wrapped("table.columns = [", names, "]")),
    ...(plain ? [] : cellLines(isCut, numeric, decimalComma)),
  ];
}

function cellLines(isCut: boolean, numeric: readonly string[], decimalComma: boolean): string[] {
  return [
    "for name in table:",
    "    text = table[name].str.strip()",
    `    table[name] = text.mask(text.str.fullmatch(r"${MISSING_PATTERN}", case=False, na=True))`,
    ...(isCut ? [`    table[name] = table[name].str[:${pythonNumber(LONGEST_TEXT)}]`] : []),
    ...(numeric.length ? numericLines(numeric, decimalComma) : []),
  ];
}

/** $1,234.5 and 5 % are numbers (`data/numbers.ts`). */
function numericLines(names: readonly string[], decimalComma: boolean): string[] {
  return [
    pythonComment(t("code.comment.numbers")),
    'number = r"[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)(e[+-]?[0-9]+)?"',
    'grouped = r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\\.[0-9]+)?"',
    ...wrapped("for name in [", names, "]:"),
    '    text = table[name].str.replace(r"^[$€£¥₩]\\s?|\\s?%$", "", regex=True)',
    '    text = text.str.replace("−", "-", n=1)',
    ...(decimalComma ? ['    text = text.str.translate(str.maketrans(",.", ".,"))'] : []),
    '    text = text.where(text.str.fullmatch(f"{number}|{grouped}", case=False, na=False))',
    '    values = pd.to_numeric(text.str.replace(",", ""))',
    `    table[name] = values.where(values.abs() <= ${pythonNumber(LARGEST)})`,
  ];
}

/** A column that one or more inputs come of. */
export interface UsedColumn {
  readonly name: string;
  /** null: a number. */
  readonly categories: readonly string[] | null;
}

const columnNamed = (table: Table, name: string) =>
  table.columns.find((column) => column.name === name) as Column;

/** Returns the columns that inputs came of, in their order. */
function columnsOf(
  { inputs, target }: Prepared,
  source: Source | null,
  table: Table | undefined,
): UsedColumn[] {
  const names = source
    ? [...source.columns, source.target]
    : (table?.columns ?? []).map(({ name }) => name);
  const found: UsedColumn[] = [];
  for (const name of names) {
    if (name === target) continue;
    const prefix = `${name} = `;
    const categories = inputs
      .filter((input) => input.startsWith(prefix))
      .map((input) => input.slice(prefix.length));
    const hasTexts = source
      ? source.texts && name === source.target
      : table && isText(columnNamed(table, name));
    if (hasTexts && categories.length) found.push({ name, categories });
    else if (!hasTexts && inputs.includes(name)) found.push({ name, categories: null });
  }
  return found;
}

/** The rows to learn from and new ones become inputs by the same function. */
const numberLines = (inputs: readonly UsedColumn[]) => [
  "def prepare(table):",
  ...wrapped(
    "    return table[[",
    inputs.map(({ name }) => pythonString(name)),
    ']].to_numpy("float64")',
  ),
];

/** A category is an input for each of its values: 0 or 1. */
function categoryLines(inputs: readonly UsedColumn[], lacking: readonly string[]): string[] {
  const texts = inputs.filter(({ categories }) => categories);
  const lack = texts.some(({ name }) => lacking.includes(name));
  const rare = texts.some(({ categories }) => categories?.includes(OTHER));
  return [
    pythonComment(t("code.comment.categories")),
    "categories = {",
    ...texts.flatMap(({ name, categories }) =>
      wrapped(`    ${pythonString(name)}: [`, (categories ?? []).map(pythonString), "],"),
    ),
    "}",
    "",
    "def prepare(table):",
    "    inputs = []",
    ...wrapped(
      "    for name in [",
      inputs.map(({ name }) => pythonString(name)),
      "]:",
    ),
    "        column = table[name]",
    "        if name not in categories:",
    "            inputs.append(column)",
    "            continue",
    ...(lack ? [`        column = column.fillna(${pythonString(MISSING)})`] : []),
    ...(rare
      ? [`        column = column.where(column.isin(categories[name]), ${pythonString(OTHER)})`]
      : []),
    "        inputs += [column == value for value in categories[name]]",
    '    return np.column_stack(inputs).astype("float64")',
  ];
}

function targetLines({ target, task }: Prepared): string[] {
  const column = `table[${pythonString(target)}]`;
  if (task === "regression") return [`y = ${column}.to_numpy("float64")`];
  return [`classes, y = np.unique(${column}, return_inverse=True)`];
}
