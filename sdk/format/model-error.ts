import * as layout from '../../assembly/layout.js';
import { FileError } from '../errors.js';

/** The metadata is not a JSON object. The wasm does not read it, so only the SDK reports this rule. */
export const INVALID_METADATA = 32;
/** A number does not fit its field. A file cannot have one, so only {@link encodeModel} reports this rule. */
export const INVALID_FIELD = 33;

interface Rule {
  /** The `code` of the error. */
  code: string;
  /** The rule that the file violates. */
  reason: string;
  advice?: string;
}

const NEWER = 'update bd-edge, or export the network again with this version';

/**
 * The rules of the format by the number that every engine reports. docs/format.md lists numbers and
 * codes.
 */
export const RULES: Readonly<Record<number, Rule>> = {
  [layout.INVALID_TRUNCATED]: { code: 'truncated', reason: 'is cut short' },
  [layout.INVALID_MAGIC]: { code: 'wrong-magic', reason: 'does not start with "BDM"' },
  [layout.INVALID_VERSION]: {
    code: 'unsupported-version',
    reason: 'has a format version that this release cannot read',
    advice: NEWER,
  },
  [layout.INVALID_FILE_BYTES]: { code: 'wrong-file-size', reason: 'is longer than its header says' },
  [layout.INVALID_CHECKSUM]: { code: 'wrong-checksum', reason: 'does not match its checksum' },
  [layout.INVALID_SECTION]: {
    code: 'invalid-section',
    reason: 'has sections that overlap or lie outside of the file',
  },
  [layout.INVALID_INPUT_SHAPE]: { code: 'invalid-input-shape', reason: 'has an empty input' },
  [layout.INVALID_ARENA]: {
    code: 'invalid-arena',
    reason: 'has an arena that is too large or cannot hold the input',
  },
  [layout.INVALID_OP_COUNT]: {
    code: 'invalid-op-count',
    reason: 'has no ops, too many, or not as many as its section holds',
  },
  [layout.INVALID_OUTPUT_SCALE]: {
    code: 'invalid-output-scale',
    reason: 'has an output scale that is not a positive number',
  },
  [layout.INVALID_RESERVED]: {
    code: 'unknown-field',
    reason: 'uses a field that this release does not know',
    advice: NEWER,
  },
  [layout.INVALID_OPCODE]: {
    code: 'unknown-opcode',
    reason: 'has an opcode that this release does not know',
    advice: NEWER,
  },
  [layout.INVALID_OP_INPUT]: {
    code: 'invalid-op-input',
    reason: 'reads a tensor that does not exist yet or has the wrong type',
  },
  [layout.INVALID_OUTPUT_TYPE]: { code: 'invalid-output-type', reason: 'has an impossible output type' },
  [layout.INVALID_SHAPE]: { code: 'invalid-shape', reason: 'has an impossible output shape' },
  [layout.INVALID_WINDOW]: {
    code: 'invalid-window',
    reason: 'has a kernel, stride, padding or pool that does not fit its input',
  },
  [layout.INVALID_OUTPUT_PLACE]: { code: 'output-outside-arena', reason: 'writes outside of the arena' },
  [layout.INVALID_OVERWRITTEN]: {
    code: 'overwritten-tensor',
    reason: 'overwrites a tensor that is still needed',
  },
  [layout.INVALID_WEIGHTS]: { code: 'invalid-weights', reason: 'has weights outside of their section' },
  [layout.INVALID_WEIGHT_TAIL]: { code: 'invalid-weight-tail', reason: 'has weights in unused bits' },
  [layout.INVALID_PARAMETERS]: {
    code: 'invalid-parameters',
    reason: 'has thresholds or biases that are out of range or outside of their section',
  },
  [layout.INVALID_ACCUMULATOR]: { code: 'accumulator-overflow', reason: 'can overflow a 32-bit sum' },
  [layout.INVALID_WORK]: { code: 'too-many-operations', reason: 'needs more than 2^33 operations an image' },
  [layout.INVALID_LAST_OP]: { code: 'invalid-last-op', reason: 'does not end in integer logits' },
  [layout.OUT_OF_MEMORY]: {
    code: 'out-of-memory',
    reason: 'needs more memory than the engine may use',
    advice: 'allow more memory or export a smaller network',
  },
  [INVALID_METADATA]: { code: 'invalid-metadata', reason: 'has metadata that is not a UTF-8 JSON object' },
  [INVALID_FIELD]: {
    code: 'field-overflow',
    reason: 'has a number that does not fit its field',
    advice: 'export a smaller network',
  },
};

/**
 * A buffer that is not a valid model, a model that needs more memory than allowed, or a graph that cannot
 * be encoded.
 *
 * `number` is one of the numbers of docs/format.md, the same from every engine; `code` is its name.
 */
export class ModelError extends FileError {
  override readonly name: string = 'ModelError';
  /** The number of the rule, as engines and boards report it. */
  readonly number: number;
  /** The op that breaks the rule, from 0; undefined if the rule is about the whole file. */
  readonly op?: number;

  constructor(number: number, op?: number, detail?: string) {
    const rule = RULES[number] ?? {
      code: 'invalid-model',
      reason: `breaks rule ${number} of a newer engine`,
    };
    const subject = op === undefined ? 'The model' : `Op ${op} of the model`;
    const { advice = 'the file is damaged or was not written by bd-edge: export it again' } = rule;
    super(rule.code, `${subject} ${rule.reason}${detail ? ` (${detail})` : ''}; ${advice}.`);
    this.number = number;
    this.op = op;
  }

  /**
   * Makes the error from an engine's answer, `number | (op << 8)`, where ops count from 1 and 0 is the
   * whole file.
   */
  static fromEngine(answer: number): ModelError {
    const op = answer >>> 8;
    return new ModelError(answer & 0xff, op === 0 ? undefined : op - 1);
  }
}
