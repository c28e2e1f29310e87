/** The engine of Python, with a line that the test holds the other end of. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { framed, packed, unframed } from "../src/engine/frames.ts";
import { type Browser, FrameLine, type Gap, type Line, SocketLine } from "../src/engine/lines.ts";
import type { Event, Job } from "../src/engine/protocol.ts";
import { lentEngine, RemoteEngine } from "../src/engine/remote.ts";
import { dense } from "../src/wall/wall.ts";
import widget from "../src/widget.ts";
import { language } from "../src/words/words.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  language.value = "en";
});

const rows = { rows: 1, x: new Float32Array([1, 2]), inputs: 2, y: new Float32Array([1]) };
const JOB: Job = {
  wall: {
    inputs: 2,
    bricks: [dense(1, "sigmoid")],
    loss: "binary_crossentropy",
    optimizer: { kind: "SGD", config: {} },
    metrics: [],
    batchSize: 1,
    epochs: 5,
    seed: 1,
  },
  training: rows,
  validation: null,
};

// biome-ignore lint/suspicious/noExplicitAny: messages as they are sent
type Any = any;

class TestLine implements Line {
  onMessage: Line["onMessage"] = () => {};
  onState: Line["onState"] = () => {};
  sent: Any[] = [];
  send(message: unknown): void {
    this.sent.push(unframed(framed(message)));
  }
  close(): void {}
  /** What came since the last call. */
  take(): Any[] {
    return this.sent.splice(0);
  }
}

function engine() {
  const line = new TestLine();
  const remote = new RemoteEngine(line);
  const events: Event[] = [];
  const states: (string | null)[] = [];
  remote.onEvent = (event) => events.push(event);
  remote.onState = (state) => states.push(state);
  return { line, remote, events, states };
}

const WEIGHTS = [[{ name: "kernel", shape: [2, 1], values: new Float32Array([3, 4]) }]];
const snapshot = (number: number, weights: unknown = WEIGHTS) => ({
  type: "snapshot",
  number,
  snapshot: {
    step: 3,
    epoch: 1,
    batch: 0,
    logs: { loss: null, accuracy: 0.5 },
    weights,
    ended: [{ epoch: 0, logs: { loss: null } }],
    stepsPerSecond: 9,
  },
});

describe("frames", () => {
  it("carry arrays and files as they are", () => {
    const message = {
      name: "검사",
      x: new Float32Array([1.5, -2]),
      file: new Uint8Array([1, 2, 3]),
      y: new Float32Array([7]),
      rest: [null, true, {}],
    };
    expect(unframed(framed(message))).toEqual(message);
  });

  it("have the length of the JSON, the JSON up to a multiple of 4, and the block", () => {
    const frame = framed({ x: new Float32Array([0.5]) });
    const head = new DataView(frame.buffer).getUint32(0, true);
    expect(head % 4).toBe(0);
    expect(new TextDecoder().decode(frame.subarray(4, 4 + head)).trimEnd()).toBe(
      '{"x":{"floats":[0,1]}}',
    );
    expect([...frame.subarray(4 + head)]).toEqual([0, 0, 0, 63]);
  });

  it("that are cut off are refused", () => {
    const frame = framed({ x: new Float32Array(8) });
    expect(() => unframed(frame.subarray(0, frame.length - 4))).toThrow(RangeError);
  });
});

