import * as layout from '../../assembly/layout.js';
import { alignUp, planArena } from './arena.js';
import { crc32 } from './crc32.js';
import {
  type Convolution,
  type Graph,
  type Op,
  type OutputPool,
  opInputs,
  outputsPerSum,
  tensorShapes,
} from './graph.js';
import { INVALID_FIELD, ModelError } from './model-error.js';
import { packBits, packWeights } from './pack.js';
import { type Shape, TYPE_CODES } from './tensor.js';

const OPCODES: Record<Op['kind'], number> = {
  'int8-convolution': layout.OPCODE_INT8_CONVOLUTION,
  'binary-convolution': layout.OPCODE_BINARY_CONVOLUTION,
  'max-pool': layout.OPCODE_MAX_POOL,
  'sum-pool': layout.OPCODE_SUM_POOL,
};

/**
 * Packs a graph of integers into a `.bdm` buffer (docs/format.md) and plans the arena. The same graph
 * gives the same bytes. It rejects only numbers that do not fit their fields: call {@link parseModel} on
 * the result to check all rules.
 *
 * @throws {ModelError} if a number does not fit its field
 */
export function encodeModel(graph: Graph): Uint8Array<ArrayBuffer> {
  const shapes = tensorShapes(graph);
  const plan = planArena(shapes, graph.ops);
  const metadata = new TextEncoder().encode(graph.metadata ? JSON.stringify(graph.metadata) : '');

  const weights = new Blob();
  const parameters = new Blob();
  const places = graph.ops.map((op) => ({
    weights: 'weights' in op ? weights.append(weightBytes(op)) : undefined,
    parameters: parameters.append(parameterBytes(op, shapes[op.input])),
  }));

  const sectionBytes = [graph.ops.length * layout.OP_BYTES, weights.bytes, parameters.bytes, metadata.length];
  const sectionOffsets: number[] = [];
  let fileBytes = layout.HEADER_BYTES;
  for (const bytes of sectionBytes) {
    sectionOffsets.push(fileBytes);
    fileBytes = alignUp(fileBytes + bytes);
  }

  const file = new Uint8Array(fileBytes);
  const view = new DataView(file.buffer);
  const header = new Fields(view, 0);

  header.u32(layout.HEADER_MAGIC, layout.MAGIC);
  header.u32(layout.HEADER_VERSION, layout.FORMAT_VERSION);
  header.u32(layout.HEADER_FILE_BYTES, fileBytes);
  header.u32(layout.HEADER_ARENA_BYTES, plan.bytes);
  header.u16(layout.HEADER_INPUT_HEIGHT, graph.input.height);
  header.u16(layout.HEADER_INPUT_WIDTH, graph.input.width);
  header.u16(layout.HEADER_INPUT_CHANNELS, graph.input.channels);
  header.u16(layout.HEADER_OP_COUNT, graph.ops.length);
  header.u32(layout.HEADER_INPUT_OFFSET, plan.offsets[0]);
  view.setFloat32(layout.HEADER_OUTPUT_SCALE, graph.outputScale, true);
  for (let section = 0; section < layout.SECTION_COUNT; section++) {
    header.u32(layout.HEADER_SECTIONS + section * 8, sectionOffsets[section]);
    header.u32(layout.HEADER_SECTIONS + section * 8 + 4, sectionBytes[section]);
  }

  graph.ops.forEach((op, index) => {
    const record = new Fields(view, sectionOffsets[layout.SECTION_OPS] + index * layout.OP_BYTES, index);
    const output = shapes[index + 1];
    record.u8(layout.OP_OPCODE, OPCODES[op.kind]);
    record.u8(layout.OP_OUTPUT_TYPE, TYPE_CODES[output.type]);
    record.u8(layout.OP_OUTPUT_PLANES, output.planes);
    record.u8(layout.OP_OUTPUTS_PER_SUM, op.kind === 'max-pool' ? 0 : outputsPerSum(op));
    record.u16(layout.OP_INPUT, op.input);
    record.u8(layout.OP_SHIFT, shiftOf(op));
    record.u32(layout.OP_OUTPUT_OFFSET, plan.offsets[index + 1]);
    record.u16(layout.OP_OUTPUT_HEIGHT, output.height);
    record.u16(layout.OP_OUTPUT_WIDTH, output.width);
    record.u16(layout.OP_OUTPUT_CHANNELS, output.channels);
    record.u16(layout.OP_ADDEND, opInputs(op)[1] ?? 0);
    record.u8(layout.OP_KERNEL_HEIGHT, op.window.kernelHeight);
    record.u8(layout.OP_KERNEL_WIDTH, op.window.kernelWidth);
    record.u8(layout.OP_STRIDE_Y, op.window.strideY);
    record.u8(layout.OP_STRIDE_X, op.window.strideX);
    record.u8(layout.OP_PADDING_TOP, op.window.paddingTop);
    record.u8(layout.OP_PADDING_LEFT, op.window.paddingLeft);
    const pool = poolOf(op);
    record.u8(layout.OP_POOL_HEIGHT, pool?.height ?? 1);
    record.u8(layout.OP_POOL_WIDTH, pool?.width ?? 1);
    const { weights: weightsAt, parameters: parametersAt } = places[index];
    if (weightsAt !== undefined) {
      record.u32(layout.OP_WEIGHTS, sectionOffsets[layout.SECTION_WEIGHTS] + weightsAt);
    }
    record.u32(layout.OP_PARAMETERS, sectionOffsets[layout.SECTION_PARAMETERS] + parametersAt);
  });

  weights.copyTo(file, sectionOffsets[layout.SECTION_WEIGHTS]);
  parameters.copyTo(file, sectionOffsets[layout.SECTION_PARAMETERS]);
  file.set(metadata, sectionOffsets[layout.SECTION_METADATA]);
  header.u32(layout.HEADER_CHECKSUM, crc32(file.subarray(layout.CHECKSUM_START)));
  return file;
}

