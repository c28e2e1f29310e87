/** What can be taken home: why it can't be now, and the file that it becomes. */
import { hasCategories } from "../../data/inputs.ts";
import type { Inputs, Prepared, Table } from "../../data/table.ts";
import { refusalOf } from "../../drawing/choice.ts";
import { layersOf } from "../../drawing/network.ts";
import { toSvg } from "../../drawing/picture.ts";
import type { Theme } from "../../drawing/sheet.ts";
import type { RemoteEngine } from "../../engine/remote.ts";
import { type Extra, writeBrick } from "../../files/brick.ts";
import { booklet, unprintable } from "../../files/building/booklet.ts";
import { building, type Reason, unbuildable } from "../../files/building/building.ts";
import { ldraw } from "../../files/building/ldraw.ts";
import { wanted } from "../../files/building/wanted.ts";
import type { Bytes } from "../../files/bytes.ts";
import type { Watch } from "../../files/film/again.ts";
import { animated } from "../../files/film/animated.ts";
import { filmPage } from "../../files/film/page.ts";
import { video, videoEnding } from "../../files/film/video.ts";
import { writeKeras } from "../../files/keras.ts";
import { png } from "../../files/png.ts";
import { writePredictions } from "../../files/predictions.ts";
import { writeProject } from "../../files/project.ts";
import { cleanName, saveFile } from "../../files/save.ts";
import { outputsOf } from "../../state/live.ts";
import {
  dataProblem,
  history,
  isTrained,
  lent,
  level,
  prepared,
  problems,
  project,
  snapshot,
  stack,
  validatedElsewhere,
} from "../../state/store.ts";
import { dark } from "../../state/view.ts";
import { lastActivation } from "../../wall/shapes.ts";
import type { Weights } from "../../wall/wall.ts";
import { t } from "../../words/words.ts";
import { table } from "../data/choose.ts";
import { shownName } from "../names.ts";
import { isProbability } from "../understand/answer.ts";
import { film, unfilmed } from "./recording.ts";
import { notebook, script } from "./script.ts";

export interface Item {
  /** Of `words`: take.<id>, and what it is for: take.<id>.hint. */
  readonly id: string;
  /** What its name ends in; "film.html" where others end in ".html" as well. */
  readonly ending: string;
  /** Returns why it can't be had now, in words, or null. */
  readonly unavailable: () => string | null;
  /** Returns what else is to be known, beside what it is for. */
  readonly hint?: (() => string | null) | undefined;
  readonly make: (watch: Watch) => Content | Promise<Content>;
}

export type Content = string | Bytes;

const inWords = (reason: Reason | null) => reason && t(reason.key, reason.values);
/** The names of the inputs, as pictures show them. */
const inputs = () => (prepared.value?.inputs ?? []).map(shownName);
const trained = (): Weights => snapshot.value?.weights ?? [];

/** The weights that the wall has now; those that its bricks brought along if it was not built yet. */
function now(): Weights | null {
  if (snapshot.value) return snapshot.value.weights;
  const { bricks } = project.value.wall;
  return bricks.some((brick) => brick.weights) ? bricks.map((brick) => brick.weights ?? []) : null;
}

const empty = () => (project.value.wall.bricks.length ? null : t("take.empty"));

/** Returns why the network has no weights yet, or null. */
function unready(): string | null {
  if (empty() || snapshot.value) return empty();
  const misfit = problems.value.find((problem) => !problem.warning);
  return misfit
    ? t("take.misfit", { why: t(misfit.key, misfit.values) })
    : (dataProblem.value ?? t("take.wait"));
}

function picture(theme: Theme): string {
  const { name } = project.value;
  const shown = refusalOf(layersOf(stack.value, null), level.value)?.use ?? level.value;
  return toSvg(stack.value, now(), shown, { name, inputs: inputs(), theme });
}

const theme = () => (dark.value ? "dark" : "light");
const filmed = (theme: Theme, watch: Watch) => film(project.value, inputs(), theme, watch);
const house = () => building(project.value.name, project.value.wall, now());
const unbuilt = () => empty() ?? inWords(unbuildable(project.value.wall));

function unbooked(): string | null {
  const weights = stack.value.reduce((sum, { synapses }) => sum + synapses, 0);
  return unbuilt() ?? inWords(unprintable(weights));
}

/** What is known of the data goes with the network. */
function extra(): Extra {
  const data = prepared.value;
  if (!data) return {};
  return {
    inputs: data.inputs,
    classes: data.classes,
    scales: project.value.data.standardize ? data.scales : undefined,
    targetScale: data.targetScale,
  };
}

/** Which numbers a network takes: whoever standardizes once more gets nonsense, without a word. */
const takesRaw = () =>
  [isScaled() && t("take.scaled"), isEncoded() && t("take.encoded")].filter(Boolean).join("; ") ||
  null;
