/**
 * Goes through the statements of a script the way Python would, as far as the way is known without
 * running it. What is left alone is noted; what is left alone and builds a model is an error.
 */
import type { SyntaxNode } from "@lezer/common";
import { OPTIMIZERS } from "../wall/catalogue.ts";
import { importsOf, KERAS } from "./defined.ts";
import { bind, combined, evaluate, tuple } from "./expressions.ts";
import { LAYERS } from "./names.ts";
import { children, Scope, type State } from "./state.ts";
import { boolean, type Call, lastOf, NONE, truth, UNKNOWN, type Value } from "./values.ts";

/** How a statement ends: null goes on with the next one. */
type Completion = null | "break" | "continue" | { readonly returned: Value };

/** Goes through the statements of a body, or of the script. */
export function run(body: SyntaxNode, state: State): Completion {
  for (const statement of children(body)) {
    const completion = state.within(statement, () => step(statement, state));
    if (completion) return completion;
  }
  return null;
}

function step(node: SyntaxNode, state: State): Completion {
  switch (node.name) {
    case "ImportStatement":
      imports(node, state);
      return null;
    case "ExpressionStatement":
    case "PrintStatement":
      expression(node, state);
      return null;
    case "AssignStatement":
      assignment(node, state);
      return null;
    case "UpdateStatement":
      update(node, state);
      return null;
    case "FunctionDefinition":
      define(node, state);
      return null;
    case "StatementGroup":
      return run(node, state);
    case "IfStatement":
      return branch(node, state);
    case "ForStatement":
      return loop(node, state);
    case "WithStatement":
    case "TryStatement":
      return run(node.getChild("Body") as SyntaxNode, state);
    case "BreakStatement":
      return "break";
    case "ContinueStatement":
      return "continue";
    case "ReturnStatement": {
      const [, ...values] = children(node);
      return { returned: values.length ? tuple(values, state) : NONE };
    }
    case "DecoratedStatement": {
      const definition = node.getChild("FunctionDefinition");
      if (definition) define(definition, state);
      return null;
    }
    case "ClassDefinition": // an own class is no brick, and is refused where it is used
      bind([node.getChild("VariableName") as SyntaxNode], UNKNOWN, state);
      return null;
    case "WhileStatement":
    case "MatchStatement":
      leave(node, state);
      return null;
    default: // pass, assert, raise, del, global and punctuation
      return null;
  }
}

/** Modules of Keras 1 that today's Keras has not. */
const OLD_MODULES =
  /^keras\.(layers\.(core|normalization|noise|advanced_activations)|utils\.np_utils|optimizers\.optimizer_v[12]|wrappers)(\.|$)/;

function imports(node: SyntaxNode, state: State): void {
  for (const { name, path } of importsOf(node, (word) => state.text(word))) {
    if (OLD_MODULES.test(path)) state.report.old(node, path);
    if (name !== "*") state.scope.set(name, { type: "name", path, foreign: !KERAS.test(path) });
  }
}

