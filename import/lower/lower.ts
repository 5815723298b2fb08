/**
 * Lowering: from the nodes of ONNX to the ops of a `.bdm`.
 *
 * The walk follows the data. A tensor that depends on no input is folded to a constant. Every other tensor is a value
 * (values.ts): integer sums of an op, and what the network does with them. A layer with weights reads integer codes, so
 * its input is placed in the graph first (place.ts), where the levels of the activation decide its type.
 */
import { fusePools, type Graph } from '@bd-edge/sdk/internal';
import { ImportError, type Refuse, refuserOf } from '../errors.js';
import { elementwiseOf, evaluateNode, requireKnown } from '../evaluate/evaluate.js';
import { type NdArray, vector } from '../evaluate/nd-array.js';
import { orderedNodes } from '../onnx/order.js';
import type { OnnxModel, OnnxNode } from '../onnx/read-model.js';
import { type ComparedTensor, GraphBuilder } from './graph-builder.js';
import { type InputOptions, inputValue } from './input.js';
import { logitsOf } from './logits.js';
import { addValues, applyElementwise, LOWERINGS, type Site } from './lowerings.js';
import { place } from './place.js';
import { isAffine, readingOf } from './sums.js';
import { withoutUnread } from './unread.js';
import type { Value } from './values.js';

/** A lowered network, and what is needed to compare it with its ONNX graph. */
export interface Lowered {
  graph: Graph;
  input: Value;
  /** The value that holds the logits. */
  logits: Pick<Value, 'name' | 'dims' | 'axes'>;
  /** logit = outputScale * integer + constant */
  constant: number;
  /** Whether only the order of the logits is exact. */
  isRounded: boolean;
  compared: readonly ComparedTensor[];
  /** The nodes on which the logits depend, in order. */
  nodesOfLogits: readonly OnnxNode[];
  /** Constants by their names; weights without the rounding of float32. */
  constants: ReadonlyMap<string, NdArray>;
  /** What was left out, in sentences. */
  notes: readonly string[];
}

/** Operators at the end of a classifier that the class does not depend on. */
const DROPPED: Readonly<Record<string, string>> = {
  Softmax: 'the logits before it have the same order',
  LogSoftmax: 'the logits before it have the same order',
  Sigmoid: 'the logits before it have the same order',
  ArgMax: 'the engine gives the class',
  TopK: 'the engine gives the class',
};

/**
 * Lowers an ONNX model.
 *
 * @throws {ImportError} with the node that has no exact form
 */
export function lower(model: OnnxModel, options: InputOptions): Lowered {
  const outputs = model.outputs.map(({ name }) => name);
  if (outputs.length === 0) throw new ImportError('invalid-onnx', 'The graph has no outputs.');
  const nodes = orderedNodes(model, outputs);
  const input = inputValue(model, nodes, options);
  const walk = new Walk(model.initializers, input, nodes, options.zeroPadding === 'int16');
  for (const node of nodes) walk.lower(node);
  const finished = walk.finish(outputs);
  return { ...finished, input, nodesOfLogits: orderedNodes(model, [finished.logits.name]) };
}

class Walk {
  readonly #graph: GraphBuilder;
  readonly #constants: Map<string, NdArray>;
  readonly #values = new Map<string, Value>();
  /** The node behind which a value may only be looked at, by the name of a tensor. */
  readonly #dropped = new Map<string, OnnxNode>();
  readonly #notes: string[] = [];

  constructor(
    initializers: ReadonlyMap<string, NdArray>,
    input: Value,
    readonly nodes: readonly OnnxNode[],
    zeroPadding: boolean,
  ) {
    this.#graph = new GraphBuilder(zeroPadding);
    this.#constants = new Map(initializers);
    this.#values.set(input.name, input);
  }

