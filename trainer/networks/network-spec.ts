/**
 * The description of a network as plain data: its layers in order (docs/networks.md).
 *
 *     { "input": [32, 32, 3],
 *       "layers": [{ "kind": "int8-conv", "filters": 16, "kernel": 3 }, { "kind": "norm" }, { "kind": "ternary" }, ...] }
 */

import { FileError } from '@bd-edge/sdk/internal';
import * as v from 'valibot';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const share = v.pipe(v.number(), v.minValue(0), v.ltValue(1));
/** Rows and columns, or one number for both. */
const pair = v.union(
  [count, v.strictTuple([count, count])],
  'expected an integer of 1 or more, or two of them',
);
const name = v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9][\w-]*$/)));
const padding = v.optional(v.picklist(['same', 'valid']));

const conv = {
  name,
  filters: count,
  kernel: v.union(
    [count, v.strictTuple([count, count]), v.literal('whole')],
    'expected an integer of 1 or more, two of them, or "whole"',
  ),
  stride: v.optional(pair),
  padding,
};
const dense = { name, units: count };
const pool = { name, size: pair, stride: v.optional(pair), padding };
const clipLatents = v.optional(v.boolean());
const channelScales = v.optional(v.boolean());
const bias = v.optional(v.boolean());
const step = v.optional(
  v.pipe(
    v.number(),
    v.check((step) => Number.isInteger(Math.log2(step)), 'expected a power of two'),
  ),
);

const Plain = v.variant('kind', [
  v.strictObject({ kind: v.literal('int8-conv'), ...conv, clipLatents }),
  v.strictObject({ kind: v.literal('binary-conv'), ...conv, clipLatents, channelScales }),
  v.strictObject({ kind: v.literal('float-conv'), ...conv }),
  v.strictObject({ kind: v.literal('int8-dense'), ...dense, bias, clipLatents }),
  v.strictObject({ kind: v.literal('binary-dense'), ...dense, clipLatents, channelScales }),
  v.strictObject({ kind: v.literal('float-dense'), ...dense, bias }),
  v.strictObject({ kind: v.literal('max-pool'), ...pool }),
  v.strictObject({ kind: v.literal('average-pool'), ...pool }),
  v.strictObject({ kind: v.literal('global-average-pool'), name }),
  v.strictObject({
    kind: v.literal('norm'),
    name,
    momentum: v.optional(share),
    epsilon: v.optional(v.pipe(v.number(), v.gtValue(0))),
  }),
  v.strictObject({ kind: v.literal('ternary'), name }),
  v.strictObject({
    kind: v.literal('binary'),
    name,
    threshold: v.optional(v.pipe(v.number(), v.finite())),
  }),
  v.strictObject({ kind: v.literal('relu'), name }),
  v.strictObject({ kind: v.literal('fixed-point-relu'), name, step }),
  v.strictObject({ kind: v.literal('fixed-point'), name, step }),
  v.strictObject({ kind: v.literal('dropout'), name, rate: share }),
  v.strictObject({ kind: v.literal('flatten'), name }),
  v.strictObject({ kind: v.literal('zero-pad'), name, size: pair }),
  v.strictObject({ kind: v.literal('pad-channels'), name, channels: count }),
]);

export type PlainLayerSpec = v.InferOutput<typeof Plain>;

/**
 * Adds the output of the layers to that of the shortcut. A shortcut without layers is the input itself. If
 * the shortcut gives fixed-point numbers, the sum is fixed-point numbers with the same step.
 */
export interface ResidualLayerSpec {
  kind: 'residual';
  name?: string;
  layers: LayerSpec[];
  shortcut?: LayerSpec[];
}

export type LayerSpec = PlainLayerSpec | ResidualLayerSpec;

const Layer: v.GenericSchema<LayerSpec> = v.lazy(() => v.variant('kind', [Plain, Residual]));
const Layers = v.pipe(v.array(Layer), v.minLength(1));
const Residual = v.strictObject({
  kind: v.literal('residual'),
  name,
  layers: Layers,
  shortcut: v.optional(v.array(Layer)),
});

const Network = v.strictObject({
  name,
  input: v.union(
    [v.strictTuple([count, count, count]), v.strictTuple([count])],
    'expected [height, width, channels] or [values]',
  ),
  layers: Layers,
});

/** A network as data. Its `input` is height, width and channels of an image, or the length of a vector. */
export type NetworkSpec = v.InferOutput<typeof Network>;

/** The error for a description that is not valid, or whose layers do not fit together. */
export function invalidNetworkSpec(field: string, problem: string, options?: ErrorOptions): FileError {
  const message = `The network description is not valid${field && ` at ${field}`}: ${problem}; docs/networks.md lists the fields.`;
  return new FileError('invalid-network-spec', message, { field, ...options });
}

/**
 * The limit of residual layers inside of each other. The schema, which recurses, would overflow the stack at
 * some depth.
 */
const MAX_DEPTH = 100;
/**
 * A residual layer adds two levels, an object and an array. The rest are the network, its layers, a layer and
 * a pair.
 */
const MAX_LEVELS = 2 * MAX_DEPTH + 4;

/**
 * Checks a network description.
 *
 * @param value parsed JSON
 * @throws {FileError} with code `invalid-network-spec` and the first invalid `field`
 */
export function parseNetworkSpec(value: unknown): NetworkSpec {
  if (hasMoreLevels(value, MAX_LEVELS))
    throw invalidNetworkSpec('', `residual layers are nested more than ${MAX_DEPTH} deep`);
  const result = v.safeParse(Network, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw invalidNetworkSpec(v.getDotPath(issue) ?? '', problemOf(issue));
}

/**
 * Parses the text of a network file.
 *
 * @throws {FileError} as {@link parseNetworkSpec}, also if the text is not JSON
 */
export function readNetworkSpec(text: string): NetworkSpec {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalidNetworkSpec('', `it is not JSON (${(cause as SyntaxError).message})`, { cause });
  }
  return parseNetworkSpec(value);
}

/** Whether objects and arrays are nested more than `levels` deep. */
function hasMoreLevels(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => hasMoreLevels(inner, levels - 1));
}

function problemOf({ type, expected, received, message }: v.BaseIssue<unknown>): string {
  if (type === 'strict_object' && expected === 'never') return `there is no field ${received}`;
  return lowerFirst(message);
}

function lowerFirst(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
