import { expect, it } from 'vitest';
import { inStep, requirePrecision, selectBackend, UnsupportedPrecisionError } from './index.js';
import { stepPrecision, whenStepEnds } from './precision.js';

it('lasts as long as the step, also where that fails', () => {
  expect(inStep('bfloat16', stepPrecision)).toBe('bfloat16');
  expect(() =>
    inStep('float32', () => {
      throw new Error('a step');
    }),
  ).toThrow('a step');
  expect(stepPrecision()).toBeUndefined();
});

it('ends with what was left for its end, the inner step before the outer one, also where it fails', () => {
  const ended: string[] = [];
  inStep('float32', () => {
    whenStepEnds(() => ended.push('outer'));
    expect(() =>
      inStep('float32', () => {
        whenStepEnds(() => ended.push('inner'));
        throw new Error('a step');
      }),
    ).toThrow('a step');
    expect(ended).toEqual(['inner']);
  });
  expect(ended).toEqual(['inner', 'outer']);
});

it('float32 is everywhere, bfloat16 on the native backend alone', async () => {
  await selectBackend({ backend: 'wasm' });
  requirePrecision('float32');
  expect(() => requirePrecision('bfloat16')).toThrow(UnsupportedPrecisionError);
  expect(() => requirePrecision('bfloat16')).toThrow('The wasm backend cannot train in bfloat16');
});
