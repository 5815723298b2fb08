/**
 * Decoupling: the step of the BinaryDuo method (Kim et al. 2020, arXiv 2002.06517) that turns a trained network with
 * ternary activations into a binary one that computes the very same function.
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
 * The shift between the two branches is in the thresholds, not in the batch norms' beta, where float32 would round it:
 * both branches see the same y, and sums of integers double while scales halve, so the outputs are equal to the last
 * bit. Fine-tuning then moves each copy its own way.
 *
 * A residual stream that feeds ternary activations becomes two streams, one a branch, and the shift is in the
 * thresholds for them too. The paper puts it into the batch norm that starts the two and lets identity shortcuts carry
 * it on, so that a norm feeding an identity shortcut's sum gets none; with thresholds that rule keeps itself. Where
 * something else reads the stream (a shortcut with a convolution of its own, the classifier), it reads the mean of the
 * two, which is exact: (s + s) / 2 = s. The mean of fixed-point streams is rounded to their steps, for what fine-tuning
 * makes of them.
 */

import { UsageError } from '@bd-edge/sdk/internal';
import { isChannelAxis } from '../layers/channel-axis.js';
import { BinaryActivation, FixedPoint, FixedPointAdd, TernaryActivation } from '../layers/index.js';
import { TERNARY_THRESHOLDS } from '../quantizers/index.js';
import * as tf from '../tensorflow/index.js';
import { CHANNELWISE_LAYERS, duplicatedLayers } from './duplicated-layers.js';

type Layer = tf.layers.Layer;
type Config = tf.serialization.ConfigDict;
type Branch = 'first' | 'second';
type Pair = [tf.SymbolicTensor, tf.SymbolicTensor];

export class UndecouplableLayerError extends UsageError {
  override readonly name = 'UndecouplableLayerError';

  constructor(
    readonly layerName: string,
    readonly className: string,
    reason: string,
  ) {
    super(`Layer "${layerName}" (${className}) ${reason}.`);
  }
}

/** A tensor of the new network that stands for one of the old. */
interface Value {
  tensor: tf.SymbolicTensor;
  /** Present where `tensor` holds every channel twice. */
  doubled?: {
    /** Pixels that were flattened in front of the channel axis; each has [first copies | second copies]. */
    pixels: number;
    /** The two copies apart, as long as nothing has flattened them. */
    halves?: () => Pair;
  };
}

/** Weight layers, by what changes in them when their input's channels double. */
const WEIGHT_LAYERS: Record<string, (config: Config, pixels: number) => Config> = {
  BinaryConv2D: () => ({ inputCopies: 2 }),
  BinaryDense: (_config, pixels) => ({ inputCopies: 2, inputPixels: pixels }),
  Int8Conv2D: () => ({}),
  // Levels 0, 1/2, 1 become 0, 1 and the scale halves: the bias keeps both its unit and its integers.
  Int8Dense: ({ inputStep }) => ({ inputStep: 2 * (inputStep as number) }),
  Conv2D: () => ({}),
  Dense: () => ({}),
};

const DOUBLED_INPUT = [...Object.keys(WEIGHT_LAYERS), ...CHANNELWISE_LAYERS, 'Flatten', 'Concatenate'].join(
  ', ',
);

/**
 * Takes every ternary activation of a network apart into two binary ones.
 *
 * A batch norm that feeds an activation, directly or through pooling or a residual sum, is duplicated with it, so that
 * fine-tuning can tell the two apart (see duplicated-layers.ts); without one both branches share their input. Layers
 * keep their names; the halves of a duplicated layer are called `<name>_first` (threshold 3/4) and `<name>_second`
 * (threshold 1/4), where they join `<name>_joined`, and their mean `<name>_mean`.
 *
 * @param model sequential or functional, with all its layers on its surface; it is not changed
 * @returns a new model with the same inputs and, bit for bit, the same outputs; where a layer with float32 weights reads
 *   ternary activations, the same up to float32's rounding of a sum in another order
 * @throws UndecouplableLayerError naming a layer that cannot take doubled channels, or that is used twice
 */
export function decouple(model: tf.LayersModel): tf.LayersModel {
  return new Decoupling(model).run();
}

/**
 * The network that `decouple` makes of `model`, untrained: the same layers, with new initial weights of their own.
 *
 * @throws UndecouplableLayerError as `decouple`
 */
export function decoupledArchitecture(model: tf.LayersModel): tf.LayersModel {
  return new Decoupling(model).run({ keepWeights: false });
}

class Decoupling {
  private readonly values = new Map<tf.SymbolicTensor, Value>();
  /** The one place in the old network where each layer is used. */
  private readonly nodes = new Map<Layer, number>();
  /** Layers that stand in both branches. */
  private readonly duplicated: ReadonlySet<Layer>;
  /** Their copies, by branch. */
  private readonly branches = {
    first: new Map<Layer, tf.SymbolicTensor>(),
    second: new Map<Layer, tf.SymbolicTensor>(),
  };
  /** Weights of new layers, set once all are built. */
  private readonly weights: { layer: Layer; weights: () => tf.Tensor[] }[] = [];

  constructor(private readonly model: tf.LayersModel) {
    this.duplicated = duplicatedLayers(model.outputs, (tensor) =>
      model.inputs.includes(tensor) ? [] : this.inputsOf(tensor),
    );
  }

