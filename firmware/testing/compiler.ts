import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type TestContext, vi } from 'vitest';
// @ts-expect-error a script has no types
import * as build from '../tools/build-posix.mjs';

export interface ProgramOptions {
  sanitize?: boolean;
  /** Settings of firmware/core/settings.h and the port, by name. */
  settings?: Record<string, number | string>;
  /** The engine to build in. */
  engine?: string;
}

/** Builds the firmware as a program for this machine. @returns its path */
export const buildPosix = build.buildPosix as (options?: ProgramOptions) => string;

/** Builds a C program around the core. @returns its path */
export const buildProgram = build.buildProgram as (
  options: ProgramOptions & { name: string; sources: string[] },
) => string;

/** Builds a C program around the kernels alone, with sanitizers. @returns its path */
export const buildKernelProgram = build.buildKernelProgram as (source: string) => string;

const missing: string | undefined = build.whyNotBuilt();

/** Skips a test that needs a C compiler and the interpreter's sources if they are missing; fails it in CI. */
export function requireCompiler(context: TestContext): void {
  if (missing === undefined) return;
  if (process.env.CI === 'true') throw new Error(missing);
  context.skip(missing);
}

// The first test that needs a program builds it.
vi.setConfig({ testTimeout: 180_000 });

/**
 * Runs a program until it ends and passes on what it prints as an error, such as its progress.
 *
 * @returns what it printed
 * @throws if it fails, with its arguments
 */
export async function runProgram(program: string, args: string[]): Promise<string> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  child.stdout.on('data', (text) => {
    printed += text;
  });
  child.stderr.on('data', (text) => console.log(String(text).trimEnd()));
  const status = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}.`);
  return printed;
}

/** Returns the path of a C source in this folder. */
export const testSource = (name: string) => fileURLToPath(new URL(name, import.meta.url));
