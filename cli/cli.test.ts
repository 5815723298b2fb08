/** The real command, as built, in processes of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { encodeModel, parseModel } from '@bd-edge/sdk';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { denseNetwork } from '../firmware-host/testing/network.js';
import { oddEngine } from '../firmware-host/testing/odd-engine.js';
import { requireSocat } from '../firmware-host/testing/socat.js';
import { random, randomGraph } from '../sdk/testing/random-graph.js';
import { bdEdge, command, verbs } from './testing/command.js';

const folder = mkdtempSync(join(tmpdir(), 'bd-edge-cli-'));
const model = join(folder, 'model.bdm');

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
      thresholds: [0, 1].map(() => ({
        values: Int32Array.from({ length: 6 }, () => rng.integer(-9000, 9000)),
        invert: Uint8Array.from({ length: 6 }, () => rng.integer(0, 1)),
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
    ops: [convolution, dense],
    outputScale: 0.5,
  });
}

beforeAll(() => writeFileSync(model, mnistShaped(1)));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('help and usage', () => {
  test('every verb explains itself with examples', () => {
    const all = verbs();
    expect(all).toContain('train');
    for (const verb of all) {
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

test('where the port is missing, a simulated board is offered', () => {
  for (const verb of ['deploy', 'check']) {
    const { status, stderr } = bdEdge(verb, model);
    expect({ verb, status }).toEqual({ verb, status: 2 });
    expect(stderr).toContain('No --port was given; name the line to the board');
    expect(stderr).toContain('or sim: for a simulated one');
  }
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

  test('what a file says of itself is no command, neither to a terminal nor to a shell', () => {
    const { input, ops, outputScale } = parseModel(mnistShaped(1));
    const training = { data: "\x1b[2Jmnist'; echo", seed: '\x07' };
    for (const name of ['\x1b]0;title\x07', 5]) {
      const file = join(folder, 'says.bdm');
      writeFileSync(
        file,
        encodeModel({ input, ops, outputScale, metadata: { name: name as string, training } }),
      );
      const inspected = bdEdge('inspect', file);
      expect(inspected).toMatchObject({ status: 0, stderr: '' });
      const deployed = bdEdge('deploy', file, '--port', 'sim:?ram=262144&baud=115200');
      expect(inspected.stdout + deployed.stdout).not.toMatch(/[\x07\x1b]/);
      expect(deployed.stdout).toContain(
        `--port 'sim:?ram=262144&baud=115200' --data '\ufffd[2Jmnist'\\''; echo'`,
      );
    }
  });

  test('nor are the names in a folder, in a table, in one object or in an error', async () => {
    const [set, none] = ['names', 'none'].map((name) => join(folder, `\x1b]0;${name}\x07`));
    for (const label of ['\x1b[2Jred', '\x9b31mblue']) {
      mkdirSync(join(set, label), { recursive: true });
      const gray = sharp(Buffer.alloc(4), { raw: { width: 2, height: 2, channels: 1 } });
      for (let i = 0; i < 6; i++) await gray.clone().toFile(join(set, label, `${i}.png`));
    }
    for (const args of [
      ['data', set],
      ['data', set, '--json'],
      ['data', none],
      ['inspect', none, '--verbose'],
    ]) {
      const { stdout, stderr } = bdEdge(...args);
      expect(stdout + stderr).toContain(args[1] === set ? 'red' : 'none');
      expect(stdout + stderr).not.toMatch(/[\x07\x1b\x9b]/);
    }
    expect(json(bdEdge('data', set, '--json')).classes).toEqual(['\x1b[2Jred', '\x9b31mblue']);
  });

  test('says which kernel each layer gets and why, and warns of a slow one', () => {
    const usual = bdEdge('inspect', model).stdout;
    expect(usual).toContain('layer 0: planes (int8 weights and thresholds, at least 16 pixels)');
    expect(usual).toContain('layer 1: pairs (int8 weights)');
    expect(usual).not.toContain('warning');

    // Tables are for bits and fixed-point numbers: sums of more than one pixel have to be counted.
    const { input, ops, outputScale } = parseModel(mnistShaped(1));
    const [first] = ops;
    if (first.kind === 'max-pool') throw new Error('the network starts with a convolution');
    const sums = {
      kind: 'binary-convolution' as const,
      input: 1,
      window: { ...first.window, strideY: 1, strideX: 1 },
      outputHeight: 8,
      outputWidth: 8,
      filters: 2,
      weights: new Int8Array(2 * 25 * 12).fill(1),
      epilogue: { kind: 'sum' as const, bias: new Int32Array(2) },
    };
    const slow = join(folder, 'slow.bdm');
    writeFileSync(slow, encodeModel({ input, ops: [first, sums], outputScale }));
    expect(bdEdge('inspect', slow).stdout).toContain(
      'warning     layer 1, binary conv 5x5, falls on a slow kernel: binary 5x5, gives its sums',
    );
  });

  test('files that are no model: code 4 and one sentence', () => {
    const damaged = join(folder, 'damaged.bdm');
    const bytes = mnistShaped(1);
    bytes[200] ^= 4;
    writeFileSync(damaged, bytes);
    writeFileSync(join(folder, 'short.bdm'), bytes.subarray(0, 100));
    for (const [file, reason] of [
      [damaged, 'does not match its checksum'],
      [join(folder, 'short.bdm'), 'is cut short'],
      [join(folder, 'absent.bdm'), 'There is no file or folder'],
      ['.', 'this is a folder: .; check the path.'],
    ]) {
      const { status, stderr } = bdEdge('inspect', file);
      expect({ file, status }).toEqual({ file, status: 4 });
      expect(stderr).toContain(reason);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    }
    expect(bdEdge('inspect', damaged, '--verbose').stderr).toContain('    at ');
  });
});

describe('summary', () => {
  test('prints a table, or one object', () => {
    expect(bdEdge('summary', 'mnist').stdout).toMatch(/conv2\s+BinaryConv2D\s+14 x 14 x 16\s+14 x 14 x 23/);
    const cost = json(bdEdge('summary', 'vgg7', '--variant', 'baseline', '--weights', 'float', '--json'));
    expect(Object.keys(cost)).toEqual([
      'weights',
      'floatMacs',
      'binaryMacs',
      'weightedCost',
      'layers',
      'exportObstacles',
    ]);
    expect(cost).toMatchObject({ weights: 1575616, floatMacs: 69145600, binaryMacs: 0 });
    expect(cost.layers[0]).toMatchObject({ name: 'conv1', inputs: [[32, 32, 3]], output: [32, 32, 64] });
  });

  test('says what cannot be exported, and what to take instead', () => {
    const conv = { kind: 'int8-conv', filters: 4, kernel: 3 };
    const layers = [conv, { kind: 'norm' }, { kind: 'relu' }, { kind: 'flatten' }];
    const file = join(folder, 'full-precision.json');
    const last = { kind: 'int8-dense', units: 2 };
    writeFileSync(file, JSON.stringify({ input: [8, 8, 1], layers: [...layers, last] }));
    expect(bdEdge('summary', file).stdout).toMatch(
      /^weighted cost .*\n\nrelu1 \(relu\) cannot be exported; take fixed-point-relu\.\n$/m,
    );
    expect(json(bdEdge('summary', file, '--json')).exportObstacles).toMatchObject([
      { layer: 'relu1', kind: 'relu', instead: 'fixed-point-relu', reason: expect.any(String) },
    ]);
    expect(bdEdge('summary', 'mnist').stdout).not.toContain('cannot be exported');
  });

  test('takes recipe files, and says what is wrong with one', () => {
    const layers = [{ kind: 'ternary' }, { kind: 'flatten' }, { kind: 'binary-dense', units: 2 }];
    writeFileSync(join(folder, 'good.json'), JSON.stringify({ input: [2, 2, 1], layers }));
    writeFileSync(join(folder, 'bad.json'), JSON.stringify({ input: [2, 2, 1], layers: layers.slice(2) }));
    const decoupled = json(bdEdge('summary', join(folder, 'good.json'), '--variant', 'decoupled', '--json'));
    expect(decoupled).toMatchObject({ weights: 16, binaryMacs: 16 });
    for (const [args, status, reason] of [
      [
        [join(folder, 'bad.json')],
        4,
        "The recipe's layers.0 is not valid: a dense layer cannot take [2, 2, 1]",
      ],
      [[join(folder, 'good.json'), '--width', '2'], 2, '--width is for built-in networks'],
      [[join(folder, 'good.json'), '--width', '0'], 2, 'a number above 0'],
      [['vgg8'], 2, 'There is no network "vgg8"'],
    ] as [string[], number, string][]) {
      const result = bdEdge('summary', ...args);
      expect({ args, status: result.status }).toEqual({ args, status });
      expect(result.stderr).toContain(reason);
    }
  });
});

describe('eval', () => {
  test('wasm and reference find the same accuracy', () => {
    const [wasm, reference] = ['wasm', 'reference'].map((engine) =>
      json(bdEdge('eval', model, '--data', 'mnist', '--limit', '300', '--engine', engine, '--json')),
    );
    expect(wasm).toEqual({ data: 'mnist', images: 300, accuracy: expect.any(Number), engine: 'wasm' });
    expect(reference.accuracy).toBe(wasm.accuracy);
  });

  test('a network for other images is refused', () => {
    writeFileSync(join(folder, 'tiny.bdm'), encodeModel(randomGraph(random(1), 1)));
    const { status, stderr } = bdEdge('eval', join(folder, 'tiny.bdm'), '--data', 'mnist');
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
      classMismatches: 0,
      logitMismatches: 0,
      firstDivergingOp: null,
    });
  });

  test('the classes of a check have the names of the model', async () => {
    const pictures = join(folder, 'pics');
    const names = ['bar', 'circle', '\x1bsquare'];
    for (const name of names) {
      for (const part of ['train', 'test']) {
        mkdirSync(join(pictures, part, name), { recursive: true });
        await sharp({ create: { width: 6, height: 6, channels: 3, background: 'teal' } })
          .png()
          .toFile(join(pictures, part, name, '1.png'));
      }
    }
    const { input, ops, outputScale } = parseModel(denseNetwork({ classes: 3 }));
    const metadata = { labels: names.toSorted(), training: { data: pictures } };
    const file = join(folder, 'pics.bdm');
    writeFileSync(file, encodeModel({ input, ops, outputScale, metadata }));
    const checked = json(bdEdge('check', file, '--port', 'sim:', '--json'));
    expect(checked).toMatchObject({ data: 'pics', images: 3, classes: metadata.labels });
    expect(checked.confusion.map((row: number[]) => row.length)).toEqual([3, 3, 3]);
    const { stdout } = bdEdge('check', file, '--port', 'sim:');
    expect(stdout).toContain('3 pics images: 0 labels and 0 logits differ');
    expect(stdout).toMatch(/^ +\ufffdsquare +bar +circle *\n\ufffdsquare +[01] /m);
    const other = bdEdge('check', file, '--port', 'sim:', '--data', 'mnist');
    expect(other.status).toBe(2);
    expect(other.stderr).toContain(
      'tells \ufffdsquare, bar, circle apart, but the classes of mnist are 0, 1,',
    );
  });

  test('too little RAM is told before the upload, with both numbers: code 3', () => {
    const { status, stderr } = bdEdge('deploy', model, '--port', 'sim:?ram=20000');
    expect(status).toBe(3);
    expect(stderr).toMatch(/20,?000/);
    expect(stderr).toMatch(/2[0-9],?[0-9]{3}/);
  });

  test('a board that calculates otherwise: code 1, and where is told', async () => {
    const [data, engine, model] = ['gray', 'odd.wasm', 'six.bdm'].map((name) => join(folder, name));
    const gray = (value: number) =>
      sharp(Buffer.alloc(36, value), { raw: { width: 6, height: 6, channels: 1 } }).png();
    for (const [part, label] of ['train', 'test'].flatMap((part) => [0, 1].map((label) => [part, label]))) {
      const pictures = join(data, String(part), String(label));
      mkdirSync(pictures, { recursive: true });
      await gray(200 * Number(label)).toFile(join(pictures, 'picture.png'));
    }
    writeFileSync(model, denseNetwork({ classes: 9 }));
    // All its logits are 0.
    writeFileSync(engine, oddEngine({ code: { run: [] } }));
    await withSimulator(['--listen', '127.0.0.1:0'], async (port) => {
      expect(bdEdge('deploy', model, '--port', port, '--engine', engine).status).toBe(0);
      const checked = bdEdge('check', model, '--port', port, '--data', data, '--json');
      expect(checked.status).toBe(1);
      expect(json(checked)).toMatchObject({ images: 2, logitMismatches: 2, firstDivergingImage: 0 });
      expect(bdEdge('check', model, '--port', port, '--data', data).stdout).toContain(
        'image 0 is the first that differs',
      );
    });
  });

  test('files that are none: code 4, in a sentence', () => {
    const empty = join(folder, 'empty.wasm');
    writeFileSync(empty, '');
    for (const [args, reason] of [
      [
        ['deploy', model, '--port', 'sim:', '--engine', empty],
        'The engine is no WebAssembly module: it has 0 bytes',
      ],
      [
        ['deploy', model, '--port', `sim:?store=${empty}`],
        `A folder is needed, and this is a file: ${empty}`,
      ],
      [['inspect', folder], `A file is needed, and this is a folder: ${folder}; check the path.`],
      [['inspect', 'x'.repeat(300)], 'The name is too long'],
    ] as const) {
      const { status, stderr } = bdEdge(...args);
      expect({ args, status }).toEqual({ args, status: 4 });
      expect(stderr).toContain(reason);
    }
  });

  test('a board that is a process ends with the command that cannot listen', () => {
    const firmware = join(folder, 'firmware.sh');
    const script = join(folder, 'firmware.cjs');
    const listening = 'console.log(`127.0.0.1:${this.address().port}`)';
    writeFileSync(script, `require('net').createServer().listen(0, function () { ${listening} });`);
    writeFileSync(firmware, `#!/bin/sh\nexec ${process.execPath} ${script}\n`, { mode: 0o755 });
    const { status, stderr } = bdEdge(
      'simulate',
      '--board',
      'posix',
      '--firmware',
      firmware,
      '--listen',
      'nonsense',
    );
    expect(stderr).toContain('nonsense');
    expect(status).toBe(2);
  });

  test('a broken file is found before the line is opened', () => {
    const broken = join(folder, 'broken.bdm');
    writeFileSync(broken, readFileSync(model).subarray(0, -1));
    for (const verb of ['deploy', 'check']) {
      const { status, stderr } = bdEdge(verb, broken, '--port', 'socket://127.0.0.1:1');
      expect({ verb, status }).toEqual({ verb, status: 4 });
      expect(stderr).toContain('is cut short');
    }
  });

  test('nobody at the other end: code 3', () => {
    const { status, stderr } = bdEdge('deploy', model, '--port', 'socket://127.0.0.1:1');
    expect(status).toBe(3);
    expect(stderr).toContain('127.0.0.1:1');
    expect(bdEdge('deploy', model, '--port', '/dev/ttyNoSuchPort').status).toBe(3);
  });

  test('a simulator of its own keeps what it was sent; the wrong model does not pass a check', async () => {
    await withSimulator(['--listen', '127.0.0.1:0'], async (port) => {
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
    });
  });
});

describe('Ctrl-C, or the end of the terminal, in the middle of an upload', () => {
  // A terminal's end is told twice, by the system and by the shell, and takes the streams with it.
  test.each([
    { signals: ['SIGINT'], hears: true },
    { signals: ['SIGHUP', 'SIGHUP'], hears: false },
  ] as const)('$signals: loses nothing, and the next deploy goes on there', async ({ signals, hears }) => {
    const store = join(folder, `store-${signals.length}`);
    await withSimulator(['--listen', '127.0.0.1:0', '--baud', '60000', '--store', store], async (port) => {
      const upload = spawn(process.execPath, [command, 'deploy', model, '--port', port]);
      const stderr = hears ? text(upload.stderr) : upload.stderr.destroy() && '';
      const ended = new Promise((resolve) => upload.once('close', resolve));
      await expect.poll(() => bytesIn(store), { timeout: 10_000 }).toBeGreaterThan(7000); // of some 23,000
      for (const signal of signals) upload.kill(signal);
      expect({ code: await ended, stderr: await stderr }).toEqual({
        code: 130,
        stderr: hears ? expect.stringMatching(/^stopping \.\.\.$[^]*Stopped, as asked/m) : '',
      });
      expect(json(bdEdge('deploy', model, '--port', port, '--json')).bytesSkipped).toBeGreaterThan(0);
      expect(bdEdge('check', model, '--port', port, '--limit', '3').status).toBe(0);
    });
  });
});

test('the whole way through a serial port: socat, the serialport package, the command', async (context) => {
  requireSocat(context);
  await withSimulator(['--pty', join(folder, 'board')], async (port) => {
    expect(json(bdEdge('deploy', model, '--port', port, '--json')).bytesSent).toBeGreaterThan(0);
    const checked = json(bdEdge('check', model, '--port', port, '--limit', '100', '--json'));
    expect(checked).toMatchObject({ images: 100, classMismatches: 0, logitMismatches: 0 });
  });
});

/** Runs `bd-edge simulate` while `use` does, and sees it end well at Ctrl-C. */
async function withSimulator(args: string[], use: (port: string) => Promise<void>): Promise<void> {
  const simulator = spawn(process.execPath, [command, 'simulate', ...args, '--json']);
  const ended = new Promise((resolve) => simulator.once('close', resolve));
  try {
    const [line] = await once(simulator.stdout, 'data');
    await use(JSON.parse(String(line)).port);
  } finally {
    simulator.kill('SIGINT');
  }
  expect(await ended).toBe(0);
}

function bytesIn(directory: string): number {
  if (!existsSync(directory)) return 0;
  return readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);
}
