/**
 * Decoupling is the step of the BinaryDuo method (Kim et al. 2020, arXiv 2002.06517) that turns a trained
 * network with ternary activations into a binary one that computes exactly the same function.
 *
 * A ternary activation is the mean of two binary ones, and a layer is linear in its input:
 *
 *     tern(y) = 1/2 [ b(y; t = 3/4) + b(y; t = 1/4) ]
 *     W * tern(y) = (W/2) * b(y; t = 3/4) + (W/2) * b(y; t = 1/4)
 *
 *     conv -> BN -> tern -> conv W         becomes        +-> BN -> b(3/4) -+
 *                                                  conv --+                 +-> concat -> conv [W/2 | W/2]
 *                                                         +-> BN -> b(1/4) -+
 *
 * The shift between the two branches is in the thresholds, not in the beta of the batch norms, where float32
 * would round it. Both branches see the same y, and sums of integers double while scales halve, so the
 * outputs are equal to the last bit. Fine-tuning then moves each copy separately.
 *
 * A residual stream that feeds ternary activations becomes two streams, one in each branch, with the shift in
 * the thresholds too. The paper puts the shift into the batch norm that starts the two streams, and identity
 * shortcuts carry it, so that a norm that feeds the sum of an identity shortcut gets none; thresholds need no
 * such rule. Any other reader of the stream (a shortcut with its own convolution, the classifier) reads the
 * mean of the two, which is exact: (s + s) / 2 = s. The mean of fixed-point streams is rounded to their
 * steps, since fine-tuning moves the two apart.
 */
import { UnsupportedLayerError } from '../errors.js';
import { isChannelAxis } from '../layers/channel-axis.js';
import { BinaryActivation, FixedPoint, FixedPointAdd, TernaryActivation } from '../layers/index.js';
import { unknownOption } from '../layers/known-options.js';
import { TERNARY_THRESHOLDS } from '../quantizers/index.js';
import * as tf from '../tensorflow/index.js';
import { CHANNELWISE_LAYERS, duplicatedLayers } from './duplicated-layers.js';
import { halvedTwice, WEIGHT_LAYERS } from './weight-layers.js';

type Layer = tf.layers.Layer;
type Config = tf.serialization.ConfigDict;
type Branch = 'first' | 'second';
type Pair = [tf.SymbolicTensor, tf.SymbolicTensor];

/** The tensor of the new network that replaces one of the old. */
interface Value {
  tensor: tf.SymbolicTensor;
  /** Present if `tensor` holds every channel twice. */
  doubled?: {
    /**
     * The number of pixels that were flattened in front of the channel axis; each has [first | second
     * copies].
     */
    pixels: number;
    /** Returns the two copies separately; absent once they are flattened. */
    halves?: () => Pair;
  };
}

const DOUBLED_INPUT = [...Object.keys(WEIGHT_LAYERS), ...CHANNELWISE_LAYERS, 'Flatten', 'Concatenate'].join(
  ', ',
);

/**
 * Replaces every ternary activation of a network by two binary ones.
 *
 * A batch norm that feeds an activation, directly or through pooling or a residual sum, is duplicated with
 * it, so that fine-tuning can move the two separately (duplicated-layers.ts). Without a batch norm both
 * branches share their input. Layers keep their names. The halves of a duplicated layer are named
 * `<name>_first` (threshold 3/4) and `<name>_second` (threshold 1/4), their concatenation `<name>_joined`,
 * and their mean `<name>_mean`.
 *
 * @param model a sequential or functional model without models inside of it; it is not changed
 * @returns a new model with the same inputs and, bit for bit, the same outputs. Where a layer with float32
 *   weights reads ternary activations, they are the same apart from float32's rounding of a sum in another
 *   order.
 * @throws {UnsupportedLayerError} with code `not-decouplable` for a layer that cannot read doubled channels,
 *   or that is used twice
 */
export function decouple(model: tf.LayersModel): tf.LayersModel {
  return new Decoupling(model).run();
}

/**
 * Returns the network that `decouple` makes of `model`, but with new initial weights.
 *
 * @throws {UnsupportedLayerError} as {@link decouple}
 */
export function decoupledArchitecture(model: tf.LayersModel): tf.LayersModel {
  return new Decoupling(model).run({ keepWeights: false });
}

class Decoupling {
  private readonly values = new Map<tf.SymbolicTensor, Value>();
  /** The index of the only node at which each layer of the old network is used. */
  private readonly nodes = new Map<Layer, number>();
  /** The layers that are in both branches. */
  private readonly duplicated: ReadonlySet<Layer>;
  /** The copies of duplicated layers, by branch. */
  private readonly branches = {
    first: new Map<Layer, tf.SymbolicTensor>(),
    second: new Map<Layer, tf.SymbolicTensor>(),
  };
  /** The weights of new layers, which are set when all layers exist. */
  private readonly weights: { layer: Layer; weights: () => tf.Tensor[] }[] = [];

