import { encodeModel, InputDensities, type Metadata, type Model, parseModel } from '@bd-edge/sdk/internal';
import type { ImageSet } from '../data/index.js';
import type * as tf from '../tensorflow/index.js';
import { type Agreement, measureAgreement } from './agreement.js';
import type { ImpreciseLayer } from './graph-builder.js';
import { lower } from './lower.js';

export interface ExportOptions {
  /** Travels with the network: name, class names, training summary. */
  metadata?: Metadata;
  /**
   * Images that both the training graph and the exported network run, to count where they differ and how many values
   * are 0. They are not test images.
   */
  validation?: Pick<ImageSet, 'images' | 'count'>;
  /** Called while validation images run. */
  onProgress?: (done: number, total: number) => void;
}

/** A finding that does not prevent the export. */
export interface ExportWarning extends ImpreciseLayer {
  code: 'steep-channel';
  message: string;
}

export interface Exported {
  /** The `.bdm`. */
  bytes: Uint8Array<ArrayBuffer>;
  model: Model;
  warnings: readonly ExportWarning[];
  /** Present if validation images were given. */
  agreement?: Agreement;
}

/**
 * Exports a trained layers model, coupled or decoupled, to the flat buffer that engines run.
 *
 * @throws {UnsupportedLayerError} with code `not-exportable`, the layer and the reason
 * @throws {TrainingError} with code `not-finite` and the layer of a trained parameter that is NaN or infinite
 * @throws {ModelError} if the network breaks a limit of the format
 */
export async function exportModel(model: tf.LayersModel, options: ExportOptions = {}): Promise<Exported> {
  const lowered = lower(model);
  const { metadata, validation, onProgress } = options;
  const bytes = encodeModel({ ...lowered.graph, metadata });
  const exported = { bytes, model: parseModel(bytes), warnings: lowered.imprecise.map(warningOf) };
  if (!validation) return exported;
  const densities = new InputDensities(exported.model);
  const agreement = await measureAgreement(model, lowered, bytes, validation, onProgress, (layers) =>
    densities.add(layers),
  );
  if (agreement.images === 0) return { ...exported, agreement };
  const measured = encodeModel({
    ...lowered.graph,
    metadata: { ...metadata, densities: densities.means() },
  });
  return { ...exported, bytes: measured, model: parseModel(measured), agreement };
}

function warningOf(imprecise: ImpreciseLayer): ExportWarning {
  const { layer, channel, error } = imprecise;
  const message =
    `Layer "${layer}": channel ${channel} of the batch norm is so steep that the other channels lose precision ` +
    `(up to ${error.toFixed(2)} steps); train with a larger epsilon or a smaller learning rate.`;
  return { code: 'steep-channel', ...imprecise, message };
}
