/**
 * Activation functions, and their gradients. Where a derivative is a matter of convention it is that
 * of Keras on JAX: 0 for relu at 0.
 */
import type { ACTIVATIONS } from "../wall/catalogue.ts";

export interface Activation {
  /** Sets y = f(z) for n numbers, in rows of `width`. */
  forward(z: Float32Array, y: Float32Array, n: number, width: number): void;
  /** Turns g, the gradient of y, into that of z. */
  backward(g: Float32Array, z: Float32Array, y: Float32Array, n: number, width: number): void;
}

const sigmoidOf = (x: number) => 1 / (1 + Math.exp(-x));
const softplusOf = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

const linear: Activation = {
  forward(z, y, n) {
    for (let i = 0; i < n; i += 1) y[i] = z[i];
  },
  backward() {},
};

const relu: Activation = {
  forward(z, y, n) {
    for (let i = 0; i < n; i += 1) y[i] = Math.max(z[i], 0); // NaN stays NaN
  },
  backward(g, _, y, n) {
    for (let i = 0; i < n; i += 1) if (!(y[i] > 0)) g[i] = 0;
  },
};

const relu6: Activation = {
  forward(z, y, n) {
    for (let i = 0; i < n; i += 1) y[i] = Math.min(Math.max(z[i], 0), 6);
  },
  backward(g, _, y, n) {
    for (let i = 0; i < n; i += 1) if (!(y[i] > 0 && y[i] < 6)) g[i] = 0;
  },
};

const leakyRelu: Activation = {
  forward(z, y, n) {
    for (let i = 0; i < n; i += 1) y[i] = z[i] >= 0 ? z[i] : 0.2 * z[i];
  },
  backward(g, z, _, n) {
    for (let i = 0; i < n; i += 1) if (!(z[i] >= 0)) g[i] *= 0.2;
  },
};

/** scale * x where x > 0, else scale * alpha * (exp(x) - 1). */
const exponentialLinear = (scale: number, alpha: number): Activation => ({
  forward(z, y, n) {
    for (let i = 0; i < n; i += 1) y[i] = scale * (z[i] > 0 ? z[i] : alpha * Math.expm1(z[i]));
  },
  backward(g, z, y, n) {
    for (let i = 0; i < n; i += 1) g[i] *= z[i] > 0 ? scale : y[i] + scale * alpha;
  },
});

const sigmoid: Activation = {
  forward(z, y, n) {
    for (let i = 0; i < n; i += 1) y[i] = 1 / (1 + Math.exp(-z[i]));
  },
  backward(g, _, y, n) {
    for (let i = 0; i < n; i += 1) g[i] *= y[i] * (1 - y[i]);
  },
};

const hardSigmoid: Activation = {
  forward(z, y, n) {
    for (let i = 0; i < n; i += 1) y[i] = z[i] < -3 ? 0 : z[i] >= 3 ? 1 : (z[i] + 3) / 6;
  },
  backward(g, z, _, n) {
    for (let i = 0; i < n; i += 1) g[i] = z[i] > -3 && z[i] < 3 ? g[i] / 6 : 0;
  },
};

const tanh: Activation = {
  forward(z, y, n) {
    for (let i = 0; i < n; i += 1) y[i] = Math.tanh(z[i]);
  },
  backward(g, _, y, n) {
    for (let i = 0; i < n; i += 1) g[i] *= 1 - y[i] * y[i];
  },
};

const gelu: Activation = {
  forward(z, y, n) {
    for (let i = 0; i < n; i += 1) y[i] = 0.5 * z[i] * (1 + erf(z[i] * Math.SQRT1_2));
  },
  backward(g, z, _, n) {
    for (let i = 0; i < n; i += 1) {
      const density = Math.exp(-0.5 * z[i] * z[i]) / Math.sqrt(2 * Math.PI);
      g[i] *= 0.5 * (1 + erf(z[i] * Math.SQRT1_2)) + z[i] * density;
    }
  },
};