  constructor(private readonly model: tf.LayersModel) {
    this.duplicated = duplicatedLayers(model.outputs, (tensor) =>
      model.inputs.includes(tensor) ? [] : this.inputsOf(tensor),
    );
  }

  /** Disposes the layers that were placed already if one cannot be decoupled. */
  run(options?: { keepWeights: boolean }): tf.LayersModel {
    try {
      return this.build(options);
    } catch (error) {
      for (const { layer } of this.weights) for (const weight of layer.weights) weight.dispose();
      throw error;
    }
  }

  private build({ keepWeights = true } = {}): tf.LayersModel {
    const { model } = this;
    const inputs = model.inputs.map((input) => {
      const tensor = tf.input({ batchShape: input.shape, dtype: input.dtype, name: input.sourceLayer.name });
      this.values.set(input, { tensor });
      return tensor;
    });
    const outputs = model.outputs.map((output) => {
      const { tensor, doubled } = this.valueOf(output);
      if (doubled) throw refusal(output.sourceLayer, 'it is an output; end the network with a weight layer');
      return tensor;
    });
    const decoupled = tf.model({ inputs, outputs, name: `${model.name}_decoupled` });
    if (keepWeights)
      for (const { layer, weights } of this.weights) tf.tidy(() => layer.setWeights(weights()));
    return decoupled;
  }

  private valueOf(tensor: tf.SymbolicTensor): Value {
    const known = this.values.get(tensor);
    if (known) return known;
    const value = this.duplicated.has(tensor.sourceLayer)
      ? { tensor: this.meanOf(tensor) }
      : this.translate(tensor.sourceLayer, this.inputsOf(tensor));
    this.values.set(tensor, value);
    return value;
  }

  private translate(layer: Layer, inputs: tf.SymbolicTensor[]): Value {
    if (layer instanceof TernaryActivation) return this.split(layer, inputs[0]);

    const values = inputs.map((input) => this.valueOf(input));
    if (values.some((value) => value.doubled)) return this.double(layer, values);
    const tensors = values.map((value) => value.tensor);
    return { tensor: this.place(layer, tensors.length === 1 ? tensors[0] : tensors) };
  }

  /** Splits a ternary activation and the layers that feed it. */
  private split(activation: TernaryActivation, input: tf.SymbolicTensor): Value {
    const surrogate = activation.surrogate.name;
    const half = (suffix: Branch, threshold: number) =>
      new BinaryActivation({ name: `${activation.name}_${suffix}`, threshold, surrogate }).apply(
        this.inBranch(suffix, input, activation),
      );
    const halves = [half('first', TERNARY_THRESHOLDS.one), half('second', TERNARY_THRESHOLDS.half)] as Pair;
    return { tensor: join(activation, halves), doubled: { pixels: 1, halves: () => halves } };
  }

  /** Returns the tensor that replaces `tensor` in a branch, which has its own copy of duplicated layers. */
  private inBranch(suffix: Branch, tensor: tf.SymbolicTensor, reader: Layer): tf.SymbolicTensor {
    const layer = tensor.sourceLayer;
    if (!this.duplicated.has(layer)) {
      const { tensor: shared, doubled } = this.valueOf(tensor);
      if (doubled)
        throw refusal(reader, 'it follows another ternary activation; put a weight layer between the two');
      return shared;
    }
    const placed = this.branches[suffix].get(layer);
    if (placed) return placed;
    const inputs = this.inputsOf(tensor).map((input) => this.inBranch(suffix, input, reader));
    const copy = this.place(layer, inputs.length === 1 ? inputs[0] : inputs, { suffix });
    this.branches[suffix].set(layer, copy);
    return copy;
  }

  /** Returns the mean of both copies, for a layer that reads a duplicated one and is in neither branch. */
  private meanOf(tensor: tf.SymbolicTensor): tf.SymbolicTensor {
    const layer = tensor.sourceLayer;
    const halves = (['first', 'second'] as const).map((suffix) => this.inBranch(suffix, tensor, layer));
    const mean = tf.layers.average({ name: `${layer.name}_mean` }).apply(halves) as tf.SymbolicTensor;
    const step = this.stepOf(tensor);
    if (step === undefined) return mean;
    return new FixedPoint({ name: `${layer.name}_mean_rounded`, step }).apply(mean) as tf.SymbolicTensor;
  }

