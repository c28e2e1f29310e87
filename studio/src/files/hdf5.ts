/**
 * Writes HDF5 files as small as Keras's loader needs them: groups that hold their links in their
 * headers, and arrays in one piece. Names and numbers are those of the "HDF5 File Format
 * Specification": superblock version 0, object headers version 1, addresses of 8 bytes.
 */
import { bytesOf, joined, utf8 } from "./bytes.ts";

export interface Dataset {
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

/** Names are of ASCII letters, at most 255. */
export interface Group {
  readonly [name: string]: Group | Dataset;
}

const isDataset = (node: Group | Dataset): node is Dataset => ArrayBuffer.isView(node.values);

/** Types of the messages in an object header. */
const SPACE = 1;
const LINK_INFO = 2;
const TYPE = 3;
const LINK = 6;
const LAYOUT = 8;

const UNDEFINED = 0xffff_ffff_ffff_ffffn; // an address that is none
const SUPERBLOCK = 96;

/** Little-endian numbers, of as many bytes as each says. */
function numbers(
  ...fields: readonly (readonly [width: 1 | 2 | 4 | 8, value: number | bigint])[]
): Uint8Array {
  const bytes = new Uint8Array(fields.reduce((sum, [width]) => sum + width, 0));
  let at = 0;
  for (const [width, value] of fields) {
    let rest = BigInt(value);
    for (let i = 0; i < width; i++, rest >>= 8n) bytes[at + i] = Number(rest & 255n);
    at += width;
  }
  return bytes;
}

const padded = (bytes: Uint8Array) => joined([bytes, new Uint8Array(-bytes.length & 7)]);

interface Message {
  readonly type: number;
  readonly body: Uint8Array;
}

function objectHeader(messages: readonly Message[]): Uint8Array {
  const parts = messages.flatMap(({ type, body }) => {
    const content = padded(body);
    return [numbers([2, type], [2, content.length], [4, 0]), content];
  });
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  // Version, number of messages, number of links to it, size, and four bytes that align what follows.
  return joined([numbers([2, 1], [2, messages.length], [4, 1], [4, size], [4, 0]), ...parts]);
}

/** No order of creation, and no heap: links are messages. */
const linkInfo: Message = {
  type: LINK_INFO,
  body: numbers([1, 0], [1, 0], [8, UNDEFINED], [8, UNDEFINED]),
};

function link(name: string, address: number): Message {
  const text = utf8(name);
  return {
    type: LINK,
    body: joined([numbers([1, 1], [1, 0], [1, text.length]), text, numbers([8, address])]),
  };
}

const FLOAT32 = numbers(
  [1, 0x11], // version 1, class 1: a floating-point number
  [1, 0x20],
  [1, 31],
  [1, 0], // the highest bit of the mantissa is not stored; bit 31 is the sign
  [4, 4], // bytes
  [2, 0],
  [2, 32], // bits that are used
  [1, 23],
  [1, 8],
  [1, 0],
  [1, 23],
  [4, 127], // exponent and mantissa: where, how long; the bias
);
const INT32 = numbers([1, 0x10], [1, 8], [1, 0], [1, 0], [4, 4], [2, 0], [2, 32]); // 8: signed

function datasetHeader({ shape, values }: Dataset, address: number | bigint): Uint8Array {
  const extents = shape.map((extent): [8, number] => [8, extent]);
  return objectHeader([
    { type: SPACE, body: numbers([1, 1], [1, shape.length], [2, 0], [4, 0], ...extents) },
    { type: TYPE, body: values instanceof Float32Array ? FLOAT32 : INT32 },
    { type: LAYOUT, body: numbers([1, 3], [1, 1], [8, address], [8, values.byteLength]) }, // 1: contiguous
  ]);
}

/** Returns the bytes of a file. Every object is written before the group that names it. */
export function writeHdf5(root: Group): Uint8Array {
  const parts: Uint8Array[] = [];
  let end = SUPERBLOCK;
  const put = (bytes: Uint8Array): number => {
    const at = end;
    const part = padded(bytes);
    parts.push(part);
    end += part.length;
    return at;
  };
  const write = (node: Group | Dataset): number => {
    if (isDataset(node)) {
      const { values } = node;
      return put(datasetHeader(node, values.length ? put(bytesOf(values)) : UNDEFINED));
    }
    const links = Object.entries(node).map(([name, child]) => link(name, write(child)));
    return put(objectHeader([linkInfo, ...links]));
  };
  const address = write(root);
  const superblock = joined([
    Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a),
    numbers([1, 0], [1, 0], [1, 0], [1, 0], [1, 0], [1, 8], [1, 8], [1, 0]), // versions; bytes of addresses and sizes
    numbers([2, 4], [2, 16], [4, 0]), // of B-trees, which this file has none of
    numbers([8, 0], [8, UNDEFINED], [8, end], [8, UNDEFINED]), // where it begins and ends
    numbers([8, 0], [8, address], [4, 0], [4, 0], [8, 0], [8, 0]), // the root group
  ]);
  return joined([superblock, ...parts]);
}