const silu: Activation = {
  forward(z, y, n) {
    for (let i = 0; i < n; i += 1) y[i] = z[i] * sigmoidOf(z[i]);
  },
  backward(g, z, y, n) {
    for (let i = 0; i < n; i += 1) {
      const s = sigmoidOf(z[i]);
      g[i] *= s + y[i] * (1 - s);
    }
  },
};

const mish: Activation = {
  forward(z, y, n) {
    for (let i = 0; i < n; i += 1) y[i] = z[i] * Math.tanh(softplusOf(z[i]));
  },
  backward(g, z, _, n) {
    for (let i = 0; i < n; i += 1) {
      const t = Math.tanh(softplusOf(z[i]));
      g[i] *= t + z[i] * (1 - t * t) * sigmoidOf(z[i]);
    }
  },
};

const softplus: Activation = {
  forward(z, y, n) {
    for (let i = 0; i < n; i += 1) y[i] = softplusOf(z[i]);
  },
  backward(g, z, _, n) {
    for (let i = 0; i < n; i += 1) g[i] *= sigmoidOf(z[i]);
  },
};

const softsign: Activation = {
  forward(z, y, n) {
    for (let i = 0; i < n; i += 1) y[i] = z[i] / (1 + Math.abs(z[i]));
  },
  backward(g, z, _, n) {
    for (let i = 0; i < n; i += 1) g[i] /= (1 + Math.abs(z[i])) ** 2;
  },
};

const exponential: Activation = {
  forward(z, y, n) {
    for (let i = 0; i < n; i += 1) y[i] = Math.exp(z[i]);
  },
  backward(g, _, y, n) {
    for (let i = 0; i < n; i += 1) g[i] *= y[i];
  },
};

const softmax: Activation = {
  forward(z, y, n, width) {
    for (let row = 0; row < n; row += width) {
      const end = row + width;
      let top = z[row];
      for (let i = row + 1; i < end; i += 1) top = Math.max(top, z[i]); // NaN stays NaN
      let sum = 0;
      for (let i = row; i < end; i += 1) {
        y[i] = Math.exp(z[i] - top);
        sum += y[i];
      }
      for (let i = row; i < end; i += 1) y[i] /= sum;
    }
  },
  backward(g, _, y, n, width) {
    for (let row = 0; row < n; row += width) {
      const end = row + width;
      let mean = 0;
      for (let i = row; i < end; i += 1) mean += g[i] * y[i];
      for (let i = row; i < end; i += 1) g[i] = y[i] * (g[i] - mean);
    }
  },
};

/** Returns the error function to the precision of float32, by the polynomials of `kernels/math.hpp`. */
function erf(x: number): number {
  const a = Math.min(Math.abs(x), 6); // beyond it is 1
  return a < 1
    ? x * horner(NEAR, x * x)
    : Math.sign(x) * (1 - Math.exp(-a * a) * horner(FAR, (a - 2) / (a + 2)));
}

/** Coefficients by power: of erf(x) / x in x^2, and of (1 - erf(x)) exp(x^2) in (x - 2) / (x + 2). */
const NEAR = [
  1.12837917, -0.37612626, 0.11283585, -0.026853812, 0.0051883273, -0.00080101905, 0.000078538514,
];
const FAR = [
  0.25539568, -0.42718588, 0.24165746, -0.078981373, 0.0037672585, 0.0073165163, 0.00010391086,
];

function horner(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i -= 1) sum = sum * x + coefficients[i];
  return sum;
}

export const activations: Readonly<Record<(typeof ACTIVATIONS)[number], Activation>> = {
  linear,
  relu,
  sigmoid,
  tanh,
  softmax,
  leaky_relu: leakyRelu,
  elu: exponentialLinear(1, 1),
  selu: exponentialLinear(1.0507009873554805, 1.6732632423543772),
  gelu,
  silu,
  mish,
  softplus,
  softsign,
  hard_sigmoid: hardSigmoid,
  relu6,
  exponential,
};
