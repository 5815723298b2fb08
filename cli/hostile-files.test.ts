import { fork } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { printable } from '@bd-edge/sdk/internal';
import { expect, test } from 'vitest';
import { fuzzSeed, progress } from '../firmware/testing/progress.js';
import { bdEdgeWith } from './testing/command.js';
import { temporaryFolder } from './testing/folder.js';
import { type Case, makeCase, makeOriginals } from './testing/hostile-files.js';

/** `npm run fuzz:files` runs more. */
const FILES = Number(process.env.BD_EDGE_FUZZ_FILES ?? '40');
/** The cases of one process, whose memory grows with each. */
const BATCH = 50;
/** The time without an answer after which a case counts as one that never ends. */
const HANG_MS = 60_000;

interface Outcome {
  /** The exit code, or the signal or limit that ended the process. */
  status: number | string;
  text: string;
  cpuMs: number;
}

const built = fileURLToPath(new URL('./dist/index.js', import.meta.url));
const program = fileURLToPath(new URL('./testing/run-many.mjs', import.meta.url));

/** Runs cases in one process, and in another one after a case that ends or stops it. */
async function runAll(cases: Case[], file: string): Promise<Outcome[]> {
  writeFileSync(file, JSON.stringify({ command: built, cases }));
  const outcomes: Outcome[] = [];
  while (outcomes.length < cases.length) await runFrom(outcomes, cases.length, file);
  return outcomes;
}

function runFrom(outcomes: Outcome[], count: number, file: string): Promise<void> {
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined };
  const child = fork(program, [file, String(outcomes.length)], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env,
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (bytes) => {
      text += bytes;
    });
  }
  return new Promise((resolve) => {
    let hangs = false;
    const stop = () => {
      hangs = true;
      child.kill('SIGKILL');
    };
    let timer = setTimeout(stop, HANG_MS);
    child.on('message', (message: Partial<Outcome>) => {
      clearTimeout(timer);
      timer = setTimeout(stop, HANG_MS);
      if (message.status !== undefined) outcomes.push(message as Outcome);
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      const status = hangs ? 'no end' : `the process ended: ${code ?? signal}`;
      if (outcomes.length < count) outcomes.push({ status, text, cpuMs: 0 });
      resolve();
    });
  });
}

/** Returns what is wrong with an outcome. */
function faultsOf({ status, text, cpuMs }: Outcome): string[] {
  const faults: string[] = [];
  if (typeof status === 'string') faults.push(status);
  if (status === 70) faults.push('exit code 70');
  if (/^\s+at .*:\d+:\d+\)?$/m.test(text)) faults.push('a stack trace');
  // Everything but line ends, tabs and what progress bars and colors need.
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(text))
    faults.push('characters that command a terminal');
  if (/^error: forged|^active on board/m.test(text)) faults.push('a forged line');
  if (cpuMs > MAX_CPU_MS) faults.push(`${Math.round(cpuMs)} ms of processor time`);
  return faults;
}
/** More than any case needs that ends by itself. A limit of 2 s for `npm run fuzz:files`, where nothing else runs. */
const MAX_CPU_MS = Number(process.env.BD_EDGE_FUZZ_CPU_MS ?? '30000');

test(
  `${FILES} hostile files end in an error or a result`,
  async () => {
    const folder = temporaryFolder();
    const originals = join(folder, 'originals');
    mkdirSync(originals);
    await makeOriginals(originals, (...args) => {
      const { status, stderr } = bdEdgeWith({ cwd: originals }, ...args);
      expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    });
    const seed = fuzzSeed();
    console.log(`BD_EDGE_FUZZ_SEED=${seed}`);
    const report = progress('files', FILES);
    const failures: string[] = [];
    const counts: Record<string, number> = {};
    for (let start = 0; start < FILES; start += BATCH) {
      const cases = Array.from({ length: Math.min(BATCH, FILES - start) }, (_, i) =>
        makeCase(originals, join(folder, `case-${start + i}`), seed + start + i),
      );
      for (const [i, outcome] of (await runAll(cases, join(folder, 'cases.json'))).entries()) {
        counts[outcome.status] = (counts[outcome.status] ?? 0) + 1;
        const { what, args, cwd } = cases[i];
        const faults = faultsOf(outcome);
        if (faults.length > 0) {
          const at = `BD_EDGE_FUZZ_SEED=${seed + start + i} (${what}; ${args.join(' ')})`;
          failures.push(`${at}: ${faults.join(', ')}`);
          console.log(`${failures.at(-1)}\n${printable(outcome.text).slice(0, 600)}`);
        }
        rmSync(cwd, { recursive: true, force: true });
      }
      await report(start + cases.length);
    }
    console.log(`exit codes: ${JSON.stringify(counts)}`);
    expect(failures).toEqual([]);
    // A fuzz test whose files are all rejected, or all accepted, tests little.
    if (FILES >= 40) expect(Object.keys(counts).length).toBeGreaterThan(1);
  },
  6 * 60 * 60_000,
);