/** Writes the fields of the header or of an op's record, and rejects numbers that do not fit. */
class Fields {
  constructor(
    readonly view: DataView,
    readonly start: number,
    readonly op?: number,
  ) {}

  u8(at: number, value: number): void {
    this.#check(at, value, 0xff);
    this.view.setUint8(this.start + at, value);
  }

  u16(at: number, value: number): void {
    this.#check(at, value, 0xffff);
    this.view.setUint16(this.start + at, value, true);
  }

  u32(at: number, value: number): void {
    this.#check(at, value, 0xffffffff);
    this.view.setUint32(this.start + at, value, true);
  }

  #check(at: number, value: number, max: number): void {
    if (Number.isInteger(value) && value >= 0 && value <= max) return;
    const what = `${value} at byte ${at} of its ${this.op === undefined ? 'header' : 'record'}, at most ${max}`;
    throw new ModelError(INVALID_FIELD, this.op, what);
  }
}

/** Collects chunks of bytes, each at a multiple of four. */
class Blob {
  bytes = 0;
  readonly #chunks: { at: number; chunk: Uint8Array }[] = [];

  append(chunk: Uint8Array): number {
    const at = this.bytes;
    this.#chunks.push({ at, chunk });
    this.bytes = Math.ceil((at + chunk.length) / layout.WORD_BYTES) * layout.WORD_BYTES;
    return at;
  }

  copyTo(target: Uint8Array, offset: number): void {
    for (const { at, chunk } of this.#chunks) target.set(chunk, offset + at);
  }
}

function shiftOf(op: Op): number {
  return op.kind !== 'max-pool' && op.epilogue.kind === 'fixed-point' ? op.epilogue.shift : 0;
}

function poolOf(op: Op): OutputPool | undefined {
  return 'pool' in op ? op.pool : undefined;
}

/** Returns how many bytes the weights and parameters of an op have in a file. */
export function opBytes(op: Op, input: Shape): { weightBytes: number; parameterBytes: number } {
  return {
    weightBytes: 'weights' in op ? weightBytes(op).length : 0,
    parameterBytes: parameterBytes(op, input).length,
  };
}

function weightBytes(op: Convolution): Uint8Array {
  return bytesOf(op.kind === 'int8-convolution' ? op.weights : packWeights(op.weights, op.filters));
}

function parameterBytes(op: Op, input: Shape): Uint8Array {
  if (op.kind === 'max-pool') return bytesOf(packBits(op.andMask, input.channels));
  const { epilogue } = op;
  if (epilogue.kind === 'sum') return bytesOf(epilogue.bias);
  if (epilogue.kind === 'fixed-point') {
    const low = Array.from(epilogue.offsets, (offset) => Number(BigInt.asIntN(32, offset)));
    const high = Array.from(epilogue.offsets, (offset) => Number(offset >> 32n));
    return bytesOf(Int32Array.from([...epilogue.multipliers, ...low, ...high]));
  }
  const words = epilogue.thresholds.flatMap(({ values }) => [...values]);
  const directions = epilogue.thresholds.flatMap(({ invert }) => [...packBits(invert, op.filters)]);
  const masks = packBits(poolOf(op)?.andMask ?? [], op.filters);
  return bytesOf(Int32Array.from([...words, ...directions, ...masks]));
}

function bytesOf(array: Int8Array | Int32Array | Uint32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
