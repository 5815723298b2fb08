#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { describe } from './diagnostics.js';
import { exitCodeOf } from './exit-codes.js';
import { surviveClosedStreams } from './standard-streams.js';
import { aot } from './verbs/aot.js';
import { check } from './verbs/check.js';
import { compare } from './verbs/compare.js';
import { compile } from './verbs/compile.js';
import { data } from './verbs/data.js';
import { deploy } from './verbs/deploy.js';
import { evaluate } from './verbs/eval.js';
import { exportVerb } from './verbs/export.js';
import { inspect } from './verbs/inspect.js';
import { mismatch } from './verbs/mismatch.js';
import { ports } from './verbs/ports.js';
import { simulate } from './verbs/simulate.js';
import { summary } from './verbs/summary.js';
import { train } from './verbs/train.js';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

const program = new Command('bd-edge')
  .description(
    'Train BinaryDuo networks, and run the same integers everywhere: here, in a browser, on a board.',
  )
  .version(version)
  .option('--verbose', 'show where an error comes from')
  .addHelpText(
    'after',
    '\nExit codes: 0 good, 1 a check that failed, 2 usage, 3 the board or the line, 4 a file, 70 a fault of bd-edge; 130 stopped by Ctrl-C or the end of the terminal.',
  );
for (const verb of [
  data,
  train,
  compare,
  exportVerb,
  compile,
  aot,
  inspect,
  summary,
  evaluate,
  mismatch,
  simulate,
  ports,
  deploy,
  check,
]) {
  program.addCommand(verb.option('--verbose', 'show where an error comes from'));
}
for (const command of [program, ...program.commands])
  command.exitOverride().showHelpAfterError('(--help tells more)');

surviveClosedStreams();

try {
  await program.parseAsync();
} catch (error) {
  // Commander has said it already.
  if (!(error instanceof CommanderError)) {
    process.stderr.write(`${describe(error, process.argv.includes('--verbose'))}\n`);
  }
  process.exitCode = exitCodeOf(error);
}
