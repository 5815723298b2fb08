/** The built command with standard streams that cannot be written, and files that are standard output. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseModel } from '@bd-edge/sdk';
import { expect, test } from 'vitest';
import { writeIdxFolder } from '../../trainer/data/testing.js';
import { bdEdgeWith, command } from '../testing/command.js';
import { temporaryFolder } from '../testing/folder.js';

const folder = temporaryFolder();

/** Runs a line of the shell, in which `bd-edge` is the command. */
const shell = (line: string) =>
  spawnSync('bash', ['-c', line.replaceAll('bd-edge', `"${process.execPath}" "${command}"`)], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });

const hasFull = existsSync('/dev/full');

test.skipIf(!hasFull).each(['inspect mnist-8k --json', 'inspect mnist-8k', 'ports --json', 'train --help'])(
  'results that do not fit on a disk are a file error: %s',
  (args) => {
    const { status, stderr } = shell(`bd-edge ${args} > /dev/full`);
    expect(status).toBe(4);
    expect(stderr).toMatch(/^error: The disk is full; cannot write standard output; .*\n$/);
  },
);

test.skipIf(!hasFull)(
  'a program continues if its messages cannot be written',
  async () => {
    expect(shell('bd-edge eval mnist-8k --limit 10 --json 2> /dev/full')).toMatchObject({ status: 0 });
    await writeIdxFolder(join(folder, 'stripes'), { train: 60, test: 10 });
    const args = '--data stripes --recipe mnist --epochs 2 --finetuned-epochs 1 --batch 30 --backend wasm';
    const { status, stdout } = shell(`bd-edge train ${args} --out run 2> /dev/full`);
    expect(status).toBe(0);
    expect(stdout).toContain('Next: bd-edge export');
    // No word is possible if neither can be written.
    expect(shell('bd-edge inspect mnist-8k > /dev/full 2> /dev/full').status).toBe(4);
  },
  60_000,
);

test.skipIf(process.platform === 'win32').each(['/dev/stdout', '-'])(
  'a file that is standard output is not mixed with the summary: %s',
  (name) => {
    const same = shell('bd-edge compile mnist-8k -o out/same.wasm');
    const { status, stderr } = shell(`bd-edge compile mnist-8k -o ${name} | cat > compiled.wasm`);
    expect([same.status, status], stderr).toEqual([0, 0]);
    const [piped, whole] = ['compiled.wasm', join('out', 'same.wasm')].map((file) =>
      readFileSync(join(folder, file)),
    );
    expect(piped).toEqual(whole);
    expect(stderr).toContain('standard output: ');
  },
);

test('the folder of a result is created', () => {
  const args = ['compile', 'mnist-8k', '-o', 'new/deep/model.mjs'];
  expect(bdEdgeWith({ cwd: folder }, ...args).status).toBe(0);
  expect(existsSync(join(folder, 'new', 'deep', 'model.d.mts'))).toBe(true);
  const { status } = bdEdgeWith(
    { cwd: folder },
    'eval',
    'mnist-8k',
    '--limit',
    '20',
    '--wrong',
    'new/wrong/list.csv',
  );
  expect(status).toBe(0);
  expect(existsSync(join(folder, 'new', 'wrong', 'list.csv'))).toBe(true);
});

test.skipIf(process.platform === 'win32')(
  'export writes to a pipe',
  async () => {
    await writeIdxFolder(join(folder, 'digits'), { train: 60, test: 10 });
    const args =
      '--data digits --recipe mnist --epochs 1 --finetuned-epochs 0 --batch 30 --backend wasm --json';
    const trained = shell(`bd-edge train ${args} --out exported`);
    expect(trained.status, trained.stderr).toBe(0);
    // Without fine-tuning, the last network is the decoupled one.
    const { decoupled, finetuned } = JSON.parse(trained.stdout);
    expect(finetuned).toEqual(decoupled);
    const { status, stderr } = shell('bd-edge export exported -o /dev/stdout | cat > exported.bdm');
    expect(status).toBe(0);
    expect(stderr).toContain('RAM on a board');
    expect(parseModel(readFileSync(join(folder, 'exported.bdm'))).metadata?.training?.data).toBe('digits');
  },
  60_000,
);
