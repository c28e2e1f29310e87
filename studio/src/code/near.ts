/** Names that a misspelt one may have meant. */

/** Returns the number of letters to add, drop, change or swap to make one word of the other. */
export function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    rows.push([i]);
    for (let j = 1; j <= b.length; j++) {
      const changed = rows[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      rows[i][j] = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, changed);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  }
  return rows[a.length][b.length];
}

/** Returns the name that is nearest to a word, if one is near: a letter in three may differ. */
export function near(word: string, names: Iterable<string>): string | null {
  if (word.length > 40) return null;
  const most = Math.max(1, Math.floor(word.length / 3));
  let best: string | null = null;
  let least = most + 1;
  for (const name of names) {
    const apart = distance(word.toLowerCase(), name.toLowerCase());
    if (apart < least && apart < name.length) [best, least] = [name, apart];
  }
  return best;
}
