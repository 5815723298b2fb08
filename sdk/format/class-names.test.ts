import { expect, test } from 'vitest';
import { random, randomGraph } from '../testing/random-graph.js';
import { classNamesOf } from './class-names.js';
import { encodeModel } from './encode.js';
import { parseModel } from './parse.js';

const model = parseModel(encodeModel(randomGraph(random(1), 1)));
const { height, width, channels } = model.tensors[model.ops.length];
const labels = Array.from({ length: height * width * channels }, (_, i) => `class ${i}`);

test('class names are the labels of the metadata if each logit has one', () => {
  expect(classNamesOf({ ...model, metadata: { labels } })).toEqual(labels);
});

test.each([[undefined], [labels.slice(1)], [[...labels, 'more']], [labels.map((_, i) => i)], ['text'], [{}]])(
  '%j is not a list of one name for each logit',
  (wrong) => {
    expect(classNamesOf({ ...model, metadata: { labels: wrong as string[] } })).toBeUndefined();
  },
);
