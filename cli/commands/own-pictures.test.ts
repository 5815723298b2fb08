/** The first hour with pictures of one's own: the built command on small folders. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseModel } from '@bd-edge/sdk';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { writeFiles } from '../../trainer/data/testing.js';
import { bdEdgeWith, command, failure as failureIn, json } from '../testing/command.js';
import { temporaryFolder } from '../testing/folder.js';

const folder = temporaryFolder();
const env = { ...process.env, XDG_CACHE_HOME: join(folder, '.cache') };
const bdEdgeIn = (cwd: string, ...args: string[]) => bdEdgeWith({ cwd, env }, ...args);
const bdEdge = (...args: string[]) => bdEdgeIn(folder, ...args);
const failure = (...args: string[]) => failureIn({ cwd: folder, env }, ...args);

/** A network for pictures of 16 x 16, which trains in a moment. */
const network = {
  input: [16, 16, 1],
  layers: [
    { kind: 'int8-conv', filters: 4, kernel: 3, stride: 3 },
    { kind: 'norm' },
    { kind: 'ternary' },
    { kind: 'flatten' },
    { kind: 'int8-dense', units: 2 },
  ],
};
const quick = [
  '--network',
  'net.json',
  '--epochs',
  '2',
  '--finetuned-epochs',
  '1',
  '--batch',
  '8',
  '--backend',
  'wasm',
];

/** A frame decides the class: it is bright for cats and dark for dogs. The crop of a stream loses it. */
function picture(isCat: boolean, seed: number): Promise<Buffer> {
  const pixels = Buffer.alloc(32 * 32, (seed * 53) % 256);
  for (let i = 0; i < pixels.length; i++) {
    const [x, y] = [i % 32, i >> 5];
    if (Math.min(x, y, 31 - x, 31 - y) < 2) pixels[i] = isCat ? 255 : 0;
    else if (x > 15) pixels[i] = isCat ? 200 : 60;
  }
  return sharp(pixels, { raw: { width: 32, height: 32, channels: 1 } })
    .png()
    .toBuffer();
}

async function writePictures(at: string, count: number): Promise<void> {
  for (let i = 0; i < count; i++)
    await writeFiles(join(folder, at), {
      [`cat/${i}.png`]: await picture(true, i),
      [`dog/${i}.png`]: await picture(false, i),
    });
}

const record = (run: string) => JSON.parse(readFileSync(join(folder, run, 'run.json'), 'utf8'));

beforeAll(async () => {
  writeFileSync(join(folder, 'net.json'), JSON.stringify(network));
  await writePictures('pictures', 20);
  await writePictures('fresh', 4);
  const trained = bdEdge('train', '--data', 'pictures', ...quick, '--out', 'run');
  expect(trained.status, trained.stderr).toBe(0);
  expect(bdEdge('export', 'run', '-o', 'model.bdm').status).toBe(0);
}, 90_000);

