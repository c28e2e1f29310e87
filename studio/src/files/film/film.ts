/**
 * A film of a wall that learns, from pictures that differ only in the looks of their bricks. A
 * brick's look is its class: its green and its sign. If its sign changes, the brick contains both
 * drawings, and its class says which is seen. So a film stores one picture and the changes of class.
 */
import type { Logs } from "../../engine/protocol.ts";
import { t } from "../../words/words.ts";

/** What stands below a picture. */
export interface Moment {
  readonly epoch: number;
  readonly logs: Logs;
}

/** The loss of the training rows, and of those that were held out. */
export const LOSSES = ["loss", "val_loss"] as const;
export type Loss = (typeof LOSSES)[number];

/** Returns the words for what Keras logs: val_loss is the validation loss. */
export function nameOf(log: string): string {
  const name = log.replace(/^val_/, "");
  const word = t(`train.${name}`);
  const rows = t(name === log ? "train.training" : "train.validation");
  return `${rows} ${word === `train.${name}` ? name : word}`;
}

/** A brick whose look changes. */
export interface Slot {
  readonly tag: string;
  readonly attributes: string;
  readonly title: string; // the element, or ""
  /** What is inside, by form: pos, neg, nan, or "" where there is none. */
  readonly drawings: Map<string, string>;
  readonly classes: string[]; // at each picture
  readonly values: number[];
}

const SLOT =
  /(<g class="(?:weight|bias|band)[ "][^>]*data-value=[^>]*>.*?<\/g>|<path class="weight [^>]*data-value=[^>]*(?:(?<=\/)>|(?<!\/)>.*?<\/path>))/s;
const ELEMENT = /^<(\w+) class="([^"]*)"([^>]*?)\/?>(<title>.*?<\/title>)?(.*?)(?:<\/\1>)?$/s;
const FORMS = ["pos", "neg", "nan"] as const;

/** Rules that show one of a brick's drawings. */
export const FORM_RULES = FORMS.flatMap((form) =>
  FORMS.filter((other) => other !== form).map(
    (other) => `.brickwork .${form}>.as-${other}{display:none}`,
  ),
).join("");

/** Seconds of a film, unless it has very many or very few pictures. */
const [SHORTEST, LONGEST, EACH] = [2, 10, 1 / 12];

export class Film {
  readonly moments: Moment[] = [];
  readonly slots: Slot[] = [];
  private between: readonly string[] = []; // the text around the slots, of the newest picture

  constructor(private readonly planned: number) {} // epochs

  /** Adds a picture: an SVG with the same bricks in the same order. */
  add(picture: string, moment: Moment): void {
    const pieces = picture.split(SLOT);
    const elements = pieces
      .filter((_, i) => i % 2)
      .map((text) => ELEMENT.exec(text) as RegExpExecArray);
    if (this.moments.length && elements.length !== this.slots.length)
      throw new Error(`a picture of ${elements.length} bricks in a film of ${this.slots.length}`);
    this.between = pieces.filter((_, i) => i % 2 === 0);
    this.moments.push(moment);
    for (const [i, [, tag, css, attributes, title = "", drawing]] of elements.entries()) {
      const { drawings, classes, values } = this.slots[i] ?? {
        drawings: new Map(),
        classes: [],
        values: [],
      };
      drawings.set(formOf(css), drawing);
      classes.push(css);
      values.push(Number(/data-value="([^"]*)"/.exec(attributes)?.[1]));
      this.slots[i] = { tag, attributes: attributes.trimEnd(), title, drawings, classes, values };
    }
  }

  get length(): number {
    return this.moments.length;
  }

  /** The epochs that it counts to: more than planned if the training went on. */
  get epochs(): number {
    return Math.max(this.planned, ...this.moments.map(({ epoch }) => epoch));
  }

  /** Pictures a second. */
  get rate(): number {
    const pictures = this.length - 1;
    return pictures / Math.min(LONGEST, Math.max(SHORTEST, pictures * EACH)) || 1;
  }

  /** Returns the last picture, with each brick as `draw` writes it. */
  picture(draw: (slot: Slot) => string): string {
    return this.between.map((text, i) => (i ? draw(this.slots[i - 1]) : "") + text).join("");
  }

  /** Returns a loss at each picture, before the first one that one; nothing if there is none. */
  losses(name: Loss): number[] {
    let known = this.moments.find(({ logs }) => Number.isFinite(logs[name]))?.logs[name];
    if (known === undefined) return [];
    return this.moments.map(({ logs }) => {
      if (Number.isFinite(logs[name])) known = logs[name];
      return known as number;
    });
  }
}

function formOf(css: string): string {
  const names = css.split(" ");
  return FORMS.find((form) => names.includes(form)) ?? "";
}

/** Returns the element of a brick; `css` and `inside` are its class and what is put into it first. */
export function element(
  slot: Slot,
  css: string,
  inside = "",
  title = slot.title,
  drawing = drawingsOf(slot),
): string {
  return `<${slot.tag} class="${css}"${slot.attributes}>${inside}${title}${drawing}</${slot.tag}>`;
}

/** Returns all drawings of a brick, each in a group by its form if they differ. */
function drawingsOf({ drawings }: Slot): string {
  const all = [...drawings];
  if (new Set(drawings.values()).size === 1) return all[0][1];
  return all.map(([form, drawing]) => `<g class="as-${form}">${drawing}</g>`).join("");
}

/** Returns a brick as it is in one picture. */
export function still(slot: Slot, at: number): string {
  const css = slot.classes[at];
  return element(slot, css, "", "", slot.drawings.get(formOf(css)));
}

/** Returns the first look of a brick and each change, as picture and class. */
export function changes({ classes }: Slot): (readonly [at: number, css: string])[] {
  return classes.flatMap((css, at) => (at && classes[at - 1] === css ? [] : [[at, css] as const]));
}
