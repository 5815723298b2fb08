import { crc32 } from './crc32.js';
import type { Cut, Epilogue, Graph, Metadata, Node } from './graph.js';
import * as layout from './layout.js';
import { INVALID_METADATA, ModelError } from './model-error.js';
import { unpackBits } from './pack.js';
import { pixelBytes, type Shape, type Tensor, type TensorType, tensorBytes, wordsFor } from './tensor.js';

/** A parsed `.bdm`: the graph of integers, and what the file says of memory. */
export interface Model extends Graph {
  /** [1 + ops], the image first, each with its place in the arena. */
  tensors: Tensor[];
  fileBytes: number;
  arenaBytes: number;
  weightBytes: number;
  parameterBytes: number;
}

const TYPES: TensorType[] = [];
TYPES[layout.TYPE_U8] = 'u8';
TYPES[layout.TYPE_BITS] = 'bits';
TYPES[layout.TYPE_INT32] = 'int32';

/**
 * Validates a `.bdm` buffer whole, by the same rules in the same order as the engine (assembly/validate.ts), and
 * unpacks it. Nothing in it is trusted.
 *
 * @throws {ModelError} on the first rule that the buffer breaks
 */
export function parseModel(buffer: Uint8Array): Model {
  // Node's Buffer is a Uint8Array whose slice() does not copy.
  const bytes = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  if (bytes.length < layout.HEADER_BYTES) throw new ModelError(layout.INVALID_TRUNCATED);
  const file = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = parseHeader(bytes, file);
  const { sections } = header;
  const image: Tensor = { ...header.input, type: 'u8', planes: 1, offset: header.inputOffset };
  require(Math.min(image.height, image.width, image.channels) > 0, layout.INVALID_INPUT_SHAPE);
  require(header.arenaBytes <= layout.MAX_ARENA_BYTES, layout.INVALID_ARENA);
  require(fits(image, header.arenaBytes), layout.INVALID_ARENA);

  const tensors = [image];
  const weights = new SectionReader(bytes, sections[layout.SECTION_WEIGHTS]);
  const parameters = new SectionReader(bytes, sections[layout.SECTION_PARAMETERS]);
  const nodes: Node[] = [];
  let macs = 0;
  for (let op = 0; op < header.opCount; op++) {
    const record = new DataView(
      file.buffer,
      file.byteOffset + sections[layout.SECTION_OPS].offset + op * layout.OP_BYTES,
      layout.OP_BYTES,
    );
    const check: Check = (rule, code) => require(rule, code, op);
    const shape = parseShape(record, tensors, check);
    check(fits(shape.output, header.arenaBytes), layout.INVALID_OUTPUT_PLACE);
    nodes.push(parseNode(record, shape, weights, parameters, check));
    macs += work(nodes[op], tensors[nodes[op].input]);
    check(macs <= layout.MAX_MACS, layout.INVALID_WORK);
    tensors.push(shape.output);
  }
  requireNothingOverwritten(nodes, tensors);
  const last = header.opCount - 1;
  require(tensors[last + 1].type === 'int32', layout.INVALID_LAST_OP, last);

  return {
    input: { height: image.height, width: image.width, channels: image.channels },
    nodes,
    outputScale: header.outputScale,
    metadata: parseMetadata(bytes, sections[layout.SECTION_METADATA]),
    tensors,
    fileBytes: bytes.length,
    arenaBytes: header.arenaBytes,
    weightBytes: sections[layout.SECTION_WEIGHTS].bytes,
    parameterBytes: sections[layout.SECTION_PARAMETERS].bytes,
  };
}

/**
 * Multiply-accumulates of one image in a node; for a pool, the bits it looks at. Both planes of a coupled input count.
 */
export function work(node: Node, input: Shape): number {
  const { kernelHeight, kernelWidth } = node.window;
  const outputs = node.outputHeight * node.outputWidth * (node.kind === 'max-pool' ? 1 : node.filters);
  return outputs * kernelHeight * kernelWidth * input.channels * input.planes;
}

interface Section {
  offset: number;
  bytes: number;
}

/** Hands out the parts of a section in the order of the ops; parts never overlap, so a file cannot unpack to more than it holds. */
class SectionReader {
  #next: number;
  readonly #end: number;

