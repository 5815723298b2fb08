import type { Model } from '@bd-edge/sdk/internal';
import * as layout from '@bd-edge/sdk/internal/layout';

/** The constants of one op in C. */
export interface OpConstants {
  /** The fields of `struct op_constants` in firmware/kernels/run-network.h that are numbers of the op's record. */
  fields: Record<string, number>;
  /** Whole words. Empty for pools. */
  weights: Uint8Array;
  /** Whole words. Empty for max-pools of numbers. */
  parameters: Uint8Array;
}

/** Reads the constants of all ops from a valid `.bdm`. */
export function opConstants(bytes: Uint8Array, model: Model): OpConstants[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const records = view.getUint32(layout.HEADER_SECTIONS + layout.SECTION_OPS * 8, true);
  return model.ops.map((_, index) => {
    const at = records + index * layout.OP_BYTES;
    const u8 = (field: number) => view.getUint8(at + field);
    const u16 = (field: number) => view.getUint16(at + field, true);
    const part = (field: number, length: number) => {
      const from = view.getUint32(at + field, true);
      const words = new Uint8Array(Math.ceil(length / layout.WORD_BYTES) * layout.WORD_BYTES);
      words.set(bytes.subarray(from, from + length));
      return words;
    };
    return {
      fields: {
        input: u16(layout.OP_INPUT),
        addend: u16(layout.OP_ADDEND),
        height: u16(layout.OP_OUTPUT_HEIGHT),
        width: u16(layout.OP_OUTPUT_WIDTH),
        channels: u16(layout.OP_OUTPUT_CHANNELS),
        opcode: u8(layout.OP_OPCODE),
        type: u8(layout.OP_OUTPUT_TYPE),
        planes: u8(layout.OP_OUTPUT_PLANES),
        outputs_per_sum: u8(layout.OP_OUTPUTS_PER_SUM),
        shift: u8(layout.OP_SHIFT),
        kernel_height: u8(layout.OP_KERNEL_HEIGHT),
        kernel_width: u8(layout.OP_KERNEL_WIDTH),
        stride_y: u8(layout.OP_STRIDE_Y),
        stride_x: u8(layout.OP_STRIDE_X),
        padding_top: u8(layout.OP_PADDING_TOP),
        padding_left: u8(layout.OP_PADDING_LEFT),
        pool_height: u8(layout.OP_POOL_HEIGHT),
        pool_width: u8(layout.OP_POOL_WIDTH),
      },
      weights: part(layout.OP_WEIGHTS, weightBytes(model, index)),
      parameters: part(layout.OP_PARAMETERS, parameterWords(model, index) * layout.WORD_BYTES),
    };
  });
}

function weightBytes(model: Model, index: number): number {
  const op = model.ops[index];
  if (!('weights' in op)) return 0;
  if (op.kind === 'int8-convolution') return op.weights.length;
  const inputs = op.window.kernelHeight * op.window.kernelWidth * model.tensors[op.input].channels;
  return wordsFor(op.filters) * inputs * layout.WORD_BYTES;
}

function parameterWords(model: Model, index: number): number {
  const op = model.ops[index];
  if (op.kind === 'max-pool') {
    const { type, planes, channels } = model.tensors[op.input];
    return type === 'bits' ? planes * wordsFor(channels) : 0;
  }
  const { epilogue, filters } = op;
  if (epilogue.kind === 'sum') return filters;
  if (epilogue.kind === 'fixed-point') return layout.FIXED_POINT_WORDS * epilogue.multipliers.length;
  const rowsOfBits = 'pool' in op && op.pool ? 2 : 1;
  return epilogue.thresholds.length * (filters + rowsOfBits * wordsFor(filters));
}

function wordsFor(bits: number): number {
  return Math.ceil(bits / layout.WORD_BITS);
}
