import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** The codes of element types. */
const TYPES = { float: 1, uint8: 2, int8: 3, int64: 7 } as const;

export type AttributeValue = number | string | number[] | { float: number };

interface NodeOptions {
  name?: string;
  domain?: string;
  outputs?: number;
}

/** Builds small ONNX models. */
export class OnnxWriter {
  readonly #graph = new BinaryWriter();
  #count = 0;

  /** Adds an initializer. @returns its name */
  constant(values: readonly number[], dims: readonly number[], type: keyof typeof TYPES = 'float'): string {
    const name = `constant${this.#count++}`;
    this.#graph.tag(5, WireType.LengthDelimited).bytes(tensor(name, values, dims, type));
    return name;
  }

  scalar(value: number, type: keyof typeof TYPES = 'float'): string {
    return this.constant([value], [], type);
  }

  /** Adds a node. @returns the name of its first output */
  node(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    { name, domain, outputs = 1 }: NodeOptions = {},
  ): string {
    const output = `${opType}${this.#count++}`;
    const node = new BinaryWriter();
    for (const input of inputs) node.tag(1, WireType.LengthDelimited).string(input);
    for (let i = 0; i < outputs; i++)
      node.tag(2, WireType.LengthDelimited).string(i === 0 ? output : `${output}.${i}`);
    if (name !== undefined) node.tag(3, WireType.LengthDelimited).string(name);
    node.tag(4, WireType.LengthDelimited).string(opType);
    for (const [key, value] of Object.entries(attributes))
      node.tag(5, WireType.LengthDelimited).bytes(attribute(key, value));
    if (domain !== undefined) node.tag(7, WireType.LengthDelimited).string(domain);
    this.raw(1, node.finish());
    return output;
  }

  /** Adds a field of the graph. */
  raw(field: number, bytes: Uint8Array): void {
    this.#graph.tag(field, WireType.LengthDelimited).bytes(bytes);
  }

  input(name: string, dims: readonly (number | string)[]): string {
    this.raw(11, valueInfo(name, dims));
    return name;
  }

  output(name: string, dims: readonly (number | string)[] = []): void {
    this.raw(12, valueInfo(name, dims));
  }

  /** Returns the bytes of the model. */
  finish(opset = 13): Uint8Array {
    const version = new BinaryWriter().tag(2, WireType.Varint).int64(opset).finish();
    const custom = new BinaryWriter().tag(1, WireType.LengthDelimited).string('qonnx.custom_op.general');
    return new BinaryWriter()
      .tag(1, WireType.Varint)
      .int64(8)
      .tag(7, WireType.LengthDelimited)
      .bytes(this.#graph.finish())
      .tag(8, WireType.LengthDelimited)
      .bytes(version)
      .tag(8, WireType.LengthDelimited)
      .bytes(custom.tag(2, WireType.Varint).int64(1).finish())
      .finish();
  }
}

/** Returns a TensorProto. */
export function tensor(
  name: string,
  values: readonly number[],
  dims: readonly number[],
  type: keyof typeof TYPES = 'float',
): Uint8Array {
  const arrays = {
    float: () => Float32Array.from(values),
    uint8: () => Uint8Array.from(values),
    int8: () => Int8Array.from(values),
    int64: () => BigInt64Array.from(values, BigInt),
  };
  const writer = new BinaryWriter();
  for (const size of dims) writer.tag(1, WireType.Varint).int64(size);
  return writer
    .tag(2, WireType.Varint)
    .int32(TYPES[type])
    .tag(8, WireType.LengthDelimited)
    .string(name)
    .tag(9, WireType.LengthDelimited)
    .bytes(new Uint8Array(arrays[type]().buffer))
    .finish();
}

function attribute(name: string, value: AttributeValue): Uint8Array {
  const writer = new BinaryWriter().tag(1, WireType.LengthDelimited).string(name);
  if (typeof value === 'number')
    writer.tag(3, WireType.Varint).int64(value).tag(20, WireType.Varint).int32(2);
  else if (typeof value === 'string')
    writer.tag(4, WireType.LengthDelimited).string(value).tag(20, WireType.Varint).int32(3);
  else if (Array.isArray(value)) {
    for (const one of value) writer.tag(8, WireType.Varint).int64(one);
    writer.tag(20, WireType.Varint).int32(7);
  } else writer.tag(2, WireType.Bit32).float(value.float).tag(20, WireType.Varint).int32(1);
  return writer.finish();
}

function valueInfo(name: string, dims: readonly (number | string)[]): Uint8Array {
  const shape = new BinaryWriter();
  for (const size of dims) {
    const dimension = new BinaryWriter();
    if (typeof size === 'number') dimension.tag(1, WireType.Varint).int64(size);
    else dimension.tag(2, WireType.LengthDelimited).string(size);
    shape.tag(1, WireType.LengthDelimited).bytes(dimension.finish());
  }
  const type = new BinaryWriter()
    .tag(1, WireType.Varint)
    .int32(1)
    .tag(2, WireType.LengthDelimited)
    .bytes(shape.finish());
  return new BinaryWriter()
    .tag(1, WireType.LengthDelimited)
    .string(name)
    .tag(2, WireType.LengthDelimited)
    .bytes(new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(type.finish()).finish())
    .finish();
}
