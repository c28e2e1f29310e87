/** The engine of Python, at the other end of a line. */
import type { Wall } from "../wall/wall.ts";
import { t } from "../words/words.ts";
import { FRAME, FrameLine, type Gap, type Line, SocketLine } from "./lines.ts";
import type { Engine, Event, Job, Logs, Request, Snapshot } from "./protocol.ts";

/** What the other side lends. */
export interface Capabilities {
  readonly version: string;
  readonly engine: string; // its instruction set
  readonly threads: number;
  readonly limits: Readonly<Record<string, number>>;
}

/** A file that the page opens, as if it had been dropped. */
export interface GivenFile {
  readonly name: string;
  readonly data: Uint8Array;
}

/** A snapshot as it comes: without weights where they are as before, with null for NaN. */
type Sent = Omit<Snapshot, "weights" | "logs" | "ended"> & {
  readonly weights: Snapshot["weights"] | null;
  readonly logs: Readonly<Record<string, number | null>>;
  readonly ended: readonly { readonly epoch: number; readonly logs: Sent["logs"] }[];
};

type Message = { readonly number: number } & (
  | Exclude<Event, { type: "snapshot" | "failed" }>
  /** With the id of an export, where that has failed. */
  | {
      readonly type: "failed";
      readonly message: string;
      readonly brick?: number;
      readonly id?: number;
    }
  | { readonly type: "snapshot"; readonly snapshot: Sent }
  | ({ readonly type: "capabilities" } & Capabilities)
  | { readonly type: "given"; readonly file: GivenFile }
  | { readonly type: "exported"; readonly id: number; readonly data: Uint8Array }
);

interface Waiting {
  readonly resolve: (data: Uint8Array) => void;
  readonly reject: (why: Error) => void;
}

export class RemoteEngine implements Engine {
  onEvent: (event: Event) => void = () => {};
  /** Called when the engine is there (null), and when it is not, with the reason in words. */
  onState: (problem: string | null) => void = () => {};
  onGiven: (file: GivenFile) => void = () => {};
  /** What is lent; null until it is known. */
  capabilities: Capabilities | null = null;
  readonly #line: Line;
  #number = 0; // of the job, so that events of an earlier one are known as such
  #job: Job | null = null;
  #weights: Snapshot["weights"] | null = null; // the last ones that came
  #there = false;
  #problem: string | null = null; // why it is not there
  #early: Request[] = []; // asked before the line was there
  #running = false;
  readonly #exports = new Map<number, Waiting>();
  #exported = 0;

  constructor(line: Line) {
    this.#line = line;
    line.onMessage = (message) => this.#heard(message as Message);
    line.onState = (gap, words) => this.#changed(gap, words);
  }

  send(request: Request): void {
    if (request.type === "open" || request.type === "close") {
      this.#number += 1;
      this.#job = request.type === "open" ? request.job : null;
      this.#weights = null;
      this.#early = [];
    }
    if (!this.#there) this.#unsent(request);
    else if (request.type === "open") this.#open();
    else this.#post(request);
  }

  #open(): void {
    this.#running = false;
    this.#line.send({ type: "open", job: this.#job, number: this.#number });
  }

