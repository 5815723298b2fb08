import { expect, test } from 'vitest';
import { random, randomGraph } from '../testing/random-graph.js';
import { encodeModel } from './encode.js';
import { labelsOf } from './labels.js';
import { parseModel } from './parse.js';

const model = parseModel(encodeModel(randomGraph(random(1), 1)));
const { height, width, channels } = model.tensors[model.nodes.length];
const labels = Array.from({ length: height * width * channels }, (_, i) => `class ${i}`);

test('labels are those of the metadata where each logit has one', () => {
  expect(labelsOf({ ...model, metadata: { labels } })).toEqual(labels);
});

test.each([[undefined], [labels.slice(1)], [[...labels, 'more']], [labels.map((_, i) => i)], ['text'], [{}]])(
  '%j is no list of a name for each logit',
  (wrong) => {
    expect(labelsOf({ ...model, metadata: { labels: wrong as string[] } })).toBeUndefined();
  },
);