  lower(node: OnnxNode): void {
    const { inputs, outputs, opType } = node;
    requireKnown(node, { ...LOWERINGS, ...DROPPED });
    const refuse = refuserOf(node);
    const varying = inputs.findIndex((name) => this.#values.has(name));
    if (varying === -1) {
      this.#constants.set(outputs[0], evaluateNode(node, this.#constantsOf(inputs)));
      return;
    }
    const value = this.#values.get(inputs[varying]) as Value;
    if (opType === 'Shape') {
      this.#constants.set(outputs[0], vector(value.dims));
      return;
    }
    const droppedBy = this.#dropped.get(inputs[varying]);
    if (droppedBy || (Object.hasOwn(DROPPED, opType) && this.#leadsToOutput(node))) {
      this.#drop(node, value, droppedBy, refuse);
      return;
    }
    try {
      const lowered = this.#lowerValue({
        ...{ node, value, position: varying, graph: this.#graph, refuse },
        ...{ constants: this.#constantsOf(inputs), values: inputs.map((name) => this.#values.get(name)) },
      });
      this.#values.set(outputs[0], { ...lowered, name: outputs[0] });
    } catch (cause) {
      if (cause instanceof ImportError) throw cause;
      if (!(cause instanceof RangeError)) throw cause;
      throw refuse('unsupported-op', cause.message, cause);
    }
  }

  finish(outputs: readonly string[]): Omit<Lowered, 'input' | 'nodesOfLogits'> {
    const values = outputs.map((name) => this.#values.get(name)).filter((value) => value !== undefined);
    if (values.length === 0)
      throw new ImportError('no-input', 'No output of the network depends on its input.');
    const [value] = values;
    if (values.some(({ sums }) => sums !== value.sums))
      throw new ImportError(
        'several-outputs',
        `The network has ${values.length} different outputs (${outputs.join(', ')}); export it with one.`,
      );
    const node = this.nodes.findLast((each) => each.outputs.includes(value.name));
    const refuse = refuserOf(node ?? { name: value.name, opType: 'Output' });
    if (value.sums.height * value.sums.width !== 1 || value.padding)
      throw refuse(
        'not-a-classifier',
        `it gives a map of the shape [${value.dims}]; only classes are supported`,
      );
    let { sums } = value;
    if (!isAffine(sums) || sums.placed)
      sums = readingOf(place(this.#graph, value, { numbers: true }, refuse));
    const { op, scale, constant, isRounded } = logitsOf(sums, refuse);
    this.#graph.append(op);
    const { height, width, channels } = sizeOfInput(this.#values.values());
    const unfused: Graph = { input: { height, width, channels }, ops: this.#graph.ops, outputScale: scale };
    const { graph: used, tensorOf } = withoutUnread(unfused);
    const { graph, opOf } = fusePools(used);
    return {
      ...{
        graph,
        constant,
        isRounded,
        notes: this.#notes,
        constants: new Map([...this.#constants, ...this.#graph.exactWeights]),
      },
      logits: { name: value.name, dims: value.dims, axes: value.axes },
      compared: this.#graph.compared.flatMap(({ tensor, value }) => {
        const index = tensorOf[tensor.index];
        return index > 0 ? [{ value, tensor: { ...tensor, index: opOf[index - 1] + 1 } }] : [];
      }),
    };
  }

  #constantsOf(names: readonly string[]): (NdArray | undefined)[] {
    return names.map((name) => this.#constants.get(name));
  }

  #lowerValue(site: Site): Value {
    const { node, values, refuse } = site;
    const lowering = Object.hasOwn(LOWERINGS, node.opType) ? LOWERINGS[node.opType] : undefined;
    if (lowering) return lowering(site);
    if (node.opType === 'Add' && values[0] && values[1]) return addValues(values[0], values[1], site);
    if (elementwiseOf(node)) return applyElementwise(site);
    throw refuse('unsupported-op', 'it is supported for constants only, and its input depends on the image');
  }

  /** Whether nothing but views of the node's outputs lies between it and the outputs of the graph. */
  #leadsToOutput({ opType, outputs }: OnnxNode): boolean {
    return opType !== 'Sigmoid' || !this.nodes.some(({ inputs }) => inputs.includes(outputs[0]));
  }

  #drop(node: OnnxNode, value: Value, earlier: OnnxNode | undefined, refuse: Refuse): void {
    const reason = DROPPED[node.opType];
    const isView = VIEWS.has(node.opType) || reason !== undefined;
    if (earlier && !isView)
      throw refuse(
        'unsupported-op',
        `it reads the output of ${earlier.opType} "${earlier.name}", which is supported at the end of a network only`,
      );
    if (reason !== undefined) this.#notes.push(`${node.opType} "${node.name}" is left out: ${reason}.`);
    for (const name of node.outputs) {
      this.#values.set(name, value);
      this.#dropped.set(name, earlier ?? node);
    }
  }
}

const VIEWS = new Set(['Identity', 'Cast', 'Squeeze', 'Unsqueeze', 'Reshape', 'Flatten', 'Transpose']);

function sizeOfInput(values: Iterable<Value>): Value['sums'] {
  for (const { sums } of values) return sums;
  throw new TypeError('there is no input');
}
