/** What the browser keeps from one visit to the next; it forbids that in private windows and some folders. */

/** Returns what was kept; null where there is nothing. */
export function kept(name: string): string | null {
  try {
    return localStorage.getItem(`brickwork.${name}`);
  } catch {
    return null;
  }
}

/** Keeps a text, and returns whether the browser did: without, or when it is full, it is lost after the visit. */
export function keep(name: string, value: string): boolean {
  try {
    localStorage.setItem(`brickwork.${name}`, value);
    return true;
  } catch {
    return false;
  }
}
