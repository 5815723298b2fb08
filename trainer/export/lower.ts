/**
 * Lowering: from a trained layers model to the buffer's graph of integers.
 *
 * The walk leads from the output to the image along wires (wire.ts). Each layer's lowering (lowerings/) turns
 * the values of its inputs into its own value (values.ts), and appends ops to the graph (graph-builder.ts). At last
 * max-pools become parts of the convolutions before them.
 */
import { fusePools, type Graph } from '@bd-edge/sdk/internal';
import { UnsupportedLayerError } from '../errors.js';
import { unknownOption } from '../layers/known-options.js';
import type * as tf from '../tensorflow/index.js';
import { allFinite } from '../training/non-finite.js';
import { notFinite, type Refuse } from './errors.js';
import { type ComparedActivation, GraphBuilder, type ImpreciseLayer } from './graph-builder.js';
import { LOWERINGS, SUPPORTED_LAYERS } from './lowerings/index.js';
import type { Lowering } from './lowerings/lowering.js';
import type { TensorValue, Value } from './values.js';
import { haveSameSettings, inputWires, keyOf, type Wire } from './wire.js';

/** A lowered model, and where its activations can be compared with the model's own. */
export interface Lowered {
  graph: Graph;
  activations: readonly ComparedActivation[];
  imprecise: readonly ImpreciseLayer[];
}

const BY_CLASS: ReadonlyMap<string, Lowering> = new Map(
  LOWERINGS.map((lowering) => [lowering.className, lowering]),
);

/**
 * @param model one input [height, width, channels] or [values] of raw pixels 0..255, one output of logits
 * @throws {UnsupportedLayerError} with code `not-exportable`, the layer and the reason
 * @throws {TrainingError} with code `not-finite` and the layer of a parameter that is NaN or infinite
 */
export function lower(model: tf.LayersModel): Lowered {
  // Rounding to integers would turn NaN into 0 and infinity into a large number, so this comes first.
  for (const layer of model.layers)
    if (!layer.getWeights().every((weight) => allFinite(weight.dataSync()))) throw notFinite(layer.name);
  return new Walk(model).run();
}

class Walk {
  readonly #graph = new GraphBuilder();
  /** By the key of the wire. */
  readonly #values = new Map<string, Value>();

  constructor(readonly model: tf.LayersModel) {}

  run(): Lowered {
    const { inputs, outputs, name } = this.model;
    if (inputs.length !== 1 || outputs.length !== 1)
      throw notExportable(name, 'model', 'it must have one input and one output');
    const [height, width, channels] = imageShape(inputs[0]);
    const image: TensorValue = {
      ...{ kind: 'tensor', index: 0, height, width, channels },
      ...{ copies: 1, largest: 255, step: 1 },
    };
    this.#values.set(keyOf([inputs[0]]), image);

    const last = this.#valueOf([outputs[0]]);
    const refuse = refuserOf(outputs[0].sourceLayer);
    if (last.kind !== 'sums' || last.norms || last.pools.length > 0 || last.pending.op.kind === 'sum-pool')
      throw refuse(
        'a network must end in logits, the output of an Int8Dense, BinaryDense or convolution layer',
      );
    const { op, bias, gains, unit } = last.pending;
    if (gains) throw refuse('logits need one scale for all; leave channelScales out of the last layer');
    this.#graph.append({ ...op, epilogue: { kind: 'sum', bias } });
    const { ops, activations, imprecise, poolWires } = this.#graph;
    const { graph, opOf } = fusePools({ input: { height, width, channels }, ops, outputScale: unit });
    return { graph, activations: activationsOf(activations, opOf, poolWires), imprecise };
  }

  /** Returns the value of a wire, which is computed once. */
  #valueOf(wire: Wire): Value {
    if (wire[0] === wire[1]) return this.#valueOf([wire[0]]);
    const key = keyOf(wire);
    const value = this.#values.get(key) ?? this.#lowerLayer(wire);
    this.#values.set(key, value);
    return value;
  }

  #lowerLayer(wire: Wire): Value {
    const layers = wire.map((tensor) => tensor.sourceLayer);
    const [layer, twin = layer] = layers;
    const refuse = refuserOf(layer);
    if (!haveSameSettings(layer, twin))
      throw refuse(`it does not do the same as "${twin.name}" in the other branch`);
    const inputs = inputWires(wire);
    const lowering = BY_CLASS.get(layer.getClassName());
    if (!lowering) {
      // So that the layer nearest to the image is the one that is named.
      for (const input of inputs) this.#valueOf(input);
      throw refuse(`layers of this class have no integer form; supported are ${SUPPORTED_LAYERS}`);
    }
    for (const one of layers) {
      const unknown = unknownOption(one);
      if (unknown) throw refuserOf(one)(unknown.reason, unknown);
    }
    return lowering.lower({
      ...{ layer, layers, wire, copies: wire.length, inputs, graph: this.#graph, refuse },
      valueOf: (input) => this.#valueOf(input),
    });
  }
}

/** Finds the activations in the graph with fused pools: an op that has a pool gives the output of the pool. */
function activationsOf(
  activations: readonly ComparedActivation[],
  opOf: readonly number[],
  poolWires: ReadonlyMap<number, Wire>,
): ComparedActivation[] {
  return activations.map(({ op: before, tensors, step }) => {
    const op = opOf[before];
    const last = opOf.lastIndexOf(op);
    return { op, tensors: last === before ? tensors : (poolWires.get(last) ?? tensors), step };
  });
}

function refuserOf(layer: tf.layers.Layer): Refuse {
  return (reason, option) => notExportable(layer.name, layer.getClassName(), reason, option);
}

function notExportable(
  layer: string,
  className: string,
  reason: string,
  { option, received }: { option?: string; received?: unknown } = {},
): UnsupportedLayerError {
  const message = `Layer "${layer}" (${className}) cannot be exported: ${reason}.`;
  const details = { layer, className, reason, option, received };
  return new UnsupportedLayerError('not-exportable', message, details);
}

function imageShape(input: tf.SymbolicTensor): [number, number, number] {
  const shape = input.shape.slice(1);
  if (shape.some((size) => size === null))
    throw notExportable(input.name, 'input', 'its height, width and channels must be fixed');
  if (shape.length === 1) return [1, 1, shape[0] as number];
  if (shape.length === 3) return shape as [number, number, number];
  throw notExportable(input.name, 'input', 'it must be [height, width, channels] or [values]');
}
