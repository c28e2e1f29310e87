/**
 * The studio in a cell of a notebook, as anywidget has it: the page in a frame of its own, so that
 * neither sees the other's styles, and the messages between it and the kernel.
 */

interface Model {
  get(name: "page"): string;
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[]): void;
  on(name: "msg:custom", hear: Heard): void;
  off(name: "msg:custom", hear: Heard): void;
}
type Heard = (content: { readonly message: string }, buffers: readonly DataView[]) => void;

const HEIGHT = 760; // pixels

export default {
  render({ model, el }: { model: Model; el: HTMLElement }): () => void {
    const frame = document.createElement("iframe");
    frame.title = "brickwork studio";
    frame.setAttribute("sandbox", "allow-scripts allow-downloads allow-popups");
    frame.name = "brickwork-widget"; // by which the page knows where it is
    frame.style.cssText = `width:100%;height:${HEIGHT}px;border:1px solid #8a8f9855;border-radius:10px`;
    frame.srcdoc = model.get("page");
    const { port1, port2 } = new MessageChannel();
    frame.onload = () => frame.contentWindow?.postMessage("brickwork-line", "*", [port2]);
    port1.onmessage = ({ data: { text, block } }) => {
      model.send({ message: text }, undefined, [block.buffer]);
    };
    const heard: Heard = ({ message: text }, [view]) => {
      const block = view
        ? new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength)
        : new Uint8Array(0);
      port1.postMessage({ text, block });
    };
    model.on("msg:custom", heard);
    el.append(frame);
    return () => {
      model.off("msg:custom", heard);
      port1.close();
      frame.remove();
    };
  },
};
