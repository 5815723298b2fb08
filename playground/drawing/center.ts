import { type InputShape, type Pixels, preprocess } from '@bd-edge/sdk';

/** The largest value that counts as background. */
const FAINT = 24;

/**
 * Scales and centers a drawing as MNIST's digits are: to 20 of 28 pixels, with the center of mass in the middle. A
 * network that learned from centered digits needs this.
 *
 * @param drawing light strokes on black
 * @param to the input of the network
 * @returns height x width x channels bytes; all 0 if nothing is drawn
 */
export function centered(drawing: Pixels, to: InputShape): Uint8Array {
  const box = inkBox(drawing);
  const empty = new Uint8Array(to.height * to.width * to.channels);
  if (!box) return empty;
  const height = Math.max(1, Math.round((to.height * 20) / 28));
  const width = Math.max(1, Math.round((to.width * 20) / 28));
  const shape = { height, width, channels: to.channels };
  const figure = preprocess(drawing, { to: shape, crop: box, fit: 'contain' });
  const mass = centerOfMass(figure, shape);
  const top = clamp(Math.round((to.height - 1) / 2 - mass.y), 0, to.height - height);
  const left = clamp(Math.round((to.width - 1) / 2 - mass.x), 0, to.width - width);
  for (let y = 0; y < height; y++) {
    const row = figure.subarray(y * width * to.channels, (y + 1) * width * to.channels);
    empty.set(row, ((top + y) * to.width + left) * to.channels);
  }
  return empty;
}

/** Returns the smallest rectangle around the strokes, or undefined for an empty drawing. */
function inkBox({ width, height, data }: Pixels) {
  const channels = data.length / (width * height);
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[(y * width + x) * channels] <= FAINT) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  return right < 0 ? undefined : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

function centerOfMass(figure: Uint8Array, { width, channels }: InputShape): { x: number; y: number } {
  let [mass, x, y] = [0, 0, 0];
  figure.forEach((value, i) => {
    const pixel = Math.floor(i / channels);
    mass += value;
    x += value * (pixel % width);
    y += value * Math.floor(pixel / width);
  });
  return mass === 0 ? { x: (width - 1) / 2, y: 0 } : { x: x / mass, y: y / mass };
}

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);