describe('test images', () => {
  test('--limit draws a stratified sample and reports it', () => {
    const sampled = json(bdEdge('eval', 'model.bdm', '--data', 'fresh', '--limit', '4', '--json'));
    expect(sampled).toMatchObject({ part: 'all', images: 4, sample: { of: 8, seed: 1 } });
    expect(sampled.perClass.map(({ images }: { images: number }) => images)).toEqual([2, 2]);
    const checked = json(
      bdEdge('check', 'model.bdm', '--port', 'sim:', '--data', 'fresh', '--limit', '4', '--json'),
    );
    expect(checked).toMatchObject({ images: 4, sample: { of: 8, seed: 1 }, confusion: sampled.confusion });
    expect(bdEdge('eval', 'model.bdm', '--data', 'fresh', '--limit', '4').stdout).toMatch(
      /a sample of 4 of 8 .*classes in proportion, seed 1/,
    );
  });

  test('a new folder is used whole; the training folder gives what was held out', () => {
    expect(json(bdEdge('eval', 'model.bdm', '--data', 'fresh', '--json'))).toMatchObject({
      part: 'all',
      images: 8,
      sample: null,
    });
    const own = json(bdEdge('eval', 'model.bdm', '--json'));
    expect(own).toMatchObject({
      part: 'held-out',
      images: 8,
      accuracy: record('run').finetuned.testAccuracy,
    });
    // The file has the name of the data, and no path.
    const { metadata } = parseModel(readFileSync(join(folder, 'model.bdm')));
    expect(metadata?.training?.data).toBe('pictures');
    expect(JSON.stringify(metadata)).not.toContain(folder);
    cpSync(join(folder, 'pictures'), join(folder, 'copy'), { recursive: true });
    expect(json(bdEdge('eval', 'model.bdm', '--data', 'copy', '--json'))).toMatchObject({ part: 'held-out' });
  });

  test('wrong images are listed with their scores, and shown in a report', () => {
    // Cats in the folder of dogs.
    cpSync(join(folder, 'fresh', 'cat'), join(folder, 'mixed', 'dog'), { recursive: true });
    const args = ['--data', 'mixed', '--wrong', 'out/wrong.csv', '--report', 'out/report.html'];
    const { status, stdout } = bdEdge('eval', 'model.bdm', ...args);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^class +images +precision +recall/m);
    const { confusion } = json(bdEdge('eval', 'model.bdm', '--data', 'mixed', '--json'));
    const lines = readFileSync(join(folder, 'out', 'wrong.csv'), 'utf8')
      .trim()
      .split('\n');
    expect(lines[0]).toBe('index,file,class,predicted,score,class score');
    expect(lines).toHaveLength(1 + confusion[1][0]);
    const report = readFileSync(join(folder, 'out', 'report.html'), 'utf8');
    expect(report.match(/<img/g) ?? []).toHaveLength(confusion[1][0]);
    expect(report).toContain('<svg');
    expect(failure('eval', 'model.bdm', '--wrong', 'wrong.txt')).toEqual({
      status: 2,
      code: 'unknown-ending',
    });
  });

  test('a simulated board has no latency of its own', () => {
    const { stdout } = bdEdge('check', 'model.bdm', '--port', 'sim:', '--data', 'fresh');
    expect(stdout).toMatch(/latency on the board: unknown/);
    expect(stdout).not.toMatch(/ ms/);
  });
});

test('a network that was trained on a stream is tested on the crop that it was trained on', () => {
  const streamed = bdEdge('train', '--data', 'pictures', ...quick, '--stream', '--out', 'streamed');
  expect(streamed.status, streamed.stderr).toBe(0);
  expect(bdEdge('export', 'streamed', '-o', 'streamed.bdm').status).toBe(0);
  const { metadata } = parseModel(readFileSync(join(folder, 'streamed.bdm')));
  expect(metadata?.preparation).toEqual({ centerShare: 0.875 });
  expect(metadata?.preprocessing).toContain('87.5 %');
  expect(parseModel(readFileSync(join(folder, 'model.bdm'))).metadata?.preparation).toEqual({});
  const { accuracy, images } = json(bdEdge('eval', 'streamed.bdm', '--json'));
  expect({ accuracy, images }).toEqual({ accuracy: record('streamed').finetuned.testAccuracy, images: 8 });
}, 60_000);

