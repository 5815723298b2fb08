import type { Preparation } from '../preprocess/preparation.js';
import { hasSameNumbers, type Shape } from './tensor.js';

/**
 * How a convolution or pool moves over its input. Output pixel (y, x) reads the rows from `y * strideY -
 * paddingTop` and the columns from `x * strideX - paddingLeft`. A convolution reads 0 outside of its
 * input; a pool skips these positions. Padding at the bottom and right follows from the output's size.
 */
export interface Window {
  /** 1..255 */
  kernelHeight: number;
  /** 1..255 */
  kernelWidth: number;
  /** 1..255 */
  strideY: number;
  /** 1..255 */
  strideX: number;
  /** less than kernelHeight */
  paddingTop: number;
  /** less than kernelWidth */
  paddingLeft: number;
}

/**
 * Turns the sum of each filter into a bit, by a threshold and a direction:
 * `bit = invert[f] ? sum < values[f] : sum >= values[f]`.
 */
export interface Threshold {
  /** [filters], int32 */
  values: Int32Array;
  /** [filters], 1 where sums under the threshold set the bit (a negative batch-norm gamma), else 0 */
  invert: Uint8Array;
}

/** The last step of an op: it turns each integer sum into the output. */
export type Epilogue =
  /**
   * Bits. One threshold gives binary activations. Two give the channels [all first bits | all second
   * bits], or two planes if `coupled`.
   */
  | { kind: 'threshold'; thresholds: Threshold[]; coupled: boolean }
  /** The sums plus a bias, as in the output layer. */
  | { kind: 'sum'; bias: Int32Array }
  /**
   * Fixed-point numbers: `clamp(((sum * multipliers[i] + offsets[i]) >> shift) + addend)`, in 64 bits.
   * The shift rounds down. Each sum gives one or two numbers; two give the channels [all first numbers |
   * all second numbers].
   */
  | {
      kind: 'fixed-point';
      /** Activations, clamped to 0..255 (a ReLU), or a stream, clamped to -32768..32767. */
      type: 'u8' | 'int16';
      /** [1 or 2][filters] */
      multipliers: Int32Array;
      /** [1 or 2][filters], each within +-2^61; they include the half that rounds to nearest */
      offsets: BigInt64Array;
      /** 0..62 */
      shift: number;
      /**
       * The stream that is added: an int16 tensor of the output's height and width; 0: nothing is added.
       * It may have fewer channels than the output, and counts as 0 in the others. With two numbers a
       * sum, the first half of its channels is added to the first numbers, the second half to the second
       * numbers.
       */
      addend: number;
    };

interface WindowedOp {
  /** The tensor that the op reads. */
  input: number;
  window: Window;
  outputHeight: number;
  outputWidth: number;
}

/**
 * The max-pool behind a convolution, in the same op. Its windows lie side by side, without padding, so each output
 * pixel is the largest of height x width pixels of the convolution: of rows `y * height` on and columns `x * width` on.
 */
export interface OutputPool {
  /** 1..255 */
  height: number;
  /** 1..255; height and width are not both 1 */
  width: number;
  /**
   * [outputs per sum][filters], 1 for the bits that are ANDed instead of ORed, as in a max-pool op. Empty if the
   * output is not bits.
   */
  andMask: Uint8Array;
}

interface ConvolutionOp extends WindowedOp {
  filters: number;
  /**
   * [filters][kernelHeight][kernelWidth][input channels]: int8 values, or +1 and -1 for a binary
   * convolution.
   */
  weights: Int8Array;
  epilogue: Epilogue;
  /**
   * The pool that the outputs go through; undefined: there is none. `outputHeight` and `outputWidth` are those behind
   * it. Sums cannot be pooled, and neither can numbers that something is added to.
   */
  pool?: OutputPool;
}

interface MaxPoolOp extends WindowedOp {
  /**
   * [planes * input channels], 1 for the channels whose bits are ANDed instead of ORed. AND is the
   * maximum of sums whose threshold is inverted. Empty if the input is not bits.
   */
  andMask: Uint8Array;
}

interface SumPoolOp extends WindowedOp {
  /**
   * The number of sums at each pixel: the channels of the input, or half of them. With half, the channels
   * c and filters + c, the two copies of a decoupled stream, are added up too.
   */
  filters: number;
  epilogue: Epilogue;
}

