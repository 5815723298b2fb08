import { beforeAll, expect, it } from 'vitest';
import { selectBackend } from '../backend/index.js';
import { Random } from '../numbers/random.js';
import { RELU1 } from '../quantizers/index.js';
import { activationNamed, TOY_ACTIVATIONS, type ToyActivation } from './activation.js';
import { CoordinateGradient } from './coordinate-gradient.js';
import { cosine } from './cosine.js';
import { fillNormal } from './normal.js';
import { outputs, type Perceptron, randomPerceptron, straightThroughGradient, trace } from './perceptron.js';

beforeAll(async () => {
  await selectBackend();
});

function setting(activation: ToyActivation, { width = 5, layers = 3, samples = 40, seed = 1 } = {}) {
  const random = new Random(seed);
  const net = randomPerceptron(width, layers, random);
  const x = fillNormal(new Float32Array(samples * width), random);
  const targets = outputs(randomPerceptron(width, layers, random), activation, x);
  return { net, x, targets };
}

/** The loss by the book: every sample, every layer, every unit, in float64. */
function plainLoss(net: Perceptron, activation: ToyActivation, x: Float32Array, targets: Float32Array) {
  const { width } = net;
  let loss = 0;
  for (let start = 0; start < x.length; start += width) {
    let values = Array.from(x.subarray(start, start + width));
    for (const weights of net.weights) {
      values = values.map((_, j) =>
        activation.at(values.reduce((sum, value, i) => sum + value * weights[i * width + j], 0)),
      );
    }
    values.forEach((value, j) => {
      loss += (value - targets[start + j]) ** 2;
    });
  }
  return loss;
}

it('equals the result of two complete passes for each weight', () => {
  for (const name of TOY_ACTIVATIONS) {
    for (const [eps, layers] of [
      [0.1, 3],
      [0.5, 2],
    ]) {
      const activation = activationNamed(name);
      const { net, x, targets } = setting(activation, { layers });
      const fast = new CoordinateGradient(net, activation, eps);
      fast.add({ ...trace(net, activation, x), targets });
      net.weights.forEach((weights, layer) => {
        const slow = Array.from(weights, (_, i) => {
          const nudged = (amount: number) => ({
            ...net,
            weights: net.weights.map((w, l) =>
              l === layer ? (Array.from(w, (v, k) => (k === i ? v + amount : v)) as never) : w,
            ),
          });
          return (
            plainLoss(nudged(eps), activation, x, targets) - plainLoss(nudged(-eps), activation, x, targets)
          );
        });
        // Sums come in float32 from TensorFlow and in float64 from here.
        slow.forEach((value, i) => {
          expect(Math.abs(fast.sums[layer][i] - value), `${name} layer ${layer + 1}`).toBeLessThan(1e-4);
        });
      });
    }
  }
});

it('agrees with the gradient of a smooth loss, and adds up over batches', () => {
  const activation = activationNamed('full');
  const { net, x, targets } = setting(activation, { width: 6, samples: 60 });
  const whole = new CoordinateGradient(net, activation, 1e-3);
  whole.add({ ...trace(net, activation, x), targets });
  const parts = new CoordinateGradient(net, activation, 1e-3);
  for (const [from, to] of [
    [0, 20 * 6],
    [20 * 6, 60 * 6],
  ]) {
    const part = trace(net, activation, x.slice(from, to));
    parts.add({ ...part, targets: targets.slice(from, to) });
  }
  const gradients = straightThroughGradient(net, activation, RELU1, x, targets);
  gradients.forEach((gradient, layer) => {
    expect(cosine(gradient, whole.sums[layer])).toBeGreaterThan(0.999);
    parts.sums[layer].forEach((sum, i) => {
      expect(sum).toBeCloseTo(whole.sums[layer][i], 4);
    });
  });
});

it('equals the gradient of TensorFlow', () => {
  const activation = activationNamed('ternary');
  const width = 4;
  const { net, x, targets } = setting(activation, { width, samples: 30 });
  const { inputs, sums, outputs: values, samples } = trace(net, activation, x);
  const passes = (z: number) => Number(z > 0 && z < 1);
  const expected = net.weights.map((w) => new Float64Array(w.length));
  for (let sample = 0; sample < samples; sample++) {
    const at = sample * width;
    const units = Array.from({ length: width }, (_, j) => j);
    let ofSums = units.map((j) => 2 * (values[at + j] - targets[at + j]) * passes(sums[2][at + j]));
    for (let layer = 2; layer >= 0; layer--) {
      const weights = net.weights[layer];
      for (const i of units)
        for (const j of units) expected[layer][i * width + j] += inputs[layer][at + i] * ofSums[j];
      if (layer === 0) break;
      ofSums = units.map(
        (i) =>
          passes(sums[layer - 1][at + i]) * units.reduce((s, j) => s + weights[i * width + j] * ofSums[j], 0),
      );
    }
  }
  straightThroughGradient(net, activation, RELU1, x, targets).forEach((gradient, layer) => {
    gradient.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[layer][i], 3);
    });
  });
});
