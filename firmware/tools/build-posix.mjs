/** Builds the firmware as a program for this machine, and C programs that test its parts, with plain `cc`. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchInterpreter, InterpreterError } from './fetch-interpreter.mjs';
import { CORE_FLAGS, firmwareParts, KERNEL_SOURCES } from './sources.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const BUILD = join(root, 'build/firmware/posix');
const PORT = join(root, 'firmware/ports/posix');

/** -O2 also with sanitizers: without tail calls the interpreter would need an unbounded stack. */
const OPTIMIZE = ['-O2', '-g'];
const SANITIZE = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all', '-fno-omit-frame-pointer'];
/** The interpreter keeps 64-bit values at multiples of 4, which all of its processors can read. */
const SANITIZE_INTERPRETER = ['-fno-sanitize=alignment'];

/** The defaults of all settings, which every file with a setting includes. */
const SETTINGS = join(root, 'firmware/core/settings.h');

/** Returns why the firmware cannot be built here, and the fix; undefined if it can. */
export function whyNotBuilt() {
  if (spawnSync('cc', ['--version']).status !== 0) {
    return 'no C compiler `cc` was found; run `apt-get install gcc`, or `xcode-select --install` on a Mac';
  }
  try {
    fetchInterpreter();
  } catch (error) {
    if (error instanceof InterpreterError) return error.message;
    throw error;
  }
}

/**
 * Builds the firmware for this machine: a process with a TCP port or a pseudo-terminal.
 *
 * @param {object} [options]
 * @param {boolean} [options.sanitize] with AddressSanitizer and UndefinedBehaviorSanitizer
 * @param {Record<string, string | number>} [options.settings] settings of firmware/core/settings.h and the port, by name
 * @param {any} [options.engine] an engine to build in, see firmwareParts
 * @returns the path of the program
 */
export function buildPosix({ sanitize = false, settings = {}, engine } = {}) {
  return buildProgram({
    name: 'bd-edge-board',
    sources: ['main', 'port', 'transport'].map((name) => join(PORT, `${name}.c`)),
    sanitize,
    settings,
    engine,
  });
}

/**
 * Builds a program from the core and some more sources. Earlier results for the same sources are reused.
 *
 * @returns the path of the program
 */
export function buildProgram({ name, sources, sanitize = false, settings = {}, engine }) {
  fetchInterpreter();
  const flags = [...OPTIMIZE, ...(sanitize ? SANITIZE : [])];
  const lenient = sanitize ? SANITIZE_INTERPRETER : [];
  const objects = [
    ...firmwareParts(engine).flatMap((part) => {
      const own = part.group === 'interpreter' ? lenient : [];
      return part.sources.map((source) => compile(source, [...flags, ...part.flags, ...own], settings));
    }),
    ...sources.map((source) => compile(source, [...flags, ...CORE_FLAGS], settings)),
  ];
  const program = join(BUILD, `${name}-${digest(objects.join())}`);
  if (!existsSync(program)) produce(program, (output) => [...flags, '-o', output, ...objects]);
  return program;
}

/**
 * Builds a program from the kernels and one source, with sanitizers. Earlier results for the same sources are reused.
 *
 * @param {string} source
 * @returns the path of the program
 */
export function buildKernelProgram(source) {
  const flags = [...OPTIMIZE, ...SANITIZE];
  const objects = [source, ...KERNEL_SOURCES].map((path) => compile(path, [...flags, ...CORE_FLAGS]));
  const program = join(BUILD, `${basename(source, '.c')}-${digest(objects.join())}`);
  if (!existsSync(program)) produce(program, (output) => [...flags, '-o', output, ...objects]);
  return program;
}

/** Compiles a source with the settings that it uses, so that other settings do not compile it again. */
function compile(source, flags, settings = {}) {
  const files = filesOf(source, flags);
  const text = files
    .filter((path) => path !== SETTINGS)
    .map(read)
    .join();
  const defines = Object.entries(settings)
    .filter(([setting]) => text.includes(setting))
    .map(([setting, value]) => `-D${setting}=${value}`);
  const all = [...flags, ...defines];
  const object = join(BUILD, `${basename(source, '.c')}-${digest(all.join(' '), ...files.map(read))}.o`);
  if (!existsSync(object)) produce(object, (output) => [...all, '-c', '-o', output, source]);
  return object;
}

const read = (path) => readFileSync(path, 'utf8');

/** Returns a source and all headers that it includes, except those of the system and of the interpreter. */
function filesOf(source, flags) {
  const folders = flags.filter((flag) => flag.startsWith('-I')).map((flag) => flag.slice(2));
  const forced = flags.filter((_, i) => flags[i - 1] === '-include');
  const found = new Set([source, ...forced]);
  // A set that grows is iterated to its new end.
  for (const path of found) {
    for (const [, name] of read(path).matchAll(/^\s*#\s*include\s+"([^"]+)"/gm)) {
      const header = [dirname(path), ...folders].map((folder) => join(folder, name)).find(existsSync);
      if (header !== undefined) found.add(header);
    }
  }
  return [...found];
}

const digest = (...parts) =>
  parts
    .reduce((hash, part) => hash.update(part), createHash('sha256'))
    .digest('hex')
    .slice(0, 16);

/** Runs the compiler. The file is either complete or missing, also with concurrent builds. */
function produce(file, args) {
  mkdirSync(BUILD, { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  const { status, stderr, error } = spawnSync('cc', args(unfinished), { encoding: 'utf8' });
  if (status !== 0) throw new Error(`cc failed for ${file}:\n${stderr ?? ''}${error?.message ?? ''}`);
  renameSync(unfinished, file);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(buildPosix({ sanitize: process.argv.includes('--sanitize') }));
}
