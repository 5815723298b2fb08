import {
  bestBuild,
  countOperations,
  type Kernel,
  kernelOf,
  type Model,
  type Op,
  opInputs,
  type Shape,
} from '@bd-edge/sdk/internal';

/** The figures of one op of a model, as `inspect` shows them. */
export interface OpDescription {
  index: number;
  /** For people: kind, kernel, stride, the pool behind it, and the op whose output it adds. */
  title: string;
  kind: Op['kind'];
  /** The max-pool inside a convolution; undefined without a pool. */
  pool?: { height: number; width: number };
  shape: Pick<Shape, 'height' | 'width' | 'channels' | 'planes' | 'type'>;
  /** For people: number and kind. */
  weights: string;
  weightBytes: number;
  parameterBytes: number;
  /** Multiply-accumulates of one image; for a pool, the values that it reads. */
  macs: number;
  /** Output bits that are set at or above their threshold, and those that are set below it. */
  thresholds: { above: number; below: number };
  /** The kernel of the best engine build that runs here, and the reason for it; boards run the mvp build. */
  kernel: Pick<Kernel, 'name' | 'reason' | 'slow'>;
}

/** Describes all ops of a model. */
export function describeOps(model: Model): OpDescription[] {
  return model.ops.map((op, index) => {
    const input = model.tensors[op.input];
    const { height, width, channels, planes, type } = model.tensors[index + 1];
    const shape = { height, width, channels, planes, type };
    const { name, reason, slow } = kernelOf(model, index, bestBuild());
    const common = {
      index,
      title: titleOf(op, input),
      kind: op.kind,
      shape,
      kernel: { name, reason, slow },
      macs: countOperations(op, input),
    };
    const unweighted = { ...common, weights: '', weightBytes: 0 };
    if (op.kind === 'max-pool') {
      const parameterBytes = type === 'bits' ? planes * wordBytes(channels) : 0;
      return { ...unweighted, parameterBytes, thresholds: { above: 0, below: 0 } };
    }
    const list = op.epilogue.kind === 'threshold' ? op.epilogue.thresholds : [];
    const below = list.reduce(
      (sum, threshold) => sum + threshold.invert.reduce((count, bit) => count + bit, 0),
      0,
    );
    const thresholds = { above: list.length * op.filters - below, below };
    if (op.kind === 'sum-pool') return { ...unweighted, parameterBytes: parameterBytes(op), thresholds };
    const binary = op.kind === 'binary-convolution';
    const inputs = op.window.kernelHeight * op.window.kernelWidth * input.channels;
    const pool = op.pool && { pool: { height: op.pool.height, width: op.pool.width } };
    return {
      ...common,
      ...pool,
      weights: `${op.weights.length} ${binary ? 'binary' : 'int8'}`,
      weightBytes: inputs * (binary ? wordBytes(op.filters) : op.filters),
      parameterBytes: parameterBytes(op),
      thresholds,
    };
  });
}

function parameterBytes(op: Exclude<Op, { kind: 'max-pool' }>): number {
  const { epilogue, filters } = op;
  if (epilogue.kind === 'sum') return 4 * filters;
  if (epilogue.kind === 'fixed-point') return 12 * epilogue.multipliers.length;
  // Directions, and the masks of a pool.
  const bitRows = 'pool' in op && op.pool ? 2 : 1;
  return epilogue.thresholds.length * (4 * filters + bitRows * wordBytes(filters));
}

function wordBytes(bits: number): number {
  return 4 * Math.ceil(bits / 32);
}

function titleOf(op: Op, input: Shape): string {
  const { kernelHeight, kernelWidth, strideY, strideX } = op.window;
  const stride =
    strideY === 1 && strideX === 1
      ? ''
      : ` stride ${strideY === strideX ? strideY : `${strideY},${strideX}`}`;
  const size = `${kernelHeight}x${kernelWidth}${stride}`;
  if (op.kind === 'max-pool') return `max-pool ${size}`;
  const [, addend] = opInputs(op);
  const plus = addend === undefined ? '' : ` + op ${addend - 1}`;
  if (op.kind === 'sum-pool') return `${size === '1x1' ? 'pointwise' : `sum-pool ${size}`}${plus}`;
  const kind = op.kind === 'int8-convolution' ? 'int8' : 'binary';
  const covers = kernelHeight === input.height && kernelWidth === input.width;
  const dense = covers && op.outputHeight === 1 && op.outputWidth === 1 && op.pool === undefined;
  const pool = op.pool ? `, max-pool ${op.pool.height}x${op.pool.width}` : '';
  return `${dense ? `${kind} dense` : `${kind} conv ${size}`}${pool}${plus}`;
}