  #post(request: Request): void {
    if (request.type === "run" || request.type === "step") this.#running = true;
    this.#line.send(request);
  }

  /** What is asked before the line is there for the first time waits; later it is refused. */
  #unsent(request: Request): void {
    if (request.type === "predict") {
      this.onEvent({ type: "predicted", id: request.id, outputs: [] });
    } else if (this.#problem === null) {
      if (request.type !== "open" && request.type !== "close") this.#early.push(request);
    } else if (request.type === "run" || request.type === "step") {
      this.onEvent({ type: "failed", message: this.#problem });
    }
  }

  close(): void {
    this.#line.close();
  }

  /** Returns a file of a wall, written by the library; rejects with the reason in words. */
  export(wall: Wall, format: ".h5"): Promise<Uint8Array> {
    if (!this.#there) return Promise.reject(new Error(t("remote.gone")));
    this.#exported += 1;
    const id = this.#exported;
    return new Promise((resolve, reject) => {
      this.#exports.set(id, { resolve, reject });
      this.#line.send({ type: "export", id, wall, format });
    });
  }

  /** A lost line takes the training with it: with a new one it begins where the weights were. */
  #changed(gap: Gap | null, words: string): void {
    this.#there = gap === null;
    const problem = gap && (words || t(`remote.${gap}`));
    if (problem) {
      for (const { reject } of this.#exports.values()) reject(new Error(problem));
      this.#exports.clear();
      if (problem !== this.#problem) this.onState(problem);
      if (this.#running) this.onEvent({ type: "failed", message: problem });
      this.#running = false;
    } else {
      this.#line.send({ type: "hello" });
      if (this.#job && this.#weights) {
        this.#job = { ...this.#job, wall: withWeights(this.#job.wall, this.#weights) };
      }
      if (this.#job) this.#open();
      for (const request of this.#early.splice(0)) this.#post(request);
    }
    this.#problem = problem;
  }

  #heard(message: Message): void {
    switch (message.type) {
      case "capabilities":
        this.capabilities = message;
        this.onState(null);
        break;
      case "given":
        this.onGiven(message.file);
        break;
      case "exported":
        this.#exports.get(message.id)?.resolve(message.data);
        this.#exports.delete(message.id);
        break;
      case "predicted":
        this.onEvent(message);
        break;
      case "snapshot":
        this.#line.send({ type: "seen" });
        if (message.number === this.#number) this.#show(message.snapshot);
        break;
      case "failed":
        if (message.id !== undefined) this.#refused(message.id, message.message);
        else this.#ended(message, message.number);
        break;
      default:
        this.#ended(message, message.number);
    }
  }

  /** What is said of no job (0), such as that no more is heard, is said of the one that is open. */
  #ended(event: Event, number: number): void {
    if (number !== 0 && number !== this.#number) return;
    this.#running = false;
    this.onEvent(event);
  }

  #refused(id: number, why: string): void {
    this.#exports.get(id)?.reject(new Error(why));
    this.#exports.delete(id);
  }

  #show(sent: Sent): void {
    this.#weights = sent.weights ?? this.#weights;
    const snapshot: Snapshot = {
      ...sent,
      logs: numbers(sent.logs),
      ended: sent.ended.map(({ epoch, logs }) => ({ epoch, logs: numbers(logs) })),
      weights: this.#weights ?? [],
    };
    this.onEvent({ type: "snapshot", snapshot });
  }
}

/** JSON has no NaN, which comes as null. */
const numbers = (logs: Sent["logs"]): Logs =>
  Object.fromEntries(Object.entries(logs).map(([name, value]) => [name, value ?? Number.NaN]));

function withWeights(wall: Wall, weights: Snapshot["weights"]): Wall {
  return { ...wall, bricks: wall.bricks.map((brick, i) => ({ ...brick, weights: weights[i] })) };
}

const TOKEN = /^#token=([\w-]{20,100})$/;
const KEPT = "brickwork.studio.token";

/** Reads the token that a reload has taken from the address; browsers may forbid it. */
function keptToken(): string | null {
  try {
    return sessionStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

function keepToken(token: string): void {
  try {
    sessionStorage.setItem(KEPT, token);
  } catch {
    // Kept until the page is loaded again.
  }
}

/**
 * Returns the engine that `brickwork studio`, or a notebook, lends to this page; null for a page that
 * was opened otherwise. The token of the address is put away, so that no link that is copied holds it.
 */
export function lentEngine(): RemoteEngine | null {
  const { hash, host, href, pathname, protocol } = window.location;
  // A page that stands at an address may be framed by any other, which would get the user's table.
  if (window.name === FRAME && href.startsWith("about:srcdoc"))
    return new RemoteEngine(new FrameLine());
  if (protocol !== "http:") return null;
  const found = TOKEN.exec(hash)?.[1];
  if (found) {
    keepToken(found);
    history.replaceState(null, "", pathname);
  }
  const token = found ?? keptToken();
  return token ? new RemoteEngine(new SocketLine(`ws://${host}/engine`, token)) : null;
}
