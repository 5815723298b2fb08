/** A training run as one self-contained HTML page, without scripts, external fonts or pictures. */

import { account } from '../accounting/index.js';
import type { Images } from '../data/index.js';
import type { BinaryDuoResult, Stage } from '../pipeline/binaryduo.js';
import type * as tf from '../tensorflow/index.js';
import type { EpochLog } from '../training/training-log.js';
import { distanceChart, epochChart } from './charts.js';
import { confusionSection } from './confusion.js';
import { gallerySection, type WrongPicture } from './gallery.js';
import { table } from './html.js';
import { page, section } from './page.js';
import { thresholdDistances } from './threshold-distances.js';

/**
 * Renders the report: curves of both trainings, the confusion matrix and the wrong test images of the fine-tuned network,
 * flip ratios, histograms of the distances to each activation's threshold over validation images, and sizes.
 *
 * @param facts lines above the charts, such as data and seed
 * @param test the images on which the network was tested
 */
export async function renderReport(
  result: BinaryDuoResult,
  {
    title,
    classNames,
    facts,
    test,
  }: { title: string; classNames: readonly string[]; facts: Record<string, string>; test: Images },
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
    ...(finetuned.log.length > 0
      ? [section('Fine-tuning the binary network', await curves(finetuned.log))]
      : []),
    section(
      'Confusion matrix of the fine-tuned network: labels in rows, predictions in columns',
      await confusionSection(finetuned.confusion, classNames),
    ),
    await gallerySection(wrongPictures(finetuned, classNames, test), test, countWrong(finetuned.confusion)),
    section(
      'Distance of each activation’s input to its threshold, fine-tuned network',
      `<div class="charts">${(await Promise.all(distances.map(distanceChart))).join('')}</div>`,
    ),
    section('Sizes of the fine-tuned network', sizes(finetuned.model)),
  ];
  return page(title, sections);
}

function wrongPictures({ wrong }: Stage, classNames: readonly string[], test: Images): WrongPicture[] {
  const nameOf = (label: number) => classNames[label] ?? String(label);
  return wrong.map(({ index, prediction, score, classScore }) => ({
    ...{ index, file: test.files?.[index], score, classScore },
    ...{ className: nameOf(test.labels[index]), predicted: nameOf(prediction) },
  }));
}

function countWrong(confusion: readonly (readonly number[])[]): number {
  return confusion
    .flatMap((row, label) => row.filter((_, other) => other !== label))
    .reduce((a, b) => a + b, 0);
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

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

function whole(value: number): string {
  return value.toLocaleString('en-US');
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
