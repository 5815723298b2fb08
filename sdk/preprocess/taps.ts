/**
 * The weights that resample one axis. Output i is a weighted sum of inputs, divided by `total`: the
 * weights `weights[start[i]]` to `weights[start[i + 1] - 1]` belong to the inputs from `first[i]` on.
 * They are whole numbers that sum to `total`.
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
 * Computes the weights for a number of outputs. With at most as many outputs as inputs, each output is
 * the mean of the part of the axis that it covers (area). With more, each output is interpolated between
 * the two inputs with the nearest centers (bilinear), and the edge is repeated.
 */
export function tapsOf(inputs: number, outputs: number): Taps {
  return inputs >= outputs ? area(inputs, outputs) : bilinear(inputs, outputs);
}

/** Output i covers `i * inputs` to `(i + 1) * inputs`, in units of 1 / outputs of an input pixel. */
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

/**
 * Output i lies `(2 i + 1) * inputs - outputs` from the first center, in units of 1 / (2 outputs) of an
 * input pixel.
 */
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
