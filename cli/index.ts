#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { aot } from './commands/aot.js';
import { check } from './commands/check.js';
import { compare } from './commands/compare.js';
import { compile } from './commands/compile.js';
import { data } from './commands/data.js';
import { deploy } from './commands/deploy.js';
import { evaluate } from './commands/eval.js';
import { exportVerb } from './commands/export.js';
import { inspect } from './commands/inspect.js';
import { mismatch } from './commands/mismatch.js';
import { ports } from './commands/ports.js';
import { simulate } from './commands/simulate.js';
import { summary } from './commands/summary.js';
import { train } from './commands/train.js';
import { describe } from './terminal/diagnostics.js';
import { exitCodeOf } from './terminal/exit-codes.js';
import { surviveClosedStreams } from './terminal/standard-streams.js';

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
