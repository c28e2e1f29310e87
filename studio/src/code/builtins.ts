/** Functions of Python whose answer can be told without running anything. */
import type { SyntaxNode } from "@lezer/common";
import type { State } from "./state.ts";
import { type Call, list, number, UNKNOWN, type Value } from "./values.ts";

type Builtin = (call: Call, node: SyntaxNode, state: State) => Value;

/** Returns a function of one list. */
const ofList =
  (answer: (items: Value[]) => Value): Builtin =>
  (call, node, state) => {
    const value = call.positional[0]?.value;
    if (value?.type !== "list" || call.positional.length !== 1) return UNKNOWN;
    state.spend(value.items.length, node);
    return answer(value.items);
  };

const converted = (whole: boolean) => (call: Call) => {
  const value = call.positional[0]?.value;
  return value?.type === "number"
    ? number(whole ? Math.trunc(value.value) : value.value, whole)
    : UNKNOWN;
};

const TABLE: Readonly<Record<string, Builtin>> = {
  range: (call, node, state) => {
    const given = call.positional.map(({ value }) =>
      value.type === "number" && value.whole ? value.value : null,
    );
    if (given.includes(null) || given.length === 0) return UNKNOWN;
    const [start, stop, step = 1] = (given.length === 1 ? [0, ...given] : given) as number[];
    const count = Math.max(0, Math.ceil((stop - start) / step));
    if (step === 0) return UNKNOWN;
    state.spend(count, node);
    return list(Array.from({ length: count }, (_, i) => number(start + i * step, true)));
  },
  len: ofList((items) => number(items.length, true)),
  list: ofList((items) => list([...items])),
  tuple: ofList((items) => list([...items], true)),
  reversed: ofList((items) => list(items.toReversed())),
  enumerate: ofList((items) => list(items.map((item, i) => list([number(i, true), item], true)))),
  zip: (call, node, state) => {
    const lists = call.positional.map(({ value }) => (value.type === "list" ? value.items : null));
    if (lists.length === 0 || lists.includes(null)) return UNKNOWN;
    const length = Math.min(...lists.map((items) => (items as Value[]).length));
    state.spend(length * lists.length, node);
    return list(
      Array.from({ length }, (_, i) =>
        list(
          lists.map((items) => (items as Value[])[i]),
          true,
        ),
      ),
    );
  },
  dict: (call) => ({
    type: "dict",
    entries: new Map([...call.keywords].map(([name, argument]) => [name, argument.value])),
  }),
  int: converted(true),
  float: converted(false),
};

export const BUILTINS: Readonly<Partial<Record<string, Builtin>>> = Object.assign(
  Object.create(null),
  TABLE,
);
