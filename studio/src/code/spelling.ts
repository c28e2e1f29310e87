/** How values are written in Python. */

const WIDTH = 88;

/**
 * Returns a number; one that has to be a float has a point. All numbers of a script are written
 * here, so that what a file or a link says of a number can be nothing else.
 */
export function pythonNumber(value: number, float = false): string {
  if (!Number.isFinite(value)) throw new TypeError(`expected a number, got ${value}`);
  const text = String(value);
  return float && /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** Returns a text in quotes: the only way for a text into a script, but for comments. */
export function pythonString(text: string): string {
  const short: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
  const escaped = text.replace(/["\\]/g, "\\$&").replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (letter) => {
    const code = letter.codePointAt(0) as number;
    if (short[letter]) return short[letter];
    return code > 0xffff
      ? `\\U${code.toString(16).padStart(8, "0")}`
      : `\\u${code.toString(16).padStart(4, "0")}`;
  });
  return `"${escaped}"`;
}

/** Returns a comment: one line, whatever the text. */
export const pythonComment = (text: string) => `# ${text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ")}`;

export const pythonStrings = (texts: readonly string[]) =>
  `[${texts.map(pythonString).join(", ")}]`;

/** Returns the shortest text of a float32 that is read as the same float32. */
export function pythonFloat32(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return pythonNumber(short);
  }
  return pythonNumber(Number(value.toPrecision(9)));
}

/** Returns items as comments, as many a line as fit. */
export function commented(items: readonly string[]): string[] {
  const lines = wrapped("", items, "", WIDTH - 2).map((line) => line.trim());
  return lines.filter((line) => line).map((line) => `# ${line.replace(/,$/, "")}`);
}

/** Returns `start items end` on one line if it fits, else with as many items a line as fit. */
export function wrapped(
  start: string,
  items: readonly string[],
  end: string,
  width = WIDTH,
): string[] {
  const single = `${start}${items.join(", ")}${end}`;
  if (single.length <= width) return [single];
  const indent = " ".repeat(start.length - start.trimStart().length);
  const lines = [start];
  let line = "";
  for (const item of items) {
    const longer = line ? `${line} ${item},` : `${indent}    ${item},`;
    if (line && longer.length > width) {
      lines.push(line);
      line = `${indent}    ${item},`;
    } else line = longer;
  }
  return [...lines, line, `${indent}${end}`];
}