describe('predict', () => {
  const classes = (...args: string[]) =>
    json(bdEdge('predict', 'model.bdm', ...args, '--json')).predictions.map(
      ({ file, className }: { file: string; className: string }) => [file, className],
    );

  test('files, folders and a list on standard input', async () => {
    const files = [join('fresh', 'cat', '0.png'), join('fresh', 'dog', '1.png')];
    const some = json(bdEdge('predict', 'model.bdm', ...files, '--json'));
    expect(some.predictions).toMatchObject(files.map((file) => ({ file, milliseconds: expect.any(Number) })));
    for (const { top, score, className } of some.predictions) {
      expect(top[0]).toMatchObject({ score, className });
      expect(top[0].score + top[1].score).toBeCloseTo(1);
    }
    const { confusion } = json(bdEdge('eval', 'model.bdm', '--data', 'fresh', '--json'));
    const all = classes('fresh');
    expect(all).toHaveLength(8);
    expect(all.filter(([, name]: string[]) => name === 'cat')).toHaveLength(
      confusion[0][0] + confusion[1][0],
    );
    const child = spawn(process.execPath, [command, 'predict', 'model.bdm', '-', '--csv', '--top', '1'], {
      cwd: folder,
      env,
    });
    child.stdin.end(`${files.join('\n')}\n`);
    let stdout = '';
    child.stdout.on('data', (text) => {
      stdout += text;
    });
    expect(await once(child, 'close')).toEqual([0, null]);
    const lines = stdout.trim().split('\n');
    expect(lines[0]).toBe('file,class,score,milliseconds');
    expect(lines.slice(1).map((line) => line.split(',')[0])).toEqual(files);
  });

  // Only Linux stores names that are not UTF-8.
  test.skipIf(process.platform !== 'linux')('a list with names in another encoding', () => {
    const names = ['b\xe4r.png', 'caf\xe9.png'].map((name) => join('encoded', name));
    mkdirSync(join(folder, 'encoded'));
    const bytes = readFileSync(join(folder, 'fresh', 'cat', '0.png'));
    for (const name of names) writeFileSync(Buffer.from(join(folder, name), 'latin1'), bytes);
    for (const end of ['\n', '\0']) {
      const { stdout, stderr, status } = spawnSync(
        process.execPath,
        [command, 'predict', 'model.bdm', '-', '--json'],
        { cwd: folder, env, input: Buffer.from(names.map((name) => `${name}${end}`).join(''), 'latin1') },
      );
      expect(status, String(stderr)).toBe(0);
      const { predictions } = JSON.parse(String(stdout));
      expect(predictions.map(({ file }: { file: string }) => file)).toEqual([
        join('encoded', 'b\\xe4r.png'),
        join('encoded', 'caf\\xe9.png'),
      ]);
    }
  });

  test('a board gives the same classes, and a simulated one no time', () => {
    const [here, board] = [[], ['--port', 'sim:']].map((args) =>
      json(bdEdge('predict', 'model.bdm', 'fresh', ...args, '--json')),
    );
    const withoutTime = ({ predictions }: typeof here) =>
      predictions.map((one: object) => ({ ...one, milliseconds: null }));
    expect(board.predictions).toEqual(withoutTime(here));
  });

  test('one bad file is named or skipped', () => {
    cpSync(join(folder, 'fresh', 'cat'), join(folder, 'some'), { recursive: true });
    writeFileSync(join(folder, 'some', 'bad.png'), 'none');
    expect(failure('predict', 'model.bdm', 'some')).toEqual({ status: 4, code: 'corrupt-image' });
    const { predictions, skipped } = json(
      bdEdge('predict', 'model.bdm', 'some', '--corrupt', 'skip', '--json'),
    );
    expect([predictions.length, skipped]).toEqual([4, [join('some', 'bad.png')]]);
    writeFileSync(join(folder, 'some', 'IMG_1.HEIC'), '');
    writeFileSync(join(folder, 'some', 'list.txt'), '');
    const rest = bdEdge('predict', 'model.bdm', 'some', '--corrupt', 'skip', '--csv');
    expect(rest.stderr).toContain('.heic (1), .txt (1)');
    const { ignored } = json(bdEdge('predict', 'model.bdm', 'some', '--corrupt', 'skip', '--json'));
    expect(ignored).toEqual({ '.heic': 1, '.txt': 1 });
    mkdirSync(join(folder, 'empty'), { recursive: true });
    expect(failure('predict', 'model.bdm', 'empty')).toEqual({ status: 2, code: 'no-pictures' });
    expect(failure('predict', 'model.bdm', 'absent.png')).toEqual({ status: 4, code: 'file-not-found' });
  });
});

test('the report of a training shows the wrong test images', () => {
  const report = readFileSync(join(folder, 'run', 'report.html'), 'utf8');
  const { testAccuracy } = record('run').finetuned;
  // A fifth of the 40 pictures are for the test.
  expect(report.match(/<img/g) ?? []).toHaveLength(Math.round(8 * (1 - testAccuracy)));
  expect(report).toMatch(/Wrong images \(\d+\)/);
});

describe('a run inside of its data', () => {
  test('is not read as a class', () => {
    cpSync(join(folder, 'pictures'), join(folder, 'inside'), { recursive: true });
    const at = join(folder, 'inside');
    const there = quick.with(1, join('..', 'net.json'));
    expect(bdEdgeIn(at, 'train', '--data', '.', ...there).status).toBe(0);
    expect(json(bdEdgeIn(at, 'data', '.', '--json')).classNames).toEqual(['cat', 'dog']);
    const out = join('runs', 'inside');
    expect(bdEdgeIn(at, 'train', '--resume', '--out', out).status).toBe(0);
    expect(bdEdgeIn(at, 'export', out, '-o', 'x.bdm', '--json').status).toBe(0);
  }, 60_000);

  test.each(['pictures', join('pictures', 'cat')])('does not replace %s', (out) => {
    expect(failure('train', '--data', 'pictures', ...quick, '--out', out)).toEqual({
      status: 2,
      code: 'out-in-data',
    });
  });

  test('curves are no class either', () => {
    const args = ['--out', 'not-made', '--tensorboard', join('pictures', 'curves')];
    expect(failure('train', '--data', 'pictures', ...quick, ...args)).toEqual({
      status: 2,
      code: 'out-in-data',
    });
  });
});

