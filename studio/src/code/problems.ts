/** What is said about code: where, how grave, and in which words. */
import { type Filled, t } from "../words/words.ts";
import type { Span } from "./values.ts";

/**
 * An error leaves the wall as it is. A warning is about something that was read, and that the studio
 * has not. A note is about a statement that was left alone.
 */
export type Severity = "error" | "warning" | "note";

export interface Hint {
  readonly key: string;
  readonly values: Filled;
}

export interface Problem extends Span {
  readonly severity: Severity;
  readonly line: number; // from 1
  readonly column: number; // from 1
  readonly key: string; // of `words`: code.*
  readonly values: Filled;
  /** Fills in {reason}. */
  readonly reason?: Hint | undefined;
  /** Is said after it; what was probably meant, before it. */
  readonly hint?: Hint | undefined;
}

/** Returns the problem in the current language. */
export function said(problem: Problem): string {
  const { key, values, reason, hint } = problem;
  const text = t(key, { ...values, reason: reason ? t(reason.key, reason.values) : "" });
  if (!hint) return text;
  const more = t(hint.key, hint.values);
  return hint.key === "code.meant" ? `${more} ${text}` : `${text} ${more}`;
}

type Extra = Pick<Problem, "reason" | "hint">;

/** Collects problems; each is said once, however often a loop comes by. */
export class Report {
  private readonly found = new Map<string, Problem>();
  /** The first word of Keras 1 that today's Keras refuses. */
  oldest: { readonly line: number; readonly name: string } | null = null;

  constructor(readonly text: string) {}

  error(span: Span, key: string, values: Filled = {}, extra: Extra = {}): void {
    this.add("error", span, key, values, extra);
  }

  warn(span: Span, key: string, values: Filled = {}, extra: Extra = {}): void {
    this.add("warning", span, key, values, extra);
  }

  note(span: Span, key: string, values: Filled = {}): void {
    this.add("note", span, key, values, {});
  }

  /** Notes a word of Keras 1. */
  old({ from }: Span, name: string): void {
    const line = this.lineOf(from);
    if (!this.oldest || line < this.oldest.line) this.oldest = { line, name };
  }

  /** In the order of the text. */
  get problems(): Problem[] {
    return [...this.found.values()].sort((a, b) => a.from - b.from);
  }

  get failed(): boolean {
    return [...this.found.values()].some((problem) => problem.severity === "error");
  }

  /** Returns a piece of the code as it is quoted in a message. */
  quoted({ from, to }: Span): string {
    const piece = this.text.slice(from, to).replace(/\s+/g, " ").trim();
    return piece.length > 40 ? `${piece.slice(0, 39)}…` : piece;
  }

  lineOf(offset: number): number {
    return this.text.slice(0, offset).split("\n").length;
  }

  private add(severity: Severity, { from, to }: Span, key: string, values: Filled, extra: Extra) {
    const id = `${from} ${key}`;
    if (this.found.has(id)) return;
    const before = this.text.slice(0, from);
    const line = this.lineOf(from);
    const column = from - before.lastIndexOf("\n");
    this.found.set(id, { severity, from, to, line, column, key, values, ...extra });
  }
}
