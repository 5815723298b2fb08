import * as layout from '../../assembly/layout.js';
import { FileError } from '../errors.js';

/** The metadata is not JSON. Engines do not read it, so only {@link parseModel} can say this. */
export const INVALID_METADATA = 32;
/** A number does not fit its field. No file can have one, so only {@link encodeModel} can say this. */
export const INVALID_FIELD = 33;

const REASONS: Record<number, string> = {
  [layout.INVALID_TRUNCATED]: 'is cut short',
  [layout.INVALID_MAGIC]: 'does not start with "BDM"',
  [layout.INVALID_VERSION]: 'has a format version that this release cannot read',
  [layout.INVALID_FILE_BYTES]: 'is longer than its header says',
  [layout.INVALID_CHECKSUM]: 'does not match its checksum',
  [layout.INVALID_SECTION]: 'has sections that overlap or lie outside of it',
  [layout.INVALID_INPUT_SHAPE]: 'has an empty input',
  [layout.INVALID_ARENA]: 'has an arena that is too large or cannot hold the input',
  [layout.INVALID_OP_COUNT]: 'has no layers, or more than its section holds',
  [layout.INVALID_OUTPUT_SCALE]: 'has an output scale that is not a positive number',
  [layout.INVALID_RESERVED]: 'uses a reserved field',
  [layout.INVALID_OPCODE]: 'has an unknown opcode',
  [layout.INVALID_OP_INPUT]: 'reads a tensor that does not exist yet or has the wrong type',
  [layout.INVALID_OUTPUT_TYPE]: 'has an impossible output type',
  [layout.INVALID_SHAPE]: 'has an impossible output shape',
  [layout.INVALID_WINDOW]: 'has a kernel, stride or padding that does not fit its input',
  [layout.INVALID_OUTPUT_PLACE]: 'writes outside of the arena',
  [layout.INVALID_OVERWRITTEN]: 'overwrites a tensor that is still needed',
  [layout.INVALID_WEIGHTS]: 'has weights outside of their section',
  [layout.INVALID_WEIGHT_TAIL]: 'has weights in unused bits',
  [layout.INVALID_PARAMETERS]: 'has thresholds or biases that are out of range or outside of their section',
  [layout.INVALID_ACCUMULATOR]: 'can overflow a 32-bit sum',
  [layout.INVALID_WORK]: 'asks for more work than any real network',
  [layout.INVALID_LAST_OP]: 'does not end in integer logits',
  [layout.OUT_OF_MEMORY]: 'needs more memory than the engine may use',
  [INVALID_METADATA]: 'has metadata that is not JSON',
  [INVALID_FIELD]: 'has a number that the format has no room for',
};

const ADVICE: Record<number, string> = {
  [layout.OUT_OF_MEMORY]: 'allow more memory or export a smaller network',
  [INVALID_FIELD]: 'export a smaller network',
};

/**
 * A buffer that is not a valid model, or that does not fit; or a graph that cannot become one.
 *
 * `code` is one of the `INVALID_*` constants of assembly/layout.ts, the same from every engine;
 * `op` is the layer it concerns, counted from 0.
 */
export class ModelError extends FileError {
  override readonly name = 'ModelError';

  constructor(
    readonly number: number,
    readonly op?: number,
    detail?: string,
  ) {
    const subject = op === undefined ? 'The model' : `Layer ${op} of the model`;
    const reason = REASONS[number] ?? `is not valid (code ${number})`;
    const advice = ADVICE[number] ?? 'it is damaged or was not made for this version: export it again';
    super(`${subject} ${reason}${detail ? ` (${detail})` : ''}; ${advice}.`);
  }

  /** From an engine's answer, `code | (op << 8)`, where the op counts from 1 and 0 means the whole file. */
  static fromEngine(answer: number): ModelError {
    const op = answer >>> 8;
    return new ModelError(answer & 0xff, op === 0 ? undefined : op - 1);
  }
}
