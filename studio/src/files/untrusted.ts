/**
 * Values from outside (a file, a link), read step by step. Each step says what it expects; what
 * differs is refused in words, with where it stands, so that no reader works with values of unknown
 * kinds.
 */
import { type Filled, t } from "../words/words.ts";

/** Why something from outside is not taken; the message is for the user. */
export class Refusal extends Error {
  constructor(key: string, values: Filled = {}) {
    super(t(key, values));
  }
}

/** What was read, with what was left out or changed; or why nothing was. */
export type Read<T> =
  | { readonly value: T; readonly notes: readonly string[] }
  | { readonly problem: string };

/** Notes of one reading: each is said once, and a hostile file can't make more than a few. */
export class Notes {
  private readonly said = new Set<string>();

  add(key: string, values: Filled = {}): void {
    if (this.said.size < 20) this.said.add(t(key, values));
  }

  get all(): readonly string[] {
    return [...this.said];
  }
}

/** Returns what `read` returns, or the problem if it refuses. */
export function reading<T>(read: (notes: Notes) => T): Read<T> {
  const notes = new Notes();
  try {
    return { value: read(notes), notes: notes.all };
  } catch (error) {
    if (error instanceof Refusal) return { problem: error.message };
    throw error;
  }
}

const MOST_SHOWN = 40;

/** Returns a text that is short enough for a message. */
export function clipped(text: string, most = MOST_SHOWN): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`;
}

/** Returns a value as a message shows it. */
export function shown(value: unknown): string {
  if (value === undefined) return t("files.nothing");
  if (typeof value === "string") return JSON.stringify(clipped(value));
  if (Array.isArray(value)) return value.length ? "[…]" : "[]";
  return typeof value === "object" && value !== null ? "{…}" : String(value);
}

type Entries = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Entries =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A value of a document, and where it stands: `wall.bricks[2].config`. */
export class Part {
  constructor(
    readonly value: unknown,
    readonly path: string,
    readonly notes: Notes,
  ) {}

  /** Refuses the value; `key` says what is expected. */
  refuse(key: string, values: Filled = {}): never {
    throw new Refusal("files.unexpected", {
      path: this.path,
      got: shown(this.value),
      expected: t(key, values),
    });
  }

  get isNull(): boolean {
    return this.value === null;
  }

  get isMissing(): boolean {
    return this.value === undefined;
  }

  /** Returns an entry of an object; its value is undefined if there is none. */
  at(name: string): Part {
    const entries = this.entries();
    const value = Object.hasOwn(entries, name) ? entries[name] : undefined;
    return new Part(value, this.path ? `${this.path}.${clipped(name)}` : name, this.notes);
  }

  /** Returns an entry that may be missing. */
  maybe(name: string): Part | null {
    const part = this.at(name);
    return part.isMissing ? null : part;
  }

  names(): string[] {
    return Object.keys(this.entries());
  }

  private entries(): Entries {
    return isObject(this.value) ? this.value : this.refuse("files.expected.object");
  }

  /** Says which entries are of no known name, and so are left out. */
  knows(...names: readonly string[]): void {
    for (const name of this.names())
      if (!names.includes(name)) this.notes.add("files.ignored", { path: this.at(name).path });
  }

  private items(most: number): readonly unknown[] {
    if (!Array.isArray(this.value)) this.refuse("files.expected.list");
    if (this.value.length > most)
      throw new Refusal("files.long", { path: this.path, length: this.value.length, most });
    return this.value;
  }

  private item(index: number, value: unknown): Part {
    return new Part(value, `${this.path}[${index}]`, this.notes);
  }

  list(most: number): Part[] {
    return this.items(most).map((value, i) => this.item(i, value));
  }

  /** Returns a list of texts: as `list`, but quick for a column of a table. */
  texts(most: number, letters: number): string[] {
    const items = this.items(most);
    const strange = items.findIndex((item) => typeof item !== "string" || item.length > letters);
    if (strange >= 0) this.item(strange, items[strange]).text(letters);
    return items as string[];
  }

  text(most = 200): string {
    if (typeof this.value !== "string" || this.value.length > most)
      this.refuse("files.expected.text", { most });
    return this.value;
  }

  choice<T extends string>(choices: readonly T[]): T {
    if (!choices.includes(this.value as T))
      this.refuse("files.expected.choice", { choices: choices.join(", ") });
    return this.value as T;
  }

  boolean(): boolean {
    if (typeof this.value !== "boolean") this.refuse("files.expected.boolean");
    return this.value;
  }

  number(min: number, max: number): number {
    const { value } = this;
    if (typeof value !== "number" || !(value >= min && value <= max))
      this.refuse("files.expected.number", { min, max });
    return value;
  }

  /** Returns any number that JSON has; 1e999 is none. */
  finite(): number {
    if (!Number.isFinite(this.value)) this.refuse("files.expected.finite");
    return this.value as number;
  }

  integer(min: number, max: number): number {
    const { value } = this;
    if (!Number.isInteger(value) || !((value as number) >= min && (value as number) <= max))
      this.refuse("files.expected.integer", { min, max });
    return value as number;
  }
}
