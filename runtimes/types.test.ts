import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

const USE = `
import { type Network, load, preprocess } from '@bd-edge/sdk';
import * as inline from '@bd-edge/sdk/inline';
import { type WorkerNetwork, loadInWorker } from '@bd-edge/sdk/worker';
import { compileModel } from '@bd-edge/compile';
import { connectBoard } from '@bd-edge/host';
export const use = async (model: Uint8Array, data: Uint8Array): Promise<number[]> => {
  const network: Network = await load(model);
  const other: WorkerNetwork = await loadInWorker(new Uint8Array(4).buffer);
  const board = await connectBoard('sim:');
  await board.deploy(compileModel(model).wasm);
  network.run(preprocess({ width: 1, height: 1, data }, { to: network.input }));
  return [...network.run(data).logits, ...(await other.run(data)).logits, inline.load.length];
};
`;

/** Without entries beside the main one, which only `exports` names. */
const USE_BY_MAIN = `
import { type Network, load } from '@bd-edge/sdk';
import { connectBoard } from '@bd-edge/host';
export const use = async (model: Uint8Array): Promise<[Network, number]> => [await load(model), connectBoard.length];
`;

const COMPILERS = {
  'TypeScript of this project': join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'),
  'TypeScript 5.6': join(import.meta.dirname, 'node_modules', 'typescript56', 'bin', 'tsc'),
};

/** Settings of a server, a web worker, a page, and a program with everything. Types of libraries are checked. */
const SETTINGS: [lib: string[], types: string[]][] = [
  [['es2022'], ['node']],
  [['es2022', 'webworker'], []],
  [['es2022', 'dom'], []],
  [['esnext', 'dom', 'dom.iterable'], ['node']],
];

test.each(
  Object.keys(COMPILERS).flatMap((compiler) =>
    ['bundler', 'nodenext', 'node'].map((moduleResolution) => [compiler, moduleResolution] as const),
  ),
)(
  '%s, module resolution %s: types compile without skipLibCheck',
  { timeout: 240_000 },
  (compiler, moduleResolution) => {
    const folder = mkdtempSync(join(inject('project'), 'types-'));
    const types = join(folder, 'node_modules', '@types');
    mkdirSync(types, { recursive: true });
    for (const name of ['@types/node', 'undici-types'])
      symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    // Before `exports`, only `main` and `types` were read, and there were no entries beside them.
    const old = moduleResolution === 'node';
    const use = old ? USE_BY_MAIN : USE;
    const results = SETTINGS.map(([lib, types], i) => {
      const inner = join(folder, String(i));
      mkdirSync(inner);
      writeFileSync(join(inner, 'use.ts'), use);
      const compilerOptions = {
        module: moduleResolution === 'nodenext' ? 'nodenext' : 'esnext',
        ...{ moduleResolution, target: 'es2022', lib, types, strict: true, noEmit: true },
        // The packages import each other by `exports` alone.
        skipLibCheck: old,
      };
      writeFileSync(join(inner, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['use.ts'] }));
      const tsc = COMPILERS[compiler as keyof typeof COMPILERS];
      const { stdout } = spawnSync(process.execPath, [tsc, '--pretty', 'false'], {
        cwd: inner,
        encoding: 'utf8',
      });
      return [lib.join(), types.join(), stdout];
    });
    expect(results).toEqual(SETTINGS.map(([lib, types]) => [lib.join(), types.join(), '']));
  },
);
