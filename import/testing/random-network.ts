/** Random quantized networks in the dialects of ONNX, for tests. */
import { Mulberry32 } from '@bd-edge/sdk/internal';
import { OnnxWriter } from './onnx-writer.js';

export type Dialect = 'qonnx' | 'qcdq' | 'plain';

/** What the next layer must know about its input. */
interface Activation {
  name: string;
  channels: number;
  height: number;
  width: number;
  /** The number to pad with; undefined: no padding is possible. */
  pad?: number;
}

class Generator {
  readonly writer = new OnnxWriter();
  readonly #random: Mulberry32;

  constructor(
    seed: number,
    readonly dialect: Dialect,
  ) {
    this.#random = new Mulberry32(seed);
  }

  int(low: number, high: number): number {
    return low + Math.floor(this.#random.next() * (high - low + 1));
  }

  chance(share: number): boolean {
    return this.#random.next() < share;
  }

  pick<T>(...list: T[]): T {
    return list[this.int(0, list.length - 1)];
  }

  real(low: number, high: number): number {
    return Math.fround(low + this.#random.next() * (high - low));
  }

  list(count: number, next: () => number): number[] {
    return Array.from({ length: count }, next);
  }

  /** Quantized weights of the shape [outputs, ...]. */
  weights(dims: number[], isOneScale: boolean): string {
    const { writer, dialect } = this;
    const count = dims.reduce((a, b) => a * b, 1);
    const [outputs] = dims;
    const isBinary = this.chance(0.6);
    const bits = this.pick(2, 4, 8);
    const most = 2 ** (bits - 1) - 1;
    const integers = this.list(count, () => (isBinary ? this.pick(-1, 1) : this.int(-most, most)));
    const perChannel = !isOneScale && this.chance(0.5);
    const scales = this.list(perChannel ? outputs : 1, () => this.real(0.01, 0.2));
    const scaleDims = perChannel ? [outputs, ...dims.slice(1).map(() => 1)] : [];
    const scaleOf = (i: number) => scales[perChannel ? Math.floor((i * outputs) / count) : 0];
    const reals = integers.map((integer, i) => Math.fround(integer * scaleOf(i)));
    if (dialect === 'plain') return writer.constant(reals, dims);
    if (dialect === 'qcdq') {
      const name = writer.constant(integers, dims, 'int8');
      const scale = writer.constant(scales, perChannel ? [outputs] : []);
      const zero = writer.constant(
        scales.map(() => 0),
        perChannel ? [outputs] : [],
        'int8',
      );
      return writer.node('DequantizeLinear', [name, scale, zero], { axis: 0 });
    }
    const options = { domain: this.pick('qonnx.custom_op.general', 'onnx.brevitas', '') };
    const scale = writer.constant(scales, scaleDims);
    if (isBinary) return writer.node('BipolarQuant', [writer.constant(reals, dims), scale], {}, options);
    const inputs = [writer.constant(reals, dims), scale, writer.scalar(0), writer.scalar(bits)];
    return writer.node(this.pick('Quant', 'IntQuant'), inputs, { signed: 1, narrow: 1 }, options);
  }

  batchNorm(x: string, channels: number): string {
    const parameters = [
      this.list(channels, () => this.real(-1.5, 1.5)),
      this.list(channels, () => this.real(-1, 1)),
      this.list(channels, () => this.real(-1, 1)),
      this.list(channels, () => this.real(0.1, 2)),
    ];
    const names = parameters.map((values) => this.writer.constant(values, [channels]));
    return this.writer.node('BatchNormalization', [x, ...names], { epsilon: { float: 1e-5 } });
  }

  /** @returns the name, and the number to pad with */
  activation(x: string): { name: string; pad?: number } {
    const { writer, dialect } = this;
    const kind = this.pick('bipolar', 'ternary', 'unsigned', 'signed');
    const scale = this.real(0.05, 0.5);
    if (kind === 'bipolar' || dialect === 'plain') return { name: this.bipolar(x), pad: this.pick(-1, 1) };
    const bits = kind === 'ternary' ? 2 : this.pick(2, 3, 4, 8);
    const signed = kind === 'unsigned' ? 0 : 1;
    const narrow = kind === 'ternary' ? 1 : this.int(0, 1);
    const input = signed ? x : writer.node('Relu', [x]);
    // A ternary activation with padding 0 has no form in the format.
    const pad = kind === 'ternary' ? undefined : bits === 2 && signed ? undefined : 0;
    if (dialect === 'qonnx') {
      const inputs = [input, writer.scalar(scale), writer.scalar(0), writer.scalar(bits)];
      return { name: writer.node('Quant', inputs, { signed, narrow, rounding_mode: 'ROUND' }), pad };
    }
    const type = signed ? 'int8' : 'uint8';
    const [s, zero] = [writer.scalar(scale), writer.scalar(0, type)];
    let code = writer.node('QuantizeLinear', [input, s, zero]);
    const low = signed ? -(2 ** (bits - 1)) + narrow : 0;
    const high = (signed ? 2 ** (bits - 1) : 2 ** bits - narrow) - 1;
    if (bits < 8 || narrow)
      code = writer.node('Clip', [code, writer.scalar(low, type), writer.scalar(high, type)]);
    return { name: writer.node('DequantizeLinear', [code, s, zero]), pad };
  }

  bipolar(x: string): string {
    const { writer, dialect } = this;
    if (dialect === 'qonnx') return writer.node('BipolarQuant', [x, writer.scalar(1)]);
    const way = this.int(0, 2);
    if (way === 0) {
      // larq: the sign of 0 is 1.
      const sign = writer.node('Add', [writer.node('Sign', [x]), writer.scalar(0.1)]);
      return writer.node('Sign', [sign]);
    }
    const [op, yes, no] = way === 1 ? ['Less', -1, 1] : ['GreaterOrEqual', 1, -1];
    const condition = writer.node(String(op), [x, writer.scalar(0)]);
    return writer.node('Where', [condition, writer.scalar(Number(yes)), writer.scalar(Number(no))]);
  }

  convolution({ name, channels, height, width, pad }: Activation): Activation {
    const { writer } = this;
    const kernel = [this.int(1, Math.min(3, height)), this.int(1, Math.min(3, width))];
    const filters = this.int(1, 5);
    const padding = pad !== undefined && Math.min(...kernel) > 1 && this.chance(0.5) ? 1 : 0;
    let x = name;
    if (padding && pad !== 0) {
      const pads = writer.constant([0, 0, 1, 1, 0, 0, 1, 1], [8], 'int64');
      x = writer.node('Pad', [x, pads, writer.scalar(pad as number)]);
    }
    const own = padding && pad === 0 ? 1 : 0;
    const strides = [this.int(1, 2), this.int(1, 2)];
    const inputs = [x, this.weights([filters, channels, ...kernel], false)];
    if (this.chance(0.4))
      inputs.push(
        writer.constant(
          this.list(filters, () => this.real(-0.5, 0.5)),
          [filters],
        ),
      );
    x = writer.node('Conv', inputs, { kernel_shape: kernel, strides, pads: [own, own, own, own] });
    const size = (length: number, axis: number) =>
      Math.floor((length + 2 * padding - kernel[axis]) / strides[axis]) + 1;
    return { name: x, channels: filters, height: size(height, 0), width: size(width, 1) };
  }

  maxPool(x: Activation): Activation {
    if (x.height < 2 || x.width < 2) return x;
    const stride = this.pick(1, 2);
    const name = this.writer.node('MaxPool', [x.name], { kernel_shape: [2, 2], strides: [stride, stride] });
    const size = (length: number) => Math.floor((length - 2) / stride) + 1;
    return { ...x, name, height: size(x.height), width: size(x.width) };
  }

  /** A layer with everything between its sums and its activation. */
  hidden(input: Activation): Activation {
    let x = this.convolution(input);
    if (this.chance(0.7)) x = { ...x, name: this.batchNorm(x.name, x.channels) };
    x = { ...x, ...this.activation(x.name) };
    return this.chance(0.4) ? { ...this.maxPool(x), pad: x.pad } : x;
  }
}

/** Returns a random network with a classifier at its end. The same seed gives the same network. */
export function randomNetwork(seed: number, dialect: Dialect): Uint8Array {
  const generator = new Generator(seed, dialect);
  const { writer } = generator;
  const [channels, height, width] = [generator.int(1, 3), generator.int(3, 8), generator.int(5, 8)];
  writer.input('image', ['batch', channels, height, width]);
  let x: Activation = { name: 'image', channels, height, width, pad: 0 };
  if (generator.chance(0.5)) {
    const scaled = writer.node('Sub', [writer.node('Mul', ['image', writer.scalar(2)]), writer.scalar(1)]);
    x = { ...x, ...generator.activation(scaled) };
  }
  for (let layers = generator.int(1, 3); layers > 0; layers--) x = generator.hidden(x);
  const flat = writer.node('Flatten', [x.name]);
  const classes = generator.int(2, 6);
  const inputs = x.channels * x.height * x.width;
  const weights = writer.node('Transpose', [generator.weights([classes, inputs], true)], { perm: [1, 0] });
  let logits = writer.node('MatMul', [flat, weights]);
  if (generator.chance(0.3)) logits = writer.node('Softmax', [logits]);
  writer.output(logits, ['batch', classes]);
  return writer.finish();
}
