/** Files out of the page and into it, by the browser's own dialogs. */
import { Refusal } from "./untrusted.ts";

const MOST_NAME = 80;
/** Names that Windows keeps for devices. */
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/** Returns a file name that every system takes; `instead` where nothing is left of it. */
export function cleanName(name: string, ending: string, instead = "wall"): string {
  const cleaned = name
    .normalize("NFC")
    // Letters that systems forbid, and those that turn the direction of writing and so hide an ending.
    .replace(/[\p{Cc}\p{Cf}\p{Cs}<>:"/\\|?*]/gu, " ")
    .replace(/\s+/g, " ")
    .replace(/^[. ]+/, "");
  const short = [...cleaned]
    .slice(0, MOST_NAME)
    .join("")
    .replace(/[. ]+$/, "");
  return `${short && !DEVICES.test(short) ? short : instead}.${ending}`;
}

/** Hands a file to the browser, which saves it or asks where to. */
export function saveFile(
  name: string,
  content: string | Uint8Array<ArrayBuffer>,
  mime: string,
): void {
  const address = URL.createObjectURL(new Blob([content], { type: mime }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.hidden = true;
  document.body.append(link);
  link.click();
  link.remove();
  // The download begins after this turn; Safari takes a while.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Returns the file that the user chooses, or null. `accept` is as in HTML: ".csv,.brick". */
export function openFile(accept: string): Promise<File | null> {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = accept;
  input.hidden = true;
  document.body.append(input);
  return new Promise((resolve) => {
    const end = (file: File | null) => {
      input.remove();
      resolve(file);
    };
    input.addEventListener("change", () => end(input.files?.[0] ?? null), { once: true });
    input.addEventListener("cancel", () => end(null), { once: true });
    input.click();
  });
}

/** Returns the bytes of a file, if there are not too many: none is read before its size is known. */
export async function bytesOfFile(file: File, most: number): Promise<Uint8Array<ArrayBuffer>> {
  if (file.size > most) throw new Refusal("files.bytes", { size: file.size, most });
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new Refusal("data.refused.unreadable"); // moved or deleted since it was chosen
  }
}
