import type { EmulatedBoard, TickMeter } from '@bd-edge/host';
import { EMULATED_BOARDS } from '@bd-edge/host/internal';
import { UsageError } from '@bd-edge/sdk/internal';
import { Command, Option } from 'commander';
import { jsonOption, positiveInteger } from '../options/options.js';
import { interruptSignal } from '../terminal/interrupt.js';
import { formatNumber, print, printJson } from '../terminal/output.js';
import { shellArgument } from '../terminal/shell-argument.js';

export const simulate = new Command('simulate')
  .description('run a board in a program, that other programs can deploy to, until Ctrl-C')
  .addOption(
    new Option('--board <name>', 'simulated, or one that runs the true firmware (see docs/boards.md)')
      .choices(['simulated', ...Object.keys(EMULATED_BOARDS)])
      .default('simulated'),
  )
  .addOption(new Option('--firmware <file>', 'another image than that of `npm run firmware`'))
  .addOption(new Option('--listen <host:port>', 'be reached by TCP; port 0 takes a free one'))
  .addOption(new Option('--pty <path>', 'be reached as a serial port at this path (needs socat)'))
  .addOption(
    new Option('--ram <bytes>', 'memory of a simulated board for engine, model and arena')
      .argParser(positiveInteger)
      .default(262144),
  )
  .addOption(
    new Option('--baud <rate>', 'bits a second of a simulated line, ten a byte; default: no limit').argParser(
      positiveInteger,
    ),
  )
  .addOption(
    new Option('--store <folder>', 'keep uploads here; default: they last as long as the board runs'),
  )
  .addOption(jsonOption())
  .addHelpText(
    'after',
    '\nExamples:\n  $ bd-edge simulate --listen 127.0.0.1:7000\n  $ bd-edge simulate --pty /tmp/board --ram 65536 --baud 115200\n  $ bd-edge simulate --board pico --listen 127.0.0.1:7000',
  )
  .action(run);

interface Options {
  board: string;
  firmware?: string;
  listen?: string;
  pty?: string;
  ram: number;
  baud?: number;
  store?: string;
  json?: boolean;
}

class NowhereToListenError extends UsageError {}

class OtherBoardsOptionError extends UsageError {}

async function run(options: Options, command: Command): Promise<void> {
  if ((options.listen === undefined) === (options.pty === undefined)) {
    throw new NowhereToListenError(
      'A board is reached in one way: give either --listen 127.0.0.1:7000 or --pty PATH.',
    );
  }
  requireOwnOptions(options.board, command);
  const signal = interruptSignal();
  const host = await import('@bd-edge/host');
  const board = await start(options);
  const meter = new host.TickMeter();
  const listener = await (options.pty === undefined
    ? host.listenTcp(meter.tap(board), options.listen as string)
    : host.listenPty(meter.tap(board), options.pty)
  ).catch(async (error) => {
    await board.close();
    throw error;
  });
  if (options.json) printJson({ port: listener.name, board: options.board, ...board.facts });
  else {
    print(`${board.title} is at ${listener.name}; Ctrl-C ends it.`);
    print(`Next, in another terminal: bd-edge deploy model.bdm --port ${shellArgument(listener.name)}`);
  }
  const failure = await Promise.race([
    board.failed,
    new Promise<undefined>((resolve) => {
      if (signal.aborted) resolve(undefined);
      signal.addEventListener('abort', () => resolve(undefined), { once: true });
    }),
  ]);
  await listener.close();
  await board.close();
  if (failure) throw failure;
  report(meter, options);
}

type Started = EmulatedBoard & { title: string; facts: object };

async function start({ board, ram, baud, store, firmware }: Options): Promise<Started> {
  if (board !== 'simulated') {
    const kind = EMULATED_BOARDS[board];
    const started = await kind.start({ ...(firmware && { firmware }), ...(store && { store }) });
    return Object.assign(started, { title: kind.title, facts: {} });
  }
  const host = await import('@bd-edge/host');
  const simulated = new host.SimulatedBoard({
    ramBytes: ram,
    ...(baud !== undefined && { bytesPerSecond: Math.ceil(baud / 10) }),
    ...(store !== undefined && { storage: new host.DirectoryStorage(store) }),
  });
  return {
    title: `A simulated board with ${formatNumber(ram)} bytes of RAM`,
    facts: { ramBytes: ram },
    failed: new Promise(() => {}),
    attach: (end) => simulated.attach(end),
    reset: async () => simulated.reset(),
    close: () => simulated.close(),
  };
}

function requireOwnOptions(board: string, command: Command): void {
  const others = board === 'simulated' ? ['firmware'] : ['ram', 'baud'];
  if (board !== 'simulated' && !EMULATED_BOARDS[board].keepsFlash) others.push('store');
  for (const option of others) {
    if (command.getOptionValueSource(option) !== 'cli') continue;
    throw new OtherBoardsOptionError(
      `The board ${board} does not have the option --${option}; ` +
        (board === 'simulated' ? 'name a board that has firmware with --board.' : 'leave it away.'),
    );
  }
}

/** What images took on the board, by its own counter. */
function report({ ticks, ticksPerSecond }: TickMeter, { json }: Options): void {
  if (ticks.length === 0 || ticksPerSecond === undefined) return;
  const median = ticks.toSorted((a, b) => a - b)[ticks.length >> 1];
  const milliseconds = (median / ticksPerSecond) * 1000;
  if (json) printJson({ images: ticks.length, medianTicks: median, ticksPerSecond, milliseconds });
  else {
    print(
      `It ran ${formatNumber(ticks.length)} images; the median took ${formatNumber(median)} ticks: ` +
        `${milliseconds.toPrecision(3)} ms at the board's ${formatNumber(ticksPerSecond)} ticks a second.`,
    );
  }
}
