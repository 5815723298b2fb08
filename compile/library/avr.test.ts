/** Examples of a library, built by Arduino's own builder for boards with an AVR, and run on an emulated one. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { encodeModel } from '@bd-edge/sdk/internal';
import { afterAll, expect, type TestContext, test } from 'vitest';
import { random, randomGraph } from '../../sdk/testing/random-graph.js';
import { requirePrograms } from '../testing/emulated-chips.js';
import { unoNetwork } from '../testing/uno-network.js';
import { requireRoom } from './boards.js';
import { type CLibrary, toLibrary } from './library.js';

const root = mkdtempSync(join(tmpdir(), 'bd-edge-avr-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Debian's packages arduino-builder and arduino-core-avr. */
const HARDWARE = ['/usr/share/arduino-builder', '/usr/share/arduino/hardware'];

interface Board {
  /** Arduino's name of the board. */
  fqbn: string;
  processor: string;
}

const MEGA: Board = { fqbn: 'arduino:avr:mega:cpu=atmega2560', processor: 'atmega2560' };
const UNO: Board = { fqbn: 'arduino:avr:uno', processor: 'atmega328p' };

/** Writes a library. @returns the names of its examples */
function write({ name, files }: CLibrary): string[] {
  for (const [path, text] of files) {
    const file = join(root, 'libraries', name, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const sketches = [...files.keys()].filter((path) => path.endsWith('.ino'));
  return sketches.map((path) => basename(path, '.ino'));
}

/** Builds an example of a library. @returns the program's path */
function build(library: string, example: string, { fqbn }: Board): string {
  const at = join(root, `${library}-${example}`);
  const tools = join(root, 'tools');
  for (const folder of [at, tools]) mkdirSync(folder, { recursive: true });
  const { status, stderr, stdout } = spawnSync(
    'arduino-builder',
    [
      '-compile',
      ...HARDWARE.flatMap((folder) => ['-hardware', folder]),
      ...['-tools', tools, '-libraries', join(root, 'libraries'), '-fqbn', fqbn],
      // Debian's avr-libc has no DECIMAL_DIG, which the core needs.
      ...['-warnings', 'all', '-prefs=compiler.cpp.extra_flags=-DDECIMAL_DIG=17', '-build-path', at],
      join(root, 'libraries', library, 'examples', example, `${example}.ino`),
    ],
    { encoding: 'utf8' },
  );
  expect({ status, said: stderr + stdout }).toMatchObject({ status: 0 });
  expect(stderr.match(/^.*\/libraries\/.*warning.*$/gm)).toBeNull();
  return join(at, `${example}.ino.elf`);
}

/** Returns the result that the example SelfTest sends over its serial port. */
async function resultOf(program: string, { processor }: Board): Promise<string> {
  const emulator = spawn('simavr', ['-m', processor, '-f', '16000000', program]);
  try {
    for await (const line of createInterface(emulator.stderr)) {
      const text = /different.*?\d+/.exec(line)?.[0];
      if (text !== undefined) return text;
    }
    return '';
  } finally {
    emulator.kill('SIGKILL');
  }
}

const requireTools = (context: TestContext) =>
  requirePrograms(context, 'arduino-builder', 'arduino-ctags', 'simavr', 'avr-gcc');

test('examples build for an Arduino Mega, and its self-test passes', { timeout: 60_000 }, async (context) => {
  requireTools(context);
  const graph = randomGraph(random(34), 5);
  expect(new Set(graph.ops.map(({ kind }) => kind)).size).toBe(4);
  const library = toLibrary(encodeModel(graph), { name: 'net', system: 'arduino', small: true });
  const programs = write(library).map((example) => build('net', example, MEGA));
  const selfTest = programs.find((path) => path.endsWith('SelfTest.ino.elf')) ?? '';
  expect(await resultOf(selfTest, MEGA)).toBe('different logits: 0');
});

test('a small network runs on an Arduino Uno', { timeout: 60_000 }, async (context) => {
  requireTools(context);
  const library = toLibrary(encodeModel(unoNetwork()), { name: 'sensor', system: 'arduino', small: true });
  requireRoom(library, 'uno');
  write(library);
  expect(await resultOf(build('sensor', 'SelfTest', UNO), UNO)).toBe('different logits: 0');
});
