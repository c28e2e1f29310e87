/** What `compile` and `fit` say of a wall. */
import { type Field, LOSSES, METRICS, OPTIMIZERS, TRAINING } from "../wall/catalogue.ts";
import { snake } from "../wall/shapes.ts";
import type { Config, Optimizer, Wall } from "../wall/wall.ts";
import { hint, named } from "./arguments.ts";
import { demand } from "./defined.ts";
import {
  COMPILE,
  FIT,
  LOSS_ALIASES,
  LOSS_LEFT,
  METRIC_ALIASES,
  OLD_OPTIMIZER_POSITIONS,
  OPTIMIZER_ALIASES,
  OPTIMIZER_SIGNATURES,
} from "./names.ts";
import type { Report } from "./problems.ts";
import { changed, setting } from "./settings.ts";
import { type Argument, type Call, lastOf, nameOf, type Value } from "./values.ts";

type Compiled = Pick<Wall, "loss" | "optimizer" | "metrics"> & {
  /** Whether the loss takes what comes before the sigmoid or softmax. */
  readonly fromLogits: boolean;
};

/** Returns loss, optimizer and metrics; those of `current` where `compile` has none that is known. */
export function compiled(call: Call, current: Wall, report: Report): Compiled {
  const given = named(call, "compile", COMPILE, report);
  const optimizer = given.get("optimizer");
  const loss = given.get("loss");
  const metrics = given.get("metrics");
  const hasLoss = loss && loss.value.type !== "none";
  if (!hasLoss) report.warn(call, "code.noloss", { loss: current.loss });
  return {
    // Keras's own default.
    optimizer: optimizer
      ? optimizerOf(optimizer, current, report)
      : { kind: "RMSprop", config: {} },
    metrics: metrics ? metricsOf(metrics, report) : [],
    ...((hasLoss && lossOf(loss, report)) || { loss: current.loss, fromLogits: false }),
  };
}

/** Returns the optimizer; where it is none, which is reported, that of `current`. */
function optimizerOf(argument: Argument, current: Wall, report: Report): Optimizer {
  const { value } = argument;
  const given = nameOf(value);
  if (given === null) {
    report.error(argument, "code.unknown", { name: "optimizer", source: report.quoted(argument) });
    return current.optimizer;
  }
  const word = OPTIMIZER_ALIASES[given] ?? given.replace(/Optimizer$/, "");
  const kind = Object.keys(OPTIMIZERS).find((name) => name.toLowerCase() === word.toLowerCase());
  if (!kind) {
    const known = Object.keys(OPTIMIZERS);
    report.error(
      argument,
      "code.nooptimizer",
      { name: given, known: known.join(", ") },
      { hint: hint(word, known) },
    );
    return current.optimizer;
  }
  demand(value, report);
  return { kind, config: value.type === "call" ? configOf(kind, value, report) : {} };
}

function configOf(kind: string, call: Call, report: Report): Config {
  const signature = { ...OPTIMIZER_SIGNATURES[kind] };
  if (
    isOld(
      kind,
      call.positional.map((argument) => argument.value),
    )
  ) {
    signature.positions = OLD_OPTIMIZER_POSITIONS[kind];
    report.old(call, report.quoted(call));
  }
  return changed(named(call, kind, signature, report), OPTIMIZERS[kind].fields, report);
}

/** Whether positional arguments are in the order of Keras 1 and 2, as far as the values tell. */
function isOld(kind: string, values: readonly Value[]): boolean {
  const small = (value?: Value) =>
    value?.type === "none" || (value?.type === "number" && value.value > 0 && value.value < 1e-3);
  if (kind === "SGD") return values[2]?.type === "number";
  if (kind === "RMSprop") return small(values[2]);
  if (kind === "Adagrad") return small(values[1]);
  return kind === "Adam" && values[4]?.type === "number";
}

