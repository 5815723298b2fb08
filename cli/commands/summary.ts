import type { NetworkSpec, Variant } from '@bd-edge/trainer';
import { Command, Option } from 'commander';
import { jsonOption, weightsOption, widthOption } from '../options/options.js';
import { builtInOnly, readSpec } from '../options/training-data.js';
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
  .addOption(jsonOption())
  .addHelpText(
    'after',
    '\nExamples:\n  $ bd-edge summary vgg7 --variant decoupled\n  $ bd-edge summary my-network.json --json | jq .weightedCost',
  )
  .action(run);

interface Options {
  variant: Variant;
  width?: number;
  weights?: 'binary' | 'float';
  json?: boolean;
}

async function run(name: string, { json, ...options }: Options): Promise<void> {
  const trainer = await loadTrainer();
  await trainer.selectBackend();
  const spec = name.endsWith('.json')
    ? await specFrom(trainer, name, options)
    : trainer.networkSpec(name, options);
  const network = trainer.buildNetwork(spec, 0, { initial: 'zeros' });
  const account = trainer.account(
    options.variant === 'decoupled' ? trainer.decoupledArchitecture(network) : network,
  );
  const obstacles = trainer.exportObstacles(spec);
  if (json) return printJson({ ...account, exportObstacles: obstacles });
  print(summaryTable(account));
  if (obstacles.length > 0) print(`\n${trainer.describeObstacles(obstacles).join('\n')}`);
}

async function specFrom(
  { withWeights }: Trainer,
  file: string,
  { variant, width, weights = 'binary' }: Omit<Options, 'json'>,
): Promise<NetworkSpec> {
  if (width !== undefined) throw builtInOnly('--width', file);
  if (variant === 'baseline') throw builtInOnly('--variant baseline', file);
  return withWeights(await readSpec(file), weights);
}
