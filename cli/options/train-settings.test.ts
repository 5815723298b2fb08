import { recipeFor } from '@bd-edge/trainer/internal';
import { describe, expect, test } from 'vitest';
import { InvalidAugmentationError } from './augmentation-option.js';
import { type Settings, UnusedOptionError, withSettings } from './train-settings.js';

const recipe = recipeFor('vgg7-cifar10', 'native');
const changed = (settings: Partial<Settings>) =>
  withSettings(recipe, { data: 'cifar10', seed: 1, corrupt: 'refuse', ...settings });

test('without flags a recipe stays as it is', () => {
  expect(changed({})).toEqual(recipe);
});

describe('the number of epochs', () => {
  test('moves the drops of the rate', () => {
    const { coupled, finetune } = changed({ epochs: 60, finetuneEpochs: 20, rate: 0.05 });
    expect(coupled).toMatchObject({ epochs: 60, schedule: { rate: 0.05, drops: [36, 48] } });
    expect(finetune).toMatchObject({ epochs: 20, schedule: { rate: 0.01, drops: [10, 15] } });
  });

  test('moves the teacher’s too', () => {
    const { teacher, coupled } = changed({ distill: 0.5, teacherEpochs: 100, teacherRate: 0.2 });
    expect(teacher).toMatchObject({ epochs: 100, schedule: { rate: 0.2, drops: [60, 80] } });
    expect(teacher?.loss).toBeUndefined();
    expect(coupled).toMatchObject({ epochs: 200, schedule: { drops: [120, 160] } });
  });

  test('leaves a cosine without drops', () => {
    expect(changed({ epochs: 60, schedule: 'cosine' }).coupled.schedule).toEqual({
      kind: 'cosine',
      rate: 0.1,
    });
  });
});

test('what is asked for in vain is refused', () => {
  expect(() => changed({ temperature: 2 })).toThrow(UnusedOptionError);
  expect(() => changed({ augment: 'bogus' })).toThrow(InvalidAugmentationError);
});
