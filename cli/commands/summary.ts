import type { NetworkRecipe, Variant } from '@bd-edge/trainer';
import { Command, Option } from 'commander';
import { readInput } from '../options/input-file.js';
import { jsonOption, weightsOption, widthOption } from '../options/options.js';
import { RecipeFileOptionError } from '../options/recipe-file-option.js';
import { print, printJson } from '../terminal/output.js';
import { summaryTable } from '../terminal/summary-table.js';
import { loadTrainer } from '../trainer.js';

export const summary = new Command('summary')
  .description('print what a network would cost: shapes, weights, bytes, work, layer by layer')
  .argument('<network>', 'a built-in network, or a recipe file ending in .json (docs/recipes.md)')
  .addOption(
    new Option('--variant <name>', 'which of its forms')
      .choices(['baseline', 'coupled', 'decoupled'])
      .default('coupled'),
  )
  .addOption(widthOption())
  .addOption(weightsOption().default('binary'))
  .addOption(jsonOption())
  .addHelpText(
    'after',
    '\nExamples:\n  $ bd-edge summary vgg7 --variant decoupled\n  $ bd-edge summary my-network.json --json | jq .weightedCost',
  )
  .action(run);

interface Options {
  variant: Variant;
  width?: number;
  weights: 'binary' | 'float';
  json?: boolean;
}

async function run(name: string, { json, ...options }: Options): Promise<void> {
  const trainer = await loadTrainer();
  await trainer.selectBackend();
  const recipe = name.endsWith('.json')
    ? await fromFile(trainer, name, options)
    : trainer.networkRecipe(name, options);
  const network = trainer.networkFromRecipe(recipe, 0, { initial: 'zeros' });
  const account = trainer.account(
    options.variant === 'decoupled' ? trainer.decoupledArchitecture(network) : network,
  );
  const obstacles = trainer.exportObstacles(recipe);
  if (json) return printJson({ ...account, exportObstacles: obstacles });
  print(summaryTable(account));
  if (obstacles.length > 0) print(`\n${trainer.describeObstacles(obstacles).join('\n')}`);
}

async function fromFile(
  trainer: typeof import('@bd-edge/trainer'),
  file: string,
  { variant, width, weights }: Omit<Options, 'json'>,
): Promise<NetworkRecipe> {
  if (width !== undefined) throw new RecipeFileOptionError('--width', file);
  if (variant === 'baseline') throw new RecipeFileOptionError('--variant baseline', file);
  return trainer.withWeights(trainer.readNetworkRecipe(String(await readInput(file))), weights);
}