  /** A layer that is refused takes those that were placed before it with it. */
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
      if (doubled) throw refusal(output.sourceLayer, 'is an output; end the network with a weight layer');
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

  /** The ternary activation, and what feeds it, twice. */
  private split(activation: TernaryActivation, input: tf.SymbolicTensor): Value {
    const surrogate = activation.surrogate.name;
    const half = (suffix: Branch, threshold: number) =>
      new BinaryActivation({ name: `${activation.name}_${suffix}`, threshold, surrogate }).apply(
        this.inBranch(suffix, input, activation),
      );
    const halves = [half('first', TERNARY_THRESHOLDS.one), half('second', TERNARY_THRESHOLDS.half)] as Pair;
    return { tensor: join(activation, halves), doubled: { pixels: 1, halves: () => halves } };
  }

  /** What a branch has in the place of `tensor`: a copy of its own where its layer is duplicated. */
  private inBranch(suffix: Branch, tensor: tf.SymbolicTensor, reader: Layer): tf.SymbolicTensor {
    const layer = tensor.sourceLayer;
    if (!this.duplicated.has(layer)) {
      const { tensor: shared, doubled } = this.valueOf(tensor);
      if (doubled)
        throw refusal(reader, 'follows another ternary activation; put a weight layer between the two');
      return shared;
    }
    const placed = this.branches[suffix].get(layer);
    if (placed) return placed;
    const inputs = this.inputsOf(tensor).map((input) => this.inBranch(suffix, input, reader));
    const copy = this.place(layer, inputs.length === 1 ? inputs[0] : inputs, { suffix });
    this.branches[suffix].set(layer, copy);
    return copy;
  }

  /** For a layer that reads a duplicated one and is in neither branch. */
  private meanOf(tensor: tf.SymbolicTensor): tf.SymbolicTensor {
    const layer = tensor.sourceLayer;
    const halves = (['first', 'second'] as const).map((suffix) => this.inBranch(suffix, tensor, layer));
    const mean = tf.layers.average({ name: `${layer.name}_mean` }).apply(halves) as tf.SymbolicTensor;
    const step = this.stepOf(tensor);
    if (step === undefined) return mean;
    return new FixedPoint({ name: `${layer.name}_mean_rounded`, step }).apply(mean) as tf.SymbolicTensor;
  }

  /** Of a fixed-point stream, pooled or not. */
  private stepOf(tensor: tf.SymbolicTensor): number | undefined {
    const { sourceLayer: layer } = tensor;
    if (layer instanceof FixedPoint || layer instanceof FixedPointAdd) return layer.step;
    return CHANNELWISE_LAYERS.has(layer.getClassName()) ? this.stepOf(this.inputsOf(tensor)[0]) : undefined;
  }

  /** A layer at least one of whose inputs has doubled channels. */
  private double(layer: Layer, values: Value[]): Value {
    const className = layer.getClassName();
    const { tensor, doubled } = values[0];
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
    throw refusal(layer, `cannot take a ternary activation as input; these can: ${DOUBLED_INPUT}`);
  }

  /** A tensor that is not doubled counts as two copies of itself. */
  private halvesOf({ tensor, doubled }: Value, layer: Layer): Pair {
    if (!doubled) return [tensor, tensor];
    if (doubled.halves) return doubled.halves();
    throw refusal(
      layer,
      'joins flattened ternary activations; concatenate them first and flatten the result',
    );
  }

  private inputsOf({ sourceLayer: layer, nodeIndex }: tf.SymbolicTensor): tf.SymbolicTensor[] {
    const node = this.nodes.get(layer) ?? nodeIndex;
    if (node !== nodeIndex)
      throw refusal(layer, 'is used more than once; use a layer of its own for each place');
    if (layer instanceof tf.LayersModel)
      throw refusal(layer, 'is a model within the model; put its layers there');
    this.nodes.set(layer, node);
    return layer.inboundNodes[node].inputTensors;
  }

  private placeTwice(layer: Layer, [first, second]: Pair): Pair {
    return [this.place(layer, first, { suffix: 'first' }), this.place(layer, second, { suffix: 'second' })];
  }

  /** A copy of `layer` in the new network, with its weights unless others are given. */
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

/** The weights of a layer whose input channels double: kernel [W/2 | W/2] along them, a bias as it is. */
function halvedTwice(layer: Layer, pixels: number): tf.Tensor[] {
  const [kernel, ...rest] = layer.getWeights();
  const outputs = kernel.shape.at(-1) as number;
  const window = kernel.shape.slice(0, -2).reduce((product, size) => product * size, pixels);
  const half = tf.div(kernel, 2).reshape([window, -1, outputs]);
  const shape = [...kernel.shape.slice(0, -2), 2 * (kernel.shape.at(-2) as number), outputs];
  return [tf.concat([half, half], 1).reshape(shape), ...rest];
}

function join(layer: Layer, halves: Pair): tf.SymbolicTensor {
  return tf.layers.concatenate({ name: `${layer.name}_joined`, axis: -1 }).apply(halves) as tf.SymbolicTensor;
}

function refusal(layer: Layer, reason: string): UndecouplableLayerError {
  return new UndecouplableLayerError(layer.name, layer.getClassName(), reason);
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
