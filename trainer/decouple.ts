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
 */
import * as tf from '@tensorflow/tfjs';
import { BdEdgeError } from '../sdk/errors.js';
import { BinaryActivation, TernaryActivation } from './layers/index.js';
import { TERNARY_THRESHOLDS } from './quantisers/index.js';

type Layer = tf.layers.Layer;
type Config = tf.serialization.ConfigDict;
type Pair = [tf.SymbolicTensor, tf.SymbolicTensor];

export class UndecouplableLayerError extends BdEdgeError {
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

/** Layers that treat every channel alike and commute with the mean of two ordered copies. */
const CHANNELWISE_LAYERS = new Set(['MaxPooling2D', 'ZeroPadding2D', 'Dropout', 'SpatialDropout2D']);
/** What may stand between a batch norm and the activation that it feeds. */
const BEFORE_ACTIVATION = new Set([...CHANNELWISE_LAYERS, 'AveragePooling2D', 'Flatten']);

const DOUBLED_INPUT = [...Object.keys(WEIGHT_LAYERS), ...CHANNELWISE_LAYERS, 'Flatten', 'Concatenate'].join(
  ', ',
);

/**
 * Takes every ternary activation of a network apart into two binary ones.
 *
 * A batch norm that feeds an activation, directly or through pooling, is duplicated with it, so that fine-tuning can
 * tell the two apart; without one both branches share their input. Layers keep their names; the halves of a duplicated
 * layer are called `<name>_first` (threshold 3/4) and `<name>_second` (threshold 1/4), and where they join
 * `<name>_joined`.
 *
 * @param model sequential or functional, with all its layers on its surface; it is not changed
 * @returns a new model with the same inputs and, bit for bit, the same outputs
 * @throws UndecouplableLayerError naming a layer that cannot take doubled channels, or that is used twice
 */
export function decouple(model: tf.LayersModel): tf.LayersModel {
  return new Decoupling().run(model);
}

class Decoupling {
  private readonly values = new Map<tf.SymbolicTensor, Value>();
  /** The one place in the old network where each layer is used. */
  private readonly nodes = new Map<Layer, number>();
  /** Copies of the layers between a batch norm and its activations, by branch. */
  private readonly branches = {
    first: new Map<Layer, tf.SymbolicTensor>(),
    second: new Map<Layer, tf.SymbolicTensor>(),
  };
  /** Weights of new layers, set once all are built. */
  private readonly weights: { layer: Layer; weights: () => tf.Tensor[] }[] = [];

  run(model: tf.LayersModel): tf.LayersModel {
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
    for (const { layer, weights } of this.weights) tf.tidy(() => layer.setWeights(weights()));
    return decoupled;
  }

  private valueOf(tensor: tf.SymbolicTensor): Value {
    const known = this.values.get(tensor);
    if (known) return known;
    const value = this.translate(tensor.sourceLayer, this.inputsOf(tensor));
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

  /** The ternary activation, and the batch norm that feeds it, twice. */
  private split(activation: TernaryActivation, input: tf.SymbolicTensor): Value {
    const { source, chain } = this.upToBatchNorm(input);
    const { tensor, doubled } = this.valueOf(source);
    if (doubled)
      throw refusal(activation, 'follows another ternary activation; put a weight layer between the two');
    const branch = (suffix: 'first' | 'second', threshold: number) => {
      const placed = this.branches[suffix];
      let fed = tensor;
      for (const layer of chain) {
        fed = placed.get(layer) ?? this.place(layer, fed, { suffix });
        placed.set(layer, fed);
      }
      const surrogate = activation.surrogate.name;
      return new BinaryActivation({ name: `${activation.name}_${suffix}`, threshold, surrogate }).apply(fed);
    };
    const halves = [
      branch('first', TERNARY_THRESHOLDS.one),
      branch('second', TERNARY_THRESHOLDS.half),
    ] as Pair;
    return { tensor: join(activation, halves), doubled: { pixels: 1, halves: () => halves } };
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
    if (className === 'Concatenate' && isChannelAxis(layer, tensor)) {
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

  /** The layers from a batch norm up to the activation fed by `tensor`, and what the batch norm reads; else none. */
  private upToBatchNorm(tensor: tf.SymbolicTensor): { source: tf.SymbolicTensor; chain: Layer[] } {
    const chain: Layer[] = [];
    for (let at = tensor; ; at = this.inputsOf(at)[0]) {
      const layer = at.sourceLayer;
      const className = layer.getClassName();
      chain.unshift(layer);
      if (className === 'BatchNormalization') return { source: this.inputsOf(at)[0], chain };
      if (!BEFORE_ACTIVATION.has(className)) return { source: tensor, chain: [] };
    }
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

function isChannelAxis(layer: Layer, { shape }: tf.SymbolicTensor): boolean {
  const axis = layer.getConfig().axis as number;
  return axis === -1 || axis === shape.length - 1;
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
