#!/usr/bin/env node
import { Command } from 'commander';
import { check } from './commands/check.js';
import { compare } from './commands/compare.js';
import { compile } from './commands/compile.js';
import { completion } from './commands/completion.js';
import { data } from './commands/data.js';
import { deploy } from './commands/deploy.js';
import { evaluate } from './commands/eval.js';
import { exportModel } from './commands/export.js';
import { flash } from './commands/flash.js';
import { importModel } from './commands/import.js';
import { inspect } from './commands/inspect.js';
import { library } from './commands/library.js';
import { mismatch } from './commands/mismatch.js';
import { monitor } from './commands/monitor.js';
import { ports } from './commands/ports.js';
import { predict } from './commands/predict.js';
import { simulate } from './commands/simulate.js';
import { summary } from './commands/summary.js';
import { train } from './commands/train.js';
import { diagnose, printError } from './terminal/diagnostics.js';
import { exitCodeOf } from './terminal/exit-codes.js';
import { printJson } from './terminal/output.js';
import { surviveClosedStreams } from './terminal/standard-streams.js';
import { requireNoEmpty, usageErrorOf } from './terminal/usage-error.js';
import { versionText } from './version.js';

const VERBOSE = ['--verbose', 'stack traces of errors'] as const;

const program = new Command('bd-edge')
  .description('Train binary neural networks and run them, bit for bit the same, on hosts and boards.')
  .version(versionText(), '-V, --version', 'version number, and those of engine, model format and link')
  .option(...VERBOSE)
  .addHelpText(
    'after',
    '\nExit codes: 0 success, 1 failed check, 2 usage error, 3 device error, 4 file error, 70 internal error, 130 aborted.',
  );
for (const command of [
  data,
  train,
  compare,
  exportModel,
  importModel,
  compile,
  library,
  inspect,
  summary,
  evaluate,
  predict,
  mismatch,
  simulate,
  flash,
  ports,
  monitor,
  deploy,
  check,
  completion,
]) {
  program.addCommand(command.option(...VERBOSE));
}
for (const command of [program, ...program.commands]) {
  command
    .helpOption('-h, --help', 'help')
    .configureOutput({ outputError() {} }) // printed below, as all errors are
    .exitOverride((error) => {
      throw usageErrorOf(command, error) ?? error;
    });
}

program.hook('preAction', (_, command) => requireNoEmpty(command));

surviveClosedStreams();

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
  if (process.exitCode !== 0) {
    if (process.argv.includes('--json')) printJson({ error: diagnose(error) });
    printError(error);
  }
}
