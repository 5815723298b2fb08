import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { selectBackend } from './backend/index.js';
import { trainBinaryDuo } from './binaryduo.js';
import { loadModel } from './checkpoint.js';
import { type Dataset, loadMnist, subset } from './data/index.js';
import { evaluate, logits } from './evaluate.js';
import { type BinaryDuoRecipe, recipeFor } from './recipes.js';

let few: Dataset;
let recipe: BinaryDuoRecipe;
beforeAll(async () => {
  const { name } = await selectBackend();
  const mnist = await loadMnist();
  const first = (count: number) => Array.from({ length: count }, (_, i) => i);
  few = { ...mnist, train: subset(mnist.train, first(450)), test: subset(mnist.test, first(100)) };
  const full = recipeFor('mnist', name);
  recipe = {
    ...full,
    validationImages: 50,
    coupled: { ...full.coupled, epochs: 3, batchSize: 40 },
    finetune: { ...full.finetune, epochs: 1, batchSize: 40 },
  };
});

it('trains, decouples exactly and fine-tunes, and saves each stage', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'bd-edge-'));
  const phases = new Set<string>();
  const result = await trainBinaryDuo(few, recipe, {
    directory,
    seed: 1,
    onProgress: ({ phase }) => phases.add(phase),
  });
  expect([...phases]).toEqual(['coupled', 'finetune']);
  expect(result.decouplingDifferences).toBe(0);
  expect(result.decoupled.testAccuracy).toBe(result.coupled.testAccuracy);
  expect(result.decoupled.validationAccuracy).toBe(result.coupled.validationAccuracy);
  expect(result.finetuned.testAccuracy).toBeGreaterThan(0.4);
  expect(await logits(result.decoupled.model, few.test)).toEqual(
    await logits(result.coupled.model, few.test),
  );
  for (const stage of ['coupled', 'decoupled', 'finetuned'] as const) {
    const { accuracy } = await evaluate(await loadModel(join(directory, stage)), few.test);
    expect(accuracy).toBe(result[stage].testAccuracy);
  }
  await rm(directory, { recursive: true });
});
