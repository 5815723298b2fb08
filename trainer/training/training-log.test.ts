import { expect, it } from 'vitest';
import { type EpochLog, logAsCsv, logAsJson } from './training-log.js';

const log: EpochLog[] = [1, 2].map((epoch) => ({
  epoch,
  step: 5 * epoch,
  learningRate: 0.1,
  loss: 0.5,
  accuracy: 0.75,
  validationAccuracy: 0.8,
  flipRatio: { conv2: 0.25, 'a,"b"': 0 },
  seconds: 2.5,
}));

it('has a line for each epoch, as CSV', () => {
  expect(logAsCsv(log)).toMatchInlineSnapshot(`
    "epoch,step,learningRate,loss,accuracy,validationAccuracy,seconds,flipRatio.conv2,"flipRatio.a,""b"""
    1,5,0.1,0.5,0.75,0.8,2.5,0.25,0
    2,10,0.1,0.5,0.75,0.8,2.5,0.25,0
    "
  `);
});

it('has an object for each epoch, as JSON', () => {
  expect(JSON.parse(logAsJson(log))).toEqual(log);
});
