import { bestBuild, memoryRequirement, memoryWithoutWeights, parseModel } from '@bd-edge/sdk';
import { Command } from 'commander';
import { readInput } from '../options/input-file.js';
import { jsonOption } from '../options/options.js';
import { describeLayers, type LayerDescription } from '../terminal/layers.js';
import { formatNumber, print, printJson, table } from '../terminal/output.js';

export const inspect = new Command('inspect')
  .description('print what a model is made of and what memory it needs')
  .argument('<model.bdm>', 'the model')
  .addOption(jsonOption())
  .addHelpText(
    'after',
    '\nExamples:\n  $ bd-edge inspect model.bdm\n  $ bd-edge inspect model.bdm --json | jq .arenaBytes',
  )
  .action(run);

async function run(file: string, options: { json?: boolean }): Promise<void> {
  const model = parseModel(await readInput(file));
  const { weightBytes, parameterBytes, arenaBytes, fileBytes, input, outputScale, metadata = {} } = model;
  const layers = describeLayers(model);
  const macs = layers.reduce((sum, layer) => sum + layer.macs, 0);
  const ramBytes = memoryRequirement(model);
  const ramBytesWithoutWeights = memoryWithoutWeights(model);
  if (options.json) {
    printJson({
      layers,
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
  print(`${metadata.name ?? file}: ${input.height} x ${input.width} x ${input.channels} pixels in\n`);
  print(
    table(
      ['layer', 'op', 'output', 'weights', 'bytes', 'MACs', 'thresholds >= / <', 'kernel'],
      layers.map(row),
    ),
  );
  print();
  print(`file        ${formatNumber(fileBytes)} bytes (weights ${formatNumber(weightBytes)})`);
  print(`arena       ${formatNumber(arenaBytes)} bytes`);
  print(
    `RAM         ${formatNumber(ramBytes)} bytes on a board: engine, model, arena and a gathered window;`,
  );
  print(
    `            ${formatNumber(ramBytesWithoutWeights)} with weights in flash, on boards with native kernels`,
  );
  print(`work        ${formatNumber(macs)} multiply-accumulates an image`);
  print(
    `engine      kernels are the ${bestBuild()} build's, the best that runs here; boards run mvp, scalar kernels`,
  );
  for (const { index, kernel } of layers) {
    print(`  layer ${index}: ${kernel.name} (${kernel.reason})`);
  }
  for (const { index, op, kernel } of layers) {
    if (kernel.slow) print(`warning     layer ${index}, ${op}, falls on a slow kernel: ${kernel.reason}`);
  }
  for (const [key, value] of Object.entries(metadata.training ?? {})) print(`${key.padEnd(11)} ${value}`);
}

function row(layer: LayerDescription): (string | number)[] {
  const { shape } = layer;
  const planes = shape.planes === 2 ? ' x 2 planes' : '';
  const output = `${shape.height} x ${shape.width} x ${shape.channels}${planes} ${shape.type}`;
  const { above, below } = layer.thresholds;
  const directions = above + below === 0 ? '' : `${above} / ${below}`;
  return [
    layer.index,
    layer.op,
    output,
    layer.weights,
    layer.weightBytes + layer.parameterBytes,
    layer.macs,
    directions,
    layer.kernel.name,
  ];
}
