import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const bench = (...args: string[]) =>
  spawnSync(process.execPath, [fileURLToPath(new URL('bench.mjs', import.meta.url)), ...args], {
    encoding: 'utf8',
  });

describe('npm run bench', () => {
  it('prints its usage, and ends with 2 for wrong arguments', () => {
    const unknown = bench('--fast');
    expect(unknown.status).toBe(2);
    expect(unknown.stderr).toContain("Unknown option '--fast'");
    const shape = bench('--only', '3x3');
    expect(shape.status).toBe(2);
    expect(shape.stderr).toContain('Unknown shape "3x3"; expected one of: 14x14x256, ');
    expect(bench('--peer', 'network.onnx').status).toBe(2);
    expect(bench('--peer', 'network.onnx', '--model', 'a', '--data', 'b', '--pixels', '1..2').status).toBe(2);
    const help = bench('--help');
    expect(help.status).toBe(0);
    expect(help.stdout).toContain('--quick');
  });

  it('prints the time of each layer of a network', () => {
    expect(bench('--layers', 'lenet').stderr).toContain('Unknown network "lenet"; expected one of: mnist, ');
    const { status, stdout } = bench('--quick', '--json', '--layers', 'mnist');
    expect(status).toBe(0);
    const layers: { kernel: string; ms: number }[] = JSON.parse(stdout);
    expect(layers.map(({ kernel }) => kernel)).toEqual([
      'planes',
      'halve',
      'table',
      'halve',
      'table',
      'halve',
      'pairs',
    ]);
    for (const { ms } of layers) expect(ms).toBeGreaterThan(0);
  }, 60_000);

  it('prints rows as JSON, simd among them', () => {
    const { status, stdout, stderr } = bench('--quick', '--json', '--only', '1x1 28x28x64');
    expect(stderr).not.toContain('Error');
    expect(status).toBe(0);
    const rows = JSON.parse(stdout);
    expect(rows[0]).toEqual({ lane: 'simd', shape: '1x1 28x28x64', ms: expect.any(Number), ratio: 1 });
    expect(rows.map(({ lane }: { lane: string }) => lane)).toEqual(
      expect.arrayContaining(['sparse', 'mvp', 'tfjs-wasm f32']),
    );
  }, 60_000);

  it.skipIf(availableParallelism() < 2)(
    'prints rows of threads, with two of them as the unit',
    () => {
      const { status, stdout } = bench('--quick', '--json', '--only', 'threads');
      expect(status).toBe(0);
      const rows: { lane: string; shape: string; ratio: number }[] = JSON.parse(stdout);
      expect(rows.map(({ lane, shape }) => `${lane}: ${shape}`)).toContain('1 thread: wide VGG-7, one image');
      expect(rows.filter(({ lane }) => lane === '2 threads').map(({ ratio }) => ratio)).toEqual([1, 1, 1]);
    },
    120_000,
  );
});
