/** The code of a table with numbers and texts, by pandas: a CSV file, or another column to learn. */
import type { Column, DataChoice, Prepared, Table } from "../data/table.ts";
import { t } from "../words/words.ts";
import type { Loaded } from "./data.ts";
import { oneLine } from "./parts.ts";
import type { Source } from "./sources.ts";
import { pythonString, pythonStrings, wrapped } from "./spelling.ts";

/** Returns lines that make x and y of a table. */
export function frameCode(choice: DataChoice, source: Source | null, prepared: Prepared): Loaded {
  const table = choice.source === "csv" ? choice.table : undefined;
  const made = source ? frameOf(source) : { modules: [], lines: table ? readLines(table) : [] };
  const inputs = columnsOf(prepared, source, table);
  const texts = inputs.filter(({ categories }) => categories);
  const missing = table ? inputs.some(({ name }) => hasMissing(columnNamed(table, name))) : false;
  const dropped = choice.missing === "drop" && missing ? inputs.map(({ name }) => name) : [];
  const lines = [
    ...made.lines,
    ...(table
      ? [`table = table.dropna(subset=${pythonStrings([prepared.target, ...dropped])})`]
      : []),
    ...(texts.length ? categoryLines(inputs) : numberLines(inputs)),
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
    missing: missing && choice.missing === "mean",
    flat: true,
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

/** The file, read as the studio reads it: texts first, since pandas takes "true" for True. */
function readLines({ name, columns, notes = [] }: Table): string[] {
  const noted = (key: string) => notes.find((note) => note.key === `data.note.${key}`);
  const words = ['sep=None, engine="python", dtype=str', 'na_values=["?", "-"]'];
  const encoding = noted("encoding")?.values.encoding;
  if (encoding) words.push(`encoding=${pythonString(String(encoding))}`);
  const renamed = noted("headerless") ? "None" : noted("renamed") ? "0" : null;
  if (renamed) words.push(`header=${renamed}`);
  const names = columns.map((column) => pythonString(column.name));
  const numeric = names.filter((_, i) => columns[i].values instanceof Float64Array);
  // 1,234.5 and 5 % are numbers.
  const [groups, point] = noted("comma") ? [".", '.str.replace(",", ".")'] : [",", ""];
  return [
    `# ${oneLine(t("code.comment.file", { file: `${name}.csv` }))}`,
    ...wrapped("table = pd.read_csv(", [pythonString(`${name}.csv`), ...words], ")"),
    ...(renamed ? wrapped("table.columns = [", names, "]") : []),
    "table = table.apply(lambda column: column.str.strip())",
    ...wrapped("for name in [", numeric, "]:"),
    `    digits = table[name].str.replace(r"[${groups}$€£¥₩%\\s]", "", regex=True)${point}`,
    '    table[name] = pd.to_numeric(digits, errors="coerce")',
  ];
}

interface Input {
  readonly name: string;
  /** null: a number. */
  readonly categories: readonly string[] | null;
}

const columnNamed = (table: Table, name: string) =>
  table.columns.find((column) => column.name === name) as Column;

const hasMissing = ({ values }: Column) =>
  values instanceof Float64Array ? values.some(Number.isNaN) : values.includes("");

/** Returns the columns that inputs came of, in their order. */
function columnsOf(
  { inputs, target }: Prepared,
  source: Source | null,
  table: Table | undefined,
): Input[] {
  const names = source
    ? [...source.columns, source.target]
    : (table?.columns ?? []).map(({ name }) => name);
  const found: Input[] = [];
  for (const name of names) {
    if (name === target) continue;
    const prefix = `${name} = `;
    const categories = inputs
      .filter((input) => input.startsWith(prefix))
      .map((input) => input.slice(prefix.length));
    const isText = source
      ? source.texts && name === source.target
      : table && !(columnNamed(table, name).values instanceof Float64Array);
    if (isText && categories.length) found.push({ name, categories });
    else if (!isText && inputs.includes(name)) found.push({ name, categories: null });
  }
  return found;
}

const numberLines = (inputs: readonly Input[]) =>
  wrapped(
    "x = table[[",
    inputs.map(({ name }) => pythonString(name)),
    ']].to_numpy("float32")',
  );

/** A category is an input for each of its values: 0 or 1. */
function categoryLines(inputs: readonly Input[]): string[] {
  return [
    `# ${t("code.comment.categories")}`,
    "categories = {",
    ...inputs.flatMap(({ name, categories }) =>
      categories ? wrapped(`    ${pythonString(name)}: [`, categories.map(pythonString), "],") : [],
    ),
    "}",
    "inputs = []",
    ...wrapped(
      "for name in [",
      inputs.map(({ name }) => pythonString(name)),
      "]:",
    ),
    "    column = table[name]",
    "    if name not in categories:",
    "        inputs.append(column)",
    "        continue",
    '    text = column.fillna("?")',
    '    text = text.where(text.isin(categories[name]), "other")',
    "    inputs += [text == value for value in categories[name]]",
    'x = np.column_stack(inputs).astype("float32")',
  ];
}

function targetLines({ target, task }: Prepared): string[] {
  const column = `table[${pythonString(target)}]`;
  if (task === "regression") return [`y = ${column}.to_numpy("float32")`];
  return [`classes, y = np.unique(${column}, return_inverse=True)`];
}
