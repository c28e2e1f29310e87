/**
 * Evaluates Python's expressions as far as that takes no running of code: literals, names that were
 * assigned, arithmetic, lists. All else is unknown, which is no fault unless a wall depends on it.
 */
import type { SyntaxNode } from "@lezer/common";
import { BUILTINS } from "./builtins.ts";
import { applied, constructed, isInput, method } from "./keras.ts";
import { parseNumber, parseString } from "./literals.ts";
import { children, type State } from "./state.ts";
import {
  type Argument,
  boolean,
  type Call,
  list,
  NONE,
  number,
  string,
  truth,
  UNKNOWN,
  type Value,
} from "./values.ts";

export function evaluate(node: SyntaxNode, state: State): Value {
  return state.within(node, () => toldBy(node, state));
}

function toldBy(node: SyntaxNode, state: State): Value {
  switch (node.name) {
    case "Number":
      return parseNumber(state.text(node));
    case "String":
      return parseString(state.text(node)) ?? UNKNOWN;
    case "ContinuedString":
      return joined(children(node).map((part) => evaluate(part, state)));
    case "Boolean":
      return boolean(state.text(node) === "True");
    case "None":
      return NONE;
    case "VariableName": {
      const name = state.text(node);
      return state.scope.get(name) ?? unassigned(name, node, state);
    }
    case "ParenthesizedExpression":
      return evaluate(children(node)[1], state);
    case "ArrayExpression":
    case "TupleExpression":
      return list(items(children(node).slice(1, -1), state), node.name === "TupleExpression");
    case "ArrayComprehensionExpression":
    case "ComprehensionExpression":
      return comprehension(children(node).slice(1, -1), state);
    case "DictionaryExpression":
      return dictionary(children(node).slice(1, -1), state);
    case "MemberExpression":
      return member(node, state);
    case "CallExpression":
      return called(node, state);
    case "UnaryExpression":
      return unary(node, state);
    case "BinaryExpression":
      return binary(node, state);
    case "ConditionalExpression": {
      const [yes, , condition, , no] = children(node);
      const chosen = truth(evaluate(condition, state));
      return chosen === null ? UNKNOWN : evaluate(chosen ? yes : no, state);
    }
    default:
      return UNKNOWN;
  }
}

/** A name that is its own path; where nothing imports it, it knows that. */
function unassigned(name: string, node: SyntaxNode, { imports }: State): Value {
  const isPrefix = node.parent?.name === "MemberExpression" && !node.prevSibling;
  if (imports.has(name, isPrefix)) return { type: "name", path: name };
  const { from, to } = node;
  return {
    type: "name",
    path: name,
    missing: { from, to, name, hint: imports.hint(name, isPrefix) },
  };
}

function joined(parts: Value[]): Value {
  let text = "";
  for (const part of parts) {
    if (part.type !== "string") return UNKNOWN;
    text += part.value;
  }
  return string(text);
}

/** Returns the values of nodes that commas part, `*list` unpacked. */
export function items(nodes: SyntaxNode[], state: State): Value[] {
  const all: Value[] = [];
  for (let i = 0; i < nodes.length; i++) {
    if (nodes[i].name === ",") continue;
    if (nodes[i].name !== "*") {
      all.push(evaluate(nodes[i], state));
      continue;
    }
    i += 1;
    const unpacked = evaluate(nodes[i], state);
    all.push(...(unpacked.type === "list" ? unpacked.items : [UNKNOWN]));
  }
  return all;
}

/** Returns the value of what stands behind `=` or `return`: several with commas are a tuple. */
export function tuple(nodes: SyntaxNode[], state: State): Value {
  return nodes.length === 1 ? evaluate(nodes[0], state) : list(items(nodes, state), true);
}

/** `Dense(8) for _ in range(3)`: one `for`, and no `if`. */
function comprehension(nodes: SyntaxNode[], state: State): Value {
  const [element, loop] = nodes;
  const inside = nodes.findIndex((node) => node.name === "in");
  if (loop?.name !== "for" || inside < 0 || nodes.length !== inside + 2) return UNKNOWN;
  const source = evaluate(nodes[inside + 1], state);
  if (source.type !== "list") return UNKNOWN;
  const all = source.items.map((item) => {
    bind(nodes.slice(2, inside), item, state);
    return evaluate(element, state);
  });
  return list(all);
}

