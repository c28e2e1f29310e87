/**
 * The training of a job: epochs of batches, in the order of `fit(shuffle=True)`, with an evaluation
 * of the validation rows after each. It advances in small pieces, so that whoever drives it can stop
 * at any time.
 */
import type { Rows } from "../data/table.ts";
import { checkJob, rowsThatFit } from "./checks.ts";
import { type Metric, metrics } from "./metrics.ts";
import { Network } from "./network.ts";
import type { Ended, Job, Logs } from "./protocol.ts";
import { RowOrder } from "./random.ts";
import type { Said } from "./said.ts";
import { targetsOf } from "./targets.ts";

/** Rows of an evaluation, at least, where memory has room: larger portions make faster products. */
const PORTION = 128;

export class Training {
  readonly network: Network;
  readonly stepsPerEpoch: number;
  /** Epochs, and steps of this one, that are done. */
  epoch = 0;
  batch = 0;
  readonly #training: Batches;
  readonly #validation: Batches | null;
  readonly #batchSize: number;
  readonly #order: RowOrder;
  readonly #means: Means;
  readonly #validationMeans: Means;
  #validated = 0; // rows
  #ended: Ended[] = [];
  #lastLogs: Logs = {};

  /** Raises a `Refusal` for a job that it cannot do. */
  constructor(job: Job) {
    checkJob(job);
    const { wall, training, validation } = job;
    this.#batchSize = Math.min(wall.batchSize, training.rows);
    this.stepsPerEpoch = Math.ceil(training.rows / this.#batchSize);
    const portion = Math.min(PORTION, rowsThatFit(wall));
    this.network = new Network(wall, Math.max(this.#batchSize, portion));
    this.#training = new Batches(training, this.network, wall.loss);
    this.#validation = validation && new Batches(validation, this.network, wall.loss);
    this.#order = new RowOrder(training.rows, this.network.shuffleSeed);
    this.#means = new Means(wall.metrics);
    this.#validationMeans = new Means(wall.metrics);
  }

  /** The number of rows of the next step; 0 while it validates. */
  get nextRows(): number {
    const left = this.#training.rows - this.batch * this.#batchSize;
    return Math.max(0, Math.min(this.#batchSize, left));
  }

  /** Takes a step, or evaluates some rows; returns what is not finite if the step was not taken. */
  advance(): Said | null {
    if (this.batch < this.stepsPerEpoch) return this.#step();
    const validation = this.#validation;
    if (validation && this.#validated < validation.rows) {
      const count = Math.min(this.network.most, validation.rows - this.#validated);
      this.#evaluate(validation, this.#validated, count);
      this.#validated += count;
    }
    if (!validation || this.#validated === validation.rows) this.#endEpoch();
    return null;
  }

  #step(): Said | null {
    if (this.batch === 0) {
      this.#order.shuffle(this.epoch);
      this.#means.reset();
      this.#validationMeans.reset();
      this.#validated = 0;
    }
    const { network } = this;
    const batch = this.#training;
    const rows = this.nextRows;
    batch.gather(this.#order.rows, this.batch * this.#batchSize, rows);
    const problem = network.step(batch.x, batch.targets, rows);
    if (problem) return problem;
    this.#means.add(network.lastLoss, batch, network, rows);
    this.batch += 1;
    if (this.batch === this.stepsPerEpoch && !this.#validation) this.#endEpoch();
    return null;
  }

  #evaluate(validation: Batches, first: number, rows: number): void {
    const { network } = this;
    validation.gather(null, first, rows);
    network.forward(validation.x, rows);
    const loss = network.loss(validation.targets, rows);
    this.#validationMeans.add(loss, validation, network, rows);
  }

  #endEpoch(): void {
    this.#lastLogs = { ...this.#means.logs(""), ...this.#validationMeans.logs("val_") };
    this.#ended.push({ epoch: this.epoch, logs: this.#lastLogs });
    this.epoch += 1;
    this.batch = 0;
  }

  /** The logs of the epoch so far, and those of the last evaluation. */
  get logs(): Logs {
    return this.batch ? { ...this.#lastLogs, ...this.#means.logs("") } : this.#lastLogs;
  }

  /** Returns the epochs that ended since the last call. */
  takeEnded(): readonly Ended[] {
    const ended = this.#ended;
    this.#ended = [];
    return ended;
  }
}

/** Rows of a table, some of which are put side by side for a step. */
class Batches {
  readonly rows: number;
  readonly x: Float32Array;
  readonly targets: Float32Array;
  readonly targetWidth: number;
  readonly #all: Rows;
  readonly #allTargets: Float32Array;

  constructor(all: Rows, network: Network, loss: string) {
    this.#all = all;
    this.#allTargets = targetsOf(all, loss, network.outputs);
    this.rows = all.rows;
    this.targetWidth = this.#allTargets.length / all.rows;
    this.x = new Float32Array(network.most * all.inputs);
    this.targets = new Float32Array(network.most * this.targetWidth);
  }

  /** Copies `count` rows, from place `first` of an order. */
  gather(order: Uint32Array | null, first: number, count: number): void {
    copyRows(this.x, this.#all.x, this.#all.inputs, order, first, count);
    copyRows(this.targets, this.#allTargets, this.targetWidth, order, first, count);
  }
}

function copyRows(
  to: Float32Array,
  from: Float32Array,
  width: number,
  order: Uint32Array | null,
  first: number,
  count: number,
): void {
  for (let i = 0; i < count; i += 1) {
    const start = (order ? order[first + i] : first + i) * width;
    for (let j = 0; j < width; j += 1) to[i * width + j] = from[start + j];
  }
}

/** Running means of the loss and of the metrics, weighted by rows. */
class Means {
  readonly #names: readonly string[];
  readonly #metrics: readonly Metric[];
  readonly #sums: Float64Array;
  #rows = 0;

  constructor(names: readonly string[]) {
    this.#names = ["loss", ...names];
    this.#metrics = names.map((name) => metrics[name as keyof typeof metrics]);
    this.#sums = new Float64Array(1 + names.length);
  }

  reset(): void {
    this.#sums.fill(0);
    this.#rows = 0;
  }

  add(loss: number, batch: Batches, network: Network, rows: number): void {
    const { layer } = network.floors[network.floors.length - 1];
    this.#rows += rows;
    this.#sums[0] += loss * rows;
    for (let i = 0; i < this.#metrics.length; i += 1) {
      const metric = this.#metrics[i];
      this.#sums[i + 1] += metric(
        layer.outputs,
        batch.targets,
        rows,
        network.outputs,
        batch.targetWidth,
      );
    }
  }

  logs(prefix: string): Logs {
    if (!this.#rows) return {};
    return Object.fromEntries(
      this.#names.map((name, i) => [prefix + name, this.#sums[i] / this.#rows]),
    );
  }
}
