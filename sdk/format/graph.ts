import type { Shape, TensorType } from './tensor.js';

/**
 * How a convolution or pool moves over its input. Output pixel (y, x) sees the rows from
 * `y * strideY - paddingTop` and the columns from `x * strideX - paddingLeft`; what lies outside of the input is
 * pixel 0 for a convolution and left out by a pool. Padding at the bottom and right follows from the output's size.
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
  /** below kernelHeight */
  paddingTop: number;
  /** below kernelWidth */
  paddingLeft: number;
}

/**
 * One cut of a convolution's sums into bits, a threshold and a direction for each filter:
 * `bit = below[f] ? sum < thresholds[f] : sum >= thresholds[f]`.
 */
export interface Cut {
  /** [filters], int32 */
  thresholds: Int32Array;
  /** [filters], 1 where the bit is set below the threshold (a negative batch-norm gamma), else 0 */
  below: Uint8Array;
}

/** What becomes of a convolution's integer sums. */
export type Epilogue =
  /** One cut: binary activations. Two: channels [all first bits | all second bits], or two planes if coupled. */
  | { kind: 'threshold'; cuts: Cut[]; coupled: boolean }
  /** The sums themselves plus a bias, as the output layer gives them. */
  | { kind: 'sum'; bias: Int32Array }
  /**
   * Fixed-point activations 0..255: `clamp((sum * multipliers[f] + offsets[f]) >> shift, 0, 255)`, in 64 bits, the
   * shift rounding down. The clamp at 0 is a ReLU.
   */
  | {
      kind: 'fixed-point';
      /** [filters] */
      multipliers: Int32Array;
      /** [filters], each within +-2^61; the half that rounds to nearest is in them */
      offsets: BigInt64Array;
      /** 0..62 */
      shift: number;
    };

interface ConvolutionNode {
  window: Window;
  outputHeight: number;
  outputWidth: number;
  filters: number;
  /** [filters][kernelHeight][kernelWidth][input channels]: int8 values, or +1 and -1 for a binary convolution. */
  weights: Int8Array;
  epilogue: Epilogue;
}

/** One op. A dense layer is a convolution whose kernel covers its input. */
export type Node = { input: number } & (
  | ({ kind: 'int8-convolution' } & ConvolutionNode)
  | ({ kind: 'binary-convolution' } & ConvolutionNode)
  | {
      kind: 'max-pool';
      window: Window;
      outputHeight: number;
      outputWidth: number;
      /**
       * [planes * input channels], 1 for the channels whose bits are ANDed instead of ORed: the maximum of sums,
       * taken before a threshold whose bit is set below.
       */
      all: Uint8Array;
    }
);

/**
 * A network of integers, ready to be encoded: what an exporter makes and the encoder packs.
 * Tensor 0 is the image, tensor k the output of `nodes[k - 1]`; `node.input` names a tensor.
 */
export interface Graph {
  input: { height: number; width: number; channels: number };
  nodes: Node[];
  /** logit = outputScale * integer, the same for all classes */
  outputScale: number;
  metadata?: Metadata;
}

/** What travels with a network for people and tools; engines ignore it. */
export interface Metadata {
  name?: string;
  /** One for each logit. */
  labels?: string[];
  /** How an image becomes the u8 input, in words. */
  preprocessing?: string;
  training?: Record<string, string | number>;
  licence?: string;
}

/** The shape of a node's output, given its input's. */
export function outputShape(node: Node, input: Shape): Shape {
  const { outputHeight: height, outputWidth: width } = node;
  const bits: TensorType = 'bits';
  if (node.kind === 'max-pool') {
    return { height, width, channels: input.channels, type: bits, planes: input.planes };
  }
  const { epilogue, filters } = node;
  if (epilogue.kind === 'fixed-point') return { height, width, channels: filters, type: 'u8', planes: 1 };
  if (epilogue.kind === 'sum') return { height, width, channels: filters, type: 'int32', planes: 1 };
  if (epilogue.coupled) return { height, width, channels: filters, type: bits, planes: 2 };
  return { height, width, channels: filters * epilogue.cuts.length, type: bits, planes: 1 };
}

/** The shapes of all tensors, the image first. */
export function tensorShapes(graph: Graph): Shape[] {
  const shapes: Shape[] = [{ ...graph.input, type: 'u8', planes: 1 }];
  for (const node of graph.nodes) shapes.push(outputShape(node, shapes[node.input]));
  return shapes;
}
