/** A film as a video, which the browser records while it plays. */
import type { Bytes } from "../bytes.ts";
import { imageOf, scaleFor } from "../png.ts";
import { Refusal } from "../untrusted.ts";
import type { Watch } from "./again.ts";
import { pictureAt } from "./below.ts";
import type { Film } from "./film.ts";

/** What a browser may record, the widest known first. */
const TYPES = ["video/mp4;codecs=avc1.42E01F", "video/webm;codecs=vp9", "video/webm"];
const BITS = 4_000_000; // a second
/** Seconds for which the last picture stays. */
const HOLD = 1;

const type = TYPES.find((one) => globalThis.MediaRecorder?.isTypeSupported(one));
/** The ending of a video's name; null where the browser records none. */
export const videoEnding = type ? (type.startsWith("video/mp4") ? "mp4" : "webm") : null;

const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 1000));

/** Returns the film as a video. It takes as long as it plays. */
export async function video(film: Film, { progress, signal }: Watch): Promise<Bytes> {
  const first = await imageOf(pictureAt(film, 0));
  const scale = scaleFor(first.naturalWidth, first.naturalHeight);
  const canvas = document.createElement("canvas");
  // Video has even sizes.
  canvas.width = 2 * Math.round((first.naturalWidth * scale) / 2);
  canvas.height = 2 * Math.round((first.naturalHeight * scale) / 2);
  const context = canvas.getContext("2d");
  if (!context || !type) throw new Refusal("take.no-video");
  const recorder = new MediaRecorder(canvas.captureStream(), {
    mimeType: type,
    videoBitsPerSecond: BITS,
  });
  const parts: Blob[] = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const stopped = new Promise((resolve, reject) => {
    recorder.onstop = resolve;
    recorder.onerror = () => reject(new Refusal("take.no-video"));
  });
  recorder.start();
  const begun = performance.now();
  try {
    for (let at = 0; at < film.length; at++) {
      signal.throwIfAborted();
      progress(at / film.length);
      const image = at ? await imageOf(pictureAt(film, at)) : first;
      context.drawImage(image, 0, 0, canvas.width, canvas.height);
      await seconds((at + 1) / film.rate - (performance.now() - begun) / 1000);
    }
    await seconds(HOLD);
  } finally {
    recorder.stop();
  }
  await stopped;
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
