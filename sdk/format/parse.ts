import * as layout from '../../assembly/layout.js';
import { type Graph, type Metadata, type Node, readBy } from './graph.js';
import { parseHeader, type Section } from './header.js';
import { INVALID_METADATA, ModelError } from './model-error.js';
import { parseNode, parseShape } from './parse-op.js';
import { type Check, require } from './rules.js';
import { SectionReader } from './section-reader.js';
import { type Shape, type Tensor, tensorBytes } from './tensor.js';

/** A parsed `.bdm`: the graph of integers, and what the file says of memory. */
export interface Model extends Graph {
  /** [1 + ops], the image first, each with its place in the arena. */
  tensors: Tensor[];
  fileBytes: number;
  arenaBytes: number;
  weightBytes: number;
  parameterBytes: number;
}

/**
 * Validates a `.bdm` buffer whole, by the same rules in the same order as the engine (assembly/validate.ts), and
 * unpacks it. Nothing in it is trusted.
 *
 * @throws {ModelError} on the first rule that the buffer breaks
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
  const nodes: Node[] = [];
  let macs = 0;
  for (let op = 0; op < header.opCount; op++) {
    const record = new DataView(
      bytes.buffer,
      bytes.byteOffset + sections[layout.SECTION_OPS].offset + op * layout.OP_BYTES,
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
 * Multiply-accumulates of one image in a node; for a pool, the values it looks at. Both planes of a coupled input
 * count. At least half of the values that the node writes.
 */
export function work(node: Node, input: Shape): number {
  const { kernelHeight, kernelWidth } = node.window;
  const outputs = node.outputHeight * node.outputWidth * ('weights' in node ? node.filters : 1);
  return outputs * kernelHeight * kernelWidth * input.channels * input.planes;
}

function fits(tensor: Tensor, arenaBytes: number): boolean {
  return tensor.offset % layout.WORD_BYTES === 0 && tensor.offset + tensorBytes(tensor) <= arenaBytes;
}

/** No op may write over a tensor that itself or a later op reads. */
function requireNothingOverwritten(nodes: Node[], tensors: Tensor[]): void {
  nodes.forEach((node, reader) => {
    for (const index of readBy(node)) {
      const read = tensors[index];
      for (let writer = index; writer <= reader; writer++) {
        const written = tensors[writer + 1];
        const apart =
          written.offset + tensorBytes(written) <= read.offset ||
          read.offset + tensorBytes(read) <= written.offset;
        require(apart, layout.INVALID_OVERWRITTEN, writer);
      }
    }
  });
}

export function parseMetadata(bytes: Uint8Array, { offset, bytes: length }: Section): Metadata | undefined {
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
