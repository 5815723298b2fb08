/**
 * Images a second of one training step (coupled BinaryDuo network of the quick start's size, batch 64, Adam) on
 * each backend that loads: `npm run build && node bench/backends.mjs [batch] [seconds]`
 */
import * as tf from '@tensorflow/tfjs';
import { selectBackend } from '../dist/trainer.js';

const batch = Number(process.argv[2] ?? 64);
const seconds = Number(process.argv[3] ?? 5);

/** levels 0, 1/2, 1 with thresholds 1/4 and 3/4; the gradient passes where 0 < x < 1 */
const ternary = tf.customGrad((x, save) => {
  save([x]);
  const value = tf.tidy(() =>
    tf.add(tf.mul(tf.greaterEqual(x, 0.25), 0.5), tf.mul(tf.greaterEqual(x, 0.75), 0.5)),
  );
  const gradFunc = (dy, [x]) =>
    tf.mul(dy, tf.cast(tf.logicalAnd(tf.greater(x, 0), tf.less(x, 1)), 'float32'));
  return { value, gradFunc };
});

/** weights rounded to 255 levels, straight-through */
const fakeQuantise = tf.customGrad((w) => {
  const value = tf.tidy(() => {
    const scale = tf.div(tf.max(tf.abs(w)), 127);
    return tf.mul(tf.round(tf.div(w, scale)), scale);
  });
  return { value, gradFunc: (dy) => dy };
});

function network() {
  const widths = [1, 16, 23, 32];
  const blocks = widths.slice(1).map((width, index) => ({
    filter: tf.variable(tf.randomNormal([3, 3, widths[index], width], 0, 0.2, 'float32', index + 1)),
    gamma: tf.variable(tf.ones([width])),
    beta: tf.variable(tf.fill([width], 0.5)),
  }));
  const dense = tf.variable(tf.randomNormal([3 * 3 * 32, 10], 0, 0.1, 'float32', 9));
  const forward = (images) => {
    let x = images;
    for (const { filter, gamma, beta } of blocks) {
      x = tf.maxPool(tf.conv2d(x, fakeQuantise(filter), 1, 'same'), 2, 2, 'valid');
      const { mean, variance } = tf.moments(x, [0, 1, 2]);
      x = ternary(tf.batchNorm(x, mean, variance, beta, gamma, 1e-3));
    }
    return tf.matMul(tf.reshape(x, [images.shape[0], -1]), dense);
  };
  return forward;
}

for (const backend of ['native', 'wasm']) {
  const selected = await selectBackend({ backend }).catch((error) => console.log(error.message));
  if (!selected) continue;
  const forward = network();
  const optimizer = tf.train.adam(1e-3);
  const images = tf.floor(tf.randomUniform([batch, 28, 28, 1], 0, 256, 'float32', 1));
  const labels = tf.oneHot(
    Array.from({ length: batch }, (_, i) => i % 10),
    10,
  );
  const step = () => {
    const loss = optimizer.minimize(() => tf.losses.softmaxCrossEntropy(labels, forward(images)), true);
    const [value] = loss.dataSync();
    loss.dispose();
    return value;
  };
  for (let i = 0; i < 3; i++) step();
  const start = performance.now();
  let steps = 0;
  while (performance.now() - start < 1000 * seconds) {
    step();
    steps++;
  }
  const rate = (1000 * steps * batch) / (performance.now() - start);
  console.log(`${selected.description}: ${rate.toFixed(0)} images/s (batch ${batch}, ${steps} steps)`);
  globalThis.profile?.(step);
}
