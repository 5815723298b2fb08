/** Builds a layers model from a {@link NetworkSpec}. */
import { BdEdgeError, type FileError } from '@bd-edge/sdk/internal';
import { FixedPointAdd, STREAM_STEP } from '../layers/index.js';
import { Random } from '../numbers/random.js';
import * as tf from '../tensorflow/index.js';
import { INPUT_NAME, withNames } from './layer-names.js';
import { LayerMaker, RELU_STEP } from './make-layer.js';
import {
  invalidNetworkSpec,
  type LayerSpec,
  type NetworkSpec,
  type PlainLayerSpec,
  parseNetworkSpec,
} from './network-spec.js';

export interface BuildOptions {
  /**
   * 'zeros' skips the random weights, which is fast, for networks whose shapes alone matter. Default:
   * 'random'.
   */
  initial?: 'random' | 'zeros';
}

/** A tensor on its way through the network. */
interface Flow {
  tensor: tf.SymbolicTensor;
  /** The distance between the levels of the last activation; undefined in full precision. */
  step?: number;
  /** Whether it is a stream, fixed-point numbers with a sign. */
  stream?: boolean;
}

/**
 * Builds a network with initial weights.
 *
 * @param spec is checked here, so it may come from anywhere
 * @param seed the seed of the initial weights; each layer with weights gets its own from it, in order
 * @throws {FileError} with code `invalid-network-spec` and the `field` that is wrong, or the layer that does
 *   not fit
 */
export function buildNetwork(
  spec: NetworkSpec,
  seed: number,
  { initial = 'random' }: BuildOptions = {},
): tf.LayersModel {
  const { name = 'network', input, layers } = withNames(parseNetworkSpec(spec));
  const maker = new LayerMaker(new Random(seed), initial);
  const image = tf.input({ shape: input, name: INPUT_NAME });
  // The step is 1, since pixels are integers.
  const { tensor } = stack(maker, layers, { tensor: image, step: 1 }, 'layers');
  return tf.model({ inputs: image, outputs: tensor, name });
}

/** Applies layers one after another. */
function stack(maker: LayerMaker, layers: readonly LayerSpec[], input: Flow, path: string): Flow {
  return layers.reduce((flow, layer, i) => next(maker, layer, flow, `${path}.${i}`), input);
}

function next(maker: LayerMaker, layer: LayerSpec, input: Flow, path: string): Flow {
  if (layer.kind === 'residual') {
    const sum = stack(maker, layer.layers, input, `${path}.layers`);
    const shortcut = stack(maker, layer.shortcut ?? [], input, `${path}.shortcut`);
    const { name } = layer;
    const { step, stream } = shortcut.stream ? shortcut : sum;
    const add = stream ? new FixedPointAdd({ step, name }) : tf.layers.add({ name });
    const tensor = apply(add, [sum.tensor, shortcut.tensor], path);
    return stream ? { tensor, step, stream } : { tensor };
  }
  const { shape } = input.tensor;
  if ('units' in layer && shape.length !== 2) throw unfit('a dense layer', shape, path);
  if ('filters' in layer && shape.length !== 4) throw unfit('a convolution', shape, path);
  const tensor = apply(maker.make(layer, { shape, step: input.step }), input.tensor, path);
  return { tensor, ...levelsBehind(layer, input) };
}

/** Applies a layer, and turns its errors into those of the description. */
function apply(
  layer: tf.layers.Layer,
  input: tf.SymbolicTensor | tf.SymbolicTensor[],
  path: string,
): tf.SymbolicTensor {
  const shapes = [input].flat().map((tensor) => `[${tensor.shape.slice(1).join(', ')}]`);
  const refuse = (reason: string, cause?: unknown) =>
    invalidNetworkSpec(path, `${layer.getClassName()} cannot take ${shapes.join(' and ')}: ${reason}`, {
      cause,
    });
  try {
    const output = layer.apply(input) as tf.SymbolicTensor;
    if (output.shape.slice(1).some((size) => !((size as number) >= 1)))
      throw refuse('its output would be empty');
    return output;
  } catch (cause) {
    if (cause instanceof BdEdgeError) throw cause;
    throw refuse(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function unfit(layer: string, shape: tf.Shape, path: string): FileError {
  return invalidNetworkSpec(path, `${layer} cannot take [${shape.slice(1).join(', ')}]`);
}

/** Returns the step behind a layer, and whether a stream is there. */
function levelsBehind(layer: PlainLayerSpec, { step, stream }: Flow): Omit<Flow, 'tensor'> {
  switch (layer.kind) {
    case 'fixed-point-relu':
      return { step: layer.step ?? RELU_STEP };
    case 'fixed-point':
      return { step: layer.step ?? STREAM_STEP, stream: true };
    case 'ternary':
      return { step: 0.5 };
    case 'binary':
      return { step: 1 };
    case 'max-pool':
    case 'flatten':
    case 'dropout':
    case 'zero-pad':
    case 'pad-channels':
      return { step, stream };
    default:
      return {};
  }
}
