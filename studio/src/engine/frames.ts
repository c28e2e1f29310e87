/**
 * Messages to Python and back: JSON, and a block of bytes for the arrays in it. In the JSON an array
 * stands as {"floats": [begin, count]}, a file as {"bytes": [begin, count]}: a place in the block,
 * `begin` counted in bytes. A socket carries both in one frame: the length of the JSON in 4 bytes,
 * the JSON, spaces up to a multiple of 4, the block.
 */

export interface Packed {
  readonly text: string;
  readonly block: Uint8Array<ArrayBuffer>;
}

const ALIGNED = 4;
const padded = (size: number) => Math.ceil(size / ALIGNED) * ALIGNED;

/** Returns a message as JSON and block. */
export function packed(message: unknown): Packed {
  const arrays: { readonly begin: number; readonly bytes: Uint8Array }[] = [];
  let size = 0;
  const text = JSON.stringify(message, (_, value: unknown) => {
    if (!(value instanceof Float32Array || value instanceof Uint8Array)) return value;
    const begin = size;
    arrays.push({ begin, bytes: new Uint8Array(value.buffer, value.byteOffset, value.byteLength) });
    size += padded(value.byteLength);
    return { [value instanceof Float32Array ? "floats" : "bytes"]: [begin, value.length] };
  });
  const block = new Uint8Array(size);
  for (const { begin, bytes } of arrays) block.set(bytes, begin);
  return { text, block };
}

/** Returns the message of a JSON and a block. Its arrays are copies. */
export function unpacked({ text, block }: Packed): unknown {
  return JSON.parse(text, (_, value: unknown) => {
    if (typeof value !== "object" || value === null) return value;
    const { floats, bytes } = value as { floats?: [number, number]; bytes?: [number, number] };
    if (floats) return new Float32Array(piece(block, floats[0], 4 * floats[1]).buffer);
    return bytes ? piece(block, bytes[0], bytes[1]) : value;
  });
}

function piece(block: Uint8Array, begin: number, size: number): Uint8Array<ArrayBuffer> {
  if (begin + size > block.length) throw new RangeError("an array outside of its message");
  return block.slice(begin, begin + size) as Uint8Array<ArrayBuffer>;
}

/** Returns a message as one frame. */
export function framed(message: unknown): Uint8Array<ArrayBuffer> {
  const { text, block } = packed(message);
  const json = new TextEncoder().encode(text);
  const head = 4 + padded(json.length);
  const frame = new Uint8Array(head + block.length);
  new DataView(frame.buffer).setUint32(0, head - 4, true);
  frame.fill(32, 4, head);
  frame.set(json, 4);
  frame.set(block, head);
  return frame;
}

/** Returns the message in a frame. */
export function unframed(frame: Uint8Array): unknown {
  const head = 4 + new DataView(frame.buffer, frame.byteOffset).getUint32(0, true);
  const text = new TextDecoder("utf-8", { fatal: true }).decode(frame.subarray(4, head));
  return unpacked({ text, block: frame.subarray(head) as Uint8Array<ArrayBuffer> });
}
