/*
 * Gray is the luminance of a color, as in the trainer's decoder. Red, green and blue are converted to
 * linear light (IEC 61966-2-1, "sRGB"), weighted 0.2126, 0.7152, 0.0722 (ITU-R BT.709), and converted
 * back. All numbers are integers: light in 1 / 65535, weights in 1 / 65536, each rounded to nearest.
 */

const WEIGHTS = { red: 13933, green: 46871, blue: 4732 } as const;

/** [256] the light of each byte */
const LIGHT = Uint16Array.from({ length: 256 }, (_, value) => light(value));
/** [255] `STEPS[v]` is the light at which byte v + 1 begins */
const STEPS = Uint16Array.from({ length: 255 }, (_, value) => light(value + 0.5));

/** What {@link grayOf} computes with, for code in other languages. */
export const GRAY_TABLES = { weights: WEIGHTS, light: LIGHT, steps: STEPS } as const;

function light(value: number): number {
  const x = value / 255;
  return Math.round(65535 * (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4));
}

/** Returns the gray, 0..255, of a color of three bytes; of three equal bytes, that byte. */
export function grayOf(red: number, green: number, blue: number): number {
  const { red: r, green: g, blue: b } = WEIGHTS;
  const y = (r * LIGHT[red] + g * LIGHT[green] + b * LIGHT[blue] + 32768) >>> 16;
  let value = 0;
  for (let half = 128; half > 0; half >>= 1) if (STEPS[value + half - 1] <= y) value += half;
  return value;
}
