/** A film as an SVG that plays by itself, again and again. */
import { escaped, textWidth } from "../../drawing/text.ts";
import {
  captionAt,
  captions,
  curves,
  extended,
  type Foot,
  GAP,
  HIGH,
  LETTERS,
  short,
  WIDE,
} from "./below.ts";
import { changes, element, type Film, FORM_RULES, type Slot, still } from "./film.ts";

/** Seconds for which the last picture is shown before it begins anew. */
const HOLD = 2;
const LINE = 20; // pixels between texts that take turns

/** Rules that show the last picture to those who prefer reduced motion. */
const STILL =
  ".brickwork .stays{display:none}@media (prefers-reduced-motion:reduce)" +
  "{.brickwork .moves{display:none}.brickwork .stays{display:inline}}";

/** When each picture is shown, as shares of the film, and the attributes of every animation. */
interface Clock {
  readonly times: readonly string[];
  readonly attributes: string;
}

/** Returns the film. */
export function animated(film: Film): string {
  const { rate, length } = film;
  const last = length - 1;
  const seconds = last / rate + HOLD;
  const clock: Clock = {
    times: film.moments.map((_, k) => short(k / rate / seconds)),
    attributes: `dur="${short(seconds)}s" repeatCount="indefinite"`,
  };
  const picture = film.picture((slot) => moving(slot, clock));
  const texts = captions(film);
  return extended(film, picture, (foot) => {
    const drawn = curves(film, foot);
    return (
      `<g class="moves">${turns(texts, foot, clock)}${drawn}${cover(foot, clock)}</g>` +
      `<g class="stays">${captionAt(texts[last], foot)}${drawn}</g><style>${FORM_RULES}${STILL}</style>`
    );
  });
}

/** A title can't be animated, so bricks have none. */
function moving(slot: Slot, { times, attributes }: Clock): string {
  const looks = changes(slot);
  const last = slot.classes.length - 1;
  if (looks.length === 1) return still(slot, last);
  const classes = looks.map(([, css]) => css).join(";");
  const keys = looks.map(([at]) => times[at]).join(";");
  const animate = `<animate attributeName="class" calcMode="discrete" ${attributes} values="${classes}" keyTimes="${keys}"/>`;
  const nameless = { ...slot, attributes: slot.attributes.replace(/ data-value="[^"]*"/, "") };
  return `<g class="moves">${element(slot, slot.classes[last], animate, "")}</g><g class="stays">${still(nameless, last)}</g>`;
}

/** Returns lines of text that take turns: a window on a column of them. */
function turns(texts: readonly string[], { x, y }: Foot, { times, attributes }: Clock): string {
  const lines = texts.flatMap((text, k) =>
    k && texts[k - 1] === text ? [] : [{ text, time: times[k] }],
  );
  const wide = Math.ceil(Math.max(...lines.map(({ text }) => textWidth(text, LETTERS)))) + 20;
  const elements = lines.map(
    ({ text }, k) => `<text class="soft" y="${LINE * k + 14}">${escaped(text)}</text>`,
  );
  const values = lines.map((_, k) => `0 ${-LINE * k}`).join(";");
  const keys = lines.map(({ time }) => time).join(";");
  return (
    `<svg x="${x - wide / 2}" y="${y - 2}" width="${wide}" height="${LINE}" viewBox="${-wide / 2} 0 ${wide} ${LINE}">` +
    `<g font-size="${LETTERS}" text-anchor="middle" transform="translate(0 ${-LINE * (lines.length - 1)})">` +
    `<animateTransform attributeName="transform" type="translate" calcMode="discrete" ${attributes} ` +
    `values="${values}" keyTimes="${keys}"/>${elements.join("")}</g></svg>`
  );
}

/** Returns a rectangle that covers what is to come of the curve. */
function cover({ x, y }: Foot, { times, attributes }: Clock): string {
  const [left, wide] = [x - WIDE / 2, WIDE + 2];
  const keys = `${attributes} keyTimes="0;${times[times.length - 1]};1"`;
  return (
    `<rect class="paper" x="${left + wide}" y="${y + GAP - 2}" width="0" height="${HIGH + 4}">` +
    `<animate attributeName="x" values="${left};${left + wide};${left + wide}" ${keys}/>` +
    `<animate attributeName="width" values="${wide};0;0" ${keys}/></rect>`
  );
}
