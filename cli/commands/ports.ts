import { Command } from 'commander';
import { loadHost } from '../host.js';
import { jsonOption } from '../options/options.js';
import { print, printJson, table } from '../terminal/output.js';

export const ports = new Command('ports')
  .description('list the serial ports of this computer, and boards by name')
  .addOption(jsonOption())
  .addHelpText('after', '\nExamples:\n  $ bd-edge ports\n  $ bd-edge ports --json')
  .action(run);

async function run(options: { json?: boolean }): Promise<void> {
  const { listPorts } = await loadHost();
  const { ports, note } = await listPorts();
  if (options.json) {
    printJson({ ports, note: note ?? null });
    return;
  }
  if (ports.length === 0) print('No serial ports found; connect a board by USB.');
  else {
    const rows = ports.map((port) => [
      port.path,
      port.board ?? '',
      port.manufacturer ?? '',
      port.vendorId ? `${port.vendorId}:${port.productId}` : '',
      port.serialNumber ?? '',
    ]);
    print(table(['port', 'board', 'manufacturer', 'USB id', 'serial number'], rows));
  }
  if (note) print(`(${note})`);
  print('\nWithout a board, use --port sim: for a simulated one.');
}
