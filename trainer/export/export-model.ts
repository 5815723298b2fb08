import type { Metadata } from '@bd-edge/sdk/internal';
import { encodeModel, type Model, parseModel } from '@bd-edge/sdk/internal';
import type { ImageSet } from '../data/index.js';
import type * as tf from '../tensorflow/index.js';
import { type Agreement, measureAgreement } from './agreement.js';
import { lower } from './lower.js';

export interface ExportOptions {
  /** What travels with the network: name, labels, how it was trained. */
  metadata?: Metadata;
  /** Images that both the training graph and the exported network run, to count where they differ. */
  validation?: Pick<ImageSet, 'images' | 'count'>;
  /** Called as validation images are done. */
  onProgress?: (done: number, total: number) => void;
}

export interface Exported {
  /** The `.bdm`. */
  bytes: Uint8Array<ArrayBuffer>;
  model: Model;
  /** Present if validation images were given. */
  agreement?: Agreement;
}

/**
 * Exports a trained layers model, coupled or decoupled, to the flat buffer that engines run.
 *
 * @throws {UnsupportedLayerError} naming the layer that has no integer form, and what would be supported
 * @throws {NotFiniteError} naming the layer of a trained parameter that is NaN or infinite
 * @throws {ModelError} if the network breaks a limit of the format
 */
export async function exportModel(model: tf.LayersModel, options: ExportOptions = {}): Promise<Exported> {
  const lowered = lower(model);
  const bytes = encodeModel({ ...lowered.graph, metadata: options.metadata });
  const { validation, onProgress } = options;
  const parsed = parseModel(bytes);
  if (!validation) return { bytes, model: parsed };
  const agreement = await measureAgreement(model, lowered, bytes, validation, onProgress);
  return { bytes, model: parsed, agreement };
}
