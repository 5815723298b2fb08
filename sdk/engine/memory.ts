import { alignUp } from '../format/arena.js';
import { ENGINE_STATIC_BYTES } from '../format/layout.js';
import type { Model } from '../format/parse.js';
import { pixelBytes } from '../format/tensor.js';
import type { EngineBuild } from './wasm.js';

/**
 * Bytes of linear memory that the engine uses for a model: its own data, the file, the arena, and one gathered
 * window (assembly/index.ts). A runtime rounds this up to its pages; an interpreter with a memory limit need not.
 */
export function memoryRequirement(model: Model, _build: EngineBuild = 'mvp'): number {
  const windows = model.nodes.map((node) => {
    if (node.kind === 'max-pool') return 0;
    const input = model.tensors[node.input];
    const tapBytes = node.kind === 'binary-convolution' ? pixelBytes(input) : input.channels;
    return node.window.kernelHeight * node.window.kernelWidth * tapBytes;
  });
  const arena = alignUp(ENGINE_STATIC_BYTES + model.fileBytes);
  return alignUp(arena + model.arenaBytes) + Math.max(...windows);
}
