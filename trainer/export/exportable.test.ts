import { beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from '../backend/index.js';
import { type NetworkSpec, buildNetwork, networkSpec, type LayerSpec } from '../networks/index.js';
import { describeObstacles, exportObstacles } from './exportable.js';
import { exportModel } from './index.js';

beforeAll(() => selectBackend());

const conv = { kind: 'int8-conv', filters: 4, kernel: 3 } as const;
const network = (...layers: LayerSpec[]): NetworkSpec => ({
  input: [8, 8, 1],
  layers: [...layers, { kind: 'flatten' }, { kind: 'int8-dense', name: 'logits', units: 3 }],
});

it.each(['mnist', 'resnet18'])('%s has none', (name) => {
  expect(exportObstacles(networkSpec(name, { width: 0.1 }))).toEqual([]);
});

it('names every layer of full precision in order, with what to take instead', () => {
  const recipe = network(
    { kind: 'float-conv', filters: 4, kernel: 3 },
    { kind: 'norm' },
    { kind: 'relu' },
    { ...conv },
    { kind: 'norm' },
    { kind: 'relu' },
  );
  const obstacles = exportObstacles(recipe);
  expect(obstacles.map(({ layer, kind, instead }) => [layer, kind, instead])).toEqual([
    ['float_conv1', 'float-conv', 'int8-conv'],
    ['relu1', 'relu', 'fixed-point-relu'],
    ['relu2', 'relu', 'fixed-point-relu'],
  ]);
  expect(describeObstacles(obstacles)).toEqual([
    'float_conv1 (float-conv) cannot be exported; take int8-conv.',
    'relu1, relu2 (relu) cannot be exported; take fixed-point-relu.',
  ]);
});

it('has what float32 weights change in a built-in network', () => {
  const layers = exportObstacles(networkSpec('mnist', { weights: 'float' })).map(({ layer }) => layer);
  expect(layers).toEqual(['conv1', 'conv2', 'conv3', 'logits']);
});

describe('an obstacle that another kind does not take away', () => {
  it.each<[string, LayerSpec[], RegExp]>([
    [
      'zero_pad1',
      [{ kind: 'zero-pad', size: 1 }, conv, { kind: 'norm' }, { kind: 'binary' }],
      /supported are/,
    ],
    [
      'residual1',
      [conv, { kind: 'norm' }, { kind: 'residual', layers: [{ kind: 'binary' }] }],
      /supported are/,
    ],
    [
      'inner',
      [
        conv,
        {
          kind: 'residual',
          layers: [{ kind: 'average-pool', size: 1, name: 'inner' }, { kind: 'fixed-point' }],
        },
        { kind: 'fixed-point' },
      ],
      /./,
    ],
  ])('%s, in the words of the exporter', async (layer, layers, reason) => {
    const recipe = network(...layers);
    const [obstacle] = exportObstacles(recipe);
    expect(obstacle).toMatchObject({ layer, reason: expect.stringMatching(reason) });
    expect(obstacle.instead).toBeUndefined();
    const built = buildNetwork(recipe, 1);
    const message = (await exportModel(built).catch((error) => error)).message;
    expect(message).toContain(`"${layer}" `);
    expect(message).toContain(`: ${obstacle.reason}.`);
  });
});
