/**
 * The options of TensorFlow.js's own layers that export and decoupling read. They would ignore any other option, and any
 * value that is not in this list, and their result would compute something else than the layer:
 *
 *     tf.layers.globalAveragePooling2d({ dataFormat: 'channelsFirst' })   // averages rows and columns, not pixels
 *
 * The layers of this package check their own options (layer-options.ts).
 */
import type * as tf from '../tensorflow/index.js';
import { ANYTHING, type LayerOptions, oneOf } from './layer-options.js';

const EVERY_LAYER: LayerOptions = {
  name: ANYTHING,
  trainable: ANYTHING,
  batchInputShape: ANYTHING,
  dtype: oneOf('float32'),
};

const CHANNELS_LAST: LayerOptions = { dataFormat: oneOf('channelsLast') };

const POOL: LayerOptions = {
  ...CHANNELS_LAST,
  poolSize: ANYTHING,
  strides: ANYTHING,
  padding: oneOf('same', 'valid'),
};

/** By class, the keys of `getConfig`. */
export const KNOWN_OPTIONS: Readonly<Record<string, LayerOptions>> = {
  Average: {},
  AveragePooling2D: POOL,
  BatchNormalization: {
    // Export checks that it is the axis of channels, which depends on the input.
    axis: ANYTHING,
    momentum: ANYTHING,
    epsilon: ANYTHING,
    center: ANYTHING,
    scale: ANYTHING,
    betaInitializer: ANYTHING,
    gammaInitializer: ANYTHING,
    movingMeanInitializer: ANYTHING,
    movingVarianceInitializer: ANYTHING,
    betaRegularizer: ANYTHING,
    gammaRegularizer: ANYTHING,
    betaConstraint: ANYTHING,
    gammaConstraint: ANYTHING,
  },
  // Its readers check the axis.
  Concatenate: { axis: ANYTHING },
  Dropout: { rate: ANYTHING, noiseShape: ANYTHING, seed: ANYTHING },
  Flatten: CHANNELS_LAST,
  GlobalAveragePooling2D: CHANNELS_LAST,
  MaxPooling2D: POOL,
  ZeroPadding2D: { ...CHANNELS_LAST, padding: ANYTHING },
};

/** An option of a layer, or a value of one, that export and decoupling would ignore. */
export interface UnknownOption {
  option: string;
  received: unknown;
  /** The clause of a message that names the problem. */
  reason: string;
}

/** Returns the first option of a layer of TensorFlow.js that is not in the list. */
export function unknownOption(layer: tf.layers.Layer): UnknownOption | undefined {
  const className = layer.getClassName();
  if (!Object.hasOwn(KNOWN_OPTIONS, className)) return undefined;
  const known = { ...EVERY_LAYER, ...KNOWN_OPTIONS[className] };
  for (const [option, received] of Object.entries(layer.getConfig())) {
    if (received === undefined || received === null) continue;
    if (!Object.hasOwn(known, option))
      return { option, received, reason: `its option ${option} is not supported` };
    const { accepts, expected } = known[option];
    if (accepts(received)) continue;
    const reason = `its ${option} is ${JSON.stringify(received)}; expected ${expected}`;
    return { option, received, reason };
  }
  return undefined;
}
