/** The entry of the worker: a `Runner`, which `local.ts` speaks to. */
import type { Request } from "./protocol.ts";
import { type Message, Runner } from "./runner.ts";

/** A request, and the number of the job that was open when it was sent. */
export interface Sent {
  readonly job: number;
  readonly request: Request;
}

/** A message, and the number of the job that it is about. */
export interface Heard {
  readonly job: number;
  readonly message: Message;
}

/** The worker's global scope; the types of workers contradict those of the page. */
interface Scope {
  postMessage(heard: Heard, transfer: ArrayBufferLike[]): void;
  onmessage: ((event: MessageEvent<Sent>) => void) | null;
}
const scope = globalThis as unknown as Scope;

// A message to itself comes after the requests that wait and, unlike a timer, at once.
const { port1: inbox, port2: outbox } = new MessageChannel();
let next = () => {};
inbox.onmessage = () => next();

let job = 0;
const runner = new Runner({
  post: (message, given) => scope.postMessage({ job, message }, given),
  now: () => performance.now(),
  later(call, milliseconds) {
    if (milliseconds > 0) setTimeout(call, milliseconds);
    else {
      next = call;
      outbox.postMessage(null);
    }
  },
});

scope.onmessage = ({ data }) => {
  job = data.job;
  runner.handle(data.request);
};
