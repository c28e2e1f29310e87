/** What a file is, by what it begins with where that is certain, and else by the end of its name. */

export type FileKind = "table" | "project" | "brick" | "keras" | "unknown";

const LOOKED_AT = 1000; // bytes

const ENDINGS: Readonly<Record<string, FileKind>> = {
  brick: "brick",
  brickwork: "project",
  csv: "table",
  tsv: "table",
  txt: "table",
  // No tables yet: what is to be done is said where tables are read.
  json: "table",
  xlsx: "table",
  xls: "table",
  keras: "keras",
  h5: "keras",
  hdf5: "keras",
};

/** Endings of what can be brought in, as a file dialog takes them. */
export const OPENED = ".brick,.brickwork,.csv,.tsv,.txt";

export function kindOfFile(name: string, bytes: Uint8Array): FileKind {
  const start = String.fromCharCode(...bytes.subarray(0, LOOKED_AT));
  if (start.startsWith("\x89HDF\r\n")) return "keras";
  if (start.startsWith("PK") && /metadata\.json|config\.json|model\.weights\.h5/.test(start))
    return "keras";
  if (/^\s*\{.*"format"\s*:\s*"brickwork studio"/s.test(start)) return "project";
  if (/^.{8}\{"__metadata__"/s.test(start)) return "brick";
  const ending = /\.(\w+)$/.exec(name.toLowerCase())?.[1] ?? "";
  return Object.hasOwn(ENDINGS, ending) ? ENDINGS[ending] : "unknown";
}
