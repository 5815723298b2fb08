import { readFileSync } from 'node:fs';
import { parseModel, referenceLogits } from '@bd-edge/sdk/internal';
import { expect, test } from 'vitest';
import { random } from '../../sdk/testing/random-graph.js';
import { Coupling } from './agreement.js';

const model = parseModel(readFileSync(new URL('../models/mnist-coupled.bdm', import.meta.url)));
const rng = random(1);
const image = Uint8Array.from({ length: 784 }, () => rng.integer(0, 255));

test('the MNIST network, coupled and decoupled, agrees in every bit and every logit', async () => {
  const { layers, logits, first } = (await Coupling.of(model)).run(image);
  expect(layers.map(({ op, bits, differing }) => [op, bits, differing])).toEqual(
    [14 * 14 * 32, 7 * 7 * 46, 3 * 3 * 64].map((bits, op) => [op, bits, 0]),
  );
  expect(logits[1]).toEqual(logits[0]);
  expect([...logits[0]]).toEqual([...referenceLogits(model, image)]);
  expect(first).toMatchObject({ width: 14, height: 14 });
  expect(first.decoupled).toEqual(first.coupled);
  expect(first.coupled.flatMap((picture) => [...picture]).includes(1)).toBe(true);
});

test('detects a network that differs', async () => {
  const coupling = await Coupling.of(model);
  const [, other] = Reflect.get(coupling, 'engines');
  const { layers } = other;
  other.layers = (of: Uint8Array) =>
    layers.call(
      other,
      of.map((value) => 255 - value),
    );
  expect(coupling.run(image).layers[0].differing).toBeGreaterThan(0);
});
