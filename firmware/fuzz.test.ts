import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { boardEngineWasm, interpretedEngineWasm } from '@bd-edge/sdk/internal';
import { beforeEach, expect, test } from 'vitest';
import { denseNetwork } from '../firmware-host/testing/network.js';
import { oddEngine } from '../firmware-host/testing/odd-engine.js';
import { temporaryDirectory } from '../firmware-host/testing/socat.js';
import { buildProgram, requireCompiler, runProgram, testSource } from './testing/compiler.js';
import { fuzzSeed } from './testing/progress.js';

beforeEach(requireCompiler);

/** `npm run fuzz:firmware` runs more. */
const FRAMES = process.env.BD_EDGE_FUZZ_FRAMES ?? '20000';

test(
  `${FRAMES} frames are survived`,
  async () => {
    const program = buildProgram({
      name: 'fuzz',
      sources: [testSource('memory-port.c'), testSource('fuzz.c')],
      sanitize: true,
    });
    const model = denseNetwork();
    const damaged = model.slice();
    damaged[damaged.length - 1] ^= 1;
    const contents = {
      engine: await boardEngineWasm(),
      model,
      other: denseNetwork({ seed: 2, hidden: 100 }),
      damaged,
      trapping: oddEngine(),
      cut: (await interpretedEngineWasm()).subarray(0, 3000),
    };
    const folder = temporaryDirectory();
    const paths = Object.entries(contents).map(([name, bytes]) => {
      writeFileSync(join(folder, name), bytes);
      return join(folder, name);
    });
    const seed = fuzzSeed();
    console.log(`BD_EDGE_FUZZ_SEED=${seed}`);
    const said = await runProgram(program, [FRAMES, String(seed), ...paths]);
    console.log(said.trim());
    // An outcome that never occurs is not tested.
    for (const count of said.match(/\d+/g) ?? []) expect(Number(count)).toBeGreaterThan(0);
  },
  30 * 60_000,
);
