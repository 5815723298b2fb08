import { readPreparation } from '../preprocess/preparation.js';
import type { Metadata } from './graph.js';

const TEXTS = ['name', 'preprocessing', 'license'] as const;

/**
 * Reads metadata from parsed JSON. Metadata comes from outside and decides nothing, so that one rule holds: a field
 * that is unknown or has another type than documented is ignored. `training` keeps its entries that are texts or
 * numbers.
 *
 * @returns undefined if the value is not an object
 */
export function readMetadata(value: unknown): Metadata | undefined {
  if (!isRecord(value)) return undefined;
  const metadata: { -readonly [Name in keyof Metadata]: Metadata[Name] } = {};
  const { labels, training } = value;
  const preparation = readPreparation(value.preparation);
  if (preparation !== undefined) metadata.preparation = preparation;
  for (const name of TEXTS) {
    const text = value[name];
    if (typeof text === 'string') metadata[name] = text;
  }
  if (Array.isArray(labels) && labels.every((label) => typeof label === 'string')) metadata.labels = labels;
  if (isRecord(training)) {
    const entries = Object.entries(training).filter(
      (entry): entry is [string, string | number] =>
        typeof entry[1] === 'string' || typeof entry[1] === 'number',
    );
    metadata.training = Object.fromEntries(entries);
  }
  return metadata;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
