/** Builds the firmware as a program for this machine, and C programs that test its parts, with plain `cc`. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
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

const INTERPRETER_SETTINGS = ['BOARD_CODE_PAGE', 'BOARD_UNWIND_OPERATIONS'];

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
  const defines = Object.entries(settings).map(([setting, value]) => `-D${setting}=${value}`);
  const lenient = sanitize ? SANITIZE_INTERPRETER : [];
  // The interpreter compiles slowly, so settings that do not concern it do not rebuild it.
  const its = defines.filter((define) =>
    INTERPRETER_SETTINGS.some((setting) => define.startsWith(`-D${setting}=`)),
  );
  const objects = [
    ...firmwareParts(engine).flatMap((part) => {
      const own = part.group === 'core' ? defines : part.group === 'interpreter' ? [...lenient, ...its] : [];
      return part.sources.map((source) => compile(source, [...flags, ...part.flags, ...own], engine));
    }),
    ...sources.map((source) => compile(source, [...flags, ...CORE_FLAGS, ...defines])),
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

function compile(source, flags, engine) {
  const headers = [...headersBeside(source), ...(engine ? headersBeside(engine) : [])];
  const inputs = [source, ...headers].map((path) => readFileSync(path));
  const object = join(BUILD, `${basename(source, '.c')}-${digest(flags.join(' '), ...inputs)}.o`);
  if (!existsSync(object)) produce(object, (output) => [...flags, '-c', '-o', output, source]);
  return object;
}

/** Returns all headers that a source may include. */
function headersBeside(source) {
  const shared = ['core', 'kernels'].map((folder) => join(root, 'firmware', folder));
  return [...new Set([dirname(source), ...shared])].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.h'))
      .map((name) => join(folder, name)),
  );
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
