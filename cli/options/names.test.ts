import { expect, test } from 'vitest';
import { loadTrainer } from '../trainer.js';
import { DATASETS, METHODS, STAGES, SURROGATES, TOY_ACTIVATIONS } from './names.js';

test('the lists are those of the trainer, in the same order', async () => {
  const trainer = await loadTrainer();
  expect({ METHODS, STAGES }).toEqual({ METHODS: trainer.METHODS, STAGES: trainer.STAGES });
  expect(TOY_ACTIVATIONS).toEqual(trainer.TOY_ACTIVATIONS);
  expect(DATASETS).toEqual(trainer.DATASET_NAMES);
  expect(SURROGATES).toEqual(trainer.SURROGATE_NAMES);
});
