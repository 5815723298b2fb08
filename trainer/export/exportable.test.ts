import { beforeAll, describe, expect, it } from 'vitest';
import { rejection } from '../../sdk/testing/throws.js';
import { selectBackend } from '../backend/index.js';
import { buildNetwork, type LayerSpec, type NetworkSpec, networkSpec } from '../networks/index.js';
import { describeObstacles, exportObstacles, INTEGER_KINDS } from './exportable.js';
import { exportModel } from './index.js';
import { LOWERINGS } from './lowerings/index.js';

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
  const spec = network(
    { kind: 'float-conv', filters: 4, kernel: 3 },
    { kind: 'norm' },
    { kind: 'relu' },
    { ...conv },
    { kind: 'norm' },
    { kind: 'relu' },
  );
  const obstacles = exportObstacles(spec);
  expect(obstacles.map(({ layer, kind, instead }) => [layer, kind, instead])).toEqual([
    ['float_conv1', 'float-conv', 'int8-conv'],
    ['relu1', 'relu', 'fixed-point-relu'],
    ['relu2', 'relu', 'fixed-point-relu'],
  ]);
  expect(describeObstacles(obstacles)).toEqual([
    'float_conv1 (float-conv) cannot be exported; use int8-conv.',
    'relu1, relu2 (relu) cannot be exported; use fixed-point-relu.',
  ]);
});

it('has what float32 weights change in a built-in network', () => {
  const layers = exportObstacles(networkSpec('mnist', { weights: 'float' })).map(({ layer }) => layer);
  expect(layers).toEqual(['conv1', 'conv2', 'conv3', 'logits']);
});

it('replaces only kinds whose layers have no lowering', () => {
  const classNames: string[] = LOWERINGS.map(({ className }) => className);
  for (const kind of Object.keys(INTEGER_KINDS)) {
    const fields = { relu: {}, 'float-conv': { filters: 1, kernel: 1 }, 'float-dense': { units: 1 } }[kind];
    const input = kind === 'float-dense' ? [4] : [4, 4, 1];
    const built = buildNetwork({ input, layers: [{ kind, ...fields }] } as NetworkSpec, 1);
    expect(classNames).not.toContain(built.layers[1].getClassName());
  }
});

it('names a layer that no other kind can replace, behind those that can be replaced', () => {
  const spec = network(conv, { kind: 'norm' }, { kind: 'relu' }, { kind: 'zero-pad', size: 1 }, conv);
  expect(exportObstacles(spec)).toMatchObject([
    { layer: 'relu1', instead: 'fixed-point-relu' },
    { layer: 'zero_pad1', kind: 'zero-pad' },
  ]);
});

describe('an obstacle that another kind does not remove', () => {
  it.each<[string, LayerSpec[]]>([
    ['zero_pad1', [{ kind: 'zero-pad', size: 1 }, conv, { kind: 'norm' }, { kind: 'binary' }]],
    ['residual1', [conv, { kind: 'norm' }, { kind: 'residual', layers: [{ kind: 'binary' }] }]],
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
    ],
  ])('%s has the reason of the exporter', async (layer, layers) => {
    const spec = network(...layers);
    const [obstacle] = exportObstacles(spec);
    expect(obstacle).toMatchObject({ layer, reason: expect.any(String) });
    expect(obstacle.instead).toBeUndefined();
    const error = await rejection(exportModel(buildNetwork(spec, 1)));
    expect(error).toMatchObject({ code: 'not-exportable', layer, reason: obstacle.reason });
  });
});
