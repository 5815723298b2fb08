import { describe, expect, it } from 'vitest';
import { countCorrect, largest } from './compare.mjs';

describe('largest', () => {
  it('returns the first of equal values, as the engine does', () => {
    expect(largest([-3, -1, -1])).toBe(1);
    expect(largest(Float32Array.of(0, 2.5, 1))).toBe(1);
  });
});

describe('countCorrect', () => {
  it('counts the images whose largest logit is that of their label', async () => {
    const logits = [
      [0, 1, 0],
      [5, 1, 0],
      [0, 0, 9],
    ];
    expect(await countCorrect(Uint16Array.of(1, 2, 2), async (i: number) => logits[i])).toBe(2);
  });
});
