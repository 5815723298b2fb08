import { recipeFor } from '@bd-edge/trainer';
import { rescaleStage } from '@bd-edge/trainer/internal';
import { describe, expect, test } from 'vitest';
import { codeOf } from '../../sdk/testing/throws.js';
import { withSettings } from './apply-settings.js';
import type { Settings } from './train-settings.js';

const recipe = recipeFor('vgg7-cifar10', 'native');
const changed = (settings: Partial<Settings>) =>
  withSettings({ rescaleStage }, recipe, {
    data: 'cifar10',
    seed: 1,
    corrupt: 'reject',
    ...settings,
  });

test('without options a recipe stays as it is', () => {
  expect(changed({})).toEqual(recipe);
});

describe('the number of epochs', () => {
  test('scales the drops of the learning rate', () => {
    const { coupled, finetuned } = changed({ epochs: 60, finetunedEpochs: 20, learningRate: 0.05 });
    expect(coupled).toMatchObject({ epochs: 60, schedule: { learningRate: 0.05, drops: [36, 48] } });
    expect(finetuned).toMatchObject({ epochs: 20, schedule: { learningRate: 0.01, drops: [10, 15] } });
  });

  test('scales those of the teacher', () => {
    const { teacher, coupled } = changed({ distill: 0.5, teacherEpochs: 100, teacherLearningRate: 0.2 });
    expect(teacher).toMatchObject({ epochs: 100, schedule: { learningRate: 0.2, drops: [60, 80] } });
    expect(teacher?.loss).toBeUndefined();
    expect(coupled).toMatchObject({ epochs: 200, schedule: { drops: [120, 160] } });
  });

  test('does not give a cosine drops', () => {
    expect(changed({ epochs: 60, schedule: 'cosine' }).coupled.schedule).toEqual({
      kind: 'cosine',
      learningRate: 0.1,
    });
  });
});

test('options without effect are rejected', () => {
  expect(codeOf(() => changed({ temperature: 2 }))).toBe('requires-distill');
  expect(codeOf(() => changed({ augment: 'bogus' }))).toBe('invalid-augmentation');
});
