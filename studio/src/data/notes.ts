/** Returns the first few names of a list, as text for a note. */
export function listed(names: readonly string[]): string {
  return names.length > 6
    ? `${names.slice(0, 5).join(", ")} … (${names.length})`
    : names.join(", ");
}
