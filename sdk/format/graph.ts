import type { Shape } from './tensor.js';

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
export interface Threshold {
  /** [filters], int32 */
  thresholds: Int32Array;
  /** [filters], 1 where the bit is set below the threshold (a negative batch-norm gamma), else 0 */
  below: Uint8Array;
}

/** What becomes of an op's integer sums. */
export type Epilogue =
  /** One cut: binary activations. Two: channels [all first bits | all second bits], or two planes if coupled. */
  | { kind: 'threshold'; cuts: Threshold[]; coupled: boolean }
  /** The sums themselves plus a bias, as the output layer gives them. */
  | { kind: 'sum'; bias: Int32Array }
  /**
   * Fixed-point numbers: `clamp(((sum * multipliers[i] + offsets[i]) >> shift) + addend)`, in 64 bits, the shift
   * rounding down. As with cuts, each sum may become two: channels [all first numbers | all second numbers].
   */
  | {
      kind: 'fixed-point';
      /** Activations, clamped to 0..255 (which is a ReLU), or a stream, clamped to -32768..32767. */
      type: 'u8' | 'int16';
      /** [1 or 2][filters] */
      multipliers: Int32Array;
      /** [1 or 2][filters], each within +-2^61; the half that rounds to nearest is in them */
      offsets: BigInt64Array;
      /** 0..62 */
      shift: number;
      /**
       * The stream, a tensor of the output's height and width, that is added; 0: none. It may have fewer channels
       * (where each sum becomes two, fewer of each): it is 0 in those that it lacks.
       */
      addend: number;
    };

interface WindowedNode {
  /** The tensor that it reads. */
  input: number;
  window: Window;
  outputHeight: number;
  outputWidth: number;
}

interface ConvolutionNode extends WindowedNode {
  filters: number;
  /** [filters][kernelHeight][kernelWidth][input channels]: int8 values, or +1 and -1 for a binary convolution. */
  weights: Int8Array;
  epilogue: Epilogue;
}

interface MaxPoolNode extends WindowedNode {
  /**
   * [planes * input channels], 1 for the channels whose bits are ANDed instead of ORed: the maximum of sums, taken
   * before a threshold whose bit is set below. Empty where the input is not bits.
   */
  all: Uint8Array;
}

interface SumPoolNode extends WindowedNode {
  /**
   * As many as the input has channels, or half as many: then channel c and channel filters + c are added up too, the
   * two copies of a decoupled stream.
   */
  filters: number;
  epilogue: Epilogue;
}

/** One op. A dense layer is a convolution whose kernel covers its input. */
export type Node =
  | ({ kind: 'int8-convolution' } & ConvolutionNode)
  | ({ kind: 'binary-convolution' } & ConvolutionNode)
  | ({ kind: 'max-pool' } & MaxPoolNode)
  | ({ kind: 'sum-pool' } & SumPoolNode);

/** A node with weights. */
export type Convolution = Extract<Node, { weights: Int8Array }>;

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
  license?: string;
}

/** The tensors that a node reads. */
export function readBy(node: Node): number[] {
  const addend = 'epilogue' in node && node.epilogue.kind === 'fixed-point' ? node.epilogue.addend : 0;
  return addend === 0 ? [node.input] : [node.input, addend];
}

/** What each sum becomes: so many bits or fixed-point numbers; 0 for sums themselves. */
export function cutsOf({ epilogue, filters }: { epilogue: Epilogue; filters: number }): number {
  if (epilogue.kind === 'threshold') return epilogue.cuts.length;
  return epilogue.kind === 'fixed-point' ? epilogue.multipliers.length / filters : 0;
}

/** The shape of a node's output, given its input's. */
export function outputShape(node: Node, input: Shape): Shape {
  const { outputHeight: height, outputWidth: width } = node;
  if (node.kind === 'max-pool') return { ...input, height, width };
  const { epilogue, filters } = node;
  if (epilogue.kind === 'sum') return { height, width, channels: filters, type: 'int32', planes: 1 };
  if (epilogue.kind === 'threshold' && epilogue.coupled)
    return { height, width, channels: filters, type: 'bits', planes: 2 };
  const type = epilogue.kind === 'threshold' ? 'bits' : epilogue.type;
  return { height, width, channels: filters * cutsOf(node), type, planes: 1 };
}

/** The shapes of all tensors, the image first. */
export function tensorShapes(graph: Graph): Shape[] {
  const shapes: Shape[] = [{ ...graph.input, type: 'u8', planes: 1 }];
  for (const node of graph.nodes) shapes.push(outputShape(node, shapes[node.input]));
  return shapes;
}
