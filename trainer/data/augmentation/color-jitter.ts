/**
 * Color jitter simulates other light and other cameras. Three changes are applied in random order. Each blends the
 * picture with another one, with a weight a = 1 + u, u uniform in [-strength, strength):
 *
 *     pixel <- a * pixel + (1 - a) * other
 *     brightness: other = black    contrast: other = the picture's mean gray    saturation: other = the pixel's gray
 *
 * gray = 0.299 red + 0.587 green + 0.114 blue. The BinaryDuo authors train ImageNet with 0.4 for all three.
 */
import type { Random } from '../../numbers/random.js';

/** The strength of each change, 0..1. Default: 0. */
export interface ColorJitter {
  brightness?: number;
  contrast?: number;
  /** Has no effect on gray pictures. */
  saturation?: number;
}

type Change = (pixels: Float32Array, channels: number, weight: number) => void;

const CHANGES: Record<keyof ColorJitter, Change> = { brightness, contrast, saturation };

/**
 * Changes a picture in place. The result is rounded and clipped to integers 0..255, like those of a camera.
 *
 * @param pixels any number of pixels with `channels` values each, 0..255
 * @param channels 3, or 1 for gray pictures
 */
export function jitterColors(
  pixels: Float32Array,
  channels: number,
  strengths: ColorJitter,
  random: Random,
): void {
  const names = Object.keys(CHANGES) as (keyof ColorJitter)[];
  for (const i of random.shuffle(Uint8Array.of(0, 1, 2))) {
    const strength = strengths[names[i]] ?? 0;
    const weight = 1 + strength * (2 * random.next() - 1);
    if (strength > 0) CHANGES[names[i]](pixels, channels, weight);
  }
  for (let i = 0; i < pixels.length; i++) pixels[i] = Math.min(255, Math.max(0, Math.round(pixels[i])));
}

function brightness(pixels: Float32Array, _channels: number, weight: number): void {
  for (let i = 0; i < pixels.length; i++) pixels[i] *= weight;
}

function contrast(pixels: Float32Array, channels: number, weight: number): void {
  let sum = 0;
  for (let i = 0; i < pixels.length; i += channels) sum += gray(pixels, i, channels);
  const mean = (sum * channels) / pixels.length;
  for (let i = 0; i < pixels.length; i++) pixels[i] = weight * pixels[i] + (1 - weight) * mean;
}

function saturation(pixels: Float32Array, channels: number, weight: number): void {
  if (channels !== 3) return;
  for (let i = 0; i < pixels.length; i += channels) {
    const other = (1 - weight) * gray(pixels, i, channels);
    for (let c = 0; c < channels; c++) pixels[i + c] = weight * pixels[i + c] + other;
  }
}

function gray(pixels: Float32Array, i: number, channels: number): number {
  if (channels !== 3) return pixels[i];
  return 0.299 * pixels[i] + 0.587 * pixels[i + 1] + 0.114 * pixels[i + 2];
}
