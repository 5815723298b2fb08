/*
 * Gray as the eye sees it, which is how the trainer's decoder makes it too: red, green and blue as amounts of light
 * (IEC 61966-2-1, "sRGB"), weighted .2126, .7152, .0722 (ITU-R BT.709), and back. In integers: light in 1 / 65535,
 * weights in 1 / 65536, each rounded to nearest.
 */

const WEIGHTS = { red: 13933, green: 46871, blue: 4732 } as const;

/** [256] light of each byte. */
const LIGHT = Uint16Array.from({ length: 256 }, (_, value) => light(value));
/** [255] `STEPS[v]` is where byte v ends and v + 1 begins. */
const STEPS = Uint16Array.from({ length: 255 }, (_, value) => light(value + 0.5));

function light(value: number): number {
  const x = value / 255;
  return Math.round(65535 * (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4));
}

/**
 * The gray, 0..255, of a color of three bytes. Where they are equal, it is that byte.
 */
export function grayOf(red: number, green: number, blue: number): number {
  const { red: r, green: g, blue: b } = WEIGHTS;
  const y = (r * LIGHT[red] + g * LIGHT[green] + b * LIGHT[blue] + 32768) >>> 16;
  let value = 0;
  for (let half = 128; half > 0; half >>= 1) if (STEPS[value + half - 1] <= y) value += half;
  return value;
}
