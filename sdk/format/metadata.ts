import { readPreparation } from '../preprocess/preparation.js';
import type { Metadata } from './graph.js';

const TEXTS = ['name', 'preprocessing', 'license'] as const;

/**
 * Reads metadata from parsed JSON. Metadata comes from outside and decides nothing, so that one rule holds: a field
 * that is unknown or has another type than documented is ignored. `training` keeps its entries that are texts or
 * numbers. `densities` are ignored if there is not one for each op.
 *
 * @returns undefined if the value is not an object
 */
export function readMetadata(value: unknown, opCount: number): Metadata | undefined {
  if (!isRecord(value)) return undefined;
  const metadata: { -readonly [Name in keyof Metadata]: Metadata[Name] } = {};
  const { densities, labels, training } = value;
  const preparation = readPreparation(value.preparation);
  if (preparation !== undefined) metadata.preparation = preparation;
  for (const name of TEXTS) {
    const text = value[name];
    if (typeof text === 'string') metadata[name] = text;
  }
  if (Array.isArray(labels) && labels.every((label) => typeof label === 'string')) metadata.labels = labels;
  if (Array.isArray(densities) && densities.length === opCount && densities.every(isShare))
    metadata.densities = densities;
  if (isRecord(training)) {
    const entries = Object.entries(training).filter(
      (entry): entry is [string, string | number] =>
        typeof entry[1] === 'string' || typeof entry[1] === 'number',
    );
    metadata.training = Object.fromEntries(entries);
  }
  return metadata;
}

function isShare(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
