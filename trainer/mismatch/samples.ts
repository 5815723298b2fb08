/** The samples of an estimate, in batches. */
import { batches, type ImageSet } from '../data/index.js';
import * as tf from '../tensorflow/index.js';

/** Labeled images, or tensors: inputs [count, ...], targets [count, outputs]. */
export type SampleSource = ImageSet | { inputs: tf.Tensor; targets: tf.Tensor };

export interface Samples {
  inputs: tf.Tensor;
  /** [count, outputs] */
  targets: ArrayLike<number>;
  count: number;
}

export function countOf(data: SampleSource): number {
  return 'inputs' in data ? data.inputs.shape[0] : data.count;
}

/** Yields batches. The caller disposes the inputs. */
export function* batchesOf(data: SampleSource, model: tf.LayersModel, batchSize: number): Generator<Samples> {
  if ('inputs' in data) {
    for (let start = 0; start < data.inputs.shape[0]; start += batchSize) {
      const count = Math.min(batchSize, data.inputs.shape[0] - start);
      const part = (tensor: tf.Tensor) => tf.slice(tensor, start, count);
      const targets = part(data.targets);
      yield { inputs: part(data.inputs), targets: targets.dataSync(), count };
      targets.dispose();
    }
    return;
  }
  const classCount = model.outputs[0].shape.at(-1) as number;
  for (const { pixels, labels, count } of batches(data, batchSize)) {
    const targets = new Float32Array(count * classCount);
    labels.forEach((classIndex, i) => {
      targets[i * classCount + classIndex] = 1;
    });
    const shape = [count, ...(model.inputs[0].shape.slice(1) as number[])];
    yield { inputs: tf.tensor(pixels, shape), targets, count };
  }
}
