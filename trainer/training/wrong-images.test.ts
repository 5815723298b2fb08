import { expect, it } from 'vitest';
import { mostCertainErrors } from './wrong-images.js';

it('keeps the most certain of the wrong images', () => {
  // The class is 1. From image 1 on, the network predicts 0, more certain with each.
  const logits = Float32Array.from({ length: 2 * 131 }, (_, i) => (i % 2 === 1 ? 0.5 : 4 * (i / 2)) / 40);
  const wrong = mostCertainErrors(logits, new Uint8Array(131).fill(1), 2);
  expect(wrong.map(({ index }) => index)).toEqual(Array.from({ length: 120 }, (_, i) => 130 - i));
  expect(wrong.every(({ prediction, score, classScore }) => prediction === 0 && score > classScore)).toBe(
    true,
  );
});
