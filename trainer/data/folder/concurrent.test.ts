import fc from 'fast-check';
import { expect, it } from 'vitest';
import { concurrently } from './concurrent.js';

it('keeps the order, and limits the number at once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(3), { maxLength: 12 }),
      fc.integer({ min: 1, max: 5 }),
      async (turns, atOnce) => {
        let running = 0;
        const results = await concurrently(turns, atOnce, async (count, index) => {
          expect(++running).toBeLessThanOrEqual(atOnce);
          for (let i = 0; i < count; i++) await undefined;
          running--;
          return [count, index];
        });
        expect(results).toEqual(turns.map((count, index) => [count, index]));
      },
    ),
  );
});

it('stops at the first failure', async () => {
  const begun: number[] = [];
  const run = concurrently([0, 1, 2, 3], 1, async (item) => {
    begun.push(item);
    if (item === 1) throw new Error('no');
  });
  await expect(run).rejects.toThrow('no');
  expect(begun).toEqual([0, 1]);
});
