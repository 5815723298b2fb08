import type { Model } from './parse.js';

/**
 * Returns the names of the classes, one for each logit. Metadata is not validated: without a list of one
 * string for each logit the result is undefined.
 */
export function classNamesOf({ metadata, ops, tensors }: Model): readonly string[] | undefined {
  const { height, width, channels } = tensors[ops.length];
  return namesFor(metadata?.labels, height * width * channels);
}

/** Returns `labels` if it is a list of `count` strings. */
export function namesFor(labels: unknown, count: number): readonly string[] | undefined {
  const isList = Array.isArray(labels) && labels.length === count;
  return isList && labels.every((label) => typeof label === 'string') ? labels : undefined;
}
