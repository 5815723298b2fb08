import { parseModel } from '@bd-edge/sdk';
import { Command, Option } from 'commander';
import { requirePort, withBoard } from '../board.js';
import { readInput } from '../options/input-file.js';
import { baudOption, jsonOption, portOption } from '../options/options.js';
import { interruptSignal } from '../terminal/interrupt.js';
import { formatNumber, print, printJson } from '../terminal/output.js';
import { progressBar } from '../terminal/progress.js';
import { shellArgument } from '../terminal/shell-argument.js';

export const deploy = new Command('deploy')
  .description('upload engine and model to a board, as far as it lacks them, and make them the active pair')
  .argument('<model.bdm>', 'the model')
  .addOption(portOption())
  .addOption(baudOption())
  .addOption(new Option('--engine <file.wasm>', 'another engine than the one that ships with the package'))
  .addOption(jsonOption())
  .addHelpText(
    'after',
    '\nExamples:\n  $ bd-edge deploy model.bdm --port /dev/ttyUSB0 --baud 921600\n  $ bd-edge deploy model.bdm --port sim:',
  )
  .action(run);

async function run(
  file: string,
  options: { port?: string; baud: number; engine?: string; json?: boolean },
): Promise<void> {
  const port = requirePort(options.port);
  const signal = interruptSignal();
  const host = await import('@bd-edge/host');
  const model = await readInput(file);
  // Before the line is opened, which resets many boards.
  const { metadata } = parseModel(model);
  const engine = options.engine === undefined ? undefined : await readInput(options.engine);
  const progress = progressBar('deploy');
  const report = await withBoard({ ...options, port }, signal, (client) =>
    host.deploy({
      client,
      model,
      engine,
      signal,
      onProgress: ({ part, offset, total }) => progress.update(offset, total, part),
    }),
  ).finally(() => progress.stop());
  const { bytesSent, bytesSkipped, digest, welcome } = report;
  if (options.json) {
    printJson({ bytesSent, bytesSkipped, digest, board: welcome.board, ramBytes: welcome.ramBytes });
    return;
  }
  print(`${formatNumber(bytesSent)} bytes sent, ${formatNumber(bytesSkipped)} already there`);
  print(`active on ${welcome.board}: ${digest.slice(0, 12)} (SHA-256 as on the host)`);
  const { data = 'NAME' } = metadata?.training ?? {};
  print(
    `Next: bd-edge check ${shellArgument(file)} --port ${shellArgument(port)} --data ${shellArgument(String(data))}`,
  );
}
