/** Makes a network's input of a drawing, a test image, a photo or a frame of the camera. */
import { type Pixels, preprocess } from '@bd-edge/sdk';
import type { Model } from '@bd-edge/sdk/internal';
import { readsDigits } from '../network/digits.js';
import { centered } from './center.js';

export interface Picture {
  /** A drawing and a test image have light strokes on black. */
  kind: 'drawing' | 'sample' | 'photo';
  pixels: Pixels;
  /** The input that a test image is for networks of its size. */
  image?: Uint8Array;
}

/**
 * Returns whether black and white of a picture are swapped, unless somebody chooses otherwise: as in the network's
 * training, or, for digits, if the picture is light at its border, as paper is.
 */
export function invertsFor({ kind, pixels }: Picture, model: Model): boolean {
  const trained = model.metadata?.preparation?.invert;
  if (trained !== undefined) return trained;
  return kind === 'photo' && readsDigits(model) && isLightAtBorder(pixels);
}

/** Returns height x width x channels bytes for a network. A digit is not cropped; others as in training. */
export function inputFor({ kind, pixels, image }: Picture, model: Model, invert: boolean): Uint8Array {
  const { input, metadata } = model;
  if (kind === 'sample' && image?.length === input.height * input.width * input.channels) return image;
  const digits = readsDigits(model);
  if (kind === 'drawing' && digits) return centered(pixels, input);
  const to = { ...input, preparation: metadata?.preparation };
  return preprocess(pixels, { to, invert, fit: digits ? 'contain' : undefined });
}

/** Returns whether the pixels at the four sides are lighter than middle gray, on average. */
function isLightAtBorder({ width, height, data }: Pixels): boolean {
  const channels = data.length / (width * height);
  const colors = Math.min(channels, 3);
  let [sum, count] = [0, 0];
  const add = (x: number, y: number) => {
    for (let c = 0; c < colors; c++) sum += data[(y * width + x) * channels + c];
    count += colors;
  };
  for (let x = 0; x < width; x++) for (const y of [0, height - 1]) add(x, y);
  for (let y = 0; y < height; y++) for (const x of [0, width - 1]) add(x, y);
  return sum > 127.5 * count;
}
