import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EmulatedBoard, MPS2_AN500, PicoBoard, startQemu, transportPair } from '@bd-edge/host/internal';
import { crc32 } from '@bd-edge/sdk/internal';
import { LAYER_SCRATCH } from '@bd-edge/sdk/internal/layout';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../../firmware-host/testing/socat.js';
import type { BinaryLayer } from './binary-graph.js';
import { buildFirmware, requireQemu, requireToolchain } from './board-firmware.js';
import { requireCompiler } from './compiler.js';
import { boardMessage, buildHere, callOf, runHere, runThere } from './layer-call.js';

const starts: Record<string, (folder: string) => Promise<EmulatedBoard>> = {
  pico: (folder) => PicoBoard.start(readFileSync(join(folder, 'firmware.bin'))),
  m7: (folder) => startQemu(MPS2_AN500, join(folder, 'firmware.elf')),
};

/** All boards have more memory than this for a layer. */
const BOARD_BYTES = 200_000;

/** Bytes of stack that the firmware requires before it runs a layer. */
const KERNEL_STACK = Number(
  /define BOARD_KERNEL_STACK (\d+)/.exec(
    readFileSync(new URL('../core/settings.h', import.meta.url), 'utf8'),
  )?.[1],
);

interface LayerTest {
  layers: fc.Arbitrary<BinaryLayer>;
  /** Bytes of scratch memory beyond the least. */
  moreScratch: fc.Arbitrary<number>;
  /** Layers for each board. */
  boardRuns: number;
}

/** Defines tests that compare the kernels with the reference: the C paths on this machine, the assembly on boards. */
export function testLayers({ layers, moreScratch, boardRuns }: LayerTest): void {
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

  test.for(Object.keys(starts))(
    '%s: the assembly gives the integers of the reference, with the stack that the firmware requires',
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
          const { checksum, stackBytes } = await runThere(here, message);
          expect(checksum).toBe(crc32(expected));
          expect(stackBytes).toBeLessThan(KERNEL_STACK);
        }),
        { numRuns: boardRuns },
      );
    },
  );
}

const wordsIn = (bytes: number) => Math.floor(bytes / 4) * 4;
