import {
  bestBuild,
  type Epilogue,
  type Kernel,
  kernelOf,
  type Model,
  type Node,
  readBy,
  type Shape,
  work,
} from '@bd-edge/sdk';

/** A layer of a model in figures, as `inspect` shows it. */
export interface LayerDescription {
  index: number;
  /** For people: what it is, with kernel and stride, and what it adds. */
  op: string;
  kind: Node['kind'];
  shape: Pick<Shape, 'height' | 'width' | 'channels' | 'planes' | 'type'>;
  /** For people: how many, of which kind. */
  weights: string;
  weightBytes: number;
  parameterBytes: number;
  macs: number;
  /** How many bits are set from their threshold on, and how many below it. */
  thresholds: { above: number; below: number };
  /** What the best engine build that runs here has for it, and why; boards run the scalar mvp build. */
  kernel: Pick<Kernel, 'name' | 'reason' | 'slow'>;
}

export function describeLayers(model: Model): LayerDescription[] {
  return model.nodes.map((node, index) => {
    const input = model.tensors[node.input];
    const { height, width, channels, planes, type } = model.tensors[index + 1];
    const shape = { height, width, channels, planes, type };
    const { name, reason, slow } = kernelOf(model, index, bestBuild());
    const common = { index, op: nameOf(node, input), kind: node.kind, shape, kernel: { name, reason, slow } };
    const unweighted = { ...common, weights: '', weightBytes: 0, macs: 0 };
    if (node.kind === 'max-pool') {
      const parameterBytes = type === 'bits' ? planes * wordBytes(channels) : 0;
      return { ...unweighted, parameterBytes, thresholds: { above: 0, below: 0 } };
    }
    const cuts = node.epilogue.kind === 'threshold' ? node.epilogue.cuts : [];
    const below = cuts.reduce((sum, cut) => sum + cut.below.reduce((count, bit) => count + bit, 0), 0);
    const thresholds = { above: cuts.length * node.filters - below, below };
    if (node.kind === 'sum-pool')
      return { ...unweighted, parameterBytes: parameterBytes(node.epilogue, node.filters), thresholds };
    const binary = node.kind === 'binary-convolution';
    const taps = node.filters * node.window.kernelHeight * node.window.kernelWidth;
    return {
      ...common,
      weights: `${node.weights.length} ${binary ? 'binary' : 'int8'}`,
      weightBytes: taps * (binary ? wordBytes(input.channels) : input.channels),
      parameterBytes: parameterBytes(node.epilogue, node.filters),
      macs: work(node, input),
      thresholds,
    };
  });
}

function parameterBytes(epilogue: Epilogue, filters: number): number {
  if (epilogue.kind === 'sum') return 4 * filters;
  if (epilogue.kind === 'fixed-point') return 12 * epilogue.multipliers.length;
  return epilogue.cuts.length * (4 * filters + wordBytes(filters));
}

function wordBytes(bits: number): number {
  return 4 * Math.ceil(bits / 32);
}

function nameOf(node: Node, input: Shape): string {
  const { kernelHeight, kernelWidth, strideY, strideX } = node.window;
  const stride =
    strideY === 1 && strideX === 1
      ? ''
      : ` stride ${strideY === strideX ? strideY : `${strideY},${strideX}`}`;
  const size = `${kernelHeight}x${kernelWidth}${stride}`;
  if (node.kind === 'max-pool') return `max-pool ${size}`;
  const [, addend] = readBy(node);
  const plus = addend === undefined ? '' : ` + layer ${addend - 1}`;
  if (node.kind === 'sum-pool') return `${size === '1x1' ? 'pointwise' : `sum-pool ${size}`}${plus}`;
  const kind = node.kind === 'int8-convolution' ? 'int8' : 'binary';
  const covers = kernelHeight === input.height && kernelWidth === input.width;
  const dense = covers && node.outputHeight === 1 && node.outputWidth === 1;
  return `${dense ? `${kind} dense` : `${kind} conv ${size}`}${plus}`;
}