describe("RemoteEngine", () => {
  it("says hello and opens what was asked for before the line was there", () => {
    const { line, remote } = engine();
    remote.send({ type: "open", job: JOB });
    remote.send({ type: "run", until: 3, pace: null });
    expect(line.take()).toEqual([]);
    line.onState(null, "");
    const [hello, open, run] = line.take();
    expect([hello, run]).toEqual([{ type: "hello" }, { type: "run", until: 3, pace: null }]);
    expect(open.number).toBe(1);
    expect(open.job.training.x).toEqual(rows.x);
    remote.send({ type: "run", until: 5, pace: null });
    expect(line.take()).toEqual([{ type: "run", until: 5, pace: null }]);
  });

  it("acknowledges each snapshot, and keeps the weights that are left out", () => {
    const { line, remote, events } = engine();
    line.onState(null, "");
    remote.send({ type: "open", job: JOB });
    line.take();
    line.onMessage(snapshot(1));
    line.onMessage(snapshot(1, null));
    expect(line.take()).toEqual([{ type: "seen" }, { type: "seen" }]);
    for (const event of events) {
      if (event.type !== "snapshot") throw new Error(event.type);
      expect(event.snapshot.weights).toEqual(WEIGHTS);
      expect(event.snapshot.logs).toEqual({ loss: Number.NaN, accuracy: 0.5 });
      expect(event.snapshot.ended).toEqual([{ epoch: 0, logs: { loss: Number.NaN } }]);
    }
    expect(events).toHaveLength(2);
  });

  it("drops what was said of an earlier job", () => {
    const { line, remote, events } = engine();
    line.onState(null, "");
    remote.send({ type: "open", job: JOB });
    remote.send({ type: "open", job: JOB });
    line.onMessage(snapshot(1));
    line.onMessage({ type: "stopped", reason: "done", number: 1 });
    line.onMessage({ type: "failed", message: "old", number: 1 });
    expect(events).toEqual([]);
    line.onMessage({ type: "failed", message: "ended", number: 0 }); // of whatever is open
    expect(events.splice(0)).toMatchObject([{ type: "failed", message: "ended" }]);
    line.onMessage({ type: "predicted", id: 3, outputs: [], number: 1 });
    line.onMessage({ type: "stopped", reason: "done", number: 2 });
    expect(events.map(({ type }) => type)).toEqual(["predicted", "stopped"]);
  });

  it("says in words when Python is gone, in the page's language, and opens anew from the weights", () => {
    const { line, remote, events, states } = engine();
    line.onState(null, "");
    remote.send({ type: "open", job: JOB });
    line.onMessage(snapshot(1));
    language.value = "ko";
    remote.send({ type: "run", until: 9, pace: null });
    line.onState("gone", "");
    line.onState("gone", ""); // tried again
    expect(states).toEqual([expect.stringContaining("파이썬")]);
    expect(events.slice(1)).toEqual([{ type: "failed", message: states[0] }]);
    line.take();
    remote.send({ type: "run", until: 9, pace: null });
    remote.send({ type: "predict", id: 4, x: rows.x, rows: 1, all: true });
    expect(events.slice(2)).toEqual([
      { type: "failed", message: states[0] },
      { type: "predicted", id: 4, outputs: [] },
    ]);
    expect(line.take()).toEqual([]);
    line.onState(null, "");
    expect(line.sent).toHaveLength(2);
    const [, open] = line.take();
    expect(open.job.wall.bricks[0].weights).toEqual(WEIGHTS[0]);
    expect(open.job.wall.bricks[0].config).toEqual(JOB.wall.bricks[0].config);
  });

  it("leaves a training that is over as it is when Python is gone", () => {
    const { line, remote, events } = engine();
    line.onState(null, "");
    remote.send({ type: "open", job: JOB });
    remote.send({ type: "run", until: 9, pace: null });
    line.onMessage({ type: "stopped", reason: "done", number: 1 });
    line.onState("gone", "");
    expect(events.map(({ type }) => type)).toEqual(["stopped"]);
  });

  it("tells capabilities and files that were given", () => {
    const { line, remote, states } = engine();
    const files: unknown[] = [];
    remote.onGiven = (file) => files.push(file);
    line.onState(null, "");
    expect(states).toEqual([]);
    line.onMessage({ type: "capabilities", version: "1", threads: 2, number: 0 });
    expect(states).toEqual([null]);
    expect(remote.capabilities?.threads).toBe(2);
    line.onMessage({
      type: "given",
      file: { name: "a.csv", data: new Uint8Array([1]) },
      number: 0,
    });
    expect(files).toEqual([{ name: "a.csv", data: new Uint8Array([1]) }]);
  });

  it("exports walls, and says why one can't be", async () => {
    const { line, remote, events } = engine();
    await expect(remote.export(JOB.wall, ".h5")).rejects.toThrow("Python");
    line.onState(null, "");
    const [first, second, third] = [1, 2, 3].map(() => remote.export(JOB.wall, ".h5"));
    const [, h5] = line.take();
    expect(h5).toMatchObject({ type: "export", id: 1, format: ".h5" });
    line.onMessage({ type: "exported", id: 1, data: new Uint8Array([5]), number: 0 });
    line.onMessage({ type: "failed", id: 2, message: "no h5py", number: 0 });
    line.onState("full", "4 pages are open");
    expect(await first).toEqual(new Uint8Array([5]));
    await expect(second).rejects.toThrow("no h5py");
    await expect(third).rejects.toThrow("4 pages are open");
    expect(events).toEqual([]); // no training has failed
  });
});

