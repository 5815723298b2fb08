import type { Model } from './parse.js';

/** The names of the classes, one for each logit; undefined where the metadata, which nothing checks, has no such list. */
export function labelsOf({ metadata, nodes, tensors }: Model): readonly string[] | undefined {
  const labels: unknown = metadata?.labels;
  const { height, width, channels } = tensors[nodes.length];
  const isList = Array.isArray(labels) && labels.length === height * width * channels;
  return isList && labels.every((label) => typeof label === 'string') ? labels : undefined;
}