const takesScaled = () => (isScaled() ? t("take.unscaled") : null);
/** Whether the wall takes other columns than the table has, or other cells. */
const isEncoded = () =>
  hasCategories(prepared.value?.inputs ?? []) ||
  (prepared.value?.notes ?? []).some(({ key }) => key === "data.note.filled");
const isScaled = () => project.value.data.standardize || prepared.value?.targetScale !== undefined;

/** The format of Keras 1 and 2 is written by Python alone. */
const unlent = () => unready() ?? (lent.value ? null : t("take.unlent"));

async function h5(): Promise<Bytes> {
  const { wall } = project.value;
  const bricks = wall.bricks.map((brick, i) => ({ ...brick, weights: trained()[i] }));
  return (await (lent.value as RemoteEngine).export({ ...wall, bricks }, ".h5")) as Bytes;
}

const AT_ONCE = 1000; // rows: all outputs of the bricks below are kept for them

/** Returns the outputs of the top brick for rows, one row after the other. */
function topOf({ x, rows, inputs }: Inputs): Float32Array {
  const width = stack.value.at(-1)?.outputs ?? 0;
  const found = new Float32Array(rows * width);
  for (let from = 0; from < rows; from += AT_ONCE) {
    const part = x.subarray(from * inputs, (from + AT_ONCE) * inputs);
    const outputs = outputsOf(part, part.length / inputs)?.at(-1);
    if (outputs) found.set(outputs, from * width);
  }
  return found;
}

function predictions(): string {
  const data = prepared.value as Prepared;
  const { training, validation, unlabelled } = data;
  return writePredictions(
    table.value as Table,
    data,
    {
      training: topOf(training),
      validation: validation ? topOf(validation) : new Float32Array(),
      unlabelled: topOf(unlabelled),
    },
    { sure: isProbability(lastActivation(project.value.wall)), split: !validatedElsewhere.value },
  );
}

const item = (
  id: string,
  ending: string,
  unavailable: Item["unavailable"],
  make: Item["make"],
  hint?: Item["hint"],
): Item => ({ id, ending, unavailable, make, hint });

export const GROUPS: readonly { readonly id: string; readonly items: readonly Item[] }[] = [
  {
    id: "code",
    items: [item("python", "py", empty, script), item("notebook", "ipynb", empty, notebook)],
  },
  {
    id: "model",
    items: [
      item(
        "brick",
        "brick",
        unready,
        () => writeBrick(project.value.wall, trained(), extra()),
        takesRaw,
      ),
      item(
        "keras",
        "keras",
        unready,
        () => writeKeras(project.value.wall, trained(), extra()),
        takesRaw,
      ),
      item("h5", "h5", unlent, h5, takesScaled),
      item("predictions", "predictions.csv", unready, predictions),
    ],
  },
  {
    id: "picture",
    items: [
      item("svg", "svg", empty, () => picture("auto")),
      item("png", "png", empty, () => png(picture(theme()))),
      item("film", "film.html", unfilmed, async (watch) =>
        filmPage(await filmed("auto", watch), "auto", inputs()),
      ),
      item("animation", "film.svg", unfilmed, async (watch) =>
        animated(await filmed("auto", watch)),
      ),
      ...(videoEnding
        ? [
            item("video", videoEnding, unfilmed, async (watch) =>
              video(await filmed(theme(), watch), watch),
            ),
          ]
        : []),
    ],
  },
  {
    id: "bricks",
    items: [
      item("booklet", "bricks.html", unbooked, () => booklet(house())),
      item("ldraw", "mpd", unbuilt, () => ldraw(house())),
      item("wanted", "bricks.xml", unbuilt, () => wanted(house())),
    ],
  },
  {
    id: "share",
    items: [
      item(
        "project",
        "brickwork",
        () => null,
        () =>
          writeProject({
            project: project.value,
            trained: isTrained.value ? trained() : null,
            history: history.value,
          }),
      ),
    ],
  },
];

/** Types of files by the end of their names; others are bytes. */
const TYPES: Readonly<Record<string, string>> = {
  py: "text/x-python",
  ipynb: "application/x-ipynb+json",
  svg: "image/svg+xml",
  png: "image/png",
  csv: "text/csv",
  html: "text/html",
  mp4: "video/mp4",
  webm: "video/webm",
  xml: "application/xml",
};

/** Returns the last part of an ending. */
export const kindOf = (ending: string): string => ending.slice(ending.lastIndexOf(".") + 1);

/** Makes a file and gives it to the user; returns its name. */
export async function take({ make, ending }: Item, watch: Watch): Promise<string> {
  const name = cleanName(project.value.name, ending);
  saveFile(name, await make(watch), TYPES[kindOf(ending)] ?? "application/octet-stream");
  return name;
}
