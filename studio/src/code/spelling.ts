/** How values are written in Python. */

export const WIDTH = 88;

/** Returns a number; one that has to be a float has a point. */
export function pythonNumber(value: number, float = false): string {
  const text = String(value);
  return float && /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** Returns a text in quotes. */
export function pythonString(text: string): string {
  const short: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
  const escaped = text.replace(/["\\]/g, "\\$&").replace(/\p{C}/gu, (letter) => {
    const code = letter.codePointAt(0) as number;
    if (short[letter]) return short[letter];
    return code > 0xffff
      ? `\\U${code.toString(16).padStart(8, "0")}`
      : `\\u${code.toString(16).padStart(4, "0")}`;
  });
  return `"${escaped}"`;
}

export const pythonStrings = (texts: readonly string[]) =>
  `[${texts.map(pythonString).join(", ")}]`;

/** Returns the shortest text of a float32 that is read as the same float32. */
export function pythonFloat32(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === value) return String(text);
  }
  return String(Number(value.toPrecision(9)));
}

/** Returns `start items end` on one line if it fits, else with as many items a line as fit. */
export function wrapped(start: string, items: readonly string[], end: string): string[] {
  const single = `${start}${items.join(", ")}${end}`;
  if (single.length <= WIDTH) return [single];
  const indent = " ".repeat(start.length - start.trimStart().length);
  const lines = [start];
  let line = "";
  for (const item of items) {
    const longer = line ? `${line} ${item},` : `${indent}    ${item},`;
    if (line && longer.length > WIDTH) {
      lines.push(line);
      line = `${indent}    ${item},`;
    } else line = longer;
  }
  return [...lines, line, `${indent}${end}`];
}
