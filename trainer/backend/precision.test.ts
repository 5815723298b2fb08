import { expect, it } from 'vitest';
import { codeOf } from '../../sdk/testing/throws.js';
import { inStep, requirePrecision, selectBackend } from './index.js';
import { stepPrecision, whenStepEnds } from './precision.js';

it('inStep sets the precision until the step ends, also if it fails', () => {
  expect(inStep('bfloat16', stepPrecision)).toBe('bfloat16');
  expect(() =>
    inStep('float32', () => {
      throw new Error('a step');
    }),
  ).toThrow('a step');
  expect(stepPrecision()).toBeUndefined();
});

it('whenStepEnds disposes at the end of the inner step, then of the outer one, also if a step fails', () => {
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

it('requirePrecision allows float32 everywhere, and bfloat16 only on the native backend', async () => {
  await selectBackend({ backend: 'wasm' });
  requirePrecision('float32');
  expect(codeOf(() => requirePrecision('bfloat16'))).toBe('unsupported-precision');
});
