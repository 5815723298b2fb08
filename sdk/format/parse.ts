import * as layout from '../../assembly/layout.js';
import { decodeUtf8 } from '../realm.js';
import { computedSize, type Graph, type Metadata, type Op, opInputs, replaceableInputs } from './graph.js';
import { type Header, parseHeader } from './header.js';
import { readMetadata } from './metadata.js';
import { INVALID_METADATA, ModelError } from './model-error.js';
import { parseOp, parseShape } from './parse-op.js';
import { type Check, require } from './rules.js';
import { SectionReader } from './section-reader.js';
import { type Shape, type Tensor, tensorBytes } from './tensor.js';

/** A parsed `.bdm`: the graph of integers and the sizes of the file's parts. */
export interface Model extends Graph {
  /** [1 + ops], the image first, each with its place in the arena. */
  tensors: Tensor[];
  fileBytes: number;
  arenaBytes: number;
  weightBytes: number;
  parameterBytes: number;
}

/**
 * Validates and unpacks a `.bdm` buffer. It checks the same rules in the same order as the engine
 * (assembly/validate.ts), so a hostile buffer is safe here too.
 *
 * @throws {ModelError} for the first rule that the buffer breaks
 */
export function parseModel(buffer: Uint8Array): Model {
  // Node's Buffer is a Uint8Array whose slice() does not copy.
  const bytes = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  const header = parseHeader(bytes);
  const { sections } = header;
  const image: Tensor = { ...header.input, type: 'u8', planes: 1, offset: header.inputOffset };
  require(Math.min(image.height, image.width, image.channels) > 0, layout.INVALID_INPUT_SHAPE);
  require(header.arenaBytes <= layout.MAX_ARENA_BYTES, layout.INVALID_ARENA);
  require(fits(image, header.arenaBytes), layout.INVALID_ARENA);

  const tensors = [image];
  const weights = new SectionReader(bytes, sections[layout.SECTION_WEIGHTS]);
  const parameters = new SectionReader(bytes, sections[layout.SECTION_PARAMETERS]);
  const ops: Op[] = [];
  let operations = 0;
  for (let index = 0; index < header.opCount; index++) {
    const record = new DataView(
      bytes.buffer,
      bytes.byteOffset + sections[layout.SECTION_OPS].offset + index * layout.OP_BYTES,
      layout.OP_BYTES,
    );
    const check: Check = (rule, number, detail) => require(rule, number, index, detail);
    const shape = parseShape(record, tensors, check);
    check(fits(shape.output, header.arenaBytes), layout.INVALID_OUTPUT_PLACE);
    const op = parseOp(record, shape, weights, parameters, check);
    operations += countOperations(op, tensors[op.input]);
    check(operations <= layout.MAX_MACS, layout.INVALID_WORK);
    ops.push(op);
    tensors.push(shape.output);
  }
  requireNothingOverwritten(ops, tensors);
  const last = header.opCount - 1;
  require(tensors[last + 1].type === 'int32', layout.INVALID_LAST_OP, last);

  return {
    input: { height: image.height, width: image.width, channels: image.channels },
    ops,
    outputScale: header.outputScale,
    metadata: parseMetadata(bytes, header),
    tensors,
    fileBytes: bytes.length,
    arenaBytes: header.arenaBytes,
    weightBytes: sections[layout.SECTION_WEIGHTS].bytes,
    parameterBytes: sections[layout.SECTION_PARAMETERS].bytes,
  };
}

/**
 * Returns the operations of one op for one image: multiply-accumulates, or the values that a pool reads.
 * Both planes of a coupled input count, and so do the pixels of a convolution before its pool.
 */
export function countOperations(op: Op, input: Shape): number {
  const { kernelHeight, kernelWidth } = op.window;
  const { height, width } = computedSize(op);
  const outputs = height * width * ('weights' in op ? op.filters : 1);
  return outputs * kernelHeight * kernelWidth * input.channels * input.planes;
}

function fits(tensor: Tensor, arenaBytes: number): boolean {
  return tensor.offset % layout.WORD_BYTES === 0 && tensor.offset + tensorBytes(tensor) <= arenaBytes;
}

/**
 * Checks that no op writes over a tensor that itself or a later op reads. One exception: an op's output may have the
 * very place of one of its {@link replaceableInputs}.
 */
function requireNothingOverwritten(ops: Op[], tensors: Tensor[]): void {
  ops.forEach((op, reader) => {
    const replaceable = replaceableInputs(op, tensors[reader + 1], tensors);
    for (const index of opInputs(op)) {
      const read = tensors[index];
      for (let writer = index; writer <= reader; writer++) {
        const written = tensors[writer + 1];
        const isReplaced = writer === reader && written.offset === read.offset;
        if (isReplaced && replaceable.includes(index)) continue;
        const apart =
          written.offset + tensorBytes(written) <= read.offset ||
          read.offset + tensorBytes(read) <= written.offset;
        require(apart, layout.INVALID_OVERWRITTEN, writer);
      }
    }
  });
}

/**
 * Reads the metadata section: a JSON object in UTF-8 without a byte order mark, or nothing. Its fields are
 * read by {@link readMetadata}.
 *
 * @throws {ModelError} if it holds something else
 */
export function parseMetadata(
  bytes: Uint8Array,
  { sections, opCount }: Pick<Header, 'sections' | 'opCount'>,
): Metadata | undefined {
  const { offset, bytes: length } = sections[layout.SECTION_METADATA];
  if (length === 0) return undefined;
  try {
    const text = decodeUtf8(bytes.subarray(offset, offset + length));
    const metadata = readMetadata(JSON.parse(text), opCount);
    if (metadata === undefined) throw new TypeError();
    return metadata;
  } catch {
    throw new ModelError(INVALID_METADATA);
  }
}
