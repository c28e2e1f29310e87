/**
 * The studio in a cell of a notebook, as anywidget has it: the page in a frame of its own, so that
 * neither sees the other's styles, and the messages between it and the kernel.
 */

import { FRAME, GREETING } from "./engine/lines.ts";

interface Model {
  get(name: "page"): string;
  send(content: Said, callbacks?: unknown, buffers?: ArrayBuffer[]): void;
  on(name: "msg:custom", hear: Heard): void;
  off(name: "msg:custom", hear: Heard): void;
}
/** All views of a widget hear every message: `view` says for which one, or from which, it is. */
type Said = { readonly view: string } & (
  | { readonly message: string }
  | { readonly piece: true } // of the block of the message that comes after it
  | { readonly closed: true } // the view is gone, and its training with it
);
type Heard = (
  content: { readonly view: string; readonly message: string },
  buffers: readonly DataView[],
) => void;

const HEIGHT = 760; // pixels
/** Bytes of a buffer. A message of 10 MB ends the connection of a Jupyter server. */
const PIECE = 4 << 20;

export default {
  render({ model, el }: { model: Model; el: HTMLElement }): () => void {
    const view = crypto.getRandomValues(new Uint32Array(4)).join("-");
    const frame = document.createElement("iframe");
    frame.title = "brickwork studio";
    frame.setAttribute("sandbox", "allow-scripts allow-downloads allow-popups");
    frame.name = FRAME; // by which the page knows where it is
    frame.style.cssText = `width:100%;height:${HEIGHT}px;border:1px solid #8a8f9855;border-radius:10px`;
    frame.srcdoc = model.get("page");
    const { port1, port2 } = new MessageChannel();
    frame.onload = () => frame.contentWindow?.postMessage(GREETING, "*", [port2]);
    port1.onmessage = ({ data: { text, block } }) => {
      let begin = 0;
      for (; block.length - begin > PIECE; begin += PIECE)
        model.send({ view, piece: true }, undefined, [block.slice(begin, begin + PIECE).buffer]);
      model.send({ view, message: text }, undefined, [block.slice(begin).buffer]);
    };
    const heard: Heard = (content, [data]) => {
      if (content.view !== view) return;
      const block = data
        ? new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength)
        : new Uint8Array(0);
      port1.postMessage({ text: content.message, block });
    };
    const leave = () => model.send({ view, closed: true });
    model.on("msg:custom", heard);
    window.addEventListener("pagehide", leave);
    el.append(frame);
    return () => {
      window.removeEventListener("pagehide", leave);
      model.off("msg:custom", heard);
      port1.close();
      frame.remove();
      leave();
    };
  },
};
