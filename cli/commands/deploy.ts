import { existsSync } from 'node:fs';
import type { DeployReport, ScratchReport } from '@bd-edge/host';
import { parseModel } from '@bd-edge/sdk';
import { Command, Option } from 'commander';
import { requirePorts, withBoard } from '../board.js';
import { writeJunit } from '../boards/junit.js';
import { jsonOf, type Outcome, sideBySide, worstExitCode } from '../boards/side-by-side.js';
import { loadHost } from '../host.js';
import { MODEL_ARGUMENT, readModel } from '../models.js';
import { readInput } from '../options/input-file.js';
import { DATASETS } from '../options/names.js';
import { baudOption, jsonOption, junitOption, portsOption } from '../options/options.js';
import { diagnose, printError } from '../terminal/diagnostics.js';
import { EXIT } from '../terminal/exit-codes.js';
import { interruptSignal } from '../terminal/interrupt.js';
import { formatNumber, print, printJson, table } from '../terminal/output.js';
import { printableLine } from '../terminal/printable.js';
import { progressBar } from '../terminal/progress.js';
import { shellArgument } from '../terminal/shell-argument.js';

export const deploy = new Command('deploy')
  .description('upload the engine and model to boards, skipping what they already have')
  .argument('<model>', MODEL_ARGUMENT)
  .addOption(portsOption())
  .addOption(baudOption())
  .addOption(new Option('--engine <file.wasm>', 'engine (default: the one of this package for the board)'))
  .addOption(junitOption())
  .addOption(jsonOption())
  .addHelpText(
    'after',
    '\nExamples:\n  $ bd-edge deploy mnist-8k --port sim:\n  $ bd-edge deploy model.bdm --port /dev/ttyUSB0 --baud 921600' +
      '\n  $ bd-edge deploy model.bdm --port /dev/ttyUSB0 --port rfc2217://rack:4000',
  )
  .action(run);

const ACCEPTED_ENGINES = {
  any: 'any',
  known: "those of the firmware's release",
  'built-in': 'the one in the firmware',
};

interface Options {
  port?: string[];
  baud: number;
  engine?: string;
  junit?: string;
  json?: boolean;
}

async function run(argument: string, options: Options): Promise<void> {
  const ports = await requirePorts(options.port);
  const signal = interruptSignal();
  const host = await loadHost();
  const { bytes: model } = await readModel(argument);
  // Validated before a port is opened, which resets many boards.
  parseModel(model);
  const engine = options.engine === undefined ? undefined : await readInput(options.engine);
  const progress = progressBar('deploy');
  const outcomes = await sideBySide(ports, progress, (port, update) =>
    withBoard({ port, baud: options.baud, isOneOfMany: ports.length > 1 }, signal, (client) =>
      host.deploy(client, model, {
        engine,
        signal,
        onProgress: ({ part, offset, total }) => update(offset, total, part),
      }),
    ),
  );
  progress.stop();
  if (options.junit !== undefined) await writeJunit(options.junit, 'bd-edge deploy', outcomes);
  if (outcomes.length > 1) return reportAll(outcomes, options);
  const [outcome] = outcomes;
  if ('error' in outcome) throw outcome.error;
  if (options.json) return printJson(factsOf(outcome.result));
  const { bytesSent, bytesSkipped, digest, acceptedEngines, scratch, info } = outcome.result;
  print(`${formatNumber(bytesSent)} bytes sent, ${formatNumber(bytesSkipped)} skipped`);
  print(`active on ${printableLine(info.board)}: SHA-256 ${digest.slice(0, 12)}...`);
  print(`accepted engines: ${ACCEPTED_ENGINES[acceptedEngines]}`);
  if (scratch && scratch.slowerOps.length > 0) print(slowness(scratch));
  printNext(argument, model, outcome.port);
}

/** The fields of `--json`. */
function factsOf({ bytesSent, bytesSkipped, digest, acceptedEngines, scratch, info }: DeployReport) {
  const { board, ramBytes } = info;
  return { bytesSent, bytesSkipped, digest, board, ramBytes, acceptedEngines, scratch };
}

function reportAll(outcomes: readonly Outcome<DeployReport>[], { json }: Options): void {
  process.exitCode = worstExitCode(outcomes, () => EXIT.success);
  if (json) {
    printJson(jsonOf(outcomes, factsOf));
  } else {
    const rows = outcomes.map((outcome) => {
      if ('error' in outcome) return [outcome.port, '', '', '', diagnose(outcome.error).code];
      const { bytesSent, bytesSkipped, info } = outcome.result;
      return [outcome.port, info.board, formatNumber(bytesSent), formatNumber(bytesSkipped), 'active'];
    });
    print(table(['port', 'board', 'bytes sent', 'skipped', 'result'], rows));
  }
  for (const outcome of outcomes) if ('error' in outcome) printError(outcome.error, outcome.port);
}

function printNext(argument: string, model: Uint8Array, port: string): void {
  const { data } = parseModel(model).metadata?.training ?? {};
  // The model knows the name of its data, which `check` looks for, and not the place.
  const isFound = data === undefined || DATASETS.includes(String(data)) || existsSync(String(data));
  const dataFlag = isFound ? '' : ' --data FOLDER';
  print(`Next: bd-edge check ${shellArgument(argument)} --port ${shellArgument(port)}${dataFlag}`);
}

/** Describes the ops that would be faster with more memory. */
function slowness({ bytes, usefulBytes, slowerOps, slowdown }: ScratchReport): string {
  const times = slowdown === undefined ? '' : ` An image takes about ${slowdown.toFixed(1)} times as long.`;
  return (
    `The board has ${formatNumber(bytes)} bytes of scratch memory; ` +
    `the fastest kernels use ${formatNumber(usefulBytes)}. Slower ops: ${slowerOps.join(', ')}.${times}`
  );
}
