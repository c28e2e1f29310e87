/** The arguments of a call, by the names of today. */
import { OLD_ARGUMENTS, type Signature } from "./names.ts";
import { near } from "./near.ts";
import type { Hint, Report } from "./problems.ts";
import type { Argument, Call, Value } from "./values.ts";

export type Arguments = ReadonlyMap<string, Argument>;

/** Returns the hint that a misspelt name gets. */
export function hint(word: string, names: Iterable<string>): Hint | undefined {
  const meant = near(word, names);
  return meant === null ? undefined : { key: "code.meant", values: { name: meant, word } };
}

/**
 * Returns the arguments of a call. Those that the studio has not are warned of, unless they are
 * Keras's defaults; those that Keras has not are errors.
 */
export function named(call: Call, owner: string, signature: Signature, report: Report): Arguments {
  const { positions, renamed = {}, plain = [], left = {} } = signature;
  const found = new Map<string, Argument>();
  const all = new Set([...positions, ...plain, ...Object.keys(left)]);
  const keep = (name: string, argument: Argument, given: string) => {
    const place = argument.name ?? argument;
    if (argument.name && OLD_ARGUMENTS.has(given)) report.old(place, given);
    if (found.has(name)) report.error(place, "code.twice", { owner, name });
    else if (!all.has(name))
      report.error(place, "code.argument", { owner, name: given }, { hint: hint(given, all) });
    else if (!Object.hasOwn(left, name)) found.set(name, argument);
    else if (!isDefault(argument.value, left[name]))
      report.warn(place, "code.unused", { owner, name: given });
  };
  call.positional.forEach((argument, i) => {
    if (i < positions.length) keep(positions[i], argument, positions[i]);
    else report.error(argument, "code.positions", { owner, most: positions.length });
  });
  for (const [given, argument] of call.keywords)
    keep(Object.hasOwn(renamed, given) ? renamed[given] : given, argument, given);
  return found;
}

function isDefault(value: Value, plain: string | number | boolean | null): boolean {
  if (plain === null) return value.type === "none";
  return "value" in value && value.value === plain;
}
