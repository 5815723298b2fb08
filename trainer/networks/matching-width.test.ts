import { beforeAll, expect, it } from 'vitest';
import { codeOf } from '../../sdk/testing/throws.js';
import { account } from '../accounting/index.js';
import { selectBackend } from '../backend/index.js';
import { decoupledArchitecture } from '../decoupling/decouple.js';
import { buildNetwork, networkSpec } from './index.js';
import { baselineOf } from './matching-width.js';

beforeAll(async () => {
  await selectBackend();
});

it('widens the MNIST network to nearly its built-in baseline', () => {
  const channels = ({ layers }: ReturnType<typeof baselineOf>) =>
    layers.flatMap((layer) => ('filters' in layer ? layer.filters : []));
  const builtIn = channels(networkSpec('mnist', { variant: 'baseline' }));
  const found = channels(baselineOf(networkSpec('mnist')));
  found.forEach((filters, i) => {
    expect(Math.abs(filters - builtIn[i])).toBeLessThanOrEqual(2);
  });
});

it.each(['mnist', 'vgg7'])('%s: has as many weights as the decoupled network, within rounding', (name) => {
  const coupled = networkSpec(name, { width: 0.5 });
  const build = (spec: typeof coupled) => buildNetwork(spec, 0, { initial: 'zeros' });
  const decoupled = account(decoupledArchitecture(build(coupled))).weights;
  const baseline = baselineOf(coupled);
  expect(account(build(baseline)).weights / decoupled).toBeCloseTo(1, 1);
  expect(JSON.stringify(baseline)).not.toContain('"ternary"');
});

it('rejects a network whose wider layers do not fit together', () => {
  // The padded channels are rounded separately from those of a convolution.
  expect(codeOf(() => baselineOf(networkSpec('resnet18', { width: 0.5 })))).toBe('invalid-network-spec');
});
