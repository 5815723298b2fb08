import { readFileSync } from 'node:fs';
import { parseModel } from '@bd-edge/sdk/internal';
import { beforeAll, describe, expect, test } from 'vitest';
import { selectBackend } from './backend/index.js';
import * as trainer from './index.js';
import { BatchNorm } from './layers/index.js';
import { buildNetwork } from './networks/index.js';
import * as tf from './tensorflow/index.js';

beforeAll(async () => {
  await selectBackend();
});

type Run = (of: typeof trainer) => Promise<{ validationAccuracy: number; bytes: Uint8Array }>;

/** The code of README.md as a function. */
function example(): Run {
  const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8');
  const code = /```js\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const body = code.replace(/^import (\{[^}]*\}) from '@bd-edge\/trainer';$/m, 'const $1 = trainer;');
  const AsyncFunction = (async () => {}).constructor as new (...of: string[]) => Run;
  return new AsyncFunction('trainer', `${body}\nreturn { validationAccuracy, bytes };`);
}

describe('the network of README', () => {
  test('trains: after 94 steps it is right for most digits, and can be exported', {
    timeout: 300_000,
  }, async () => {
    const { validationAccuracy, bytes } = await example()(trainer);
    expect(validationAccuracy).toBeGreaterThan(0.8);
    const { input, ops } = parseModel(bytes);
    expect([input, ops.length]).toEqual([{ height: 28, width: 28, channels: 1 }, 3]);
  });
});

test('batch norms follow the data after a few steps, also those of a network description', () => {
  const images = tf.add(tf.mul(tf.randomNormal([64, 2, 2, 3], 0, 1, 'float32', 1), 3), 20);
  const spec = {
    input: [2, 2, 3] as [number, number, number],
    layers: [{ kind: 'norm' as const }, { kind: 'flatten' as const }],
  };
  const network = buildNetwork(spec, 1);
  for (const layer of [new BatchNorm(), network.layers[1]]) {
    expect(layer.getConfig().momentum).toBe(0.9);
    for (let step = 0; step < 50; step++) layer.apply(images, { training: true });
    const [mean] = tf.mean(layer.apply(images) as tf.Tensor).dataSync();
    expect(Math.abs(mean)).toBeLessThan(0.1);
  }
});

test('a saved batch norm keeps its momentum', () => {
  const saved = tf.layers.batchNormalization().getConfig();
  expect(BatchNorm.fromConfig(BatchNorm as never, saved).getConfig().momentum).toBe(0.99);
});
