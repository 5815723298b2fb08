import { Command, Option } from 'commander';
import { UsageError } from '../../sdk/errors.js';
import { interruptSignal } from '../interrupt.js';
import { jsonOption, positiveInteger } from '../options.js';
import { formatNumber, print, printJson } from '../output.js';

export const simulate = new Command('simulate')
  .description('run a simulated board that other programs can deploy to, until Ctrl-C')
  .addOption(new Option('--listen <host:port>', 'be reached by TCP; port 0 takes a free one'))
  .addOption(new Option('--pty <path>', 'be reached as a serial port at this path (needs socat)'))
  .addOption(
    new Option('--ram <bytes>', 'memory for engine, model and arena')
      .argParser(positiveInteger)
      .default(262144),
  )
  .addOption(
    new Option('--baud <rate>', 'bits a second of the line, ten a byte; default: no limit').argParser(
      positiveInteger,
    ),
  )
  .addOption(
    new Option('--store <folder>', 'keep uploads here; default: they last as long as the board runs'),
  )
  .addOption(jsonOption())
  .addHelpText(
    'after',
    '\nExamples:\n  $ bd-edge simulate --listen 127.0.0.1:7000\n  $ bd-edge simulate --pty /tmp/board --ram 65536 --baud 115200',
  )
  .action(run);

interface Options {
  listen?: string;
  pty?: string;
  ram: number;
  baud?: number;
  store?: string;
  json?: boolean;
}

class NowhereToListenError extends UsageError {}

async function run(options: Options): Promise<void> {
  if ((options.listen === undefined) === (options.pty === undefined)) {
    throw new NowhereToListenError(
      'A board is reached in one way: give either --listen 127.0.0.1:7000 or --pty PATH.',
    );
  }
  const signal = interruptSignal();
  const host = await import('../../firmware-host/index.js');
  const board = new host.SimulatedBoard({
    ramBytes: options.ram,
    ...(options.baud !== undefined && { bytesPerSecond: Math.ceil(options.baud / 10) }),
    ...(options.store !== undefined && { storage: new host.DirectoryStorage(options.store) }),
  });
  const listener =
    options.pty === undefined
      ? await host.listenTcp(board, options.listen as string)
      : await host.listenPty(board, options.pty);
  if (options.json) printJson({ port: listener.name, ramBytes: options.ram });
  else {
    print(
      `A simulated board with ${formatNumber(options.ram)} bytes of RAM is at ${listener.name}; Ctrl-C ends it.`,
    );
    print(`Next, in another terminal: bd-edge deploy model.bdm --port ${listener.name}`);
  }
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  await listener.close();
}
