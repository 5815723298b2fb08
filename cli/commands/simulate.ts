import { EMULATED_BOARDS, type EmulatedBoard, type TickMeter } from '@bd-edge/host/internal';
import { UsageError } from '@bd-edge/sdk/internal';
import { Command, Option } from 'commander';
import { loadHost } from '../host.js';
import { jsonOption, positiveInteger } from '../options/options.js';
import { interruptSignal } from '../terminal/interrupt.js';
import { counted, formatNumber, print, printJson, printMessage } from '../terminal/output.js';
import { shellArgument } from '../terminal/shell-argument.js';

export const simulate = new Command('simulate')
  .description('run a simulated or emulated board that other programs deploy to, until Ctrl-C')
  .addOption(
    new Option(
      '--board <name>',
      'board: simulated, or an emulated one with the real firmware (docs/boards.md)',
    )
      .choices(['simulated', ...Object.keys(EMULATED_BOARDS)])
      .default('simulated'),
  )
  .addOption(
    new Option('--firmware <file>', 'firmware image of an emulated board (default: the bundled one)'),
  )
  .addOption(new Option('--listen <host:port>', 'listen on a TCP address; port 0 picks a free port'))
  .addOption(new Option('--pty <path>', 'create a serial port at this path (needs socat)'))
  .addOption(
    new Option('--ram <bytes>', 'memory of a simulated board for engine data, model, arena and scratch')
      .argParser(positiveInteger)
      .default(262144),
  )
  .addOption(
    new Option(
      '--baud <rate>',
      'bits per second of a simulated board, 10 per byte (default: no limit)',
    ).argParser(positiveInteger),
  )
  .addOption(
    new Option('--time-limit <seconds>', 'time limit of a request on a simulated board, as on boards')
      .argParser(positiveInteger)
      .default(20),
  )
  .addOption(new Option('--store <folder>', 'folder that keeps uploads (default: they end with the board)'))
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
  timeLimit: number;
  store?: string;
  json?: boolean;
}

async function run(options: Options, command: Command): Promise<void> {
  if ((options.listen === undefined) === (options.pty === undefined)) {
    const expected = 'either --listen 127.0.0.1:7000 or --pty PATH';
    throw new UsageError('missing-address', `Expected ${expected}.`, { expected });
  }
  requireOwnOptions(options.board, command);
  const signal = interruptSignal();
  const host = await loadHost();
  const board = await start(options);
  const meter = new host.TickMeter();
  const listener = await (options.pty === undefined
    ? host.listenTcp(meter.tap(board), options.listen as string)
    : host.listenPty(meter.tap(board), options.pty)
  ).catch(async (error) => {
    await board.close();
    throw error;
  });
  if (!listener.isLocal) {
    printMessage(
      `warning: any computer that reaches ${listener.name} can upload engines and models to this board; ` +
        'listen on 127.0.0.1 unless the network is trusted',
    );
  }
  if (options.json) printJson({ port: listener.name, board: options.board, ...board.facts });
  else {
    print(`${board.title}, listening on ${listener.name}; Ctrl-C stops it.`);
    print(`Next, in another terminal: bd-edge deploy mnist-8k --port ${shellArgument(listener.name)}`);
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

async function start({ board, ram, baud, timeLimit, store, firmware }: Options): Promise<Started> {
  if (board !== 'simulated') {
    const kind = EMULATED_BOARDS[board];
    const started = await kind.start({ ...(firmware && { firmware }), ...(store && { store }) });
    return Object.assign(started, { title: kind.title, facts: {} });
  }
  const host = await loadHost();
  const simulated = new host.SimulatedBoard({
    ramBytes: ram,
    timeLimitSeconds: timeLimit,
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

/** @throws {UsageError} code `option-of-other-board` */
function requireOwnOptions(board: string, command: Command): void {
  const others = board === 'simulated' ? ['firmware'] : ['ram', 'baud', 'time-limit'];
  if (board !== 'simulated' && !EMULATED_BOARDS[board].keepsFlash) others.push('store');
  for (const option of others) {
    if (command.getOptionValueSource(camelCase(option)) !== 'cli') continue;
    const fix = board === 'simulated' ? 'choose an emulated board with --board' : 'omit it';
    throw new UsageError(
      'option-of-other-board',
      `--${option} does not apply to the board ${board}; ${fix}.`,
      { received: `--${option}` },
    );
  }
}

const camelCase = (option: string) => option.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

/** The boards that take the time of this computer. */
const HOST_CLOCK = ['simulated', 'posix'];

/** Prints the latency of images, by the board's own clock. */
function report({ images, ticks, ticksPerSecond }: TickMeter, { board, json }: Options): void {
  if (ticks.length === 0 || ticksPerSecond === undefined) return;
  const median = ticks.toSorted((a, b) => a - b)[ticks.length >> 1];
  const milliseconds = (median / ticksPerSecond) * 1000;
  const clock = HOST_CLOCK.includes(board) ? 'host' : 'board';
  if (json) printJson({ images, medianTicks: median, ticksPerSecond, milliseconds, clock });
  else if (clock === 'host') {
    print(
      `${counted(images, 'image')}, median ${milliseconds.toPrecision(3)} ms on this computer, which is not the latency of a board`,
    );
  } else {
    print(
      `${counted(images, 'image')}, median latency ${milliseconds.toPrecision(3)} ms: ` +
        `${formatNumber(median)} ticks at ${formatNumber(ticksPerSecond)} ticks per second`,
    );
  }
}