/** Gives names to a value: `a = 1`, `a, b = 1, 2`, `for i, (a, b) in ...`. */
export function bind(targets: SyntaxNode[], value: Value, state: State): void {
  if (targets.length === 1 && targets[0].name === "VariableName") {
    state.scope.set(state.text(targets[0]), value);
    return;
  }
  if (targets.length === 1 && /^(Tuple|Array|Parenthesized)Expression$/.test(targets[0].name)) {
    bind(children(targets[0]).slice(1, -1), value, state);
    return;
  }
  const names = targets.filter((node) => node.name !== ",");
  if (names.length < 2) return;
  const parts = value.type === "list" && value.items.length === names.length ? value.items : [];
  names.forEach((name, i) => {
    bind([name], parts[i] ?? UNKNOWN, state);
  });
}

function dictionary(nodes: SyntaxNode[], state: State): Value {
  const entries = new Map<string, Value>();
  const parts = nodes.filter((node) => node.name !== "," && node.name !== ":");
  for (let i = 0; i < parts.length; i += 2) {
    const value = evaluate(parts[i + 1], state);
    if (parts[i].name === "**") {
      if (value.type !== "dict") return UNKNOWN;
      for (const [name, entry] of value.entries) entries.set(name, entry);
      continue;
    }
    const key = evaluate(parts[i], state);
    if (key.type !== "string") return UNKNOWN;
    entries.set(key.value, value);
  }
  return { type: "dict", entries };
}

function member(node: SyntaxNode, state: State): Value {
  const [object, dot, ...rest] = children(node);
  const value = evaluate(object, state);
  if (dot.name === ".") {
    const name = state.text(rest[0]);
    if (value.type === "name") return { ...value, path: `${value.path}.${name}` };
    if (value.type === "model" && name === "layers")
      return list(value.layers.map((layer) => layer.value).filter((layer) => !isInput(layer)));
    return { type: "method", of: value, name };
  }
  const index = rest.slice(0, -1); // all but the bracket
  if (value.type === "list" && index.some((part) => part.name === ":"))
    return slice(value.items, value.tuple, index, state);
  if (index.length !== 1) return UNKNOWN;
  const key = evaluate(index[0], state);
  if (value.type === "list" && key.type === "number") return value.items.at(key.value) ?? UNKNOWN;
  if (value.type === "dict" && key.type === "string")
    return value.entries.get(key.value) ?? UNKNOWN;
  return UNKNOWN;
}

/** `[a:b]`; with a step it is unknown. */
function slice(all: Value[], isTuple: boolean, nodes: SyntaxNode[], state: State): Value {
  const colon = nodes.findIndex((node) => node.name === ":");
  const bounds = [nodes.slice(0, colon), nodes.slice(colon + 1)].map((part) => {
    if (part.length === 0) return undefined;
    const value = part.length === 1 ? evaluate(part[0], state) : UNKNOWN;
    return value.type === "number" && value.whole ? value.value : null;
  });
  if (bounds.includes(null)) return UNKNOWN;
  state.spend(all.length, nodes[colon]);
  return list(all.slice(bounds[0] as number | undefined, bounds[1] as number | undefined), isTuple);
}

function called(node: SyntaxNode, state: State): Value {
  const [callee, brackets] = children(node);
  const value = evaluate(callee, state);
  const positional: Argument[] = [];
  const keywords = new Map<string, Argument>();
  const parts = children(brackets).slice(1, -1);
  if (parts[1]?.name === "for") {
    positional.push({ value: comprehension(parts, state), from: parts[0].from, to: parts[0].to });
    parts.length = 0;
  }
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i];
    if (part.name === ",") continue;
    if (part.name === "*" || part.name === "**") {
      i += 1;
      unpack(evaluate(parts[i], state), parts[i], positional, keywords);
    } else if (parts[i + 1]?.name === "AssignOp") {
      const given = parts[i + 2];
      const { from, to } = given;
      keywords.set(state.text(part), { value: evaluate(given, state), from, to, name: part });
      i += 2;
    } else positional.push({ value: evaluate(part, state), from: part.from, to: part.to });
  }
  const { path, missing } = value.type === "name" ? value : { path: state.text(callee) };
  const { from, to } = node;
  const call: Call = { type: "call", path, positional, keywords, missing, from, to };
  switch (value.type) {
    case "name":
      return BUILTINS[value.path]?.(call, node, state) ?? constructed(value, call, state);
    case "function":
      return value.call(call);
    case "method":
      return method(value.of, value.name, call, state);
    default:
      return applied(value, call, state);
  }
}

