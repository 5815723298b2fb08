import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseModel } from '@bd-edge/sdk';
import { expect, test } from 'vitest';
import { OnnxWriter } from '../../import/testing/onnx-writer.js';
import { randomNetwork } from '../../import/testing/random-network.js';
import { bdEdge, failure, json } from '../testing/command.js';
import { temporaryFolder } from '../testing/folder.js';

const folder = temporaryFolder();

function onnxFile(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** Gray images of 28x28 in two classes: the upper half is brighter, or the lower. */
function digits(): Uint8Array {
  const writer = new OnnxWriter();
  const image = writer.input('image', ['batch', 1, 28, 28]);
  const bits = writer.node('BipolarQuant', [
    writer.node('Sub', [image, writer.scalar(0.3)]),
    writer.scalar(1),
  ]);
  const weights = Array.from({ length: 2 * 784 }, (_, i) => (i % 784 < 392 === i < 784 ? 1 : -1));
  const logits = writer.node('Gemm', [writer.node('Flatten', [bits]), writer.constant(weights, [2, 784])], {
    transB: 1,
  });
  writer.output(writer.node('Softmax', [logits]));
  return writer.finish();
}

test('an imported network agrees with its ONNX network, and inspect reads it', () => {
  const out = join(folder, 'digits.bdm');
  const args = ['--class-names', 'upper,lower', '--license', 'MIT', '--random', '6', '--json'];
  const result = bdEdge('import', onnxFile('digits.onnx', digits()), '-o', out, ...args);
  expect(result).toMatchObject({ status: 0, stderr: '' });
  const model = parseModel(readFileSync(out));
  expect(json(result)).toEqual({
    ...{ out, fileBytes: model.fileBytes, weightBytes: model.weightBytes, arenaBytes: model.arenaBytes },
    images: '6 random images (seed 1)',
    agreement: {
      ...{ images: 6, activations: 6 * 784, activationsDiffering: 0, classesDiffering: 0 },
      ...{ classesTied: 0, largestLogitError: 0 },
    },
    ...{ accuracy: null, roundedLogits: false, notes: [expect.stringContaining('Softmax')] },
  });
  expect(model.metadata).toMatchObject({ name: 'digits', labels: ['upper', 'lower'], license: 'MIT' });
  expect(model.metadata?.densities).toHaveLength(model.ops.length);
  expect(bdEdge('inspect', out).status).toBe(0);
});

test('test images give the accuracy', () => {
  const out = join(folder, 'validated.bdm');
  const file = onnxFile('validated.onnx', digits());
  const result = bdEdge('import', file, '-o', out, '--validation', 'mnist', '--limit', '20', '--json');
  expect(result.status).toBe(0);
  expect(json(result)).toMatchObject({ agreement: { images: 20, classesDiffering: 0 } });
  expect(json(result).accuracy).toBeGreaterThanOrEqual(0);
});

test('the result is also written to standard output', () => {
  const { status, stderr, stdout } = bdEdge(
    'import',
    onnxFile('x.onnx', randomNetwork(3, 'plain')),
    '-o',
    '-',
  );
  expect({ status, start: stdout.slice(0, 3) }).toEqual({ status: 0, start: 'BDM' });
  expect(stderr).toContain('0 classes differ');
});

test('a file that cannot be imported is a file error, and nothing is written', () => {
  const out = join(folder, 'none.bdm');
  const file = onnxFile('text.onnx', new TextEncoder().encode('no model'));
  expect(failure({}, 'import', file, '-o', out)).toEqual({ status: 4, code: 'invalid-onnx' });
  expect(existsSync(out)).toBe(false);
});

test.each([
  ['--pixels', '1'],
  ['--pixels', '1..1'],
  ['--mean', 'gray'],
  ['--shape', '28x28'],
  ['--random', '-1'],
])('%s %s is a usage error', (option, value) => {
  expect(failure({}, 'import', 'model.onnx', option, value)).toEqual({ status: 2, code: 'invalid-argument' });
});
