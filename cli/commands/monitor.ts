import { Command } from 'commander';
import { requirePort } from '../board.js';
import { loadHost } from '../host.js';
import { baudOption, jsonOption, portOption } from '../options/options.js';
import { interruptSignal } from '../terminal/interrupt.js';
import { formatNumber, print, printJson, printMessage } from '../terminal/output.js';
import { printableLine } from '../terminal/printable.js';

export const monitor = new Command('monitor')
  .description("print a board's log until Ctrl-C")
  .addOption(portOption())
  .addOption(baudOption())
  .addOption(jsonOption())
  .addHelpText(
    'after',
    '\nExamples:\n  $ bd-edge monitor\n  $ bd-edge monitor --port /dev/ttyUSB0 --baud 921600',
  )
  .action(run);

async function run(options: { port?: string; baud: number; json?: boolean }): Promise<void> {
  const signal = interruptSignal();
  const port = await requirePort(options.port);
  const host = await loadHost();
  const transport = await host.openPort(port, { baud: options.baud, signal });
  printMessage(`${printableLine(port)} is open; Ctrl-C stops. A board prints its log when it starts.`);
  let frames = 0;
  let rest = '';
  const lines = (text: string) => {
    const whole = (rest + text).split('\n');
    rest = whole.pop() ?? '';
    for (const line of whole) {
      const text = line.replace(/\r$/, '');
      if (options.json) printJson({ text });
      else print(text);
    }
  };
  const decoder = new host.FrameDecoder({
    onText: lines,
    onFrame: () => {
      frames++;
    },
  });
  transport.onData((bytes) => decoder.push(bytes));
  signal.addEventListener('abort', () => void transport.close(), { once: true });
  const reason = await transport.closed;
  if (rest !== '') lines('\n');
  if (frames > 0) printMessage(`${formatNumber(frames)} frames of the link are not shown`);
  if (reason !== undefined) throw reason;
}
