/** A training run as one self-contained HTML page, without scripts, external fonts or pictures. */

import { account } from '../accounting/index.js';
import type { BinaryDuoResult } from '../pipeline/binaryduo.js';
import type * as tf from '../tensorflow/index.js';
import type { EpochLog } from '../training/training-log.js';
import { distanceChart, epochChart } from './charts.js';
import { escape, table } from './html.js';
import { thresholdDistances } from './threshold-distances.js';

/** With more classes, the report lists the most frequent confusions instead of the matrix. */
const MAX_MATRIX_CLASSES = 30;
const MAX_CONFUSIONS = 30;

/**
 * Renders the report: curves of both trainings, the confusion matrix of the fine-tuned network, flip ratios, histograms of
 * the distances to each activation's threshold over validation images, and sizes. The page follows the light or dark
 * color scheme of the system.
 *
 * @param facts lines above the charts, such as data and seed
 */
export async function renderReport(
  result: BinaryDuoResult,
  {
    title,
    classNames,
    facts,
  }: { title: string; classNames: readonly string[]; facts: Record<string, string> },
): Promise<string> {
  const { coupled, decoupled, finetuned } = result;
  const distances = await thresholdDistances(finetuned.model, result.validation);
  const stages = Object.entries({ coupled, decoupled, finetuned }).map(([name, stage]) => [
    name,
    percent(stage.validationAccuracy),
    percent(stage.testAccuracy),
    'bestEpoch' in stage ? `${stage.bestEpoch} of ${stage.log.length}` : '',
  ]);
  const sections = [
    table(['', ''], Object.entries(facts)),
    section('Accuracy', table(['network', 'validation', 'test', 'best epoch'], stages)),
    section('Training the coupled network', await curves(coupled.log)),
    section('Fine-tuning the binary network', await curves(finetuned.log)),
    section(
      'Confusion matrix of the fine-tuned network: labels in rows, predictions in columns',
      confusion(finetuned.confusion, classNames),
    ),
    section(
      'Distance of each activation’s input to its threshold, fine-tuned network',
      `<div class="charts">${(await Promise.all(distances.map(distanceChart))).join('')}</div>`,
    ),
    section('Sizes of the fine-tuned network', sizes(finetuned.model)),
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(title)}</title><style>${STYLE}</style></head>
<body><h1>${escape(title)}</h1>
${sections.join('\n')}
</body></html>
`;
}

async function curves(log: readonly EpochLog[]): Promise<string> {
  const first = log[0].epoch;
  const of = (name: 'loss' | 'accuracy' | 'validationAccuracy' | 'learningRate') =>
    log.map((line) => line[name]);
  const flips = Object.fromEntries(
    Object.keys(log[0].flipRatio).map((layer) => [layer, log.map((line) => line.flipRatio[layer])]),
  );
  const accuracies = { training: of('accuracy'), validation: of('validationAccuracy') };
  const charts = await Promise.all([
    epochChart('accuracy by epoch', first, accuracies, '.1~%'),
    epochChart('loss by epoch', first, { training: of('loss') }, '.3~g'),
    epochChart('learning rate by epoch', first, { 'learning rate': of('learningRate') }, '.3~g'),
    ...(Object.keys(flips).length > 0
      ? [epochChart('share of weight signs that flipped, by epoch', first, flips, '.3~%')]
      : []),
  ]);
  return `<div class="charts">${charts.join('')}</div>${numbers(log)}`;
}

/** Returns the values of the curves as a table. */
function numbers(log: readonly EpochLog[]): string {
  const rows = log.map(({ epoch, loss, accuracy, validationAccuracy, learningRate }) => [
    ...[String(epoch), short(loss), percent(accuracy), percent(validationAccuracy), short(learningRate)],
  ]);
  const head = ['epoch', 'loss', 'training', 'validation', 'learning rate'];
  return `<details><summary>values</summary>${table(head, rows)}</details>`;
}

function confusion(matrix: readonly (readonly number[])[], classNames: readonly string[]): string {
  const name = (label: number) => classNames[label] ?? String(label);
  if (matrix.length > MAX_MATRIX_CLASSES) {
    const cells = matrix.flatMap((row, label) =>
      row.map((count, other) => ({ label, other, count })).filter((cell) => cell.label !== cell.other),
    );
    const most = cells.sort((a, b) => b.count - a.count).slice(0, MAX_CONFUSIONS);
    return table(
      ['class', 'predicted as', 'images'],
      most.map(({ label, other, count }) => [name(label), name(other), String(count)]),
    );
  }
  const head = `<tr><th></th>${matrix.map((_, label) => `<th>${escape(name(label))}</th>`).join('')}</tr>`;
  const rows = matrix.map((row, label) => {
    const total = row.reduce((sum, count) => sum + count, 0) || 1;
    const cells = row.map((count, other) => {
      const kind = label === other ? 'right' : 'wrong';
      const share = Math.round(100 * Math.min(1, (label === other ? 1 : 4) * (count / total)));
      return `<td class="${kind}" style="--share:${share}%">${count || ''}</td>`;
    });
    return `<tr><th>${escape(name(label))}</th>${cells.join('')}</tr>`;
  });
  return `<div class="wide"><table class="matrix">${head}${rows.join('')}</table></div>`;
}

function sizes(model: tf.LayersModel): string {
  const { layers, weights } = account(model);
  const bytes = layers.reduce((sum, { weightBytes }) => sum + weightBytes, 0);
  return table(
    ['layer', 'kind', 'output', 'weights', 'bits per weight', 'bytes'],
    [
      ...layers
        .filter((layer) => layer.weights > 0)
        .map((layer) => [
          layer.name,
          layer.type,
          layer.output.join(' x '),
          whole(layer.weights),
          String(layer.weightBits),
          whole(layer.weightBytes),
        ]),
      ['total', '', '', whole(weights), '', whole(bytes)],
    ],
  );
}

function section(title: string, body: string): string {
  return `<section><h2>${escape(title)}</h2>${body}</section>`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

function whole(value: number): string {
  return value.toLocaleString('en-US');
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}

const STYLE = `
:root { color-scheme: light dark; --ink: #222; --page: #fff; --right: #0072b2; --wrong: #d55e00 }
@media (prefers-color-scheme: dark) { :root { --ink: #ddd; --page: #181818 } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { padding: .15rem .7rem .15rem 0; text-align: left; font-weight: normal } th { opacity: .7 }
.wide { overflow-x: auto }
.matrix th, .matrix td { padding: .15rem .35rem; text-align: right; font-size: .85rem }
.right { background: color-mix(in srgb, var(--right) calc(var(--share) * .45), transparent) }
.wrong { background: color-mix(in srgb, var(--wrong) var(--share), transparent) }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(24rem, 100%), 1fr)); gap: 1rem }
figure { margin: 0 } figcaption, details { font-size: .85rem; opacity: .8 } svg { max-width: 100%; height: auto }
`;
