import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Random } from '../../numbers/random.js';
import { type Augmentation, augment } from './index.js';

const SHAPE = [4, 5, 3] as const;
const pictures = fc.uint8Array({ minLength: 60, maxLength: 60 });
const augmentations: fc.Arbitrary<Augmentation> = fc.record(
  {
    warp: fc.record({ rotate: fc.nat(30), elastic: fc.nat(2) }, { requiredKeys: [] }),
    shift: fc.nat(3),
    padAndCrop: fc.nat(3),
    flip: fc.boolean(),
    colorJitter: fc.record({ brightness: fc.constant(0.4), saturation: fc.constant(0.4) }),
  },
  { requiredKeys: [] },
);

const run = (source: Uint8Array, augmentation: Augmentation, seed: number) => {
  const target = new Float32Array(60);
  augment(source, target, SHAPE, augmentation, new Random(seed));
  return target;
};

it('returns bytes, the same for the same seed, and does not change its source', () => {
  fc.assert(
    fc.property(pictures, augmentations, fc.nat(), (source, augmentation, seed) => {
      const before = source.slice();
      const got = run(source, augmentation, seed);
      expect(got).toEqual(Float32Array.from(Uint8Array.from(got)));
      expect(got).toEqual(run(source, augmentation, seed));
      expect(source).toEqual(before);
    }),
  );
});

it('changes nothing by default', () => {
  fc.assert(
    fc.property(pictures, (source) => {
      expect(run(source, {}, 1)).toEqual(Float32Array.from(source));
    }),
  );
});

it('follows the seed', () => {
  const source = Uint8Array.from({ length: 60 }, (_, i) => 4 * i);
  for (const augmentation of [
    { warp: { rotate: 30 } },
    { warp: { elastic: 1 } },
    { shift: 2 },
    { padAndCrop: 2 },
    { flip: true },
    { colorJitter: { brightness: 0.4 } },
  ]) {
    const results = new Set(Array.from({ length: 20 }, (_, seed) => run(source, augmentation, seed).join()));
    expect(results.size).toBeGreaterThan(1);
  }
});