describe("SocketLine", () => {
  function lined(answers = true) {
    const sockets: Any[] = [];
    const waits: [() => void, number][] = [];
    const around: Browser = {
      open: (url, protocols) => {
        const socket = {
          url,
          protocols,
          sent: [] as Any[],
          send: (frame: Uint8Array) => socket.sent.push(unframed(frame)),
          close: vi.fn(),
        };
        sockets.push(socket);
        return socket as unknown as WebSocket;
      },
      answers: async () => answers,
      later: (call, milliseconds) => waits.push([call, milliseconds]),
    };
    const line = new SocketLine("ws://127.0.0.1:4861/engine", "t".repeat(43), around);
    const states: (Gap | null)[] = [];
    line.onState = (gap) => states.push(gap);
    return { line, sockets, waits, states };
  }

  it("offers its protocol and the token, and speaks in frames", () => {
    const { line, sockets, states } = lined();
    expect(sockets[0].protocols).toEqual(["brickwork.studio", "t".repeat(43)]);
    line.send({ type: "early" }); // before it is open: nobody hears it
    sockets[0].onopen();
    expect(states).toEqual([null]);
    line.send({ type: "hello" });
    expect(sockets[0].sent).toEqual([{ type: "hello" }]);
    const heard: unknown[] = [];
    line.onMessage = (message) => heard.push(message);
    sockets[0].onmessage({ data: framed({ type: "x" }).buffer });
    expect(heard).toEqual([{ type: "x" }]);
  });

  it("tries again, later and later, once it was lost", async () => {
    const { sockets, waits, states } = lined(false);
    sockets[0].onopen();
    await sockets[0].onclose({ code: 1006, reason: "" });
    await vi.waitFor(() => expect(waits).toHaveLength(1));
    for (let nth = 1; nth < 7; nth++) {
      waits[nth - 1][0]();
      sockets[nth].onclose({ code: 1006, reason: "" });
      await vi.waitFor(() => expect(waits).toHaveLength(nth + 1));
    }
    expect(waits.map(([, wait]) => wait)).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000]);
    expect(states).toEqual([null, ...Array(7).fill("gone")]);
  });

  it("knows a token of an earlier start, and leaves it at that", async () => {
    const { sockets, waits, states } = lined(true);
    sockets[0].onclose({ code: 1006, reason: "" });
    await vi.waitFor(() => expect(states).toEqual(["token"]));
    expect(waits).toEqual([]);
  });

  it("waits for another page to be closed", async () => {
    const { sockets, waits, states } = lined();
    sockets[0].onopen();
    sockets[0].onclose({ code: 1013, reason: "4 pages are open" });
    await vi.waitFor(() => expect(states).toEqual([null, "full"]));
    expect(waits).toHaveLength(1);
  });

  it("says in words that a message was too large, and does not send it again", async () => {
    const { line, sockets, waits } = lined();
    const states: (string | null)[] = [];
    const remote = new RemoteEngine(line);
    remote.onState = (problem) => states.push(problem);
    sockets[0].onopen();
    sockets[0].onclose({ code: 1009, reason: "frame exceeds limit of 134217728 bytes" });
    await vi.waitFor(() => expect(states).toEqual([expect.stringContaining("too large")]));
    expect(waits).toEqual([]);
    language.value = "ko";
    const other = lined();
    new RemoteEngine(other.line).onState = (problem) => states.push(problem);
    other.sockets[0].onopen();
    other.sockets[0].onclose({ code: 1009, reason: "" });
    await vi.waitFor(() => expect(states[1]).toContain("너무 커서"));
  });

  it("that was closed is closed", async () => {
    const { line, sockets, waits, states } = lined();
    sockets[0].onopen();
    line.close();
    expect(sockets[0].close).toHaveBeenCalled();
    sockets[0].onclose({ code: 1000, reason: "" });
    await Promise.resolve();
    expect([states, waits]).toEqual([[null], []]);
  });
});

describe("FrameLine", () => {
  const frame = () => {
    const parent = {} as Window;
    let hear: Any = null;
    const line = new FrameLine({
      parent,
      addEventListener: (_: string, call: Any) => (hear = call),
    } as Any);
    return { parent, line, hear: (event: Any) => hear(event) };
  };

  it("takes the port of the notebook, and carries the block beside the JSON", () => {
    const { parent, line, hear } = frame();
    const messages: unknown[] = [];
    const states: unknown[] = [];
    line.onMessage = (message) => messages.push(message);
    line.onState = (gap) => states.push(gap);
    const port = { postMessage: vi.fn(), close: vi.fn(), onmessage: null as Any };
    line.send({ type: "early" });
    hear({ data: "brickwork-line", source: parent, ports: [port] });
    expect(states).toEqual([null]);
    line.send({ x: new Float32Array([0.5]) });
    expect(port.postMessage).toHaveBeenCalledExactlyOnceWith({
      text: '{"x":{"floats":[0,1]}}',
      block: new Uint8Array([0, 0, 0, 63]),
    });
    const { text, block } = packed({ y: new Float32Array([2]) });
    const shifted = new Uint8Array([9, ...block]).subarray(1); // a view may begin anywhere
    port.onmessage({ data: { text, block: shifted } });
    expect(messages).toEqual([{ y: new Float32Array([2]) }]);
    line.close();
    expect(port.close).toHaveBeenCalled();
  });

  it("takes no port of anybody else, and no second one", () => {
    const { parent, line, hear } = frame();
    const states: unknown[] = [];
    line.onState = (gap) => states.push(gap);
    const port = { postMessage: vi.fn() };
    hear({ data: "brickwork-line", source: {}, ports: [port] });
    hear({ data: "other", source: parent, ports: [port] });
    expect(states).toEqual([]);
    hear({ data: "brickwork-line", source: parent, ports: [{ postMessage: vi.fn() }] });
    hear({ data: "brickwork-line", source: parent, ports: [port] });
    line.send({ type: "x" });
    expect(states).toEqual([null]);
    expect(port.postMessage).not.toHaveBeenCalled();
  });
});

