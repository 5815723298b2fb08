/** Libraries on emulated processors. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeModel } from '@bd-edge/sdk/internal';
import { afterAll, expect, test } from 'vitest';
import { kernelGraph } from '../../sdk/testing/kernel-graph.js';
import { random } from '../../sdk/testing/random-graph.js';
import { EMULATED_CHIPS, requirePrograms, runOnChip } from '../testing/emulated-chips.js';
import { toLibrary } from './library.js';

const root = mkdtempSync(join(tmpdir(), 'bd-edge-chips-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const mnist = readFileSync(new URL('../../models/mnist-8k/model.bdm', import.meta.url));
const LIBRARIES = [
  toLibrary(mnist, { name: 'digits' }),
  toLibrary(encodeModel(kernelGraph(random(4))), { name: 'other', small: true }),
];

/** One arena serves all networks, one after the other. */
const PROGRAM = `${LIBRARIES.map(({ name }) => `#include "${name}.h"\n`).join('')}
void say(const char *text);
int program(void);

union {
${LIBRARIES.map(({ name }) => `  uint32_t ${name}[${name.toUpperCase()}_ARENA_BYTES / 4];\n`).join('')}} arena;

int program(void) {
  int failed = 0;
${LIBRARIES.map(
  ({ name }) => `  {
    struct ${name} run;
    ${name}_init(&run, &arena);
    if (${name}_self_test(&run) != 0) failed++;
    say(" ${name}");
  }
`,
).join('')}  return failed;
}
`;

const STRICT = ['-std=c99', '-Wall', '-Wextra', '-Werror', '-Wconversion', '-Wcast-align=strict'];

test.for(Object.keys(EMULATED_CHIPS))(
  'libraries in one program have no wrong logit on %s',
  { timeout: 240_000 },
  (name, context) => {
    const chip = EMULATED_CHIPS[name];
    requirePrograms(context, chip.compiler, chip.emulator);
    const folder = join(root, name);
    mkdirSync(folder);
    const sources = LIBRARIES.flatMap((library) => {
      mkdirSync(join(folder, library.name));
      return Array.from(library.files, ([path, text]) => {
        if (!path.startsWith('src/')) return [];
        const file = join(library.name, path.slice(4));
        writeFileSync(join(folder, file), text);
        return path.endsWith('.c') ? [file] : [];
      }).flat();
    });
    writeFileSync(join(folder, 'program.c'), PROGRAM);
    const includes = LIBRARIES.map((library) => `-I${library.name}`);
    const result = runOnChip(chip, folder, [...sources, 'program.c'], [...STRICT, '-O2', ...includes]);
    expect(result).toEqual({ status: 0, said: ' digits other' });
  },
);
