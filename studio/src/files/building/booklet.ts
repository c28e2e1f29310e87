/**
 * Printable booklet of a building: one self-contained HTML file of A4 pages. The cover shows the
 * finished building; then follow the meaning of the pieces, the list of parts, and the steps, layer
 * by layer, each with its pieces and with the parts that are there already in pale colours.
 */

import { escaped } from "../../drawing/text.ts";
import templates from "../../generated/templates.json";
import { language, t } from "../../words/words.ts";
import { Refusal } from "../untrusted.ts";
import { type Building, centimetres, type Reason } from "./building.ts";
import { alone, bounds, definitions, drawn, icon, type Point, style, svg } from "./drawn.ts";
import { plain } from "./masonry.ts";
import {
  BLUE,
  BRICKS,
  BRIGHT_GREEN,
  type Colour,
  counted,
  DARK_GREEN,
  GREEN,
  type Part,
  PLATES,
  RED,
  ROUND,
  WHITE,
  YELLOW,
} from "./parts.ts";
import { drawing, groups, type Step, stepsOf } from "./steps.ts";

/** Browsers take minutes to print more weights. */
export const MOST_WEIGHTS = 1024;
/** Kinds of parts on a page; width and height of the area for steps in millimetres. */
const PARTS_ON_A_PAGE = 24;
const WIDE = 186;
const HIGH = 246;

/** Returns columns and rows of steps on a page, by the number of inputs of the layer. */
const grid = (inputs: number): Point => (inputs <= 12 ? [2, 3] : inputs <= 36 ? [1, 3] : [1, 2]);

/** What each kind of piece means, as a key of `words`. */
const MEANING: readonly (readonly [Part, Colour, string])[] = [
  [PLATES[4], WHITE, "booklet.axon"],
  [BRICKS[1], BRIGHT_GREEN, "booklet.weak"],
  [BRICKS[1], GREEN, "booklet.middle"],
  [BRICKS[1], DARK_GREEN, "booklet.strong"],
  [ROUND, GREEN, "booklet.negative"],
  [PLATES[1], YELLOW, "booklet.multiply"],
  [BRICKS[6], RED, "booklet.sum"],
  [PLATES[1], BLUE, "booklet.activation"],
];

/** Returns the name of a part. */
const partName = ({ kind, length, width }: Part) =>
  t(`building.part.${kind}`, { size: `${width} x ${length}` });

/** Returns why a building of so many weights has no booklet, or null. */
export function unprintable(weights: number): Reason | null {
  return weights > MOST_WEIGHTS
    ? { key: "booklet.too-many", values: { weights, most: MOST_WEIGHTS } }
    : null;
}

const weightsOf = ({ parts }: Building) => parts.filter((p) => p.role === "weight").length;

/** Returns the booklet of a building, in the current language. */
export function booklet(building: Building): string {
  const reason = unprintable(weightsOf(building));
  if (reason) throw new Refusal(reason.key, reason.values);
  const name = escaped(building.name);
  const steps = stepsOf(building);
  const pages = [
    cover(building, steps.length),
    ...lists(building),
    ...pagesOfSteps(building, steps),
  ];
  pages.push(`<h2>${t("booklet.done")}</h2>${soft("p", t("booklet.turn"))}${whole(building)}`);
  const shown = pages.map(
    (page, k) =>
      `<section class="page">${page}<div class="foot">${name}</div>` +
      `<div class="number">${t("booklet.page", { k: k + 1, n: pages.length })}</div></section>`,
  );
  const house = `<g id="whole">${drawn(building.parts)}</g>`;
  const meaning = MEANING.map(([part, colour]) => alone(part, colour));
  return (
    `<!DOCTYPE html><html lang="${language.value}"><head><meta charset="utf-8"/>` +
    `<meta name="viewport" content="width=820"/><title>${name}</title>` +
    `<style>${templates.bookletStyle}${style()}</style></head><body>` +
    `${definitions([...building.parts, ...meaning], house + groups(steps))}${shown.join("")}</body></html>\n`
  );
}

const soft = (tag: string, inside: string) => `<${tag} class="soft">${inside}</${tag}>`;

