/**
 * Checks the options that layers are made with. An option that a layer does not have would be ignored, and the
 * network would compute something else than its author meant:
 *
 *     new BinaryConv2D({ filters: 8, kernelSize: 3, dilationRate: 2 })   // throws: it has no dilation
 *
 * An option of Keras is accepted if its value describes what the layer does anyway, such as `dilationRate: 1`.
 */
import { UsageError } from '@bd-edge/sdk/internal';
import { UnsupportedLayerError } from '../errors.js';
import type * as tf from '../tensorflow/index.js';

/** The values that an option may have. */
export interface LayerOption {
  expected: string;
  accepts: (value: unknown) => boolean;
  /** Default: false. */
  required?: boolean;
}

export type LayerOptions = Readonly<Record<string, LayerOption>>;

/** The constructor of a layer that lists its options. */
export interface LayerClass {
  readonly className: string;
  readonly options: LayerOptions;
}

/** A whole number of `min` or more. */
export function integer(min: number): LayerOption {
  const accepts = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= min;
  return { expected: `an integer of ${min} or more`, accepts };
}

/** One of the values. */
export function oneOf(...values: unknown[]): LayerOption {
  return {
    expected: values.map((value) => JSON.stringify(value)).join(' or '),
    accepts: (value) => values.includes(value),
  };
}

/** A finite number for which the condition holds. */
export function number(expected: string, holds: (value: number) => boolean): LayerOption {
  const accepts = (value: unknown) => typeof value === 'number' && Number.isFinite(value) && holds(value);
  return { expected, accepts };
}

/** An option that the layer checks itself, with an error of its own. */
export const ANYTHING: LayerOption = { expected: 'any value', accepts: () => true };

const isCount = integer(1).accepts;

export const COUNT = integer(1);
export const BOOLEAN = oneOf(true, false);
export const FINITE = number('a finite number', () => true);
export const POSITIVE = number('a number above 0', (value) => value > 0);
/** Rows and columns, or one number for both. */
export const PAIR: LayerOption = {
  expected: 'an integer of 1 or more, or two of them',
  accepts: (value) => isCount(value) || (Array.isArray(value) && value.length === 2 && value.every(isCount)),
};

/** Returns the option as one that must be given. */
export function required(option: LayerOption): LayerOption {
  return { ...option, required: true };
}

/** The options that every layer of TensorFlow.js has. */
const EVERY_LAYER: LayerOptions = {
  name: { expected: 'a name', accepts: (value) => typeof value === 'string' && value !== '' },
  trainable: BOOLEAN,
  inputShape: { expected: 'an array', accepts: Array.isArray },
  batchInputShape: { expected: 'an array', accepts: Array.isArray },
  batchSize: COUNT,
  dtype: oneOf('float32'),
  inputDType: oneOf('float32'),
  weights: { expected: 'an array of tensors', accepts: Array.isArray },
  /** TensorFlow.js adds it to the options of a layer that it reads from a file. */
  customObjects: ANYTHING,
};

/** Values of Keras's options that describe what a layer without the option does. */
const NEUTRAL: Readonly<Record<string, readonly unknown[]>> = {
  activation: ['linear'],
  dataFormat: ['channelsLast'],
  dilationRate: [1, '[1]', '[1,1]'],
  fused: [true, false],
  groups: [1],
  renorm: [false],
  synchronized: [false],
  updatable: [true],
  useBias: [false],
};

/**
 * Checks the options of a new layer.
 *
 * @param layer the class of the layer: `new.target`
 * @returns the options
 * @throws {UnsupportedLayerError} `unsupported-layer-option` for an option that the layer does not have
 * @throws {UsageError} `invalid-layer-option` for a value that the option cannot have, or for a required option that is
 *   missing
 */
export function checkedOptions<T extends object>(layer: unknown, options: T | undefined): T {
  const { className, options: own } = layer as LayerClass;
  const known = { ...EVERY_LAYER, ...own };
  const given = (options ?? {}) as Record<string, unknown>;
  const isGiven = (name: string) => given[name] !== undefined && given[name] !== null;
  const where = `${className}${typeof given.name === 'string' ? ` "${given.name}"` : ''}`;
  for (const name of Object.keys(given).filter(isGiven)) {
    const value = given[name];
    if (!Object.hasOwn(known, name)) {
      if (isNeutral(name, value)) continue;
      throw unsupported(className, where, name, value, Object.keys(own), given.name);
    }
    if (!known[name].accepts(value)) throw invalid(where, name, value, known[name].expected);
  }
  for (const [name, { required, expected }] of Object.entries(own))
    if (required && !isGiven(name)) throw invalid(where, name, given[name], expected);
  return given as T;
}

function isNeutral(name: string, value: unknown): boolean {
  if (!Object.hasOwn(NEUTRAL, name)) return false;
  return NEUTRAL[name].includes(Array.isArray(value) ? JSON.stringify(value) : value);
}

function unsupported(
  className: string,
  where: string,
  option: string,
  received: unknown,
  own: readonly string[],
  name: unknown,
): UnsupportedLayerError {
  const reason = `it has no option ${option}`;
  const neutral = NEUTRAL[option]?.[0];
  const same = neutral === undefined ? '' : ` other than ${described(neutral)}`;
  const list = own.length > 0 ? own.join(', ') : 'only those of every layer';
  return new UnsupportedLayerError(
    'unsupported-layer-option',
    `${where} has no option ${option}${same}; received ${described(received)}. Its options: ${list}.`,
    { layer: typeof name === 'string' ? name : undefined, className, reason, option, received },
  );
}

function invalid(where: string, option: string, received: unknown, expected: string): UsageError {
  const message = `Invalid option ${option} of ${where}: expected ${expected}; received ${described(received)}.`;
  return new UsageError('invalid-layer-option', message, { received, expected });
}

/** Returns a value as a short text. */
function described(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'bigint' || typeof value === 'symbol' || Number.isNaN(value)) return String(value);
  try {
    const text = JSON.stringify(value) ?? String(value);
    return text.length > 60 ? `${text.slice(0, 59)}…` : text;
  } catch {
    return 'an object';
  }
}

/**
 * Checks the shape of a layer's input.
 *
 * @param rank the number of axes with the batch: 4 for images, 2 for vectors
 * @returns the shape
 * @throws {UsageError} `invalid-layer-input` for several inputs, another rank, or an axis of unknown length that the
 *   layer must know
 */
export function inputShapeOf(
  layer: tf.layers.Layer,
  shapes: tf.Shape | tf.Shape[],
  { rank, expected, known }: { rank: number; expected: string; known: number },
): tf.Shape {
  const several = Array.isArray(shapes[0]) && shapes.length !== 1;
  const shape = (Array.isArray(shapes[0]) ? shapes[0] : shapes) as tf.Shape;
  if (!several && shape.length === rank && isCount(shape[known])) return shape;
  throw new UsageError(
    'invalid-layer-input',
    `${layer.getClassName()} "${layer.name}" reads ${expected}; received ${JSON.stringify(shapes)}.`,
    { received: shapes, expected },
  );
}