/** `"mse"`, `keras.losses.MeanSquaredError()`, `["mse"]`. */
function lossOf(argument: Argument, report: Report): Pick<Compiled, "loss" | "fromLogits"> | null {
  const { value } = argument;
  if (value.type === "list" && value.items.length === 1)
    return lossOf({ ...argument, value: value.items[0] }, report);
  const given = nameOf(value);
  if (given === null) {
    report.error(argument, "code.unknown", { name: "loss", source: report.quoted(argument) });
    return null;
  }
  const word = value.type === "string" ? given : snake(given);
  const loss = LOSS_ALIASES[given] ?? LOSS_ALIASES[word] ?? word;
  if (!(LOSSES as readonly string[]).includes(loss)) {
    report.error(
      argument,
      "code.noloss.known",
      { name: given, known: LOSSES.join(", ") },
      { hint: hint(word, LOSSES) },
    );
    return null;
  }
  demand(value, report);
  if (value.type !== "call") return { loss, fromLogits: false };
  const signature = {
    positions: loss.endsWith("crossentropy") ? ["from_logits"] : [],
    plain: ["reduction", "name", "dtype"],
    left: LOSS_LEFT,
  };
  const found = named(value, given, signature, report);
  const reduction = found.get("reduction");
  if (reduction && !isMean(reduction.value))
    report.warn(reduction.name ?? reduction, "code.unused", { owner: given, name: "reduction" });
  const logits = found.get("from_logits");
  const fromLogits = logits
    ? setting("from_logits", logits, { type: "boolean", default: false }, report)
    : false;
  return { loss, fromLogits: fromLogits === true };
}

/** Whether a loss is the mean over a batch's rows, by the words of all versions of Keras. */
function isMean(value: Value): boolean {
  const word = nameOf(value)?.toLowerCase() ?? "";
  return ["sum_over_batch_size", "mean", "mean_with_sample_weight", "auto"].includes(word);
}

function metricsOf(argument: Argument, report: Report): string[] {
  const { value } = argument;
  if (value.type === "none") return [];
  const found = new Set<string>();
  for (const metric of value.type === "list" ? value.items : [value]) {
    const given = nameOf(metric);
    const word = given === null ? "" : snake(given);
    const name = (given !== null && METRIC_ALIASES[given]) || METRIC_ALIASES[word] || word;
    if ((METRICS as readonly string[]).includes(name)) {
      demand(metric, report);
      found.add(name);
    } else
      report.warn(argument, "code.nometric", {
        name: given ?? report.quoted(argument),
        known: METRICS.join(", "),
      });
  }
  return [...found];
}

export type Fitted = Pick<Wall, "batchSize" | "epochs"> & { readonly validation: number | null };

const SHARE: Field = { type: "number", default: 0, min: 0, max: 0.9 };

/** Returns what `fit` says, Keras's defaults where it says nothing, and `current` where it can't be told. */
export function fitted(call: Call, current: Wall, report: Report): Fitted {
  const old = lastOf(call.path) === "fit_generator";
  if (old) report.old(call, "fit_generator");
  const given = named(
    call,
    "fit",
    old ? { ...FIT, positions: ["x", "steps_per_epoch", "epochs"] } : FIT,
    report,
  );
  const whole = (name: "batch_size" | "epochs", now: number) => {
    const field = TRAINING[name];
    const argument = given.get(name);
    const { value } = argument ?? {};
    if (!argument || value?.type === "none") return field.default;
    if (value?.type !== "number") {
      report.warn(argument, "code.kept", { name, source: report.quoted(argument), value: now });
      return now;
    }
    return (setting(name, argument, field, report) as number | undefined) ?? now;
  };
  const share = given.get("validation_split");
  const known =
    share?.value.type === "number" ? setting("validation_split", share, SHARE, report) : undefined;
  return {
    batchSize: whole("batch_size", current.batchSize),
    epochs: whole("epochs", current.epochs),
    validation: typeof known === "number" ? known : null,
  };
}