  /** Returns the step of a fixed-point stream, pooled or not. */
  private stepOf(tensor: tf.SymbolicTensor): number | undefined {
    const { sourceLayer: layer } = tensor;
    if (layer instanceof FixedPoint || layer instanceof FixedPointAdd) return layer.step;
    return CHANNELWISE_LAYERS.has(layer.getClassName()) ? this.stepOf(this.inputsOf(tensor)[0]) : undefined;
  }

  /** Places a layer of which at least one input has doubled channels. */
  private double(layer: Layer, values: Value[]): Value {
    const className = layer.getClassName();
    const { tensor, doubled } = values[0];
    const unknown = unknownOption(layer);
    if (unknown) throw refusal(layer, unknown.reason);
    if (className in WEIGHT_LAYERS && doubled) {
      const config = WEIGHT_LAYERS[className](layer.getConfig(), doubled.pixels);
      return {
        tensor: this.place(layer, tensor, { config, weights: () => halvedTwice(layer, doubled.pixels) }),
      };
    }
    if (CHANNELWISE_LAYERS.has(className) && doubled) {
      const halves = doubled.halves;
      return {
        tensor: this.place(layer, tensor),
        doubled: { ...doubled, halves: halves && once(() => this.placeTwice(layer, halves())) },
      };
    }
    if (className === 'Flatten' && doubled) {
      const pixels = tensor.shape
        .slice(1, -1)
        .reduce<number>((product, size) => product * (size as number), 1);
      return { tensor: this.place(layer, tensor), doubled: { pixels: doubled.pixels * pixels } };
    }
    if (className === 'Concatenate' && isChannelAxis(layer.getConfig().axis as number, tensor.rank)) {
      const pairs = values.map((value) => this.halvesOf(value, layer));
      const first = pairs.map((pair) => pair[0]);
      const second = pairs.map((pair) => pair[1]);
      const halves = once(
        () =>
          [
            this.place(layer, first, { suffix: 'first' }),
            this.place(layer, second, { suffix: 'second' }),
          ] as Pair,
      );
      return { tensor: this.place(layer, [...first, ...second]), doubled: { pixels: 1, halves } };
    }
    throw refusal(layer, `it cannot read a ternary activation; these can: ${DOUBLED_INPUT}`);
  }

  /** Returns both copies of a value; a tensor that is not doubled is both. */
  private halvesOf({ tensor, doubled }: Value, layer: Layer): Pair {
    if (!doubled) return [tensor, tensor];
    if (doubled.halves) return doubled.halves();
    throw refusal(
      layer,
      'it joins flattened ternary activations; concatenate them first and flatten the result',
    );
  }

  private inputsOf({ sourceLayer: layer, nodeIndex }: tf.SymbolicTensor): tf.SymbolicTensor[] {
    const node = this.nodes.get(layer) ?? nodeIndex;
    if (node !== nodeIndex) throw refusal(layer, 'it is used more than once; create one layer for each use');
    if (layer instanceof tf.LayersModel)
      throw refusal(layer, 'it is a model inside of the model; use its layers instead');
    this.nodes.set(layer, node);
    return layer.inboundNodes[node].inputTensors;
  }

  private placeTwice(layer: Layer, [first, second]: Pair): Pair {
    return [this.place(layer, first, { suffix: 'first' }), this.place(layer, second, { suffix: 'second' })];
  }

  /** Places a copy of `layer` in the new network, with the same weights unless others are given. */
  private place(
    layer: Layer,
    input: tf.SymbolicTensor | tf.SymbolicTensor[],
    options: { suffix?: string; config?: Config; weights?: () => tf.Tensor[] } = {},
  ): tf.SymbolicTensor {
    const { batchInputShape: _, ...config } = { ...layer.getConfig(), ...options.config };
    if (options.suffix) config.name = `${layer.name}_${options.suffix}`;
    const Class = layer.constructor as tf.serialization.SerializableConstructor<Layer>;
    const copy = Class.fromConfig(Class, config);
    this.weights.push({ layer: copy, weights: options.weights ?? (() => layer.getWeights()) });
    return copy.apply(input) as tf.SymbolicTensor;
  }
}

function join(layer: Layer, halves: Pair): tf.SymbolicTensor {
  return tf.layers.concatenate({ name: `${layer.name}_joined`, axis: -1 }).apply(halves) as tf.SymbolicTensor;
}

function refusal(layer: Layer, reason: string): UnsupportedLayerError {
  const className = layer.getClassName();
  const message = `Layer "${layer.name}" (${className}) cannot be decoupled: ${reason}.`;
  return new UnsupportedLayerError('not-decouplable', message, { layer: layer.name, className, reason });
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
