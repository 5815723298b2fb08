import { encodeModel, type Metadata, type Model, ModelError, parseModel } from '@bd-edge/sdk/internal';
import { ImportError } from './errors.js';
import type { PixelScaling } from './lower/input.js';
import { type Lowered, lower } from './lower/lower.js';
import { readModel } from './onnx/read-model.js';

export interface ImportOptions {
  /**
   * How the training program turned bytes into numbers, which ONNX does not record. Default: 0..1, as ToTensor of
   * torchvision does.
   */
  pixels?: PixelScaling;
  /** The order of the input's axes. Default: recognized by the channels, of which an image has at most 4. */
  layout?: 'channels-first' | 'channels-last';
  /** The image behind an input of the shape [batch, values]. Default: 1 x 1 x values. */
  shape?: { height: number; width: number; channels: number };
  /**
   * What becomes of activations such as -1 and 1 that a convolution pads with 0, which the format has no bits for:
   * `reject` (default), or `int16`, which stores them with 16 bits instead of one.
   */
  zeroPadding?: 'reject' | 'int16';
  /** Travels with the network: name, class names, license. */
  metadata?: Metadata;
}

/** An imported network. */
export interface ImportedNetwork {
  /** The `.bdm`. */
  bytes: Uint8Array<ArrayBuffer>;
  model: Model;
  /** logit of the ONNX network = output scale x integer + constant */
  constant: number;
  /**
   * Whether the logits are rounded, because the biases of the last layer are no multiples of their scale. Their order,
   * and so the class, is exact all the same.
   */
  roundedLogits: boolean;
  /** What was left out of the network, in sentences. */
  notes: readonly string[];
  /** @internal */
  lowered: Lowered;
}

/**
 * Imports a quantized network from an ONNX file: QONNX (Brevitas, FINN), QCDQ, PyTorch or Keras by tf2onnx. The result
 * gives the same class for every image; whatever has no exact form in integers is rejected.
 *
 * @throws {ImportError} with the node that cannot be imported
 *
 * @example
 * ```ts
 * import { readFile, writeFile } from 'node:fs/promises';
 * import { importOnnx } from '@bd-edge/import';
 *
 * const { bytes, notes } = importOnnx(await readFile('model.onnx'));
 * await writeFile('model.bdm', bytes);
 * ```
 */
export function importOnnx(onnx: Uint8Array, options: ImportOptions = {}): ImportedNetwork {
  const { pixels = { low: 0, high: 1 }, layout, shape, zeroPadding, metadata } = options;
  return encoded(lower(readModel(onnx), { pixels, layout, shape, zeroPadding }), metadata);
}

/** Returns an imported network with other metadata. */
export function withMetadata({ lowered }: ImportedNetwork, metadata: Metadata): ImportedNetwork {
  return encoded(lowered, metadata);
}

function encoded(lowered: Lowered, metadata: Metadata | undefined): ImportedNetwork {
  const { constant, isRounded, notes } = lowered;
  try {
    const bytes = encodeModel({ ...lowered.graph, metadata });
    return { bytes, model: parseModel(bytes), constant, roundedLogits: isRounded, notes, lowered };
  } catch (cause) {
    if (!(cause instanceof ModelError)) throw cause;
    throw new ImportError('beyond-format', `The network breaks a limit of the format: ${cause.message}`, {
      cause,
    });
  }
}
