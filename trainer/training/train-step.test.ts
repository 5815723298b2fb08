import { beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from '../backend/index.js';
import { batches } from '../data/index.js';
import { BatchNorm, Dropout } from '../layers/index.js';
import * as tf from '../tensorflow/index.js';
import { bars, barsNetwork } from '../testing/bars.js';
import type { Loss } from './loss.js';
import { Optimizer } from './optimizer.js';
import { DivergedError, trainStep } from './train-step.js';

beforeAll(async () => {
  await selectBackend();
});

const weights = (model: tf.LayersModel) => model.getWeights().map((weight) => weight.dataSync().slice());

function step(model: tf.LayersModel, loss?: Loss, seed = 1) {
  const set = bars(8, 1);
  const [batch] = batches(set, 8);
  const where = { epoch: 3, step: 2, seed };
  return trainStep(model, new Optimizer({ kind: 'adam' }), 0.01, batch, set, where, loss);
}

/** Returns the error of a step that must not change the weights. */
function failure(model: tf.LayersModel, loss?: Loss, seed?: number): DivergedError {
  const before = weights(model);
  const tensors = tf.memory().numTensors;
  try {
    step(model, loss, seed);
  } catch (error) {
    expect(error).toBeInstanceOf(DivergedError);
    expect(error).toMatchObject({ name: 'TrainingError', code: 'diverged' });
    expect(weights(model)).toEqual(before);
    expect(tf.memory().numTensors).toBe(tensors);
    return error as DivergedError;
  }
  throw new Error('The step did not fail.');
}

it('changes the weights, and counts correct predictions', () => {
  const model = barsNetwork();
  const before = weights(model);
  const { loss, correct } = step(model);
  expect(loss).toBeGreaterThan(0);
  expect(correct).toBeLessThanOrEqual(8);
  weights(model).forEach((now, i) => {
    expect(now, model.weights[i].name).not.toEqual(before[i]);
  });
});

describe('a failed step does not change weights or the statistics of batch norms', () => {
  it('if the loss is not finite', () => {
    const infinite: Loss = () => (logits) => tf.add(tf.sum(logits), Number.POSITIVE_INFINITY).asScalar();
    expect(failure(barsNetwork(), infinite)).toMatchObject({ epoch: 3, step: 2 });
  });

  it('if only gradients are not finite', () => {
    // At 0 the square root is finite, but its slope is not.
    const steep: Loss = () => (logits) => tf.sum(tf.sqrt(tf.mul(logits, 0))).asScalar();
    const model = barsNetwork();
    const { layer, className } = { layer: model.layers[8].name, className: 'Int8Dense' };
    expect(failure(model, steep)).toMatchObject({ loss: 0, at: { layer, className, what: 'gradient' } });
  });

  it('if the statistics are not the cause', () => {
    const model = tf.sequential({
      layers: [
        tf.layers.flatten({ inputShape: [6, 6, 1] }),
        tf.layers.dense({ units: 2, kernelInitializer: 'ones', name: 'dense' }),
        new BatchNorm({ name: 'norm' }),
      ],
    });
    // Each sum is up to 1e38, but their variance overflows.
    const [kernel, bias] = model.layers[1].getWeights();
    model.layers[1].setWeights([tf.mul(kernel, 1e34), tf.fill(bias.shape, 1e38)]);
    expect(failure(model).at).toEqual({ layer: 'norm', className: 'BatchNormalization', what: 'output' });
  });
});

it('finds the cause with the dropout masks of the failed step', () => {
  const model = tf.sequential({
    layers: [
      tf.layers.flatten({ inputShape: [6, 6, 1] }),
      new Dropout({ rate: 0.9 }),
      tf.layers.dense({ units: 2, name: 'dense' }),
    ],
  });
  // Overflows if the mask keeps the first pixel of an image, in about every second step.
  const kernel = tf.oneHot(new Array(2).fill(0), 36).transpose().mul(3e38);
  model.layers[2].setWeights([kernel, tf.zeros([2])]);
  const failures: DivergedError[] = [];
  for (let seed = 0; seed < 16; seed++) {
    model.layers[2].setWeights([kernel, tf.zeros([2])]);
    try {
      step(model, () => (logits) => tf.sum(logits).asScalar(), seed);
    } catch (error) {
      failures.push(error as DivergedError);
    }
  }
  expect(failures.length).toBeGreaterThan(3);
  for (const { at } of failures) expect(at).toMatchObject({ layer: 'dense', what: 'output' });
});
