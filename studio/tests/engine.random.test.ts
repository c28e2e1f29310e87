import { describe, expect, test } from "vitest";
import { initial } from "../src/engine/initializers.ts";
import { MersenneTwister } from "../src/engine/mersenne.ts";
import { Draws, RowOrder, threefry, unit } from "../src/engine/random.ts";
import { INITIALIZERS } from "../src/wall/catalogue.ts";

describe("threefry2x32-20", () => {
  /** The known answers that come with the authors' Random123. */
  test.each([
    [
      [0, 0],
      [0, 0],
      [0x6b200159, 0x99ba4efe],
    ],
    [
      [0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x1cb996fc, 0xbb002be7],
    ],
    [
      [0x13198a2e, 0x03707344],
      [0x243f6a88, 0x85a308d3],
      [0xc4923a9c, 0x483df7a0],
    ],
  ] as const)("of key %j at counter %j is %j", (key, [step, first], [a, b]) => {
    const words = [new Uint32Array(1), new Uint32Array(1)] as const;
    threefry(key, step, first, 1, ...words);
    expect([words[0][0], words[1][0]]).toEqual([a, b]);
  });

  test("of a later counter is the same, wherever the draw began", () => {
    const draws = new Draws(7, 1, 10);
    draws.draw(3, 10);
    const words = [new Uint32Array(4), new Uint32Array(4)] as const;
    threefry([7, 1], 3, 6, 4, ...words);
    expect([...words[0]]).toEqual([...draws.words.subarray(6)]);
  });
});

describe("the Mersenne Twister", () => {
  test("has the 10,000th number of the C++ standard", () => {
    const generator = new MersenneTwister(5489);
    expect(generator.next()).toBe(3499211612);
    for (let i = 2; i < 10000; i += 1) generator.next();
    expect(generator.next()).toBe(4123659995);
  });

  /** numpy.random.seed(5), and then randint(0, end, dtype="int64") with these ends. */
  test("draws NumPy's seeds", () => {
    const generator = new MersenneTwister(5);
    const wide = () => {
      const [low, high] = generator.wideSeed();
      return (BigInt(high) << 32n) | BigInt(low);
    };
    expect(wide()).toBe(4095051218741643470n);
    expect(generator.seed(2 ** 31)).toBe(1592283119);
    expect(wide()).toBe(6111919869629533158n);
    expect(wide()).toBe(6709761423161562512n);
    expect(generator.seed(2 ** 31)).toBe(2059200585);
    expect(wide()).toBe(9009596224835060452n);
    expect(generator.seed(2 ** 31 - 1)).toBe(479936231);
  });
});

describe("the order of rows", () => {
  test.each([1, 2, 9, 1000])("is a permutation of %i rows, and another in each epoch", (count) => {
    const order = new RowOrder(count, 12345);
    order.shuffle(0);
    const first = [...order.rows];
    order.shuffle(1);
    expect(first.toSorted((a, b) => a - b)).toEqual([...Array(count).keys()]);
    if (count > 2) expect([...order.rows]).not.toEqual(first);
    order.shuffle(0);
    expect([...order.rows]).toEqual(first);
  });
});

describe("initializers", () => {
  const inputs = 60;
  const units = 80;
  const average = (inputs + units) / 2;
  const deviations = {
    glorot_uniform: Math.sqrt(1 / average),
    glorot_normal: Math.sqrt(1 / average),
    he_uniform: Math.sqrt(2 / inputs),
    he_normal: Math.sqrt(2 / inputs),
    lecun_uniform: Math.sqrt(1 / inputs),
    lecun_normal: Math.sqrt(1 / inputs),
    random_uniform: 0.1 / Math.sqrt(12),
    random_normal: 0.05,
    zeros: 0,
    ones: 0,
  };

  test.each(INITIALIZERS)("%s has its mean and standard deviation", (name) => {
    const values = initial(name, [inputs, units], new MersenneTwister(1))();
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(mean).toBeCloseTo(name === "ones" ? 1 : 0, 1);
    expect(Math.sqrt(variance) / (deviations[name] || 1)).toBeCloseTo(deviations[name] ? 1 : 0, 1);
  });

  test("that are not wanted still draw their seed", () => {
    const generators = [new MersenneTwister(1), new MersenneTwister(1)];
    initial("he_normal", [2, 3], generators[0]);
    initial("he_normal", [2, 3], generators[1])();
    expect(generators[0].next()).toBe(generators[1].next());
  });
});

test("numbers of 23 bits are from 0 to below 1", () => {
  expect(unit(0)).toBe(0);
  expect(unit(0xffffffff)).toBe(1 - 2 ** -23);
});
