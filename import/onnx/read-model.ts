/**
 * Reads the parts of an ONNX file that an import needs. The field numbers are those of onnx/onnx.proto. Subgraphs,
 * training information and documentation are skipped.
 */

import { ImportError } from '../errors.js';
import { type NdArray, scalar } from '../evaluate/nd-array.js';
import { type Attribute, Attributes } from './attributes.js';
import { append, readFields } from './fields.js';
import { readTensor } from './read-tensor.js';

/** The input or output of a graph. */
export interface ValueInfo {
  name: string;
  /** undefined for a dimension without a number; the list is undefined if the file has no shape. */
  dims?: (number | undefined)[];
}

export interface OnnxNode {
  /** The name, or that of the first output if the node has none. */
  name: string;
  domain: string;
  opType: string;
  /** The names of tensors; '' for an optional input that is absent. */
  inputs: string[];
  outputs: string[];
  attributes: Attributes;
}

export interface OnnxModel {
  /** The version of the operators of the default domain. */
  opset: number;
  producer: string;
  nodes: OnnxNode[];
  initializers: Map<string, NdArray>;
  /** Without initializers, which old files list too. */
  inputs: ValueInfo[];
  outputs: ValueInfo[];
}

/** The limit of a file: the largest network of a format with 2^28 bytes of arena is far below. */
const MAX_FILE_BYTES = 2 ** 29;
const MAX_NODES = 100_000;

/**
 * Reads an ONNX file.
 *
 * @throws {ImportError} `invalid-onnx`, `too-large`, `external-data`, `unsupported-type`, `invalid-tensor`
 */
export function readModel(bytes: Uint8Array): OnnxModel {
  if (bytes.length > MAX_FILE_BYTES)
    throw new ImportError(
      'too-large',
      `The file has ${bytes.length} bytes; at most ${MAX_FILE_BYTES} are read.`,
    );
  try {
    return decodeModel(bytes);
  } catch (cause) {
    if (cause instanceof ImportError) throw cause;
    throw new ImportError(
      'invalid-onnx',
      `The file is not a complete ONNX model: ${(cause as Error).message}.`,
      {
        cause,
      },
    );
  }
}

function decodeModel(bytes: Uint8Array): OnnxModel {
  let graph: Uint8Array | undefined;
  let opset = 0;
  let producer = '';
  readFields(bytes, {
    2: (field) => {
      producer = field.text();
    },
    7: (field) => {
      graph = field.bytes();
    },
    8: (field) => {
      const { domain, version } = decodeOpset(field.bytes());
      if (domain === '' || domain === 'ai.onnx') opset = version;
    },
  });
  if (!graph) throw new Error('it has no graph');
  return { opset, producer, ...decodeGraph(graph) };
}

function decodeOpset(bytes: Uint8Array): { domain: string; version: number } {
  const opset = { domain: '', version: 0 };
  readFields(bytes, {
    1: (field) => {
      opset.domain = field.text();
    },
    2: (field) => {
      opset.version = field.integer();
    },
  });
  return opset;
}

function decodeGraph(bytes: Uint8Array): Pick<OnnxModel, 'nodes' | 'initializers' | 'inputs' | 'outputs'> {
  const nodes: OnnxNode[] = [];
  const initializers = new Map<string, NdArray>();
  const inputs: ValueInfo[] = [];
  const outputs: ValueInfo[] = [];
  readFields(bytes, {
    1: (field) => {
      if (nodes.length === MAX_NODES)
        throw new ImportError('too-large', `The graph has more than ${MAX_NODES} nodes.`);
      nodes.push(decodeNode(field.bytes()));
    },
    5: (field) => {
      const { name, array } = readTensor(field.bytes());
      initializers.set(name, array());
    },
    11: (field) => inputs.push(decodeValueInfo(field.bytes())),
    12: (field) => outputs.push(decodeValueInfo(field.bytes())),
    15: () => {
      throw new ImportError(
        'unsupported-type',
        'The graph has a sparse initializer; export the network with dense weights.',
      );
    },
  });
  return { nodes, initializers, inputs: inputs.filter(({ name }) => !initializers.has(name)), outputs };
}

function decodeNode(bytes: Uint8Array): OnnxNode {
  const node = { name: '', domain: '', opType: '' };
  const [inputs, outputs]: [string[], string[]] = [[], []];
  const attributes = new Map<string, Attribute>();
  readFields(bytes, {
    1: (field) => inputs.push(field.text()),
    2: (field) => outputs.push(field.text()),
    3: (field) => {
      node.name = field.text();
    },
    4: (field) => {
      node.opType = field.text();
    },
    5: (field) => {
      const { name, attribute } = decodeAttribute(field.bytes());
      attributes.set(name, attribute);
    },
    7: (field) => {
      node.domain = field.text();
    },
  });
  const name = node.name || outputs.find((output) => output !== '') || 'unnamed';
  return { ...node, name, inputs, outputs, attributes: new Attributes(attributes) };
}

function decodeAttribute(bytes: Uint8Array): { name: string; attribute: Attribute } {
  let name = '';
  const attribute: Attribute = { ints: [], floats: [], texts: [] };
  readFields(bytes, {
    1: (field) => {
      name = field.text();
    },
    2: (field) => {
      attribute.float = field.float();
    },
    3: (field) => {
      attribute.int = field.integer();
    },
    4: (field) => {
      attribute.text = new TextDecoder().decode(field.bytes());
    },
    5: (field) => {
      attribute.tensor = readTensor(field.bytes()).array;
    },
    7: (field) => append(attribute.floats, field.floats()),
    8: (field) => append(attribute.ints, field.integers()),
    9: (field) => attribute.texts.push(new TextDecoder().decode(field.bytes())),
  });
  return { name, attribute };
}

function decodeValueInfo(bytes: Uint8Array): ValueInfo {
  const info: ValueInfo = { name: '' };
  readFields(bytes, {
    1: (field) => {
      info.name = field.text();
    },
    // TypeProto, of which field 1 is the tensor's type, of which field 2 is the shape.
    2: (type) =>
      readFields(type.bytes(), {
        1: (tensor) =>
          readFields(tensor.bytes(), {
            2: (shape) => {
              info.dims = decodeShape(shape.bytes());
            },
          }),
      }),
  });
  return info;
}

function decodeShape(bytes: Uint8Array): (number | undefined)[] {
  const dims: (number | undefined)[] = [];
  readFields(bytes, {
    1: (dimension) => {
      let value: number | undefined;
      readFields(dimension.bytes(), {
        1: (field) => {
          value = field.integer();
        },
      });
      dims.push(value);
    },
  });
  return dims;
}

/** Returns the array that an attribute of a Constant node holds; undefined if it has none. */
export function constantOf({ values }: Attributes): NdArray | undefined {
  const tensor = values.get('value')?.tensor;
  if (tensor) return tensor();
  const number = values.get('value_float')?.float ?? values.get('value_int')?.int;
  if (number !== undefined) return scalar(number);
  const list = values.get('value_floats')?.floats ?? values.get('value_ints')?.ints;
  return list && { dims: [list.length], data: Float64Array.from(list) };
}
