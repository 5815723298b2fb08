// cspell:ignore pagemap kmsg
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeModel, type Metadata, parseModel } from '@bd-edge/sdk';
import { beforeAll, expect, test } from 'vitest';
import { bdEdge, failure, json } from '../testing/command.js';
import { temporaryFolder } from '../testing/folder.js';
import { mnistNetwork } from '../testing/models.js';

const folder = temporaryFolder();
const model = join(folder, 'model.bdm');

beforeAll(() => writeFileSync(model, mnistNetwork(1)));

test('prints a table, or one object', () => {
  expect(bdEdge('inspect', model).stdout).toMatch(
    /0\s+int8 conv 5x5 stride 2\s+12 x 12 x 12 bits\s+150 int8/,
  );
  const { ops, weightBytes, arenaBytes, fileBytes, macs } = json(bdEdge('inspect', model, '--json'));
  expect(ops).toHaveLength(2);
  expect(ops[1]).toMatchObject({ title: 'int8 dense', weightBytes: 17280, macs: 17280 });
  expect(weightBytes).toBeGreaterThanOrEqual(ops[0].weightBytes + ops[1].weightBytes);
  expect(arenaBytes).toBeGreaterThanOrEqual(28 * 28);
  expect(fileBytes).toBe(readFileSync(model).length);
  expect(macs).toBe(ops[0].macs + ops[1].macs);
});

test('a bundled model is found by its name, and its pools have work', () => {
  const { metadata, ops } = json(bdEdge('inspect', 'mnist-8k', '--json'));
  expect(metadata.training.data).toBe('mnist');
  expect(ops[0]).toMatchObject({ kind: 'int8-convolution', pool: { height: 2, width: 2 } });
  for (const { macs } of ops) expect(macs).toBeGreaterThan(0);
});

test('names the kernel of each op, and warns of slow ones', () => {
  const kernels = (file: string) =>
    json(bdEdge('inspect', file, '--json')).ops.map(
      ({ kernel }: { kernel: { name: string; slow: boolean } }) => [kernel.name, kernel.slow],
    );
  expect(kernels(model)).toEqual([
    ['planes', false],
    ['pairs', false],
  ]);
  expect(bdEdge('inspect', model).stdout).not.toContain('warning');

  // Sums of more than 15 bits need the scalar kernel.
  const { input, ops, outputScale } = parseModel(mnistNetwork(1));
  const [start] = ops;
  if (start.kind !== 'int8-convolution') throw new Error('the network starts with a convolution');
  const filters = 1320;
  const threshold = { values: new Int32Array(filters), invert: new Uint8Array(filters) };
  const first = {
    ...start,
    filters,
    weights: new Int8Array(25 * filters).fill(1),
    epilogue: { kind: 'threshold' as const, coupled: false, thresholds: [threshold] },
  };
  const sums = {
    kind: 'binary-convolution' as const,
    input: 1,
    window: { ...first.window, strideY: 1, strideX: 1 },
    outputHeight: 8,
    outputWidth: 8,
    filters: 2,
    weights: new Int8Array(2 * 25 * filters).fill(1),
    epilogue: { kind: 'sum' as const, bias: new Int32Array(2) },
  };
  const slow = join(folder, 'slow.bdm');
  writeFileSync(slow, encodeModel({ input, ops: [first, sums], outputScale }));
  expect(kernels(slow)[1]).toEqual(['scalar', true]);
  expect(bdEdge('inspect', slow).stdout).toMatch(/^warning .*op 1, binary conv 5x5/m);
});

test('a name cannot forge output, and metadata of other types is ignored', () => {
  const graph = parseModel(mnistNetwork(1));
  const file = join(folder, 'hostile.bdm');
  let deep: unknown = 0;
  for (let i = 0; i < 3000; i++) deep = [deep];
  const metadata = {
    name: 'net\nerror: forged \u202etxt\u2066',
    labels: ['a', 1],
    training: JSON.parse('{"data": {"toString": 1}, "a\\nwarning  forged": 1, "__proto__": {}}'),
    deep,
    toString: 1,
  };
  writeFileSync(file, encodeModel({ ...graph, metadata: metadata as unknown as Metadata }));
  const { status, stdout } = bdEdge('inspect', file);
  expect(status).toBe(0);
  expect(stdout).not.toMatch(/^(error|warning)|[\u202e\u2066]/m);
  expect(json(bdEdge('inspect', file, '--json')).metadata).toEqual({
    name: metadata.name,
    training: { 'a\nwarning  forged': 1 },
  });
});

test.skipIf(process.platform === 'win32')('a device or a pipe is rejected at once', () => {
  for (const path of ['/dev/zero', '/proc/self/pagemap', '/proc/kmsg'].filter((path) => existsSync(path)))
    expect(failure({}, 'inspect', path).status).toBe(4);
});

test('--board estimates the cost of each op', () => {
  const { cost, fileBytes, ops } = json(bdEdge('inspect', 'mnist-8k', '--board', 'pico', '--json'));
  expect(cost).toMatchObject({ board: 'pico', flashBytes: fileBytes });
  expect(cost.ops).toHaveLength(ops.length);
  const sum = cost.ops.reduce((total: number, op: { ticks: number }) => total + op.ticks, 0);
  expect(cost.ticks).toBeCloseTo(sum, 3);
  expect(cost.milliseconds).toBeCloseTo(cost.ticks / 125_000, 3);
  expect(failure({}, 'inspect', 'mnist-8k', '--board', 'arduino').status).toBe(2);
});
