/** The ways to Python: a socket to `brickwork studio`, or the messages of a notebook. */
import { framed, type Packed, packed, unframed, unpacked } from "./frames.ts";

/**
 * Why there is no line: the server has ended, it was started anew, it does not want more pages, or
 * a message was too large for it.
 */
export type Gap = "gone" | "token" | "full" | "large";

export interface Line {
  send(message: unknown): void;
  close(): void;
  onMessage: (message: unknown) => void;
  /** Called when the line is there, again or for the first time, and (with the reason) when not. */
  onState: (gap: Gap | null, words: string) => void;
}

/** Milliseconds until a lost line is tried again: twice as many each time. */
const RETRY = { first: 500, most: 8000 };
const PROTOCOL = "brickwork.studio";
const TOO_LARGE = 1009;
const TRY_LATER = 1013;

const nothing = () => {};

/** What a socket line needs of the browser; tests have their own. */
export interface Browser {
  open(url: string, protocols: string[]): WebSocket;
  /** Whether the server of this page answers at all. */
  answers(): Promise<boolean>;
  later(call: () => void, milliseconds: number): number;
}

const browser: Browser = {
  open: (url, protocols) => new WebSocket(url, protocols),
  answers: () =>
    fetch("/", { method: "HEAD" }).then(
      ({ ok }) => ok,
      () => false,
    ),
  later: (call, milliseconds) => window.setTimeout(call, milliseconds),
};

export class SocketLine implements Line {
  onMessage: Line["onMessage"] = nothing;
  onState: Line["onState"] = nothing;
  #socket: WebSocket | null = null;
  #wait = RETRY.first;
  #closed = false;

  constructor(
    readonly url: string,
    readonly token: string,
    readonly around: Browser = browser,
  ) {
    this.#connect();
  }

  #connect(): void {
    const socket = this.around.open(this.url, [PROTOCOL, this.token]);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.#socket = socket;
      this.#wait = RETRY.first;
      this.onState(null, "");
    };
    socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) =>
      this.onMessage(unframed(new Uint8Array(data)));
    socket.onclose = ({ code, reason }) => void this.#lost(code, reason);
    this.#socket = null;
  }

  async #lost(code: number, reason: string): Promise<void> {
    const opened = this.#socket !== null;
    this.#socket = null;
    if (this.#closed) return;
    // A refused socket tells pages nothing; if the page itself can be had, it was the token.
    const refused = !opened && (await this.around.answers());
    if (this.#closed) return;
    if (code === TOO_LARGE) {
      this.onState("large", ""); // what was sent would be sent again
      return;
    }
    this.onState(code === TRY_LATER ? "full" : refused ? "token" : "gone", reason);
    if (refused) return;
    this.around.later(() => this.#closed || this.#connect(), this.#wait);
    this.#wait = Math.min(2 * this.#wait, RETRY.most);
  }

  send(message: unknown): void {
    this.#socket?.send(framed(message));
  }

  close(): void {
    this.#closed = true;
    this.#socket?.close();
  }
}

/** The name of the frame in which `widget.ts` shows the page, and what it sends with the port. */
export const FRAME = "brickwork-widget";
export const GREETING = "brickwork-line";

/** What goes over the port of a notebook: JSON, and the block beside it. */
type Passed = MessageEvent<Packed>;

/** The line of a page that a notebook shows in a frame: a port to the widget, which has the kernel. */
export class FrameLine implements Line {
  onMessage: Line["onMessage"] = nothing;
  onState: Line["onState"] = nothing;
  #port: MessagePort | null = null;

  constructor(frame: Pick<Window, "addEventListener" | "parent"> = window) {
    frame.addEventListener("message", ({ data, source, ports }) => {
      if (data !== GREETING || source !== frame.parent || this.#port) return;
      this.#port = ports[0];
      this.#port.onmessage = ({ data: packet }: Passed) => this.onMessage(unpacked(packet));
      this.onState(null, "");
    });
  }

  send(message: unknown): void {
    this.#port?.postMessage(packed(message));
  }

  close(): void {
    this.#port?.close();
  }
}
