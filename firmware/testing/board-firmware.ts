import { spawnSync } from 'node:child_process';
import type { TestContext } from 'vitest';
// @ts-expect-error a script has no types
import * as boards from '../tools/boards.mjs';
// @ts-expect-error a script has no types
import * as build from '../tools/build-board.mjs';
// @ts-expect-error a script has no types
import * as builtIn from '../tools/built-in-engine.mjs';
// @ts-expect-error a script has no types
import * as toolchain from '../tools/toolchain.mjs';

export interface BoardBuild {
  board: string;
  program?: 'self-test' | 'bench' | 'one-layer';
  /** Settings of firmware/core/settings.h and the port, NAME=VALUE. */
  defines?: string[];
  folder: string;
  /** The engine to build in: the result of {@link writeEngine}. */
  engine?: string;
}

/** Compiles the engine to C. @returns the path of engine.c */
export const writeEngine = builtIn.writeEngine as (folder?: string) => string;

const compilers: object[] = [toolchain.findGcc(), toolchain.findZig()].filter(Boolean);

/** The installed compilers for boards. */
export const installedToolchains = compilers as { name: 'gcc' | 'zig' }[];

/** Builds the firmware of a board into a folder. Default compiler: the first installed one */
export function buildFirmware({ board, ...options }: BoardBuild, by = installedToolchains[0]): Promise<void> {
  return build.buildBoard({ ...options, board: boards.findBoard(board), toolchain: by });
}

/** Skips a test that needs a compiler for boards if none is installed; fails it in continuous integration. */
export function requireToolchain(context: TestContext): void {
  require(context, installedToolchains.length >
    0, 'no compiler for boards is installed; run `npm run setup:boards`, or `npm run firmware -- pico`, which fetches zig');
}

const qemu = spawnSync('qemu-system-arm', ['--version']).error === undefined;

/** Skips a test that needs QEMU if it is missing; fails it in continuous integration. */
export function requireQemu(context: TestContext): void {
  require(context, qemu, 'QEMU is not installed; run `npm run setup:boards` or `brew install qemu`');
}

function require(context: TestContext, there: boolean, advice: string): void {
  if (there) return;
  if (process.env.CI === 'true') throw new Error(advice);
  context.skip(advice);
}
