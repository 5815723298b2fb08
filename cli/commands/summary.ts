import { estimateCost } from '@bd-edge/host/internal';
import type { NetworkSpec, Variant } from '@bd-edge/trainer';
import { Command, Option } from 'commander';
import { boardCostOption, jsonOption, weightsOption, widthOption } from '../options/options.js';
import { builtInOnly, readSpec } from '../options/training-data.js';
import { costTable } from '../terminal/cost-table.js';
import { print, printJson } from '../terminal/output.js';
import { summaryTable } from '../terminal/summary-table.js';
import { loadTrainer, type Trainer } from '../trainer.js';

export const summary = new Command('summary')
  .description('print the costs of a network before training: shapes, weights, bytes and work of each layer')
  .argument('<network>', 'a built-in network, or a .json file with a network description (docs/networks.md)')
  .addOption(
    new Option('--variant <name>', 'variant of the network')
      .choices(['baseline', 'coupled', 'decoupled'])
      .default('coupled'),
  )
  .addOption(widthOption())
  .addOption(weightsOption())
  .addOption(boardCostOption())
  .addOption(jsonOption())
  .addHelpText(
    'after',
    '\nExamples:\n  $ bd-edge summary vgg7 --variant decoupled\n  $ bd-edge summary my-network.json --board pico\n  $ bd-edge summary my-network.json --json | jq .weightedCost',
  )
  .action(run);

interface Options {
  variant: Variant;
  width?: number;
  weights?: 'binary' | 'float';
  board?: string;
  json?: boolean;
}

async function run(name: string, { json, board, ...options }: Options): Promise<void> {
  const trainer = await loadTrainer();
  await trainer.selectBackend();
  const spec = name.endsWith('.json')
    ? await specFrom(trainer, name, options)
    : trainer.networkSpec(name, options);
  const network = trainer.buildNetwork(spec, 0, { initial: 'zeros' });
  const variant = options.variant === 'decoupled' ? trainer.decoupledArchitecture(network) : network;
  const account = trainer.account(variant);
  const obstacles = trainer.exportObstacles(spec);
  // The weights do not change the cost.
  const model =
    board !== undefined && obstacles.length === 0 ? (await trainer.exportModel(variant)).model : undefined;
  const cost = model && board !== undefined ? estimateCost(model, board) : undefined;
  if (json) return printJson({ ...account, exportObstacles: obstacles, cost });
  print(summaryTable(account));
  if (model && cost) print(`\n${costTable(model, cost)}`);
  if (obstacles.length > 0) print(`\n${trainer.describeObstacles(obstacles).join('\n')}`);
}

async function specFrom(
  { withWeights }: Trainer,
  file: string,
  { variant, width, weights = 'binary' }: Omit<Options, 'json' | 'board'>,
): Promise<NetworkSpec> {
  if (width !== undefined) throw builtInOnly('--width', file);
  if (variant === 'baseline') throw builtInOnly('--variant baseline', file);
  return withWeights(await readSpec(file), weights);
}
