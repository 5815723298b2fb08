/** The operators of QONNX, FINN and QCDQ that round to levels. */
import type { OnnxNode } from '../onnx/read-model.js';
import type { ElementwiseOp } from './elementwise.js';
import { alongAxis, type NdArray, scalar } from './nd-array.js';
import { ROUNDING_MODES, roundHalfEven } from './rounding.js';

/** The range of integers of `bits` bits. */
function rangeOf(bits: number, isSigned: boolean, isNarrow: boolean): [number, number] {
  if (!Number.isInteger(bits) || bits < 1 || bits > 32)
    throw new RangeError(`${bits} bits are not supported`);
  if (isSigned) return [-(2 ** (bits - 1)) + Number(isNarrow), 2 ** (bits - 1) - 1];
  return [0, 2 ** bits - 1 - Number(isNarrow)];
}

function roundingOf({ attributes }: OnnxNode, byDefault: string): (x: number) => number {
  const mode = attributes.text('rounding_mode', byDefault).toUpperCase();
  const rounding = ROUNDING_MODES[mode];
  if (!rounding) throw new RangeError(`the rounding mode ${mode} is not supported`);
  return rounding;
}

const INTEGER_TYPE = /^(u?)int(4|8|16)$/;

/** The types of `output_dtype`, by their codes. */
const OUTPUT_TYPES: Readonly<Record<number, string>> = {
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  21: 'uint4',
  22: 'int4',
};

const quant: ElementwiseOp = {
  scalars(node) {
    const isSigned = node.attributes.int('signed', 1) !== 0;
    const isNarrow = node.attributes.int('narrow', 0) !== 0;
    const round = roundingOf(node, 'ROUND');
    return ([x, scale, zero, bits]) => {
      const [low, high] = rangeOf(bits, isSigned, isNarrow);
      return (Math.min(Math.max(round(x / scale + zero), low), high) - zero) * scale;
    };
  },
  direction: (_, position) => (position === 0 ? 1 : undefined),
};

/** The inputs of QuantizeLinear and DequantizeLinear. */
function alignScale(
  [x, scale, zero]: readonly (NdArray | undefined)[],
  { attributes }: OnnxNode,
  rank: number,
): NdArray[] {
  if (attributes.int('block_size', 0) !== 0) throw new RangeError('scales by block are not supported');
  const axis = attributes.int('axis', 1);
  return [x as NdArray, alongAxis(scale as NdArray, axis, rank), alongAxis(zero ?? scalar(0), axis, rank)];
}

export const QUANTIZERS: Readonly<Record<string, ElementwiseOp>> = {
  Quant: quant,
  IntQuant: quant,
  BipolarQuant: {
    scalars:
      () =>
      ([x, scale]) =>
        x >= 0 ? scale : -scale,
    direction: ([, scale], position) => (position === 0 && scale > 0 ? 1 : undefined),
  },
  Trunc: {
    scalars(node, inputs) {
      if (inputs.length !== 5) throw new RangeError(`it has ${inputs.length} inputs; 5 are supported`);
      const round = roundingOf(node, 'FLOOR');
      return ([x, scale, zero, bitsIn, bitsOut]) =>
        (round(roundHalfEven(x / scale + zero) / 2 ** (bitsIn - bitsOut)) - zero) * scale;
    },
    direction: ([, scale], position) => (position === 0 && scale > 0 ? 1 : undefined),
  },
  MultiThreshold: {
    // The second input becomes the row of thresholds that belongs to the channel.
    align: ([x, thresholds], node, rank) => [
      x as NdArray,
      alongAxis(
        {
          dims: [rowsOf(thresholds)],
          data: Float64Array.from({ length: rowsOf(thresholds) }, (_, row) => row),
        },
        node.attributes.text('data_layout', 'NCHW').endsWith('C') && rank > 1 ? rank - 1 : 1,
        rank,
      ),
    ],
    scalars({ attributes }, [, thresholds]) {
      const scale = attributes.float('out_scale', 1);
      const bias = attributes.float('out_bias', 0);
      if (thresholds?.dims.length !== 2) throw new RangeError('its thresholds are not a matrix');
      if (scale < 0) throw new RangeError('its out_scale is negative');
      const { dims, data } = thresholds;
      return ([x, row]) => {
        let count = 0;
        for (let k = row * dims[1]; k < (row + 1) * dims[1]; k++) if (x >= data[k]) count++;
        return scale * count + bias;
      };
    },
    direction: (_, position) => (position === 0 ? 1 : undefined),
  },
  QuantizeLinear: {
    align: alignScale,
    scalars({ attributes }, [, , zeroPoint]) {
      const type = zeroPoint?.type ?? OUTPUT_TYPES[attributes.int('output_dtype', 2)] ?? 'another type';
      const [, unsigned, bits] = INTEGER_TYPE.exec(type) ?? [];
      if (bits === undefined) throw new RangeError(`it gives ${type}`);
      const [low, high] = rangeOf(Number(bits), unsigned === '', false);
      return ([x, scale, zero]) => Math.min(Math.max(roundHalfEven(x / scale) + zero, low), high);
    },
    direction: ([, scale], position) => (position === 0 && scale > 0 ? 1 : undefined),
  },
  DequantizeLinear: {
    align: alignScale,
    scalars:
      () =>
      ([x, scale, zero]) =>
        (x - zero) * scale,
    direction: ([, scale], position) => (position === 0 && scale > 0 ? 1 : undefined),
    isAffine: true,
  },
};

function rowsOf(thresholds: NdArray | undefined): number {
  if (thresholds?.dims.length !== 2) throw new RangeError('its thresholds are not a matrix');
  return thresholds.dims[0];
}
