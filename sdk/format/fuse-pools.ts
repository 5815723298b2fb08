import { computedSize, type Graph, type Op, opInputs } from './graph.js';

type MaxPool = Extract<Op, { kind: 'max-pool' }>;

/** A graph whose pools are parts of its convolutions where that is possible. */
export interface FusedGraph<G extends Graph = Graph> {
  graph: G;
  /** For each op of the graph before, the op whose output has its values; the op of a fused pool is its convolution. */
  opOf: number[];
}

/**
 * Moves max-pools into the convolutions that they follow, so that the larger tensor between them is never written.
 * The other tensors keep their values. A pool moves if:
 *
 * - its windows lie side by side, without padding, and have more than one pixel
 * - it is the only reader of the convolution's output
 * - the convolution gives bits or numbers, adds nothing to them and has no pool yet
 */
export function fusePools<G extends Graph>(graph: G): FusedGraph<G> {
  const readers = graph.ops.flatMap(opInputs);
  const moves = (op: Op): op is MaxPool => {
    if (op.kind !== 'max-pool' || op.input === 0 || !liesSideBySide(op)) return false;
    const source = graph.ops[op.input - 1];
    const isOnlyReader = readers.filter((tensor) => tensor === op.input).length === 1;
    return isOnlyReader && canPool(source) && reaches(source, op);
  };

  const ops: Op[] = [];
  const opOf: number[] = [];
  const tensorOf = (tensor: number) => (tensor === 0 ? 0 : opOf[tensor - 1] + 1);
  for (const op of graph.ops) {
    if (moves(op)) {
      const index = opOf[op.input - 1];
      ops[index] = withPool(ops[index], op);
      opOf.push(index);
    } else {
      opOf.push(ops.push(withInputs(op, tensorOf)) - 1);
    }
  }
  return { graph: { ...graph, ops }, opOf };
}

function liesSideBySide({ window }: MaxPool): boolean {
  const { kernelHeight, kernelWidth, strideY, strideX, paddingTop, paddingLeft } = window;
  const isApart = kernelHeight === strideY && kernelWidth === strideX;
  return isApart && paddingTop + paddingLeft === 0 && kernelHeight * kernelWidth > 1;
}

function canPool(op: Op): boolean {
  if (!('weights' in op) || op.pool !== undefined || op.epilogue.kind === 'sum') return false;
  return opInputs(op).length === 1;
}

/** Returns whether every window of the pool is inside of the convolution's output. */
function reaches(source: Op, { window, outputHeight, outputWidth }: MaxPool): boolean {
  const { height, width } = computedSize(source);
  return outputHeight * window.kernelHeight <= height && outputWidth * window.kernelWidth <= width;
}

function withPool(op: Op, { window, outputHeight, outputWidth, andMask }: MaxPool): Op {
  if (!('weights' in op)) throw new TypeError('only convolutions have a pool');
  const pool = { height: window.kernelHeight, width: window.kernelWidth, andMask };
  return { ...op, outputHeight, outputWidth, pool };
}

/** Returns an op that reads other tensors. */
function withInputs(op: Op, tensorOf: (tensor: number) => number): Op {
  const input = tensorOf(op.input);
  if (!('epilogue' in op) || op.epilogue.kind !== 'fixed-point') return { ...op, input };
  return { ...op, input, epilogue: { ...op.epilogue, addend: tensorOf(op.epilogue.addend) } };
}
