/**
 * The container of `.brick` files: arrays by name, and texts. A file that contradicts itself is
 * refused before anything is made of it; the rules are those of docs/brick-format.md.
 */
import { type Bytes, bytesOf, joined, textOf, utf8 } from "./bytes.ts";
import { type Json, parsed, toJson } from "./json.ts";
import { clipped, type Notes, Part, Refusal } from "./untrusted.ts";

const WIDTHS = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
} as const;
export type Dtype = keyof typeof WIDTHS;

export interface Tensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export interface Container {
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

const METADATA = "__metadata__";
const NAME = /^[A-Za-z0-9_.-]{1,64}(\/[A-Za-z0-9_.-]{1,64}){0,255}$/;
const MOST_BYTES = 50_000_000;
const MOST_HEADER = 16 * 2 ** 20;
const MOST_RANK = 32;
export const JSON_LIMITS = { values: 500_000, depth: 256 };

export const float32 = (values: Float32Array, shape: readonly number[]): Tensor => ({
  dtype: "F32",
  shape,
  bytes: bytesOf(values),
});

export const int64 = (value: number): Tensor => ({
  dtype: "I64",
  shape: [],
  bytes: bytesOf(BigInt64Array.of(BigInt(value))),
});

const byText = (a: string, b: string) => (a < b ? -1 : 1);

/** Returns the bytes of a file. Wider arrays come first, so that each is aligned. */
export function packed(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>>,
): Bytes {
  const sorted = [...tensors].sort(
    ([a, one], [b, other]) => WIDTHS[other.dtype] - WIDTHS[one.dtype] || byText(a, b),
  );
  const texts = Object.entries(metadata).sort(([a], [b]) => byText(a, b));
  const header: Record<string, Json> = { [METADATA]: Object.fromEntries(texts) };
  let end = 0;
  for (const [name, { dtype, shape, bytes }] of sorted) {
    header[name] = { dtype, shape: [...shape], data_offsets: [end, end + bytes.length] };
    end += bytes.length;
  }
  const text = utf8(toJson(header));
  const padding = utf8(" ".repeat((8 - (text.length % 8)) % 8));
  const length = bytesOf(BigInt64Array.of(BigInt(text.length + padding.length)));
  return joined([length, text, padding, ...sorted.map(([, { bytes }]) => bytes)]);
}

/** Returns what a file holds; arrays are views of it. */
export function unpacked(file: Uint8Array, notes: Notes): Container {
  if (file.length > MOST_BYTES)
    throw new Refusal("files.bytes", { size: file.length, most: MOST_BYTES });
  if (file.length < 9 || file[8] !== 0x7b) throw new Refusal(kindOf(file));
  const view = new DataView(file.buffer, file.byteOffset);
  const length = Number(view.getBigUint64(0, true));
  if (length > MOST_HEADER)
    throw new Refusal("files.brick.header", { size: length, most: MOST_HEADER });
  const begin = 8 + length;
  if (begin > file.length) throw new Refusal("files.brick.short");
  const text = textOf(file.subarray(8, begin));
  if (text === null) throw new Refusal("files.json", { what: "header" });
  const header = new Part(parsed(text, "header", JSON_LIMITS), "header", notes);
  const metadata = new Map<string, string>();
  const texts = header.maybe(METADATA);
  for (const name of texts?.names() ?? [])
    metadata.set(name, (texts as Part).at(name).text(MOST_HEADER));
  const body = file.subarray(begin);
  const names = header.names().filter((name) => name !== METADATA);
  const places = names.map((name) => ({ name, ...placeOf(name, header.at(name), body.length) }));
  checkOrder(places, body.length);
  const tensors = places.map(({ name, dtype, shape, start, stop }): [string, Tensor] => [
    name,
    { dtype, shape, bytes: body.subarray(start, stop) },
  ]);
  return { metadata, tensors: new Map(tensors) };
}

/** How files of other formats begin, and what is said of them. */
const BEGINNINGS: readonly (readonly [start: string, key: string])[] = [
  ["\x89HDF", "files.brick.keras"],
  ["PK\x03\x04", "files.brick.keras"],
  ["\x80", "files.brick.pickle"],
  ["<", "files.brick.web"],
];

function kindOf(file: Uint8Array): string {
  if (!file.length) return "files.brick.empty";
  const start = String.fromCharCode(...file.subarray(0, 8));
  return BEGINNINGS.find(([begin]) => start.startsWith(begin))?.[1] ?? "files.brick.other";
}

interface Place {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly start: number;
  readonly stop: number;
}

function placeOf(name: string, part: Part, size: number): Place {
  if (!NAME.test(name)) throw new Refusal("files.brick.name", { name: clipped(name) });
  const strange = part.names().find((key) => !["dtype", "shape", "data_offsets"].includes(key));
  if (strange !== undefined) part.refuse("files.expected.tensor");
  const dtype = part.at("dtype").choice(Object.keys(WIDTHS) as Dtype[]);
  const most = Number.MAX_SAFE_INTEGER;
  const shape = part
    .at("shape")
    .list(MOST_RANK)
    .map((extent) => extent.integer(0, most));
  const offsets = part.at("data_offsets").list(2);
  if (offsets.length < 2) part.refuse("files.expected.tensor");
  const [start, stop] = offsets.map((offset) => offset.integer(0, size));
  const length = shape.reduce((product, extent) => product * extent, WIDTHS[dtype]);
  if (stop - start !== length)
    throw new Refusal("files.brick.extent", { name, length, got: stop - start });
  return { dtype, shape, start, stop };
}

/** The arrays fill the rest of the file: no byte is used twice, none is left. */
function checkOrder(places: readonly (Place & { readonly name: string })[], size: number): void {
  let end = 0;
  for (const { name, start, stop } of [...places].sort(
    (a, b) => a.start - b.start || a.stop - b.stop,
  )) {
    if (start !== end) throw new Refusal("files.brick.gap", { name });
    end = stop;
  }
  if (end !== size) throw new Refusal("files.brick.size", { got: size, expected: end });
}
