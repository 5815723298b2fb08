/**
 * Compares the exported integers with the training graph, image by image.
 *
 * They are the same function with one exception: where a batch norm lands within float32 noise of a
 * threshold, the graph may round to the other side. The comparison counts these ties and the classes that
 * they change.
 */

import {
  argmax,
  Engine,
  engineWasm,
  ImageError,
  type Model,
  parseModel,
  tensorIntegers,
} from '@bd-edge/sdk/internal';
import type { ImageSet } from '../data/index.js';
import * as tf from '../tensorflow/index.js';
import type { Lowered } from './lower.js';

export interface Agreement {
  images: number;
  /** The number of activations compared, over all images. */
  activations: number;
  activationsDiffering: number;
  /** The number of images whose class differs. */
  classesDiffering: number;
}

const BATCH = 100;

/**
 * Runs images through the training graph and through the engine.
 *
 * @param onLayers called with the output of each op, image by image
 * @throws ImageError if the images do not have the size of the network's input
 */
export async function measureAgreement(
  model: tf.LayersModel,
  { activations }: Lowered,
  bytes: Uint8Array,
  images: Pick<ImageSet, 'images' | 'count'>,
  onProgress?: (done: number, total: number) => void,
  onLayers?: (layers: readonly Uint8Array[]) => void,
): Promise<Agreement> {
  const exported = parseModel(bytes);
  const engine = await Engine.instantiate(await engineWasm());
  engine.load(bytes);
  const outputs = [...activations.flatMap(({ tensors }) => tensors), model.outputs[0]];
  const probe = tf.model({ inputs: model.inputs, outputs });
  const imageBytes = engine.inputBytes;
  if (images.images.length !== images.count * imageBytes)
    throw new ImageError(
      'wrong-image-size',
      `The network takes images of ${imageBytes} bytes; received ${images.images.length / images.count}.`,
      { received: images.images.length / images.count, expected: imageBytes },
    );
  const inputShape = model.inputs[0].shape.slice(1) as number[];
  const agreement: Agreement = {
    images: images.count,
    activations: 0,
    activationsDiffering: 0,
    classesDiffering: 0,
  };

  for (let start = 0; start < images.count; start += BATCH) {
    const count = Math.min(BATCH, images.count - start);
    const pixels = images.images.subarray(start * imageBytes, (start + count) * imageBytes);
    const expected = tf.tidy(() => {
      const batch = tf.tensor(Float32Array.from(pixels), [count, ...inputShape]);
      const predicted = probe.predictOnBatch(batch);
      return (Array.isArray(predicted) ? predicted : [predicted]).map((tensor) => tensor.dataSync());
    });
    const logits = expected.pop() as Float32Array;
    for (let i = 0; i < count; i++) {
      const layers = engine.layers(pixels.subarray(i * imageBytes, (i + 1) * imageBytes));
      onLayers?.(layers);
      let next = 0;
      for (const { op, tensors, step } of activations) {
        const values = activationValues(exported, op, step, layers[op]);
        const copies = tensors.map(() => expected[next++]);
        const channels = tensors[0].shape.at(-1) as number;
        const start = (i * values.length) / copies.length;
        agreement.activations += values.length;
        values.forEach((value, v) => {
          const row = Math.floor(v / channels);
          const at = Math.floor(row / copies.length) * channels + (v % channels);
          if (value !== copies[row % copies.length][start + at]) agreement.activationsDiffering++;
        });
      }
      const integers = new Int32Array(layers[layers.length - 1].buffer);
      const classCount = integers.length;
      if (argmax(integers) !== argmax(logits.subarray(i * classCount, (i + 1) * classCount)))
        agreement.classesDiffering++;
    }
    onProgress?.(start + count, images.count);
    await tf.nextFrame();
  }
  return agreement;
}

/** Turns an op's bits or steps into the real values of the activation or stream, channels last. */
function activationValues(model: Model, op: number, step: number, layer: Uint8Array): Float32Array {
  const shape = model.tensors[op + 1];
  const unit = shape.type === 'bits' ? 1 / shape.planes : step;
  return Float32Array.from(tensorIntegers(layer, shape), (integer) => integer * unit);
}