describe("lentEngine", () => {
  /** A page at an address, in a window of a name. */
  function at(href: string, name = "", storage: Partial<Storage> | null = null) {
    const blocked = () => {
      throw new DOMException("The operation is insecure.", "SecurityError");
    };
    const { protocol, host, pathname, hash } = new URL(href);
    const replaceState = vi.fn();
    const opened: string[][] = [];
    vi.stubGlobal("window", {
      name,
      location: { href, protocol, host, pathname, hash },
      addEventListener: () => {},
      setTimeout: () => 0,
    });
    vi.stubGlobal("history", { replaceState });
    vi.stubGlobal("sessionStorage", storage ?? { getItem: blocked, setItem: blocked });
    vi.stubGlobal(
      "WebSocket",
      class {
        constructor(url: string, protocols: string[]) {
          opened.push([url, ...protocols]);
        }
      },
    );
    return { engine: lentEngine(), opened, replaceState };
  }
  const token = "t".repeat(43);

  it("opens where the browser keeps nothing", () => {
    const { engine, opened, replaceState } = at(`http://127.0.0.1:4861/#token=${token}`);
    expect(engine).not.toBeNull();
    expect(opened).toEqual([["ws://127.0.0.1:4861/engine", "brickwork.studio", token]]);
    expect(replaceState).toHaveBeenCalledWith(null, "", "/");
    expect(at("http://127.0.0.1:4861/").engine).toBeNull();
  });

  it("keeps the token for a reload", () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    };
    at(`http://127.0.0.1:4861/#token=${token}`, "", storage);
    expect(at("http://127.0.0.1:4861/", "", storage).opened[0]).toContain(token);
  });

  it("takes a line of the window around it in a notebook alone", () => {
    const name = "brickwork-widget";
    expect(at("about:srcdoc", name).engine).not.toBeNull();
    for (const href of ["https://example.org/studio.html", "file:///tmp/studio.html"])
      expect(at(href, name).engine).toBeNull();
    expect(at("about:srcdoc").engine).toBeNull();
  });
});

describe("the widget", () => {
  it("says and hears what is of its own view alone", async () => {
    const heard = new Set<Any>();
    const said: Any[] = [];
    const model = {
      get: () => "<page>",
      send: (content: Any, _: unknown, buffers: unknown) => said.push({ ...content, buffers }),
      on: (_: string, hear: Any) => heard.add(hear),
      off: (_: string, hear: Any) => heard.delete(hear),
    };
    const leaving = new Set<() => void>();
    vi.stubGlobal("window", {
      addEventListener: (_: string, call: () => void) => leaving.add(call),
      removeEventListener: (_: string, call: () => void) => leaving.delete(call),
    });
    /** A view, and the port that its page is given. */
    const view = () => {
      let port: Any = null;
      const frame: Any = {
        setAttribute: () => {},
        style: {},
        remove: () => {},
        contentWindow: { postMessage: (_: string, __: string, [given]: Any[]) => (port = given) },
      };
      vi.stubGlobal("document", { createElement: () => frame });
      const close = widget.render({ model, el: { append: () => {} } as Any });
      frame.onload();
      const got: Any[] = [];
      port.onmessage = ({ data }: Any) => got.push(data.text);
      return { port, close, got };
    };
    const [a, b] = [view(), view()];
    a.port.postMessage(packed({ type: "hello" }));
    b.port.postMessage(packed({ type: "pause" }));
    await vi.waitFor(() => expect(said).toHaveLength(2));
    const [ofA, ofB] = ["hello", "pause"].map(
      (type) => said.find(({ message }) => message.includes(type)).view,
    );
    expect(ofA).not.toBe(ofB);
    for (const hear of heard) hear({ view: ofA, message: "for a" }, []);
    for (const hear of heard) hear({ view: ofB, message: "for b" }, []);
    await vi.waitFor(() => expect([a.got, b.got]).toEqual([["for a"], ["for b"]]));
    said.length = 0;
    a.close();
    for (const leave of leaving) leave(); // the notebook itself is closed
    b.close();
    expect(said.map(({ view, closed }) => [view, closed])).toEqual([
      [ofA, true],
      [ofB, true],
      [ofB, true],
    ]);
    expect([heard.size, leaving.size]).toEqual([0, 0]);
    for (const { port } of [a, b]) port.close();
  });
});