function cover(building: Building, steps: number): string {
  const { floors, notes } = building;
  const facts = [
    [building.parts.length, "booklet.pieces"],
    [weightsOf(building), "booklet.weights"],
    [steps, "booklet.steps"],
    [
      centimetres(building)
        .map((c) => c.toFixed(1))
        .join(" × "),
      "booklet.size",
    ],
  ];
  const chain = [floors[0].inputs, ...floors.map((floor) => floor.outputs)].join(" → ");
  const shown = facts.map(([number, key]) => `<li><b>${number}</b>${t(String(key))}</li>`).join("");
  return (
    `<h1>${escaped(building.name)}</h1>${soft("p", `${chain}. ${t("booklet.how")}`)}` +
    `${whole(building)}<ul class="facts">${shown}</ul>${soft("ul", notes.map((note) => `<li>${escaped(note)}</li>`).join(""))}`
  );
}

const whole = (building: Building) =>
  svg('<use href="#whole"/>', bounds(building.parts), "whole", { label: escaped(building.name) });

/** Returns the pages with the meaning of the pieces and the list of parts. */
function lists(building: Building): string[] {
  const means = MEANING.map(
    ([part, colour, key]) => `<div>${icon(part, colour)}<span>${t(key)}</span></div>`,
  ).join("");
  const cards = counted(building.parts).map(
    ({ part, colour, pieces }) =>
      `<div class="kind"><div class="row"><b>${pieces}×</b>${icon(part, colour)}</div>` +
      `<div>${partName(part)}, ${t(`building.colour.${colour.name}`)}<br/>` +
      `${soft("span", t("booklet.numbers", { part: part.bricklink, colour: colour.bricklink }))}</div></div>`,
  );
  const pages: string[] = [];
  for (let start = 0; start < cards.length; start += PARTS_ON_A_PAGE) {
    const head = start ? "" : `<h2>${t("booklet.what")}</h2><div class="means">${means}</div>`;
    const shown = cards.slice(start, start + PARTS_ON_A_PAGE).join("");
    pages.push(`${head}<h2>${t("booklet.parts")}</h2><div class="list">${shown}</div>`);
  }
  return pages;
}

/** Returns the pages with steps; each layer begins a new page. */
function pagesOfSteps(building: Building, steps: readonly Step[]): string[] {
  return building.floors.flatMap((floor, layer) => {
    const own = steps.filter((step) => step.layer === layer);
    const [columns, rows] = grid(floor.inputs);
    const name = t("booklet.layer", { k: layer + 1, n: building.floors.length, name: floor.name });
    const about = `${floor.inputs} → ${floor.outputs}, ${escaped(floor.activation)}. ${layer ? t("booklet.table") : ""}`;
    const room: Point = [WIDE / columns - 7, HIGH / rows - 30];
    return Array.from({ length: Math.ceil(own.length / (columns * rows)) }, (_, page) => {
      const shown = own.slice(page * columns * rows, (page + 1) * columns * rows);
      return (
        `<h2>${escaped(name)}</h2>${soft("p", about)}` +
        `<div class="steps g${columns}${rows}">${shown.map((step) => oneStep(building, step, room)).join("")}</div>`
      );
    });
  });
}

/** Returns one step: its number, parts, instruction and drawing. */
function oneStep(building: Building, step: Step, room: Point): string {
  const takes = counted(step.added)
    .map(({ part, colour, pieces }) => `<span>${pieces}×${icon(part, colour)}</span>`)
    .join("");
  return (
    `<div class="step"><div class="top"><b>${step.number}</b>${step.lift ? "" : `<div class="takes">${takes}</div>`}</div>` +
    `<p>${escaped(step.words)}</p>${step.added[0].role === "weight" ? order(step) : ""}${drawing(building, step, room)}</div>`
  );
}

/** Returns the weights of each neuron side by side, in the order of the inputs. */
function order(step: Step): string {
  const units = [...new Set(step.added.map((p) => p.unit ?? 0))];
  const lines = units.map((unit) => {
    const weights = step.added.filter((p) => p.unit === unit);
    const icons = weights
      .map((p) => `<span>${icon(p.part, p.colour, 0.42)}${(p.row ?? 0) + 1}</span>`)
      .join("");
    return `<div class="order">${t("booklet.of", { j: plain(unit + 1) })}${icons}</div>`;
  });
  return `<div class="orders">${lines.join("")}</div>`;
}
