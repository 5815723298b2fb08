/** The real command, as built, in processes of its own. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeModel } from '../sdk/index.js';
import { random, randomGraph } from '../sdk/testing/random-graph.js';

const command = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'bd-edge-cli-'));
const model = join(folder, 'model.bdm');

function bdEdge(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    encoding: 'utf8',
    cwd: folder,
  });
  return { status, stdout, stderr };
}

const json = (result: { stdout: string }) => JSON.parse(result.stdout);

/** A network for MNIST images with random weights. */
function mnistShaped(seed: number): Uint8Array {
  const rng = random(seed);
  const window = { kernelHeight: 28, kernelWidth: 28, strideY: 1, strideX: 1, paddingTop: 0, paddingLeft: 0 };
  const convolution = {
    kind: 'int8-convolution' as const,
    input: 0,
    window: { ...window, kernelHeight: 5, kernelWidth: 5, strideY: 2, strideX: 2 },
    outputHeight: 12,
    outputWidth: 12,
    filters: 6,
    weights: Int8Array.from({ length: 6 * 25 }, () => rng.integer(-127, 127)),
    epilogue: {
      kind: 'threshold' as const,
      coupled: false,
      cuts: [0, 1].map(() => ({
        thresholds: Int32Array.from({ length: 6 }, () => rng.integer(-9000, 9000)),
        below: Uint8Array.from({ length: 6 }, () => rng.integer(0, 1)),
      })),
    },
  };
  const dense = {
    kind: 'int8-convolution' as const,
    input: 1,
    window: { ...window, kernelHeight: 12, kernelWidth: 12 },
    outputHeight: 1,
    outputWidth: 1,
    filters: 10,
    weights: Int8Array.from({ length: 10 * 12 * 12 * 12 }, () => rng.integer(-127, 127)),
    epilogue: { kind: 'sum' as const, bias: new Int32Array(10) },
  };
  return encodeModel({
    input: { height: 28, width: 28, channels: 1 },
    nodes: [convolution, dense],
    outputScale: 0.5,
  });
}

beforeAll(() => writeFileSync(model, mnistShaped(1)));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('help and usage', () => {
  test('every verb explains itself with examples', () => {
    for (const verb of [
      'train',
      'export',
      'inspect',
      'eval',
      'mismatch',
      'simulate',
      'ports',
      'deploy',
      'check',
    ]) {
      const { status, stdout } = bdEdge(verb, '--help');
      expect({ verb, status }).toEqual({ verb, status: 0 });
      expect(stdout).toContain('Examples:');
      expect(stdout).toContain('--json');
    }
  });

  test('a wrong flag, a missing port, a wrong number: code 2 and no stack', () => {
    for (const args of [
      ['inspect', model, '--nonsense'],
      ['deploy', model],
      ['check', model, '--port', 'sim:', '--limit', 'many'],
      ['simulate'],
      ['deploy', model, '--port', 'smoke://signals'],
      ['eval', model, '--data', 'nothing'],
      ['dance'],
    ]) {
      const { status, stderr } = bdEdge(...args);
      expect({ args, status }).toEqual({ args, status: 2 });
      expect(stderr).not.toContain('    at ');
    }
  });
});

describe('inspect', () => {
  test('prints a table, or one object', () => {
    expect(bdEdge('inspect', model).stdout).toMatch(
      /0\s+int8 conv 5x5 stride 2\s+12 x 12 x 12 bits\s+150 int8/,
    );
    const { layers, weightBytes, arenaBytes, fileBytes } = json(bdEdge('inspect', model, '--json'));
    expect(layers).toHaveLength(2);
    expect(layers[1]).toMatchObject({ op: 'int8 dense', weightBytes: 17280, macs: 17280 });
    expect(weightBytes).toBeGreaterThanOrEqual(layers[0].weightBytes + layers[1].weightBytes);
    expect(arenaBytes).toBeGreaterThanOrEqual(28 * 28);
    expect(fileBytes).toBe(readFileSync(model).length);
  });

  test('files that are no model: code 4 and one sentence', () => {
    const damaged = join(folder, 'damaged.bdm');
    const bytes = mnistShaped(1);
    bytes[200] ^= 4;
    writeFileSync(damaged, bytes);
    writeFileSync(join(folder, 'short.bdm'), bytes.subarray(0, 100));
    for (const [file, reason] of [
      [damaged, 'does not match its checksum'],
      ['short.bdm', 'is cut short'],
      ['absent.bdm', 'There is no file or folder absent.bdm'],
      ['.', 'this is a folder'],
    ]) {
      const { status, stderr } = bdEdge('inspect', file);
      expect({ file, status }).toEqual({ file, status: 4 });
      expect(stderr).toContain(reason);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    }
    expect(bdEdge('inspect', damaged, '--verbose').stderr).toContain('    at ');
  });
});

