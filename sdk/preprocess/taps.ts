/**
 * How the pixels of one axis become fewer or more: output i is the sum of `weights[j]` times the inputs from `first[i]`
 * on, for j from `start[i]` to `start[i + 1]`, divided by `total`. Weights are whole numbers and sum to `total`.
 */
export interface Taps {
  /** [outputs] */
  first: Int32Array;
  /** [outputs + 1] */
  start: Int32Array;
  weights: Int32Array;
  total: number;
}

/**
 * Fewer pixels, or as many: each output is the mean over the part of the axis that it covers (area). More: each output
 * lies between the two inputs whose centers are nearest, the nearer counting more (bilinear), with the edge repeated.
 */
export function tapsOf(inputs: number, outputs: number): Taps {
  return inputs >= outputs ? area(inputs, outputs) : bilinear(inputs, outputs);
}

/** In units of 1 / outputs of an input pixel, output i covers `i * inputs` to `(i + 1) * inputs`. */
function area(inputs: number, outputs: number): Taps {
  const rows = Array.from({ length: outputs }, (_, i) => {
    const [from, to] = [i * inputs, (i + 1) * inputs];
    const first = Math.floor(from / outputs);
    const last = Math.ceil(to / outputs);
    const weights = Array.from({ length: last - first }, (_, k) => {
      const pixel = (first + k) * outputs;
      return Math.min(to, pixel + outputs) - Math.max(from, pixel);
    });
    return { first, weights };
  });
  return pack(rows, inputs);
}

/** In units of 1 / (2 outputs) of an input pixel, output i lies `(2 i + 1) * inputs - outputs` from the first center. */
function bilinear(inputs: number, outputs: number): Taps {
  const unit = 2 * outputs;
  const rows = Array.from({ length: outputs }, (_, i) => {
    const at = (2 * i + 1) * inputs - outputs;
    const first = Math.floor(at / unit);
    const second = at - first * unit;
    if (first < 0 || first + 1 >= inputs) {
      return { first: Math.min(Math.max(first, 0), inputs - 1), weights: [unit] };
    }
    return { first, weights: second === 0 ? [unit] : [unit - second, second] };
  });
  return pack(rows, unit);
}

function pack(rows: { first: number; weights: number[] }[], total: number): Taps {
  const start = new Int32Array(rows.length + 1);
  rows.forEach(({ weights }, i) => {
    start[i + 1] = start[i] + weights.length;
  });
  return {
    first: Int32Array.from(rows, ({ first }) => first),
    start,
    weights: Int32Array.from(rows.flatMap(({ weights }) => weights)),
    total,
  };
}
