import { existsSync } from 'node:fs';
import type { ScratchReport } from '@bd-edge/host';
import { parseModel } from '@bd-edge/sdk';
import { Command, Option } from 'commander';
import { requirePort, withBoard } from '../board.js';
import { loadHost } from '../host.js';
import { MODEL_ARGUMENT, readModel } from '../models.js';
import { readInput } from '../options/input-file.js';
import { DATASETS } from '../options/names.js';
import { baudOption, jsonOption, portOption } from '../options/options.js';
import { interruptSignal } from '../terminal/interrupt.js';
import { formatNumber, print, printJson } from '../terminal/output.js';
import { printableLine } from '../terminal/printable.js';
import { progressBar } from '../terminal/progress.js';
import { shellArgument } from '../terminal/shell-argument.js';

export const deploy = new Command('deploy')
  .description('upload the engine and model to a board, skipping what the board already has')
  .argument('<model>', MODEL_ARGUMENT)
  .addOption(portOption())
  .addOption(baudOption())
  .addOption(new Option('--engine <file.wasm>', 'engine (default: the one of this package for the board)'))
  .addOption(jsonOption())
  .addHelpText(
    'after',
    '\nExamples:\n  $ bd-edge deploy mnist-8k --port sim:\n  $ bd-edge deploy model.bdm --port /dev/ttyUSB0 --baud 921600',
  )
  .action(run);

const ACCEPTED_ENGINES = {
  any: 'any',
  known: "those of the firmware's release",
  'built-in': 'the one in the firmware',
};

async function run(
  argument: string,
  options: { port?: string; baud: number; engine?: string; json?: boolean },
): Promise<void> {
  const port = requirePort(options.port);
  const signal = interruptSignal();
  const host = await loadHost();
  const { bytes: model } = await readModel(argument);
  // Validated before the port is opened, which resets many boards.
  const { metadata } = parseModel(model);
  const engine = options.engine === undefined ? undefined : await readInput(options.engine);
  const progress = progressBar('deploy');
  const report = await withBoard({ ...options, port }, signal, (client) =>
    host.deploy(client, model, {
      engine,
      signal,
      onProgress: ({ part, offset, total }) => progress.update(offset, total, part),
    }),
  ).finally(() => progress.stop());
  const { bytesSent, bytesSkipped, digest, acceptedEngines, scratch, info } = report;
  if (options.json) {
    const { board, ramBytes } = info;
    printJson({ bytesSent, bytesSkipped, digest, board, ramBytes, acceptedEngines, scratch });
    return;
  }
  print(`${formatNumber(bytesSent)} bytes sent, ${formatNumber(bytesSkipped)} skipped`);
  print(`active on ${printableLine(info.board)}: SHA-256 ${digest.slice(0, 12)}...`);
  print(`accepted engines: ${ACCEPTED_ENGINES[acceptedEngines]}`);
  if (scratch && scratch.slowerOps.length > 0) print(slowness(scratch));
  const { data } = metadata?.training ?? {};
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
