/** What the interpreter knows while it goes through the code. */
import type { SyntaxNode } from "@lezer/common";
import type { Imports } from "./defined.ts";
import type { Report } from "./problems.ts";
import type { Argument, Model, Value } from "./values.ts";

/** Names of a function, or of the script. */
export class Scope {
  private readonly names = new Map<string, Value>();

  constructor(private readonly outer?: Scope) {}

  get(name: string): Value | undefined {
    return this.names.get(name) ?? this.outer?.get(name);
  }

  set(name: string, value: Value): void {
    this.names.set(name, value);
  }

  /** Every name and value of this scope alone. */
  entries(): Iterable<[string, Value]> {
    return this.names;
  }
}

/** Thrown where code would take too long, or goes too deep. */
export class TooMuch extends Error {
  constructor(
    readonly node: SyntaxNode,
    readonly key: string,
  ) {
    super(key);
  }
}

const MOST_STEPS = 200_000;
const MOST_DEPTH = 120;

export class State {
  scope = new Scope();
  readonly models: Model[] = [];
  /** The last seed that was set. */
  seed: Argument | null = null;
  /** Goes up with everything that matters for a wall; a statement that leaves it is left alone. */
  touched = 0;
  private steps = 0;
  private depth = 0;

  constructor(
    readonly report: Report,
    readonly imports: Imports,
  ) {}

  text({ from, to }: { from: number; to: number }): string {
    return this.report.text.slice(from, to);
  }

  /** Counts steps, such as entries of a list that is made, and refuses too many. */
  spend(steps: number, node: SyntaxNode): void {
    this.steps += steps;
    if (this.steps > MOST_STEPS) throw new TooMuch(node, "code.steps");
  }

  /** Does the work for a node, unless that goes too deep. */
  within<T>(node: SyntaxNode, work: () => T): T {
    this.spend(1, node);
    this.depth += 1;
    if (this.depth > MOST_DEPTH) throw new TooMuch(node, "code.depth");
    try {
      return work();
    } finally {
      this.depth -= 1;
    }
  }
}

/** Returns the children of a node but for comments. */
export function children(node: SyntaxNode): SyntaxNode[] {
  const all: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling)
    if (child.name !== "Comment") all.push(child);
  return all;
}
