import {
  bestBuild,
  countOperations,
  type Kernel,
  kernelOf,
  type Model,
  type Op,
  opBytes,
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
      weights: '',
      ...opBytes(op, input),
    };
    if (op.kind === 'max-pool') return { ...common, thresholds: { above: 0, below: 0 } };
    const list = op.epilogue.kind === 'threshold' ? op.epilogue.thresholds : [];
    const below = list.reduce(
      (sum, threshold) => sum + threshold.invert.reduce((count, bit) => count + bit, 0),
      0,
    );
    const thresholds = { above: list.length * op.filters - below, below };
    if (op.kind === 'sum-pool') return { ...common, thresholds };
    const pool = op.pool && { pool: { height: op.pool.height, width: op.pool.width } };
    return {
      ...common,
      ...pool,
      weights: `${op.weights.length} ${op.kind === 'binary-convolution' ? 'binary' : 'int8'}`,
      thresholds,
    };
  });
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
