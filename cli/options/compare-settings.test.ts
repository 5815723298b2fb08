import { type MethodNetworks, recipeFor } from '@bd-edge/trainer';
import { expect, it } from 'vitest';
import { bars } from '../../trainer/testing/bars.js';
import { type CompareFlags, experimentOf } from './compare-settings.js';

const flags: CompareFlags = { data: 'pictures', methods: ['direct'], seeds: 1, seed: 1, corrupt: 'reject' };
const dataset = { name: 'pictures', classNames: ['-', '|'], train: bars(4, 1), test: bars(2, 2) };
const experiment = (changes: Partial<CompareFlags> = {}) =>
  experimentOf({ ...flags, ...changes }, recipeFor('mnist', 'wasm'), 'some', {} as MethodNetworks, dataset);

it('includes everything that changes the images: streams, and folders with skipped files', () => {
  const whole = experiment();
  expect(whole).not.toHaveProperty('stream');
  expect(whole).not.toHaveProperty('corrupt');
  expect(experiment({ stream: true })).toEqual({ ...whole, stream: true });
  expect(experiment({ corrupt: 'skip' })).toEqual({ ...whole, corrupt: 'skip' });
});
