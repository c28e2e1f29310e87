/** The page's own engine, in a worker. */
import { t } from "../words/words.ts";
import type { Engine, Event, Request } from "./protocol.ts";
import type { Message } from "./runner.ts";
import type { Said } from "./said.ts";
import type { Heard, Sent } from "./worker.ts";

/** The worker's script, as `build.mjs` bundles it. */
declare const WORKER_SOURCE: string;

export class LocalEngine implements Engine {
  onEvent: (event: Event) => void = () => {};
  readonly #worker: Worker;
  #job = 0;

  constructor() {
    const url = URL.createObjectURL(new Blob([WORKER_SOURCE], { type: "text/javascript" }));
    this.#worker = new Worker(url);
    URL.revokeObjectURL(url);
    this.#worker.onmessage = ({ data: { job, message } }: MessageEvent<Heard>) => {
      // What the worker said of an earlier job before it knew of this one is of no interest.
      if (job === this.#job || message.type === "predicted") this.onEvent(spoken(message));
    };
    this.#worker.onerror = ({ message: why }) => {
      this.onEvent({ type: "failed", message: t("engine.error", { why }) });
    };
  }

  send(request: Request): void {
    if (request.type === "open" || request.type === "close") this.#job += 1;
    this.#worker.postMessage({ job: this.#job, request } satisfies Sent);
  }

  close(): void {
    this.#worker.terminate();
  }
}

/** Returns the event in the language of the page. */
function spoken(message: Message): Event {
  if (message.type === "failed") {
    const { said, ...rest } = message;
    return { ...rest, message: say(said) };
  }
  if (message.type === "stopped" && message.reason === "not finite") {
    return { ...message, detail: t("train.notfinite", { why: say(message.detail) }) };
  }
  return message;
}

/** Returns the words for what an engine says. */
export function say({ key, values }: Said): string {
  const filled = Object.entries(values).map(
    ([name, value]) => [name, typeof value === "object" ? say(value) : value] as const,
  );
  return t(key, Object.fromEntries(filled));
}
