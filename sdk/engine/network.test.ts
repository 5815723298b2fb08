import { expect, test } from 'vitest';
import { argmax } from '../argmax.js';
import { encodeModel } from '../format/encode.js';
import { parseModel } from '../format/parse.js';
import { referenceLogits } from '../reference/reference.js';
import { random, randomGraph, randomImage } from '../testing/random-graph.js';
import { ImageError } from './errors.js';
import { load } from './network.js';

const graph = randomGraph(random(11), 2);

test('a loaded network gives the label, its name and the integer logits', async () => {
  const node = graph.nodes[graph.nodes.length - 1];
  if (node.kind === 'max-pool') throw new Error('a graph ends in a layer');
  const classes = node.outputHeight * node.outputWidth * node.filters;
  const labels = Array.from({ length: classes }, (_, i) => `class ${i}`);
  const bytes = encodeModel({ ...graph, metadata: { labels } });
  const network = await load(bytes);
  expect(network.classes).toBe(classes);
  expect(network.input).toEqual(graph.input);

  const image = randomImage(random(5), graph);
  const logits = referenceLogits(parseModel(bytes), image);
  expect(network.run(image)).toEqual({ logits, label: argmax(logits), name: labels[argmax(logits)] });
});

test('an image of the wrong size is refused with the shape that is wanted', async () => {
  const network = await load(encodeModel(graph));
  const { height, width, channels } = graph.input;
  expect(() => network.run(new Uint8Array(3))).toThrow(ImageError);
  expect(() => network.run(new Uint8Array(3))).toThrow(
    `(${height} x ${width} x ${channels}, one byte a channel)`,
  );
});
