import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { boardEngineWasm } from '@bd-edge/sdk/internal';
import { beforeEach, expect, test } from 'vitest';
import { temporaryDirectory } from '../firmware-host/testing/socat.js';
import { buildProgram, requireCompiler, testSource } from './testing/compiler.js';

beforeEach(requireCompiler);

/** `npm run fuzz:firmware` runs more. */
const CALLS = process.env.BD_EDGE_FUZZ_LAYERS ?? '20000';

test(
  `${CALLS} calls of layer stay inside memory`,
  async () => {
    const program = buildProgram({
      name: 'fuzz-layers',
      sources: [testSource('memory-port.c'), testSource('fuzz-layers.c')],
      sanitize: true,
    });
    const engine = join(temporaryDirectory(), 'engine');
    writeFileSync(engine, await boardEngineWasm());
    const seed = String(Math.floor(Math.random() * 0x7fffffff));
    const said = execFileSync(program, [CALLS, seed, engine], { encoding: 'utf8' });
    console.log(`seed ${seed}: ${said.trim()}`);
    // An outcome that never occurs is not tested.
    for (const count of said.match(/\d+(?= )/g) ?? [])
      expect(Number(count)).toBeGreaterThan(Number(CALLS) / 50);
  },
  30 * 60_000,
);