describe('eval', () => {
  test('wasm and reference find the same accuracy', () => {
    const [wasm, reference] = ['wasm', 'reference'].map((engine) =>
      json(bdEdge('eval', model, '--data', 'mnist', '--limit', '300', '--engine', engine, '--json')),
    );
    expect(wasm).toEqual({ images: 300, accuracy: expect.any(Number), engine: 'wasm' });
    expect(reference.accuracy).toBe(wasm.accuracy);
  });

  test('a network for other images is refused', () => {
    writeFileSync(join(folder, 'tiny.bdm'), encodeModel(randomGraph(random(1), 1)));
    const { status, stderr } = bdEdge('eval', 'tiny.bdm', '--data', 'mnist');
    expect(status).toBe(4);
    expect(stderr).toContain('The image has 784 bytes but the network takes');
  });
});

describe('a board', () => {
  test('deploy and check on a simulated board in the same process', () => {
    const deployed = json(bdEdge('deploy', model, '--port', 'sim:', '--json'));
    expect(deployed).toMatchObject({ bytesSkipped: 0, digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const checked = bdEdge('check', model, '--port', 'sim:', '--data', 'mnist', '--limit', '200', '--json');
    expect(checked.status).toBe(0);
    expect(json(checked)).toMatchObject({
      images: 200,
      labelMismatches: 0,
      logitMismatches: 0,
      firstDivergingLayer: null,
    });
  });

  test('too little RAM is told before the upload, with both numbers: code 3', () => {
    const { status, stderr } = bdEdge('deploy', model, '--port', 'sim:?ram=20000');
    expect(status).toBe(3);
    expect(stderr).toMatch(/20,?000/);
    expect(stderr).toMatch(/2[0-9],?[0-9]{3}/);
  });

  test('nobody at the other end: code 3', () => {
    const { status, stderr } = bdEdge('deploy', model, '--port', 'socket://127.0.0.1:1');
    expect(status).toBe(3);
    expect(stderr).toContain('127.0.0.1:1');
    expect(bdEdge('deploy', model, '--port', '/dev/ttyNoSuchPort').status).toBe(3);
  });

  test('a simulator of its own keeps what it was sent; the wrong model does not pass a check', async () => {
    const simulator = spawn(process.execPath, [command, 'simulate', '--listen', '127.0.0.1:0', '--json']);
    try {
      const { port } = await new Promise<{ port: string }>((resolve) =>
        simulator.stdout.once('data', (line) => resolve(JSON.parse(String(line)))),
      );
      const first = json(bdEdge('deploy', model, '--port', port, '--json'));
      expect(first.bytesSent).toBeGreaterThan(readFileSync(model).length);
      const second = json(bdEdge('deploy', model, '--port', port, '--json'));
      expect(second).toMatchObject({ bytesSent: 0, digest: first.digest });
      expect(bdEdge('check', model, '--port', port, '--limit', '20').status).toBe(0);

      const other = join(folder, 'other.bdm');
      writeFileSync(other, mnistShaped(2));
      const wrong = bdEdge('check', other, '--port', port, '--limit', '20');
      expect(wrong.status).toBe(3);
      expect(wrong.stderr).toContain('deploy this one first');
    } finally {
      simulator.kill('SIGINT');
    }
    expect(await new Promise((resolve) => simulator.once('close', resolve))).toBe(0);
  });
});
