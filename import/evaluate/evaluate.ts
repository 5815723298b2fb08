/**
 * A small evaluator of ONNX in float64: it folds constants, and it is what an imported network is compared with.
 */
import { ImportError, refuserOf } from '../errors.js';
import type { OnnxNode } from '../onnx/read-model.js';
import { ELEMENTWISE, type ElementwiseOp } from './elementwise.js';
import { mapBroadcast, type NdArray, zeros } from './nd-array.js';
import { type Evaluator, given, integersOf, SHAPES } from './shapes.js';
import { WINDOWS } from './windows.js';

/** The domains whose operators are known; all names differ, so the domain selects nothing. */
const DOMAINS = new Set([
  '',
  'ai.onnx',
  'qonnx.custom_op.general',
  'onnx.brevitas',
  'finn.custom_op.general',
]);

const EVALUATORS: Readonly<Record<string, Evaluator>> = {
  ...SHAPES,
  ...WINDOWS,
  ReduceMean: reduction((values) => values.reduce((a, b) => a + b, 0) / values.length),
  ReduceMax: reduction((values) => values.reduce((a, b) => Math.max(a, b), -Infinity)),
};

/**
 * Checks that a node's operator is known.
 *
 * @param more further operators
 * @throws {ImportError} `unknown-op`
 */
export function requireKnown(node: OnnxNode, more: Readonly<Record<string, unknown>>): void {
  const { domain, opType } = node;
  const isKnown = [EVALUATORS, ELEMENTWISE, more].some((ops) => Object.hasOwn(ops, opType));
  if (DOMAINS.has(domain) && isKnown) return;
  const name = domain === '' ? opType : `${domain}.${opType}`;
  throw refuserOf(node)('unknown-op', `the operator ${name} is not supported`);
}

/** Returns an elementwise operator; undefined if the node has another one. */
export function elementwiseOf({ opType }: OnnxNode): ElementwiseOp | undefined {
  return Object.hasOwn(ELEMENTWISE, opType) ? ELEMENTWISE[opType] : undefined;
}

/**
 * Evaluates a node.
 *
 * @returns its first output
 * @throws {ImportError} `unknown-op`, `unsupported-op`
 */
export function evaluateNode(node: OnnxNode, inputs: readonly (NdArray | undefined)[]): NdArray {
  requireKnown(node, {});
  try {
    const op = elementwiseOf(node);
    if (!op) return EVALUATORS[node.opType](inputs, node);
    const aligned =
      op.align?.(inputs, node, given(inputs, 0).dims.length) ?? inputs.map((_, i) => given(inputs, i));
    return mapBroadcast(aligned, op.scalars(node, inputs));
  } catch (cause) {
    throw cause instanceof ImportError
      ? cause
      : refuserOf(node)('unsupported-op', (cause as Error).message, cause);
  }
}

/**
 * Evaluates nodes in their order.
 *
 * @param known tensors by their names; nodes whose outputs are known are skipped
 * @returns all tensors by their names
 */
export function evaluateNodes(
  nodes: readonly OnnxNode[],
  known: ReadonlyMap<string, NdArray>,
): Map<string, NdArray> {
  const tensors = new Map(known);
  for (const node of nodes) {
    if (tensors.has(node.outputs[0])) continue;
    const inputs = node.inputs.map((name) => tensors.get(name));
    tensors.set(node.outputs[0], evaluateNode(node, inputs));
  }
  return tensors;
}

/** Returns an operator that reduces axes. */
function reduction(f: (values: number[]) => number): Evaluator {
  return (inputs, node) => {
    const { dims, data } = given(inputs, 0);
    const axes = reducedAxes(inputs, node, dims.length);
    const kept = dims.map((size, axis) => (axes.includes(axis) ? 1 : size));
    const groups = zeros(kept);
    const values = Array.from(groups.data, (): number[] => []);
    const index = dims.map(() => 0);
    for (const value of data) {
      values[index.reduce((at, i, axis) => at * kept[axis] + (kept[axis] === 1 ? 0 : i), 0)].push(value);
      for (let axis = dims.length - 1; axis >= 0 && ++index[axis] === dims[axis]; axis--) index[axis] = 0;
    }
    groups.data.set(values.map(f));
    if (node.attributes.int('keepdims', 1) === 1) return groups;
    return { ...groups, dims: dims.filter((_, axis) => !axes.includes(axis)) };
  };
}

/** Returns the axes that a reduction removes. */
export function reducedAxes(
  inputs: readonly (NdArray | undefined)[],
  node: OnnxNode,
  rank: number,
): number[] {
  const axes = integersOf(inputs, 1, node, 'axes');
  if (!axes || axes.length === 0) return Array.from({ length: rank }, (_, axis) => axis);
  return axes.map((axis) => (axis < 0 ? axis + rank : axis));
}