test('a run resumes from another folder, and after its data were moved', () => {
  cpSync(join(folder, 'pictures'), join(folder, 'old', 'pictures'), { recursive: true });
  const at = join(folder, 'old');
  const there = quick.with(1, join('..', 'net.json'));
  expect(bdEdgeIn(at, 'train', '--data', 'pictures', ...there, '--out', 'run').status).toBe(0);
  const before = readFileSync(join(at, 'run', 'coupled-training', 'log.json'), 'utf8');
  const elsewhere = bdEdgeIn(folder, 'train', '--resume', '--out', join('old', 'run'));
  expect(elsewhere.status, elsewhere.stderr).toBe(0);
  renameSync(join(at, 'pictures'), join(folder, 'renamed'));
  expect(failure('train', '--resume', '--out', join('old', 'run'))).toEqual({
    status: 2,
    code: 'data-moved',
  });
  const moved = bdEdge('train', '--resume', '--out', join('old', 'run'), '--data', 'renamed');
  expect(moved.status, moved.stderr).toBe(0);
  expect(readFileSync(join(at, 'run', 'coupled-training', 'log.json'), 'utf8')).toBe(before);
  // It knows the new place from now on.
  expect(bdEdge('export', join('old', 'run'), '-o', 'moved.bdm', '--json').status).toBe(0);
  // Other pictures are not the same training.
  rmSync(join(folder, 'renamed', 'cat', '0.png'));
  expect(failure('train', '--resume', '--out', join('old', 'run'))).toMatchObject({
    status: 2,
    code: 'checkpoint-mismatch',
  });
}, 90_000);

test('the export that is proposed is the best on validation images', () => {
  const { stdout } = bdEdge('train', '--resume', '--out', 'run');
  const { coupled, finetuned } = record('run');
  const best = finetuned.validationAccuracy > coupled.validationAccuracy ? 'finetuned' : 'coupled';
  expect(stdout).toContain(
    `Next: bd-edge export run${best === 'coupled' ? ' --stage coupled' : ''} -o model.bdm`,
  );
});

describe('two trainings in one folder', () => {
  const long = ['--data', 'pictures', ...quick.with(3, '3000'), '--checkpoint-minutes', '0'];

  function start(...args: string[]) {
    const child = spawn(process.execPath, [command, 'train', ...args, '--json'], { cwd: folder, env });
    const output = { stdout: '' };
    child.stdout.on('data', (text) => {
      output.stdout += text;
    });
    const ended = once(child, 'close').then(([code]) => ({ code, ...output }));
    return { child, ended };
  }

  test('one wins, also against --overwrite and --resume, and a killed winner leaves the folder free', async () => {
    const two = [start(...long, '--out', 'shared'), start(...long, '--out', 'shared', '--seed', '2')];
    const first = await Promise.race(two.map(async ({ ended }, i) => ({ i, ...(await ended) })));
    expect(first.code).toBe(2);
    expect(['run-in-use', 'run-exists']).toContain(JSON.parse(first.stdout).error.code);
    for (const flags of [[...long, '--overwrite'], ['--resume']])
      expect(failure('train', ...flags, '--out', 'shared')).toMatchObject({ status: 2 });
    const winner = two[1 - first.i];
    winner.child.kill('SIGKILL');
    await winner.ended;
    const again = start('--resume', '--out', 'shared');
    const running = await Promise.race([again.ended, new Promise((resolve) => setTimeout(resolve, 6000))]);
    // It trains, unless the winner was killed before it began.
    if (running !== undefined)
      expect(JSON.parse((running as { stdout: string }).stdout).error.code).toBe('no-run');
    again.child.kill('SIGINT');
    await again.ended;
  }, 60_000);
});