/** One op. A dense layer is a convolution whose kernel covers its input. */
export type Op =
  | ({ kind: 'int8-convolution' } & ConvolutionOp)
  | ({ kind: 'binary-convolution' } & ConvolutionOp)
  | ({ kind: 'max-pool' } & MaxPoolOp)
  | ({ kind: 'sum-pool' } & SumPoolOp);

/** An op with weights. */
export type Convolution = Extract<Op, { weights: Int8Array }>;

/**
 * A network of integers: exporters make it and {@link encodeModel} packs it.
 * Tensor 0 is the image, tensor k the output of `ops[k - 1]`; `op.input` is the index of a tensor.
 */
export interface Graph {
  input: { height: number; width: number; channels: number };
  ops: Op[];
  /** logit = outputScale * integer, the same for all classes */
  outputScale: number;
  metadata?: Metadata;
}

/** Information for people and tools; engines ignore it. Unknown fields are allowed (docs/format.md). */
export interface Metadata {
  name?: string;
  /** The class names, one for each logit. */
  labels?: readonly string[];
  /** How an image becomes the u8 input, in words. */
  preprocessing?: string;
  /** How a picture becomes the u8 input, for programs. */
  preparation?: Preparation;
  training?: Readonly<Record<string, string | number>>;
  license?: string;
  /**
   * For each op, the mean share of values of its input that are not 0, over validation images. With two planes a value
   * is the sum of its two bits. Pixels have 1. Engines may choose kernels by it, and tools estimate times.
   */
  densities?: readonly number[];
}

/** Returns the tensors that an op reads: its input and, if it has one, its addend. */
export function opInputs(op: Op): number[] {
  const addend = 'epilogue' in op && op.epilogue.kind === 'fixed-point' ? op.epilogue.addend : 0;
  return addend === 0 ? [op.input] : [op.input, addend];
}

/**
 * Returns the tensors whose place the op's output may take, if no later op reads them: an addend, and the input of a
 * sum-pool whose windows are single pixels. Each number of the output then replaces the number that it is made of.
 *
 * @param shapes the shapes of the op's inputs, by their tensors
 */
export function replaceableInputs(op: Op, output: Shape, shapes: readonly Shape[]): number[] {
  const { kernelHeight, kernelWidth } = op.window;
  return opInputs(op).filter((tensor, role) => {
    const input = shapes[tensor];
    const isSinglePixels =
      op.kind === 'sum-pool' && kernelHeight * kernelWidth === 1 && op.filters === input.channels;
    const isReadInPlace = isSinglePixels || (role === 1 && tensor !== op.input);
    return isReadInPlace && hasSameNumbers(output, input);
  });
}

/** Returns the rows and columns that an op computes: those of its output, before the pool if it has one. */
export function computedSize(op: Op): { height: number; width: number } {
  const { height, width } = ('pool' in op && op.pool) || { height: 1, width: 1 };
  return { height: op.outputHeight * height, width: op.outputWidth * width };
}

/** Returns how many bits or fixed-point numbers each sum becomes; 0 if the op gives its sums. */
export function outputsPerSum({ epilogue, filters }: { epilogue: Epilogue; filters: number }): number {
  if (epilogue.kind === 'threshold') return epilogue.thresholds.length;
  return epilogue.kind === 'fixed-point' ? epilogue.multipliers.length / filters : 0;
}

/** Returns the shape of an op's output, given the shape of its input. */
export function outputShape(op: Op, input: Shape): Shape {
  const { outputHeight: height, outputWidth: width } = op;
  if (op.kind === 'max-pool') return { ...input, height, width };
  const { epilogue, filters } = op;
  if (epilogue.kind === 'sum') return { height, width, channels: filters, type: 'int32', planes: 1 };
  if (epilogue.kind === 'threshold' && epilogue.coupled)
    return { height, width, channels: filters, type: 'bits', planes: 2 };
  const type = epilogue.kind === 'threshold' ? 'bits' : epilogue.type;
  return { height, width, channels: filters * outputsPerSum(op), type, planes: 1 };
}

/** Returns the shapes of all tensors, the image first. */
export function tensorShapes(graph: Graph): Shape[] {
  const shapes: Shape[] = [{ ...graph.input, type: 'u8', planes: 1 }];
  for (const op of graph.ops) shapes.push(outputShape(op, shapes[op.input]));
  return shapes;
}
