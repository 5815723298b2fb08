/**
 * Networks as plain data: the layers in their order, as a person would write them down (docs/recipes.md).
 *
 *     { "input": [32, 32, 3],
 *       "layers": [{ "kind": "int8-conv", "filters": 16, "kernel": 3 }, { "kind": "norm" }, { "kind": "ternary" }, ...] }
 */

import { FileError } from '@bd-edge/sdk/internal';
import * as v from 'valibot';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const share = v.pipe(v.number(), v.minValue(0), v.ltValue(1));
/** Down and right, or one number for both. */
const pair = v.union(
  [count, v.strictTuple([count, count])],
  'Expected a whole number above 0, or two of them',
);
const name = v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9][\w-]*$/)));
const padding = v.optional(v.picklist(['same', 'valid']));

const conv = {
  name,
  filters: count,
  kernel: v.union(
    [count, v.strictTuple([count, count]), v.literal('whole')],
    'Expected a whole number above 0, two of them, or "whole"',
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
    v.check((step) => Number.isInteger(Math.log2(step)), 'it must be a power of two'),
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
 * The layers' output plus the shortcut's; a shortcut without layers is the input itself. The sum of a shortcut of
 * fixed-point numbers is a fixed-point number of the same step.
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

const Recipe = v.strictObject({
  name,
  input: v.union(
    [v.strictTuple([count, count, count]), v.strictTuple([count])],
    'Expected [height, width, channels] or [values]',
  ),
  layers: Layers,
});

/** A network as data. Its `input` is height, width and channels of an image, or the length of a vector. */
export type NetworkSpec = v.InferOutput<typeof Recipe>;

/** A recipe that does not describe a network. */
export class InvalidRecipeError extends FileError {
  override readonly name = 'InvalidRecipeError';

  constructor(
    /** Of the field, as in `layers.2.filters`; empty for the recipe as a whole. */
    override readonly path: string,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(
      `${path ? `The recipe's ${path}` : 'The recipe'} is not valid: ${reason}; docs/recipes.md has the fields.`,
      options,
    );
  }
}

/** Of residuals within one another; the schema, which calls itself for each, would run out of stack at some depth. */
const MAX_DEPTH = 100;
/** A residual is an object in an array; around them are the recipe and its layers, within them a layer and a pair. */
const MAX_LEVELS = 2 * MAX_DEPTH + 4;

/**
 * @param value parsed JSON
 * @throws InvalidRecipeError naming the first field that is wrong
 */
export function parseNetworkSpec(value: unknown): NetworkSpec {
  if (hasMoreLevels(value, MAX_LEVELS))
    throw new InvalidRecipeError('', `it has residuals more than ${MAX_DEPTH} deep within one another`);
  const result = v.safeParse(Recipe, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new InvalidRecipeError(v.getDotPath(issue) ?? '', lowerFirst(issue.message));
}

/**
 * @param text of a recipe file
 * @throws InvalidRecipeError as `parseNetworkRecipe`, and where the text is no JSON
 */
export function readNetworkSpec(text: string): NetworkSpec {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new InvalidRecipeError('', `it is no JSON (${(cause as SyntaxError).message})`, { cause });
  }
  return parseNetworkSpec(value);
}

/** Whether objects and arrays are within one another more than so many times. */
function hasMoreLevels(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => hasMoreLevels(inner, levels - 1));
}

function lowerFirst(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
