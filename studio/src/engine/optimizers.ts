/**
 * The rules by which weights are updated. All trained weights are one array, and so are the slots of
 * each kind: one pass for any number of layers. Constants are rounded to float32, as in Keras: the
 * last digit matters in 1 - beta_2 ** t.
 */
import { complete, OPTIMIZERS } from "../wall/catalogue.ts";
import type { Optimizer as Choice } from "../wall/wall.ts";

export interface Rule {
  /** The initial value of each slot, an array beside the weights. */
  readonly slots: readonly number[];
  /** Updates weights and slots for the gradients of update t, counted from 1. */
  update(
    weights: Float32Array,
    gradients: Float32Array,
    slots: readonly Float32Array[],
    t: number,
  ): void;
}

type Numbers = Readonly<Record<string, number>>;

const round = Math.fround;

/** Returns beta ** t, rounded like the native engine's. */
const power = (beta: number, t: number) =>
  beta > 0 ? round(Math.exp(round(t * round(Math.log(round(beta)))))) : 0;

function sgd({ learning_rate: rate, momentum, nesterov }: Numbers): Rule {
  const lr = round(rate);
  const mu = round(momentum);
  if (!momentum) {
    return {
      slots: [],
      update(w, g) {
        for (let i = 0; i < w.length; i += 1) w[i] -= g[i] * lr;
      },
    };
  }
  return {
    slots: [0],
    update(w, g, [m]) {
      for (let i = 0; i < w.length; i += 1) {
        const step = g[i] * lr;
        const moved = m[i] * mu - step;
        m[i] = moved;
        w[i] += nesterov ? moved * mu - step : moved;
      }
    },
  };
}

function adam({
  learning_rate: rate,
  beta_1: b1,
  beta_2: b2,
  epsilon,
  weight_decay: decay,
}: Numbers): Rule {
  const lr = round(rate);
  const c1 = round(1 - b1);
  const c2 = round(1 - b2);
  const eps = round(epsilon);
  const kept = 1 - round(lr * round(decay ?? 0));
  return {
    slots: [0, 0],
    update(w, g, [m, v], t) {
      const alpha = round(
        round(lr * round(Math.sqrt(round(1 - power(b2, t))))) / round(1 - power(b1, t)),
      );
      for (let i = 0; i < w.length; i += 1) {
        const gradient = g[i];
        const mean = m[i] + (gradient - m[i]) * c1;
        const square = v[i] + (gradient * gradient - v[i]) * c2;
        m[i] = mean;
        v[i] = square;
        w[i] = w[i] * kept - (mean * alpha) / (Math.sqrt(square) + eps);
      }
    },
  };
}

function rmsprop({ learning_rate: rate, rho, momentum, epsilon }: Numbers): Rule {
  const lr = round(rate);
  const kept = round(rho);
  const taken = round(1 - rho);
  const mu = round(momentum);
  const eps = round(epsilon);
  return {
    slots: momentum ? [0, 0] : [0],
    update(w, g, [v, m]) {
      for (let i = 0; i < w.length; i += 1) {
        const square = kept * v[i] + taken * g[i] * g[i];
        v[i] = square;
        let step = (lr * g[i]) / Math.sqrt(square + eps);
        if (m) {
          step += mu * m[i];
          m[i] = step;
        }
        w[i] -= step;
      }
    },
  };
}

function adagrad({
  learning_rate: rate,
  initial_accumulator_value: first,
  epsilon,
}: Numbers): Rule {
  const lr = round(rate);
  const eps = round(epsilon);
  return {
    slots: [first],
    update(w, g, [v]) {
      for (let i = 0; i < w.length; i += 1) {
        const total = v[i] + g[i] * g[i];
        v[i] = total;
        w[i] -= (lr * g[i]) / Math.sqrt(total + eps);
      }
    },
  };
}

function adamax({ learning_rate: rate, beta_1: b1, beta_2: b2, epsilon }: Numbers): Rule {
  const c1 = round(1 - b1);
  const kept = round(b2);
  const eps = round(epsilon);
  return {
    slots: [0, 0],
    update(w, g, [m, u], t) {
      const lr = round(round(rate) / round(1 - power(b1, t)));
      for (let i = 0; i < w.length; i += 1) {
        const mean = m[i] + (g[i] - m[i]) * c1;
        const largest = Math.max(kept * u[i], Math.abs(g[i]));
        m[i] = mean;
        u[i] = largest;
        w[i] -= (mean * lr) / (largest + eps);
      }
    },
  };
}

function nadam({ learning_rate: rate, beta_1: b1, beta_2: b2, epsilon }: Numbers): Rule {
  const lr = round(rate);
  const c1 = round(1 - b1);
  const c2 = round(1 - b2);
  const eps = round(epsilon);
  const momentumAt = (t: number) => round(round(b1) * round(1 - round(0.5 * power(0.96, t))));
  let product = 1; // of the momenta of updates 1 to `done`
  let done = 0;
  return {
    slots: [0, 0],
    update(w, g, [m, v], t) {
      // An update that was taken back is followed by one of the same t.
      if (t > done) product = round(product * momentumAt(t));
      done = t;
      const next = momentumAt(t + 1);
      const ofMean = round(next / round(1 - round(product * next)));
      const ofGradient = round(round(1 - momentumAt(t)) / round(1 - product));
      const correction = round(1 - power(b2, t));
      for (let i = 0; i < w.length; i += 1) {
        const gradient = g[i];
        const mean = m[i] + (gradient - m[i]) * c1;
        const square = v[i] + (gradient * gradient - v[i]) * c2;
        m[i] = mean;
        v[i] = square;
        const step = mean * ofMean + gradient * ofGradient;
        w[i] -= (lr * step) / (Math.sqrt(square / correction) + eps);
      }
    },
  };
}

const rules: Readonly<Record<string, (config: Numbers) => Rule>> = {
  SGD: sgd,
  Adam: adam,
  AdamW: adam,
  RMSprop: rmsprop,
  Adagrad: adagrad,
  Adamax: adamax,
  Nadam: nadam,
};

/** Returns the update rule of a wall's optimizer. */
export function ruleOf({ kind, config }: Choice): Rule {
  return rules[kind](complete(OPTIMIZERS[kind].fields, config) as unknown as Numbers);
}
