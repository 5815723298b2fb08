/**
 * A plain implementation of the peers' networks, with which their answers are compared. A value is
 * `{ height, width, channels, data }`, channels last. int8 networks have u8 between layers, products with the scale rounded
 * to even, and int32 sums at the end.
 */

/** @param {'float' | 'int8'} type */
export function plainOps(type) {
  const finish = type === 'int8' ? toByte : (sum, { scale, relu }) => clampBelow(sum * scale, relu);
  return {
    conv: (x, layer) => convolve(x, layer, finish),
    dense(x, layer) {
      const input = { height: 1, width: 1, channels: layer.inputs, data: x.data };
      const window = { ...layer, filters: layer.units, kernel: 1, stride: 1, padding: 0 };
      return convolve(input, window, type === 'int8' && layer.last ? (sum) => sum : finish);
    },
    relu: (x) => ({ ...x, data: x.data.map((value) => Math.max(0, value)) }),
    'max-pool': (x, layer) => pool(x, layer, (values) => values.reduce((a, b) => Math.max(a, b))),
    'average-pool': (x, layer) => pool(x, layer, mean),
    'global-average-pool': (x) => pool(x, { size: x.height, stride: x.height, padding: 0 }, mean),
    flatten: (x) => x,
    'pad-channels'({ height, width, channels, data }, { channels: more }) {
      const padded = new Float64Array(height * width * (channels + more));
      for (let p = 0; p < height * width; p++)
        padded.set(data.subarray(p * channels, (p + 1) * channels), p * (channels + more));
      return { height, width, channels: channels + more, data: padded };
    },
    add: (a, b) => ({ ...a, data: a.data.map((value, i) => value + b.data[i]) }),
  };
}

const clampBelow = (value, relu) => (relu ? Math.max(0, value) : value);
const mean = (values) => values.reduce((a, b) => a + b) / values.length;

function toByte(sum, { scale, zero = 0 }) {
  return Math.min(255, Math.max(0, roundToEven(sum * scale) + zero));
}

/** Rounds halves to even, as IEEE 754 and ONNX do. */
export function roundToEven(value) {
  const below = Math.floor(value);
  const part = value - below;
  if (part === 0.5) return below + (below % 2 === 0 ? 0 : 1);
  return part < 0.5 ? below : below + 1;
}

/** @param finish of a sum and the layer */
function convolve({ height, width, channels, data }, layer, finish) {
  const { filters, kernel, stride, padding, weights } = layer;
  const values = Float64Array.from(weights);
  const across = Math.floor((width + 2 * padding - kernel) / stride) + 1;
  const down = Math.floor((height + 2 * padding - kernel) / stride) + 1;
  const out = new Float64Array(down * across * filters);
  for (let y = 0; y < down; y++) {
    for (let x = 0; x < across; x++) {
      for (let f = 0; f < filters; f++) {
        let sum = 0;
        for (let tap = 0; tap < kernel * kernel; tap++) {
          const iy = y * stride + Math.floor(tap / kernel) - padding;
          const ix = x * stride + (tap % kernel) - padding;
          if (iy < 0 || iy >= height || ix < 0 || ix >= width) continue;
          const from = (iy * width + ix) * channels;
          const weight = (f * kernel * kernel + tap) * channels;
          for (let c = 0; c < channels; c++) sum += data[from + c] * values[weight + c];
        }
        out[(y * across + x) * filters + f] = finish(sum, layer);
      }
    }
  }
  return { height: down, width: across, channels: filters, data: out };
}

/** Pixels outside of the image are left out. */
function pool({ height, width, channels, data }, { size, stride, padding }, reduce) {
  const across = Math.floor((width + 2 * padding - size) / stride) + 1;
  const down = Math.floor((height + 2 * padding - size) / stride) + 1;
  const out = new Float64Array(down * across * channels);
  out.forEach((_, i) => {
    const [pixel, c] = [Math.floor(i / channels), i % channels];
    const values = [];
    for (let tap = 0; tap < size * size; tap++) {
      const y = Math.floor(pixel / across) * stride + Math.floor(tap / size) - padding;
      const x = (pixel % across) * stride + (tap % size) - padding;
      if (y >= 0 && y < height && x >= 0 && x < width) values.push(data[(y * width + x) * channels + c]);
    }
    out[i] = reduce(values);
  });
  return { height: down, width: across, channels, data: out };
}
