/**
 * The operators that work number by number. The evaluator applies them to arrays. Lowering composes them to functions
 * of one integer sum, for which it needs to know whether they rise or fall.
 */
import type { OnnxNode } from '../onnx/read-model.js';
import { alongAxis, type NdArray, scalar } from './nd-array.js';
import { QUANTIZERS } from './quantizers.js';
import { roundHalfEven } from './rounding.js';

/** 1: the result never falls when the number rises; -1: it never rises; 0: it is constant. */
export type Direction = -1 | 0 | 1;

/** A function of the numbers at one position of all inputs. */
export type Scalars = (values: readonly number[]) => number;

export interface ElementwiseOp {
  /**
   * Returns all inputs so that they broadcast, with defaults for absent ones. Default: the inputs as they are.
   *
   * @param rank the number of axes of the first input
   */
  align?(inputs: readonly (NdArray | undefined)[], node: OnnxNode, rank: number): NdArray[];
  /** @throws {RangeError} if the node has an attribute that is not supported */
  scalars(node: OnnxNode, inputs: readonly (NdArray | undefined)[]): Scalars;
  /** Returns how the result follows the input at a position; undefined if it both rises and falls. */
  direction(values: readonly number[], position: number): Direction | undefined;
  /** Whether the result is a linear function of the first input, plus a constant. */
  isAffine?: boolean;
}

const sign = (x: number) => Math.sign(x) as Direction;
const onlyFirst = (_: readonly number[], position: number) => (position === 0 ? 1 : undefined);
const rises = () => 1 as const;

/** An operator of its first input whose result never falls. */
const rising = (f: (x: number) => number): ElementwiseOp => ({
  scalars:
    () =>
    ([x]) =>
      f(x),
  direction: onlyFirst,
});

/** An operator that is only evaluated on constants. */
const constantOnly = (f: Scalars): ElementwiseOp => ({ scalars: () => f, direction: () => undefined });

/** A comparison, which gives 0 or 1. */
const comparison = (f: (a: number, b: number) => boolean, first: Direction): ElementwiseOp => ({
  scalars:
    () =>
    ([a, b]) =>
      Number(f(a, b)),
  direction: (_, position) => (position === 0 ? first : (-first as Direction)),
});

const identity: ElementwiseOp = { ...rising((x) => x), isAffine: true };

/** The codes of element types that `Cast` converts to. */
const CAST_FLOATS = new Set([1, 11]);
const CAST_INTEGERS = new Set([2, 3, 4, 5, 6, 7, 12, 13]);

export const ELEMENTWISE: Readonly<Record<string, ElementwiseOp>> = {
  ...QUANTIZERS,
  Identity: identity,
  Dropout: { ...identity, align: ([x]) => [x as NdArray] },
  Add: {
    scalars:
      () =>
      ([a, b]) =>
        a + b,
    direction: rises,
    isAffine: true,
  },
  Sub: {
    scalars:
      () =>
      ([a, b]) =>
        a - b,
    direction: (_, position) => (position === 0 ? 1 : -1),
    isAffine: true,
  },
  Mul: {
    scalars:
      () =>
      ([a, b]) =>
        a * b,
    direction: (values, position) => sign(values[1 - position]),
    isAffine: true,
  },
  Div: {
    scalars:
      () =>
      ([a, b]) =>
        a / b,
    direction: (values, position) => (position === 0 ? sign(values[1]) : undefined),
    isAffine: true,
  },
  Neg: {
    scalars:
      () =>
      ([x]) =>
        -x,
    direction: () => -1,
    isAffine: true,
  },
  BatchNormalization: {
    align: ([x, ...parameters], _, rank) => [
      x as NdArray,
      ...parameters.map((parameter) => alongAxis(parameter as NdArray, 1, rank)),
    ],
    scalars({ attributes, outputs }) {
      if (attributes.int('training_mode', 0) !== 0 || outputs.filter((name) => name !== '').length > 1)
        throw new RangeError('it is in training mode; export the network after model.eval()');
      const epsilon = attributes.float('epsilon', 1e-5);
      return ([x, gamma, beta, mean, variance]) =>
        gamma * ((x - mean) / Math.sqrt(variance + epsilon)) + beta;
    },
    direction: (values, position) => (position === 0 ? sign(values[1]) : undefined),
    isAffine: true,
  },
  Relu: rising((x) => Math.max(x, 0)),
  LeakyRelu: {
    scalars({ attributes }) {
      const alpha = attributes.float('alpha', 0.01);
      if (alpha < 0) throw new RangeError('its slope is negative');
      return ([x]) => (x < 0 ? alpha * x : x);
    },
    direction: onlyFirst,
  },
  PRelu: {
    scalars:
      () =>
      ([x, slope]) =>
        x < 0 ? slope * x : x,
    direction: ([, slope], position) => (position === 0 && slope >= 0 ? 1 : undefined),
  },
  Clip: {
    align: ([x, low, high], { attributes }) => [
      x as NdArray,
      low ?? scalar(attributes.float('min', -Infinity)),
      high ?? scalar(attributes.float('max', Infinity)),
    ],
    scalars:
      () =>
      ([x, low, high]) =>
        Math.min(Math.max(x, low), high),
    direction: onlyFirst,
  },
  Floor: rising(Math.floor),
  Ceil: rising(Math.ceil),
  Round: rising(roundHalfEven),
  Sign: rising(Math.sign),
  Sigmoid: rising((x) => 1 / (1 + Math.exp(-x))),
  HardSigmoid: {
    scalars({ attributes }) {
      const [alpha, beta] = [attributes.float('alpha', 0.2), attributes.float('beta', 0.5)];
      if (alpha < 0) throw new RangeError('its slope is negative');
      return ([x]) => Math.min(Math.max(alpha * x + beta, 0), 1);
    },
    direction: onlyFirst,
  },
  Tanh: rising(Math.tanh),
  Max: { scalars: () => (values) => Math.max(...values), direction: rises },
  Min: { scalars: () => (values) => Math.min(...values), direction: rises },
  Less: comparison((a, b) => a < b, -1),
  LessOrEqual: comparison((a, b) => a <= b, -1),
  Greater: comparison((a, b) => a > b, 1),
  GreaterOrEqual: comparison((a, b) => a >= b, 1),
  Not: {
    scalars:
      () =>
      ([x]) =>
        1 - x,
    direction: () => -1,
    isAffine: true,
  },
  Where: {
    scalars:
      () =>
      ([condition, yes, no]) =>
        condition ? yes : no,
    direction: ([, yes, no], position) => (position === 0 ? sign(yes - no) : undefined),
  },
  Cast: {
    scalars({ attributes }) {
      const to = attributes.int('to', 1);
      if (CAST_FLOATS.has(to)) return ([x]) => x;
      if (CAST_INTEGERS.has(to)) return ([x]) => Math.trunc(x);
      if (to === 9) return ([x]) => Number(x !== 0);
      throw new RangeError(`casts to the type ${to} are not supported`);
    },
    direction: onlyFirst,
  },
  Equal: constantOnly(([a, b]) => Number(a === b)),
  Abs: constantOnly(([x]) => Math.abs(x)),
  Pow: constantOnly(([a, b]) => a ** b),
  Sqrt: constantOnly(([x]) => Math.sqrt(x)),
  Reciprocal: constantOnly(([x]) => 1 / x),
  Exp: constantOnly(([x]) => Math.exp(x)),
  Log: constantOnly(([x]) => Math.log(x)),
};
