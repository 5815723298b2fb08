import { beforeAll, expect, it } from 'vitest';
import { account } from '../accounting/index.js';
import { selectBackend } from '../backend/index.js';
import { decoupledArchitecture } from '../decoupling/decouple.js';
import { buildNetwork, networkSpec } from './index.js';
import { baselineOf } from './matching-width.js';

beforeAll(async () => {
  await selectBackend();
});

it('widens the MNIST network to the baseline that was made by hand', () => {
  const channels = ({ layers }: ReturnType<typeof baselineOf>) =>
    layers.flatMap((layer) => ('filters' in layer ? layer.filters : []));
  const byHand = channels(networkSpec('mnist', { variant: 'baseline' }));
  const found = channels(baselineOf(networkSpec('mnist')));
  found.forEach((filters, i) => {
    expect(Math.abs(filters - byHand[i])).toBeLessThanOrEqual(2);
  });
});

it.each(['mnist', 'vgg7'])('%s: the weights of the decoupled network, within rounding', (name) => {
  const coupled = networkSpec(name, { width: 0.5 });
  const build = (recipe: typeof coupled) => buildNetwork(recipe, 0, { initial: 'zeros' });
  const decoupled = account(decoupledArchitecture(build(coupled))).weights;
  const baseline = baselineOf(coupled);
  expect(account(build(baseline)).weights / decoupled).toBeCloseTo(1, 1);
  expect(JSON.stringify(baseline)).not.toContain('"ternary"');
});

it('says which layers do not fit together once they are wider', () => {
  // Channels that were padded to 360 are rounded apart from those of a convolution.
  expect(() => baselineOf(networkSpec('resnet18', { width: 0.5 }))).toThrow(/Add cannot take/);
});