  constructor(
    readonly file: Uint8Array,
    { offset, bytes }: Section,
  ) {
    this.#next = offset;
    this.#end = offset + bytes;
  }

  /** A copy of `length` bytes at `at`, or nothing where they are misplaced. */
  take(at: number, length: number): Uint8Array | undefined {
    if (at % layout.WORD_BYTES !== 0 || at < this.#next || at + length > this.#end) return undefined;
    this.#next = at + length;
    return this.file.slice(at, at + length);
  }
}

type Check = (rule: boolean, code: number) => asserts rule;

function require(rule: boolean, code: number, op?: number): asserts rule {
  if (!rule) throw new ModelError(code, op);
}

function parseHeader(bytes: Uint8Array, file: DataView) {
  const u16 = (at: number) => file.getUint16(at, true);
  const u32 = (at: number) => file.getUint32(at, true);
  require(u32(layout.HEADER_MAGIC) === layout.MAGIC, layout.INVALID_MAGIC);
  require(u32(layout.HEADER_VERSION) === layout.FORMAT_VERSION, layout.INVALID_VERSION);
  const fileBytes = u32(layout.HEADER_FILE_BYTES);
  require(fileBytes <= bytes.length, layout.INVALID_TRUNCATED);
  require(fileBytes === bytes.length, layout.INVALID_FILE_BYTES);
  const checksum = crc32(bytes.subarray(layout.CHECKSUM_START));
  require(u32(layout.HEADER_CHECKSUM) === checksum, layout.INVALID_CHECKSUM);
  const reserved = [layout.HEADER_RESERVED, layout.HEADER_TAIL, layout.HEADER_TAIL + 4];
  require(reserved.every((at) => u32(at) === 0), layout.INVALID_RESERVED);

  const sections: Section[] = [];
  let end = layout.HEADER_BYTES;
  for (let index = 0; index < layout.SECTION_COUNT; index++) {
    const section = {
      offset: u32(layout.HEADER_SECTIONS + index * 8),
      bytes: u32(layout.HEADER_SECTIONS + index * 8 + 4),
    };
    const { offset } = section;
    require(offset % layout.SECTION_ALIGNMENT === 0 && offset >= end, layout.INVALID_SECTION);
    end = offset + section.bytes;
    require(end <= fileBytes, layout.INVALID_SECTION);
    sections.push(section);
  }
  const opCount = u16(layout.HEADER_OP_COUNT);
  require(opCount > 0 &&
    opCount <= layout.MAX_OPS &&
    sections[layout.SECTION_OPS].bytes === opCount * layout.OP_BYTES, layout.INVALID_OP_COUNT);
  const outputScale = file.getFloat32(layout.HEADER_OUTPUT_SCALE, true);
  require(outputScale > 0 && outputScale < Infinity, layout.INVALID_OUTPUT_SCALE);
  return {
    sections,
    opCount,
    outputScale,
    arenaBytes: u32(layout.HEADER_ARENA_BYTES),
    inputOffset: u32(layout.HEADER_INPUT_OFFSET),
    input: {
      height: u16(layout.HEADER_INPUT_HEIGHT),
      width: u16(layout.HEADER_INPUT_WIDTH),
      channels: u16(layout.HEADER_INPUT_CHANNELS),
    },
  };
}

function fits(tensor: Tensor, arenaBytes: number): boolean {
  return tensor.offset % layout.WORD_BYTES === 0 && tensor.offset + tensorBytes(tensor) <= arenaBytes;
}

interface NodeShape {
  opcode: number;
  inputIndex: number;
  input: Tensor;
  output: Tensor;
  cuts: number;
  filters: number;
}

/** Everything of an op but its weights and parameters. */
function parseShape(record: DataView, tensors: Tensor[], check: Check): NodeShape {
  const u8 = (at: number) => record.getUint8(at);
  const u16 = (at: number) => record.getUint16(at, true);
  const u32 = (at: number) => record.getUint32(at, true);
  const reserved =
    u16(layout.OP_RESERVED_A) |
    u16(layout.OP_RESERVED_B) |
    u16(layout.OP_RESERVED_C) |
    u32(layout.OP_TAIL) |
    u32(layout.OP_TAIL + 4) |
    u32(layout.OP_TAIL + 8);
  check(reserved === 0, layout.INVALID_RESERVED);

  const opcode = u8(layout.OP_OPCODE);
  check(opcode >= layout.OPCODE_INT8_CONVOLUTION && opcode <= layout.OPCODE_MAX_POOL, layout.INVALID_OPCODE);
  const pool = opcode === layout.OPCODE_MAX_POOL;

  const inputIndex = u16(layout.OP_INPUT);
  check(inputIndex < tensors.length, layout.INVALID_OP_INPUT);
  const input = tensors[inputIndex];
  const readsImage = opcode === layout.OPCODE_INT8_CONVOLUTION && input.type === 'u8';
  check(input.type === 'bits' || readsImage, layout.INVALID_OP_INPUT);

  const type = TYPES[u8(layout.OP_OUTPUT_TYPE)];
  const planes = u8(layout.OP_OUTPUT_PLANES);
  const cuts = u8(layout.OP_CUTS);
  check(planes === 1 || planes === 2, layout.INVALID_OUTPUT_TYPE);
  if (pool) {
    check(type === 'bits' && cuts === 0 && planes === input.planes, layout.INVALID_OUTPUT_TYPE);
  } else if (type === 'bits') {
    check(cuts === 2 || (cuts === 1 && planes === 1), layout.INVALID_OUTPUT_TYPE);
  } else {
    check(type === 'int32' && cuts === 0 && planes === 1, layout.INVALID_OUTPUT_TYPE);
  }

  const output: Tensor = {
    height: u16(layout.OP_OUTPUT_HEIGHT),
    width: u16(layout.OP_OUTPUT_WIDTH),
    channels: u16(layout.OP_OUTPUT_CHANNELS),
    type,
    planes: planes as 1 | 2,
    offset: u32(layout.OP_OUTPUT_OFFSET),
  };
  check(Math.min(output.height, output.width, output.channels) > 0, layout.INVALID_SHAPE);
  if (pool) check(output.channels === input.channels, layout.INVALID_SHAPE);
  const bothBitsInOnePlane = cuts === 2 && planes === 1;
  if (bothBitsInOnePlane) check(output.channels % 2 === 0, layout.INVALID_SHAPE);
  const filters = bothBitsInOnePlane ? output.channels / 2 : output.channels;

  const window = parseWindow(record);
  const along = (kernel: number, stride: number, padding: number, outputs: number, inputs: number) =>
    kernel > 0 && stride > 0 && padding < kernel && (outputs - 1) * stride - padding < inputs;
  check(
    along(window.kernelHeight, window.strideY, window.paddingTop, output.height, input.height) &&
      along(window.kernelWidth, window.strideX, window.paddingLeft, output.width, input.width),
    layout.INVALID_WINDOW,
  );
  return { opcode, inputIndex, input, output, cuts, filters };
}

function parseWindow(record: DataView) {
  return {
    kernelHeight: record.getUint8(layout.OP_KERNEL_HEIGHT),
    kernelWidth: record.getUint8(layout.OP_KERNEL_WIDTH),
    strideY: record.getUint8(layout.OP_STRIDE_Y),
    strideX: record.getUint8(layout.OP_STRIDE_X),
    paddingTop: record.getUint8(layout.OP_PADDING_TOP),
    paddingLeft: record.getUint8(layout.OP_PADDING_LEFT),
  };
}

function parseNode(
  record: DataView,
  { opcode, inputIndex, input, output, cuts, filters }: NodeShape,
  weightsSection: SectionReader,
  parametersSection: SectionReader,
  check: Check,
): Node {
  const window = parseWindow(record);
  const weightsAt = record.getUint32(layout.OP_WEIGHTS, true);
  const parametersAt = record.getUint32(layout.OP_PARAMETERS, true);
  const taps = window.kernelHeight * window.kernelWidth;
  const binary = opcode === layout.OPCODE_BINARY_CONVOLUTION;
  const pool = opcode === layout.OPCODE_MAX_POOL;

  const weightBytes = pool
    ? 0
    : filters * taps * (binary ? pixelBytes(input) / input.planes : input.channels);
  if (pool) check(weightsAt === 0, layout.INVALID_WEIGHTS);
  const weightsRaw = pool ? new Uint8Array() : weightsSection.take(weightsAt, weightBytes);
  check(weightsRaw !== undefined, layout.INVALID_WEIGHTS);
  if (binary) check(tailsAreZero(words(weightsRaw), input.channels), layout.INVALID_WEIGHT_TAIL);

  const parameterWords = pool
    ? input.planes * wordsFor(input.channels)
    : output.type === 'int32'
      ? filters
      : cuts * (filters + wordsFor(filters));
  const parametersRaw = parametersSection.take(parametersAt, parameterWords * layout.WORD_BYTES);
  check(parametersRaw !== undefined, layout.INVALID_PARAMETERS);
  const parameters = words(parametersRaw);

  const common = {
    input: inputIndex,
    window,
    outputHeight: output.height,
    outputWidth: output.width,
  };
  if (pool) {
    check(tailsAreZero(parameters, input.channels), layout.INVALID_PARAMETERS);
    return { kind: 'max-pool', ...common, all: unpackBits(parameters, input.channels) };
  }
  const epilogue = parseEpilogue(parameters, output, cuts, filters, check);
  const largest = binary ? 1 : 128 * (input.type === 'u8' ? 255 : 1);
  check(input.planes * taps * input.channels * largest <= layout.MAX_ACCUMULATOR, layout.INVALID_ACCUMULATOR);
  const weights = binary
    ? Int8Array.from(unpackBits(words(weightsRaw), input.channels), (bit) => 2 * bit - 1)
    : new Int8Array(weightsRaw.buffer);
  return { kind: binary ? 'binary-convolution' : 'int8-convolution', ...common, filters, weights, epilogue };
}

function parseEpilogue(
  parameters: Uint32Array,
  output: Tensor,
  cuts: number,
  filters: number,
  check: Check,
): Epilogue {
  const values = Int32Array.from(parameters);
  if (output.type === 'int32') {
    check(
      values.every((bias) => Math.abs(bias) <= layout.MAX_ACCUMULATOR),
      layout.INVALID_PARAMETERS,
    );
    return { kind: 'sum', bias: values };
  }
  const directions = parameters.subarray(cuts * filters);
  check(tailsAreZero(directions, filters), layout.INVALID_PARAMETERS);
  const below = unpackBits(directions, filters);
  const list = Array.from(
    { length: cuts },
    (_, cut): Cut => ({
      thresholds: values.slice(cut * filters, (cut + 1) * filters),
      below: below.slice(cut * filters, (cut + 1) * filters),
    }),
  );
  return { kind: 'threshold', cuts: list, coupled: output.planes === 2 };
}

function words(raw: Uint8Array): Uint32Array {
  return new Uint32Array(raw.buffer, raw.byteOffset, raw.byteLength / layout.WORD_BYTES);
}

/** Whether the bits beyond the last channel are 0 in every row. */
function tailsAreZero(packed: Uint32Array, channels: number): boolean {
  const used = channels % layout.WORD_BITS;
  if (used === 0) return true;
  const row = wordsFor(channels);
  for (let last = row - 1; last < packed.length; last += row) if (packed[last] >>> used !== 0) return false;
  return true;
}

/** No op may write over a tensor that itself or a later op reads. */
function requireNothingOverwritten(nodes: Node[], tensors: Tensor[]): void {
  nodes.forEach((node, reader) => {
    const read = tensors[node.input];
    for (let writer = node.input; writer <= reader; writer++) {
      const written = tensors[writer + 1];
      const apart =
        written.offset + tensorBytes(written) <= read.offset ||
        read.offset + tensorBytes(read) <= written.offset;
      require(apart, layout.INVALID_OVERWRITTEN, writer);
    }
  });
}

function parseMetadata(bytes: Uint8Array, { offset, bytes: length }: Section): Metadata | undefined {
  if (length === 0) return undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(offset, offset + length));
    const metadata = JSON.parse(text);
    if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) throw new TypeError();
    return metadata;
  } catch {
    throw new ModelError(INVALID_METADATA);
  }
}