/** `model.optimizer.learning_rate.assign(0.1)`, `K.set_value(model.optimizer.lr, 0.1)`. */
const SETS_RATE = /\boptimizer\.\w+\.assign\(|\bset_value\(\s*[\w.]*optimizer\./;

function expression(node: SyntaxNode, state: State): void {
  const [first] = children(node);
  const before = state.touched;
  if (node.name === "ExpressionStatement") evaluate(first, state);
  if (state.touched > before || first.name === "String" || first.name === "ContinuedString") return;
  const source = state.report.quoted(node);
  if (SETS_RATE.test(state.text(node))) state.report.warn(node, "code.left", { source });
  else state.report.note(node, "code.left", { source });
}

/** `a = b = 1`, `a, b = 1, 2`, `layer.trainable = False`. */
function assignment(node: SyntaxNode, state: State): void {
  const parts: SyntaxNode[][] = [[]];
  for (const child of children(node))
    if (child.name === "AssignOp") parts.push([]);
    else if (child.name !== "TypeDef") parts[parts.length - 1].push(child);
  if (parts.length < 2) return; // a type alone
  const value = tuple(parts[parts.length - 1], state);
  for (const target of parts.slice(0, -1)) {
    if (target[0].name === "MemberExpression") attribute(target[0], value, state);
    else bind(target, value, state);
  }
}

function attribute(target: SyntaxNode, value: Value, state: State): void {
  const parts = children(target);
  const object = evaluate(parts[0], state);
  if (state.text(parts[parts.length - 1]) === "trainable" && value.type === "boolean") {
    const layers = object.type === "model" ? object.layers.map((layer) => layer.value) : [object];
    for (const layer of layers) if (layer.type === "call") layer.trainable = value.value;
    if (layers.every((layer) => layer.type === "call")) {
      state.touched += 1;
      return;
    }
  }
  // An entry of a list is not followed: from now on the list is not known.
  if (object.type === "list" || object.type === "dict") bind([parts[0]], UNKNOWN, state);
  if (parts[1].name === "." && counts(object))
    state.report.warn(target, "code.left", { source: state.report.quoted(target) });
}

/** Whether a value is part of a wall: a model, a layer, an optimizer, or what one of these has. */
function counts(value: Value): boolean {
  if (value.type === "method") return counts(value.of);
  if (value.type !== "call") return value.type === "model";
  const name = lastOf(value.path);
  return Object.hasOwn(LAYERS, name) || Object.hasOwn(OPTIMIZERS, name);
}

function update(node: SyntaxNode, state: State): void {
  const [target, operator, ...rest] = children(node);
  const sign = state.text(operator).slice(0, -1);
  bind([target], combined(evaluate(target, state), sign, tuple(rest, state), node, state), state);
}

/** A function: its body is gone through where it is called. */
function define(node: SyntaxNode, state: State): void {
  const name = state.text(node.getChild("VariableName") as SyntaxNode);
  const parameters = parametersOf(node.getChild("ParamList") as SyntaxNode, state);
  const body = node.getChild("Body") as SyntaxNode;
  const outer = state.scope;
  const call = (given: Call): Value =>
    state.within(node, () => {
      const scope = new Scope(outer);
      parameters.forEach(({ name: parameter, fallback, rest }, i) => {
        const argument = rest ? undefined : (given.keywords.get(parameter) ?? given.positional[i]);
        scope.set(parameter, argument?.value ?? fallback ?? UNKNOWN);
      });
      const caller = state.scope;
      state.scope = scope;
      const completion = run(body, state);
      state.scope = caller;
      return completion && typeof completion === "object" ? completion.returned : NONE;
    });
  const alone = parameters.every(({ fallback, rest }) => fallback || rest);
  outer.set(name, { type: "function", call, alone });
}

interface Parameter {
  readonly name: string;
  readonly fallback: Value | null;
  readonly rest: boolean; // *args, **kwargs
}

function parametersOf(node: SyntaxNode, state: State): Parameter[] {
  const found: Parameter[] = [];
  const parts = children(node).filter((part) => part.name !== "TypeDef");
  parts.forEach((part, i) => {
    // A name behind a comma or the bracket is a parameter; behind `=` it is a default.
    if (part.name !== "VariableName" || parts[i - 1].name === "AssignOp") return;
    const given = parts[i + 1]?.name === "AssignOp" ? parts[i + 2] : null;
    const fallback = given && evaluate(given, state);
    found.push({ name: state.text(part), fallback, rest: parts[i - 1].name.startsWith("*") });
  });
  return found;
}

function branch(node: SyntaxNode, state: State): Completion {
  const parts = children(node);
  for (let i = 0; i < parts.length; i++) {
    const word = parts[i].name;
    if (word === "else") return run(parts[i + 1], state);
    if (word !== "if" && word !== "elif") continue;
    const condition = isMain(parts[i + 1], state) ? boolean(true) : evaluate(parts[i + 1], state);
    const holds = truth(condition);
    if (holds === null) {
      leave(node, state);
      return null;
    }
    if (holds) return run(parts[i + 2], state);
  }
  return null;
}

const isMain = (node: SyntaxNode, state: State) =>
  /^__name__\s*==\s*["']__main__["']$/.test(state.text(node));

function loop(node: SyntaxNode, state: State): Completion {
  const parts = children(node);
  const inside = parts.findIndex((part) => part.name === "in");
  const source = evaluate(parts[inside + 1], state);
  const body = node.getChild("Body") as SyntaxNode;
  // A model of its own for each turn, as in a cross-validation: one of them is the wall.
  const once = source.type !== "list" && /\bSequential\s*\(/.test(state.text(body));
  if (source.type !== "list" && !once) {
    leave(node, state);
    return null;
  }
  if (once) state.report.warn(parts[0], "code.once");
  const items = source.type === "list" ? source.items : [UNKNOWN];
  const targets = parts.slice(parts[0].name === "async" ? 2 : 1, inside);
  const before = state.touched;
  for (const item of items) {
    bind(targets, item, state);
    const completion = run(body, state);
    if (completion === "break") break;
    if (completion && completion !== "continue") return completion;
  }
  if (state.touched === before)
    state.report.note(parts[0], "code.left", { source: state.report.quoted(node) });
  return null;
}

/** Whether anything within a node makes a model or adds to one. */
function builds(node: SyntaxNode, state: State): boolean {
  let found = false;
  node.cursor().iterate(({ name, node: { firstChild } }) => {
    if (name !== "CallExpression" || !firstChild) return;
    const called = lastOf(state.text(firstChild));
    found ||= called === "Sequential" || Object.hasOwn(LAYERS, called) || adds(firstChild, state);
  });
  return found;
}

function adds(callee: SyntaxNode, state: State): boolean {
  const value = callee.name === "MemberExpression" ? evaluate(callee, state) : UNKNOWN;
  return value.type === "method" && value.of.type === "model" && value.name === "add";
}

/** Whether anything within a node compiles or fits a model. */
function trains(node: SyntaxNode, state: State): boolean {
  let found = false;
  node.cursor().iterate(({ name, node: { firstChild } }) => {
    if (name !== "CallExpression" || firstChild?.name !== "MemberExpression") return;
    const value = evaluate(firstChild, state);
    found ||=
      value.type === "method" &&
      value.of.type === "model" &&
      ["compile", "fit", "fit_generator", "train_on_batch"].includes(value.name);
  });
  return found;
}

/** Whether what follows depends on it: a loop may end, a function return. */
function leads(node: SyntaxNode): boolean {
  let found = false;
  node.cursor().iterate(({ name }) => {
    found ||= /^(Break|Continue|Return)Statement$/.test(name);
  });
  return found;
}

/**
 * Leaves a statement alone, since it is not known whether or how often its body runs: names that it
 * gives are unknown from now on. If it builds a model, the wall can't be told.
 */
function leave(node: SyntaxNode, state: State): void {
  const first = node.firstChild as SyntaxNode;
  const { report } = state;
  const source = report.quoted(node);
  if (builds(node, state)) report.error(first, "code.branch", { source: report.quoted(first) });
  else if (leads(node) || trains(node, state)) report.warn(first, "code.left", { source });
  else report.note(first, "code.left", { source });
  node.cursor().iterate(({ name, node: inner }) => {
    if (/^(Assign|Update|For)Statement$/.test(name)) forget(inner, state);
  });
}

function forget(node: SyntaxNode, state: State): void {
  for (const part of children(node)) {
    if (/^(AssignOp|UpdateOp|in)$/.test(part.name)) return;
    if (part.name !== "for" && part.name !== "async") bind([part], UNKNOWN, state);
  }
}