function unpack(
  value: Value,
  { from, to }: SyntaxNode,
  positional: Argument[],
  keywords: Map<string, Argument>,
): void {
  if (value.type === "list")
    positional.push(...value.items.map((item) => ({ value: item, from, to })));
  else if (value.type === "dict")
    for (const [name, entry] of value.entries) keywords.set(name, { value: entry, from, to });
  else positional.push({ value: UNKNOWN, from, to });
}

function unary(node: SyntaxNode, state: State): Value {
  const [operator, operand] = children(node);
  const value = evaluate(operand, state);
  const sign = state.text(operator);
  if (sign === "not") {
    const known = truth(value);
    return known === null ? UNKNOWN : boolean(!known);
  }
  if (value.type !== "number") return UNKNOWN;
  if (sign === "-") return number(-value.value, value.whole);
  return sign === "+" ? value : UNKNOWN;
}

function binary(node: SyntaxNode, state: State): Value {
  const [left, operator, ...rest] = children(node);
  const sign = state.text(operator);
  const a = evaluate(left, state);
  if (sign === "and" || sign === "or") {
    const known = truth(a);
    if (known === null) return UNKNOWN;
    return known === (sign === "or") ? a : evaluate(rest[0], state);
  }
  const b = evaluate(rest[rest.length - 1], state);
  if (sign === "is") {
    if (b.type !== "none" || a.type === "unknown" || a.type === "name") return UNKNOWN;
    return boolean((a.type === "none") === (rest.length === 1));
  }
  if (sign === "in" || sign === "not") {
    const known = holds(b, a);
    return known === null ? UNKNOWN : boolean(known === (sign === "in"));
  }
  return operator.name === "CompareOp" ? compared(a, sign, b) : combined(a, sign, b, node, state);
}

/** Whether a list or dict has a text, or null where that can't be told. */
function holds(all: Value, one: Value): boolean | null {
  if (one.type !== "string") return null;
  if (all.type === "dict") return all.entries.has(one.value);
  if (all.type !== "list" || all.items.some((item) => item.type !== "string")) return null;
  return all.items.some((item) => item.type === "string" && item.value === one.value);
}

function compared(a: Value, sign: string, b: Value): Value {
  const comparable =
    (a.type === "number" && b.type === "number") ||
    (a.type === "string" && b.type === "string") ||
    (a.type === "boolean" && b.type === "boolean");
  if (!comparable) return UNKNOWN;
  switch (sign) {
    case "==":
      return boolean(a.value === b.value);
    case "!=":
      return boolean(a.value !== b.value);
    case "<":
      return boolean(a.value < b.value);
    case "<=":
      return boolean(a.value <= b.value);
    case ">":
      return boolean(a.value > b.value);
    case ">=":
      return boolean(a.value >= b.value);
    default:
      return UNKNOWN;
  }
}

/** Returns `a + b` and so on, of numbers, texts and lists. */
export function combined(a: Value, sign: string, b: Value, node: SyntaxNode, state: State): Value {
  if (a.type === "number" && b.type === "number") {
    const whole = a.whole && b.whole && sign !== "/" && !(sign === "**" && b.value < 0);
    const value = arithmetic(a.value, sign, b.value);
    return value === null || !Number.isFinite(value) ? UNKNOWN : number(value, whole);
  }
  if (sign === "+" && a.type === "list" && b.type === "list") {
    state.spend(a.items.length + b.items.length, node);
    return list([...a.items, ...b.items], a.tuple);
  }
  if (sign === "+" && a.type === "string" && b.type === "string") {
    state.spend(a.value.length + b.value.length, node);
    return string(a.value + b.value);
  }
  if (sign === "*" && a.type === "list" && b.type === "number" && b.whole) {
    const times = Math.max(0, b.value);
    state.spend(a.items.length * times, node);
    return list(Array.from({ length: times }, () => a.items).flat(), a.tuple);
  }
  return UNKNOWN;
}

function arithmetic(a: number, sign: string, b: number): number | null {
  switch (sign) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "//":
      return Math.floor(a / b);
    case "%":
      return a - b * Math.floor(a / b);
    case "**":
      return a ** b;
    default:
      return null;
  }
}
