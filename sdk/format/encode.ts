import * as layout from '../../assembly/layout.js';
import { alignUp, planArena } from './arena.js';
import { crc32 } from './crc32.js';
import { type Convolution, cutsOf, type Graph, type Node, readBy, tensorShapes } from './graph.js';
import { INVALID_FIELD, ModelError } from './model-error.js';
import { packBits } from './pack.js';
import { type Shape, TYPE_CODES } from './tensor.js';

const OPCODES: Record<Node['kind'], number> = {
  'int8-convolution': layout.OPCODE_INT8_CONVOLUTION,
  'binary-convolution': layout.OPCODE_BINARY_CONVOLUTION,
  'max-pool': layout.OPCODE_MAX_POOL,
  'sum-pool': layout.OPCODE_SUM_POOL,
};

/**
 * Packs a graph of integers into a `.bdm` buffer (docs/format.md), the arena planned.
 * The same graph gives the same bytes. Of what no reader would accept, only numbers that do not fit their fields are
 * caught here, since they would become others: see {@link parseModel} for the rest.
 *
 * @throws {ModelError} if a number does not fit the format, naming its layer
 */
export function encodeModel(graph: Graph): Uint8Array<ArrayBuffer> {
  const shapes = tensorShapes(graph);
  const plan = planArena(shapes, graph.nodes.map(readBy));
  const metadata = new TextEncoder().encode(graph.metadata ? JSON.stringify(graph.metadata) : '');

  const weights = new Blob();
  const parameters = new Blob();
  const places = graph.nodes.map((node) => ({
    weights: 'weights' in node ? weights.append(weightBytes(node, shapes[node.input])) : undefined,
    parameters: parameters.append(parameterBytes(node, shapes[node.input])),
  }));

  const sectionBytes = [
    graph.nodes.length * layout.OP_BYTES,
    weights.bytes,
    parameters.bytes,
    metadata.length,
  ];
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
  header.u16(layout.HEADER_OP_COUNT, graph.nodes.length);
  header.u32(layout.HEADER_INPUT_OFFSET, plan.offsets[0]);
  view.setFloat32(layout.HEADER_OUTPUT_SCALE, graph.outputScale, true);
  for (let section = 0; section < layout.SECTION_COUNT; section++) {
    header.u32(layout.HEADER_SECTIONS + section * 8, sectionOffsets[section]);
    header.u32(layout.HEADER_SECTIONS + section * 8 + 4, sectionBytes[section]);
  }

  graph.nodes.forEach((node, index) => {
    const record = new Fields(view, sectionOffsets[layout.SECTION_OPS] + index * layout.OP_BYTES, index);
    const output = shapes[index + 1];
    record.u8(layout.OP_OPCODE, OPCODES[node.kind]);
    record.u8(layout.OP_OUTPUT_TYPE, TYPE_CODES[output.type]);
    record.u8(layout.OP_OUTPUT_PLANES, output.planes);
    record.u8(layout.OP_CUTS, node.kind === 'max-pool' ? 0 : cutsOf(node));
    record.u16(layout.OP_INPUT, node.input);
    record.u8(layout.OP_SHIFT, shiftOf(node));
    record.u32(layout.OP_OUTPUT_OFFSET, plan.offsets[index + 1]);
    record.u16(layout.OP_OUTPUT_HEIGHT, output.height);
    record.u16(layout.OP_OUTPUT_WIDTH, output.width);
    record.u16(layout.OP_OUTPUT_CHANNELS, output.channels);
    record.u16(layout.OP_ADDEND, readBy(node)[1] ?? 0);
    record.u8(layout.OP_KERNEL_HEIGHT, node.window.kernelHeight);
    record.u8(layout.OP_KERNEL_WIDTH, node.window.kernelWidth);
    record.u8(layout.OP_STRIDE_Y, node.window.strideY);
    record.u8(layout.OP_STRIDE_X, node.window.strideX);
    record.u8(layout.OP_PADDING_TOP, node.window.paddingTop);
    record.u8(layout.OP_PADDING_LEFT, node.window.paddingLeft);
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

/** The numbers of the header, or of an op's record: each is written as it is or not at all. */
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

  #check(at: number, value: number, most: number): void {
    if (Number.isInteger(value) && value >= 0 && value <= most) return;
    const what = `${value} at byte ${at} of its ${this.op === undefined ? 'header' : 'record'}, at most ${most}`;
    throw new ModelError(INVALID_FIELD, this.op, what);
  }
}

/** Chunks of bytes, one behind the other, each at a multiple of four. */
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

function shiftOf(node: Node): number {
  return node.kind !== 'max-pool' && node.epilogue.kind === 'fixed-point' ? node.epilogue.shift : 0;
}

function weightBytes(node: Convolution, input: Shape): Uint8Array {
  return bytesOf(node.kind === 'int8-convolution' ? node.weights : packBits(node.weights, input.channels));
}

function parameterBytes(node: Node, input: Shape): Uint8Array {
  if (node.kind === 'max-pool') return bytesOf(packBits(node.all, input.channels));
  const { epilogue } = node;
  if (epilogue.kind === 'sum') return bytesOf(epilogue.bias);
  if (epilogue.kind === 'fixed-point') {
    const low = Array.from(epilogue.offsets, (offset) => Number(BigInt.asIntN(32, offset)));
    const high = Array.from(epilogue.offsets, (offset) => Number(offset >> 32n));
    return bytesOf(Int32Array.from([...epilogue.multipliers, ...low, ...high]));
  }
  const words = epilogue.cuts.flatMap((cut) => [...cut.thresholds]);
  const directions = epilogue.cuts.flatMap((cut) => [...packBits(cut.below, node.filters)]);
  return bytesOf(Int32Array.from([...words, ...directions]));
}

function bytesOf(array: Int8Array | Int32Array | Uint32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
