import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EmulatedBoard, MPS2_AN500, PicoBoard, startQemu, transportPair } from '@bd-edge/host/internal';
import { crc32 } from '@bd-edge/sdk/internal';
import { LAYER_SCRATCH } from '@bd-edge/sdk/internal/layout';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../../firmware-host/testing/socat.js';
import { kernelGraph } from '../../sdk/testing/kernel-graph.js';
import { random, randomGraph, randomImage } from '../../sdk/testing/random-graph.js';
import { buildFirmware, requireQemu, requireToolchain } from '../testing/board-firmware.js';
import { requireCompiler } from '../testing/compiler.js';
import { boardMessage, buildHere, callOf, runHere, runThere } from '../testing/layer-call.js';

/** Any op of a random graph: int8 and binary convolutions, pools, thresholds and functions of streams. */
const layers = fc.integer().map((seed) => {
  const rng = random(seed);
  const graph = rng.chance(0.5) ? kernelGraph(rng) : randomGraph(rng, 3);
  return { graph, index: rng.integer(0, graph.ops.length - 1), image: randomImage(rng, graph) };
});
/** Bytes of scratch memory beyond the least: none, too few for tables, some filters, all. */
const moreScratch = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 0, max: 600 }),
  fc.integer({ min: 0, max: 8000 }),
  fc.constant(50_000),
);

test('the C paths give the integers of the reference, whatever the scratch memory', (context) => {
  requireCompiler(context);
  const program = buildHere();
  fc.assert(
    fc.property(layers, moreScratch, (layer, more) => {
      const { call, expected } = callOf(layer);
      expect(runHere(program, call, wordsIn(call.leastScratch + more))).toEqual(expected);
    }),
    { numRuns: 120 },
  );
});

/** All boards have more memory than this for a layer. */
const BOARD_BYTES = 200_000;

const starts: Record<string, (folder: string) => Promise<EmulatedBoard>> = {
  pico: (folder) => PicoBoard.start(readFileSync(join(folder, 'firmware.bin'))),
  m7: (folder) => startQemu(MPS2_AN500, join(folder, 'firmware.elf')),
};

test.for(Object.keys(starts))(
  '%s: the assembly gives the integers of the reference',
  async (name, context) => {
    requireToolchain(context);
    if (name !== 'pico') requireQemu(context);
    const folder = temporaryDirectory();
    await buildFirmware({ board: name, program: 'one-layer', folder });
    const board = await starts[name](folder);
    onTestFinished(() => board.close());
    const [here, there] = transportPair(name);
    board.attach(there);
    await fc.assert(
      fc.asyncProperty(layers, moreScratch, async (layer, more) => {
        const { call, expected } = callOf(layer);
        const scratch = wordsIn(call.leastScratch + more);
        const message = boardMessage(call, scratch);
        fc.pre(new DataView(message.buffer).getUint32(LAYER_SCRATCH, true) + scratch <= BOARD_BYTES);
        expect(await runThere(here, message)).toBe(crc32(expected));
      }),
      { numRuns: 40 },
    );
  },
);

const wordsIn = (bytes: number) => Math.floor(bytes / 4) * 4;
