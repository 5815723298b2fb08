import { alignUp, planArena } from './arena.js';
import { crc32 } from './crc32.js';
import { type Convolution, cutsOf, type Graph, type Node, readBy, tensorShapes } from './graph.js';
import * as layout from './layout.js';
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
 * The same graph gives the same bytes. What no reader would accept is not caught here: see `decodeModel`.
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
  const u8 = (at: number, value: number) => view.setUint8(at, value);
  const u16 = (at: number, value: number) => view.setUint16(at, value, true);
  const u32 = (at: number, value: number) => view.setUint32(at, value, true);

  u32(layout.HEADER_MAGIC, layout.MAGIC);
  u32(layout.HEADER_VERSION, layout.FORMAT_VERSION);
  u32(layout.HEADER_FILE_BYTES, fileBytes);
  u32(layout.HEADER_ARENA_BYTES, plan.bytes);
  u16(layout.HEADER_INPUT_HEIGHT, graph.input.height);
  u16(layout.HEADER_INPUT_WIDTH, graph.input.width);
  u16(layout.HEADER_INPUT_CHANNELS, graph.input.channels);
  u16(layout.HEADER_OP_COUNT, graph.nodes.length);
  u32(layout.HEADER_INPUT_OFFSET, plan.offsets[0]);
  view.setFloat32(layout.HEADER_OUTPUT_SCALE, graph.outputScale, true);
  for (let section = 0; section < layout.SECTION_COUNT; section++) {
    u32(layout.HEADER_SECTIONS + section * 8, sectionOffsets[section]);
    u32(layout.HEADER_SECTIONS + section * 8 + 4, sectionBytes[section]);
  }

  graph.nodes.forEach((node, index) => {
    const at = sectionOffsets[layout.SECTION_OPS] + index * layout.OP_BYTES;
    const output = shapes[index + 1];
    u8(at + layout.OP_OPCODE, OPCODES[node.kind]);
    u8(at + layout.OP_OUTPUT_TYPE, TYPE_CODES[output.type]);
    u8(at + layout.OP_OUTPUT_PLANES, output.planes);
    u8(at + layout.OP_CUTS, node.kind === 'max-pool' ? 0 : cutsOf(node));
    u16(at + layout.OP_INPUT, node.input);
    u8(at + layout.OP_SHIFT, shiftOf(node));
    u32(at + layout.OP_OUTPUT_OFFSET, plan.offsets[index + 1]);
    u16(at + layout.OP_OUTPUT_HEIGHT, output.height);
    u16(at + layout.OP_OUTPUT_WIDTH, output.width);
    u16(at + layout.OP_OUTPUT_CHANNELS, output.channels);
    u16(at + layout.OP_ADDEND, readBy(node)[1] ?? 0);
    u8(at + layout.OP_KERNEL_HEIGHT, node.window.kernelHeight);
    u8(at + layout.OP_KERNEL_WIDTH, node.window.kernelWidth);
    u8(at + layout.OP_STRIDE_Y, node.window.strideY);
    u8(at + layout.OP_STRIDE_X, node.window.strideX);
    u8(at + layout.OP_PADDING_TOP, node.window.paddingTop);
    u8(at + layout.OP_PADDING_LEFT, node.window.paddingLeft);
    const { weights: weightsAt, parameters: parametersAt } = places[index];
    if (weightsAt !== undefined) {
      u32(at + layout.OP_WEIGHTS, sectionOffsets[layout.SECTION_WEIGHTS] + weightsAt);
    }
    u32(at + layout.OP_PARAMETERS, sectionOffsets[layout.SECTION_PARAMETERS] + parametersAt);
  });

  weights.copyTo(file, sectionOffsets[layout.SECTION_WEIGHTS]);
  parameters.copyTo(file, sectionOffsets[layout.SECTION_PARAMETERS]);
  file.set(metadata, sectionOffsets[layout.SECTION_METADATA]);
  u32(layout.HEADER_CHECKSUM, crc32(file.subarray(layout.CHECKSUM_START)));
  return file;
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
