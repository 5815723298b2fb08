import { estimateCost } from '@bd-edge/host/internal';
import { bestBuild, memoryRequirement, memoryWithoutWeights, parseModel } from '@bd-edge/sdk/internal';
import { Command } from 'commander';
import { MODEL_ARGUMENT, readModel } from '../models.js';
import { boardCostOption, jsonOption } from '../options/options.js';
import { costTable } from '../terminal/cost-table.js';
import { describeOps, type OpDescription } from '../terminal/ops.js';
import { formatNumber, print, printJson, table } from '../terminal/output.js';
import { printableLine } from '../terminal/printable.js';

export const inspect = new Command('inspect')
  .description('print the ops of a model and its memory requirements')
  .argument('<model>', MODEL_ARGUMENT)
  .addOption(boardCostOption())
  .addOption(jsonOption())
  .addHelpText(
    'after',
    '\nExamples:\n  $ bd-edge inspect mnist-8k\n  $ bd-edge inspect mnist-8k --board pico\n  $ bd-edge inspect model.bdm --json | jq .arenaBytes',
  )
  .action(run);

async function run(argument: string, options: { json?: boolean; board?: string }): Promise<void> {
  const model = parseModel((await readModel(argument)).bytes);
  const { weightBytes, parameterBytes, arenaBytes, fileBytes, input, outputScale, metadata = {} } = model;
  const ops = describeOps(model);
  const macs = ops.reduce((sum, op) => sum + op.macs, 0);
  const ramBytes = memoryRequirement(model);
  const ramBytesWithoutWeights = memoryWithoutWeights(model);
  const cost = options.board === undefined ? undefined : estimateCost(model, options.board);
  if (options.json) {
    printJson({
      cost,
      ops,
      weightBytes,
      parameterBytes,
      arenaBytes,
      fileBytes,
      ramBytes,
      ramBytesWithoutWeights,
      macs,
      input,
      outputScale,
      metadata,
    });
    return;
  }
  print(
    `${printableLine(metadata.name ?? argument)}: input ${input.height} x ${input.width} x ${input.channels} pixels\n`,
  );
  print(
    table(['op', 'kind', 'output', 'weights', 'bytes', 'MACs', 'thresholds >= / <', 'kernel'], ops.map(row)),
  );
  print();
  print(`file        ${formatNumber(fileBytes)} bytes (weights ${formatNumber(weightBytes)})`);
  print(`arena       ${formatNumber(arenaBytes)} bytes`);
  print(
    `RAM         ${formatNumber(ramBytes)} bytes on a board: engine data, model, arena and scratch, without the engine's code;`,
  );
  print(
    `            ${formatNumber(ramBytesWithoutWeights)} with the weights in flash, on boards with native kernels`,
  );
  print(`work        ${formatNumber(macs)} multiply-accumulates per image`);
  print(`kernels     of the ${bestBuild()} build, the best that runs here; boards run the mvp build`);
  for (const { index, kernel } of ops) print(`  op ${index}: ${kernel.name} (${kernel.reason})`);
  for (const { index, title, kernel } of ops) {
    if (kernel.slow) print(`warning     op ${index}, ${title}, has a slow kernel: ${kernel.reason}`);
  }
  if (cost) print(`\n${costTable(model, cost)}`);
  for (const [key, value] of Object.entries(metadata.training ?? {}))
    print(printableLine(`${key.padEnd(11)} ${value}`));
}

function row(op: OpDescription): (string | number)[] {
  const { shape } = op;
  const planes = shape.planes === 2 ? ' x 2 planes' : '';
  const output = `${shape.height} x ${shape.width} x ${shape.channels}${planes} ${shape.type}`;
  const { above, below } = op.thresholds;
  const directions = above + below === 0 ? '' : `${above} / ${below}`;
  return [
    op.index,
    op.title,
    output,
    op.weights,
    op.weightBytes + op.parameterBytes,
    op.macs,
    directions,
    op.kernel.name,
  ];
}
