/** The text in the bytes of a file, or why there is none. */
import { DataError } from "./errors.ts";

/** How files begin that are dropped by mistake; each has a line in `words` that says what to do. */
const SIGNATURES: readonly (readonly [key: string, start: readonly number[]])[] = [
  ["data.refused.excel", [0x50, 0x4b, 0x03, 0x04]], // .xlsx, which is a zip
  ["data.refused.excel", [0xd0, 0xcf, 0x11, 0xe0]], // .xls
  ["data.refused.pdf", [0x25, 0x50, 0x44, 0x46]],
  ["data.refused.packed", [0x1f, 0x8b]], // gzip
  ["data.refused.picture", [0x89, 0x50, 0x4e, 0x47]],
  ["data.refused.picture", [0xff, 0xd8, 0xff]],
  ["data.refused.binary", [0x50, 0x41, 0x52, 0x31]], // Parquet
];

const MARKUP = /^\s*<(?:!doctype|html|\?xml)/i;
const JSON_TEXT = /^\s*(?:\[\s*[[{]|\{\s*")/;

export const ENCODINGS = ["utf-8", "utf-16le", "utf-16be", "euc-kr", "windows-1252"] as const;
type Encoding = (typeof ENCODINGS)[number];

export interface Decoded {
  readonly text: string;
  readonly encoding: Encoding;
}

/** Returns the text of a file, without its byte order mark. */
export function decode(bytes: Uint8Array): Decoded {
  const found = SIGNATURES.find(([, start]) => start.every((byte, at) => bytes[at] === byte));
  if (found) throw new DataError(found[0]);
  const decoded = decodeBytes(bytes);
  if (decoded.text.includes("\0")) throw new DataError("data.refused.binary");
  if (MARKUP.test(decoded.text)) throw new DataError("data.refused.markup");
  if (JSON_TEXT.test(decoded.text)) throw new DataError("data.refused.json");
  if (decoded.text.trim() === "") throw new DataError("data.refused.empty");
  return decoded;
}

function decodeBytes(bytes: Uint8Array): Decoded {
  const marked = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : "utf-8";
  const encoding = bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : marked;
  const text = strictly(encoding, bytes);
  if (text !== null) return { text, encoding };
  if (bytes.includes(0)) throw new DataError("data.refused.binary");
  const korean = strictly("euc-kr", bytes);
  if (korean !== null && isKorean(bytes)) return { text: korean, encoding: "euc-kr" };
  return { text: new TextDecoder("windows-1252").decode(bytes), encoding: "windows-1252" };
}

/** Returns the text, or null for bytes that this encoding does not have. */
function strictly(encoding: string, bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/**
 * Korean text is pairs of high bytes almost throughout; a letter with an accent is one high byte
 * between plain ones, even where the browser's EUC-KR has a syllable for it and its neighbour.
 */
export function isKorean(bytes: Uint8Array): boolean {
  let pairs = 0;
  let mixed = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] < 0x80) continue;
    at += 1;
    if (bytes[at] >= 0xa1) pairs += 1;
    else mixed += 1;
  }
  return pairs > 4 * mixed;
}
