import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { boardEngineWasm } from '@bd-edge/sdk/internal';
import { beforeEach, expect, test } from 'vitest';
import { temporaryDirectory } from '../firmware-host/testing/socat.js';
import { buildProgram, requireCompiler, runProgram, testSource } from './testing/compiler.js';
import { fuzzSeed } from './testing/progress.js';

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
    const seed = fuzzSeed();
    console.log(`BD_EDGE_FUZZ_SEED=${seed}`);
    const said = await runProgram(program, [CALLS, String(seed), engine]);
    console.log(said.trim());
    // An outcome that never occurs is not tested.
    for (const count of said.match(/\d+(?= )/g) ?? [])
      expect(Number(count)).toBeGreaterThan(Number(CALLS) / 50);
  },
  30 * 60_000,
);
