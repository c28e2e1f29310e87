/** A picture as a PNG, drawn by the browser. */
import type { Bytes } from "./bytes.ts";
import { Refusal } from "./untrusted.ts";

/** What every browser's canvas holds. */
const MOST_SIDE = 8192;
const MOST_PIXELS = 16_000_000;

/** Returns the scale at which a picture is drawn: the one that is wanted, less for a large picture. */
export function scaleFor(width: number, height: number, wanted = 2): number {
  const fitting = MOST_SIDE / Math.max(width, height);
  return Math.min(wanted, fitting, Math.sqrt(MOST_PIXELS / (width * height)));
}

/** Returns an SVG as an image that can be drawn on a canvas. */
export async function imageOf(svg: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  try {
    await image.decode();
  } catch {
    throw new Refusal("take.no-png");
  }
  return image;
}

/** Returns an SVG, whose width and height are in pixels, as a PNG. */
export async function png(svg: string, wanted = 2): Promise<Bytes> {
  const image = await imageOf(svg);
  const { naturalWidth: width, naturalHeight: height } = image;
  const scale = scaleFor(width, height, wanted);
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) throw new Refusal("take.no-png");
  return new Uint8Array(await blob.arrayBuffer());
}
