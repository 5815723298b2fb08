import { parseModel } from '../sdk/index.js';

/** The images that a packed network takes, for datasets that can be had in any size. */
export function imageShape(model: Uint8Array): { height: number; width: number; channels: number } {
  const { height, width, channels } = parseModel(model).tensors[0];
  return { height, width, channels };
}
