/** Examples of a library, built by Arduino's own builder for boards with an AVR, and run on an emulated one. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { encodeModel } from '@bd-edge/sdk/internal';
import { afterAll, expect, test } from 'vitest';
import { random, randomGraph } from '../../sdk/testing/random-graph.js';
import { requirePrograms } from '../testing/emulated-chips.js';
import { toLibrary } from './library.js';

const root = mkdtempSync(join(tmpdir(), 'bd-edge-avr-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Debian's packages arduino-builder and arduino-core-avr. */
const HARDWARE = ['/usr/share/arduino-builder', '/usr/share/arduino/hardware'];

/** Builds an example of the library in the folder `libraries`. @returns the program's path */
function build(example: string): string {
  const at = join(root, example);
  const tools = join(root, 'tools');
  for (const folder of [at, tools]) mkdirSync(folder, { recursive: true });
  const { status, stderr, stdout } = spawnSync(
    'arduino-builder',
    [
      '-compile',
      ...HARDWARE.flatMap((folder) => ['-hardware', folder]),
      ...['-tools', tools, '-libraries', join(root, 'libraries'), '-fqbn', 'arduino:avr:mega:cpu=atmega2560'],
      // Debian's avr-libc has no DECIMAL_DIG, which the core needs.
      ...['-warnings', 'all', '-prefs=compiler.cpp.extra_flags=-DDECIMAL_DIG=17', '-build-path', at],
      join(root, 'libraries', 'net', 'examples', example, `${example}.ino`),
    ],
    { encoding: 'utf8' },
  );
  expect({ status, said: stderr + stdout }).toMatchObject({ status: 0 });
  expect(stderr.match(/^.*\/net\/.*warning.*$/gm)).toBeNull();
  return join(at, `${example}.ino.elf`);
}

/** Returns the first line that a program sends over its serial port. */
async function firstLine(program: string): Promise<string> {
  const emulator = spawn('simavr', ['-m', 'atmega2560', '-f', '16000000', program]);
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

test('examples build for an Arduino Mega, and its self-test passes', {
  timeout: 60_000,
}, async (context) => {
  requirePrograms(context, 'arduino-builder', 'arduino-ctags', 'simavr', 'avr-gcc');
  const graph = randomGraph(random(34), 5);
  expect(new Set(graph.ops.map(({ kind }) => kind)).size).toBe(4);
  const { files } = toLibrary(encodeModel(graph), { name: 'net', system: 'arduino', small: true });
  for (const [path, text] of files) {
    const file = join(root, 'libraries', 'net', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const sketches = [...files.keys()].filter((path) => path.endsWith('.ino'));
  for (const sketch of sketches) build(dirname(sketch).slice('examples/'.length));
  expect(await firstLine(join(root, 'SelfTest', 'SelfTest.ino.elf'))).toBe('different logits: 0');
});
