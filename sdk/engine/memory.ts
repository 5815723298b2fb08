import {
  BLOCK_FILTERS,
  ENGINE_STATIC_BYTES,
  HEADER_BYTES,
  OP_BYTES,
  TABLE_AREA_BYTES,
  WORD_BYTES,
} from '../../assembly/layout.js';
import type { EngineBuild } from '../builds/builds.js';
import { alignUp } from '../format/arena.js';
import type { Model } from '../format/parse.js';
import { pixelBytes, tensorBytes } from '../format/tensor.js';
import { kernelOf } from './kernels.js';

/** The simd build's entry for each op: its kernel, and the address of its expanded weights. */
const OP_ENTRY_BYTES = 8;

/** Images of a batch for each thread of the simd-threads build. */
const BATCH_IMAGES = 4;

/**
 * The `board` build runs ops by native code of the firmware; boards without native code run the `mvp` build. Its
 * scratch memory is the least with which the native kernels run; they are faster with more.
 */
export type MemoryBuild = EngineBuild | 'board';

/**
 * Returns the bytes of linear memory that a build of the engine uses for a model. They are for its own data,
 * the simd kernels' tables, the file, the arena, the largest scratch memory of an op, and the simd kernels'
 * expanded weights (assembly/index.ts). With threads, each has its own tables, arena and scratch memory, and
 * there are the images of a batch. A runtime rounds this up to pages; an interpreter with a memory limit need
 * not.
 *
 * @param build the engine's build (default: `board`)
 * @param threads the number of threads of the `simd-threads` build
 */
export function memoryRequirement(model: Model, build: MemoryBuild = 'board', threads = 1): number {
  if (build === 'board') return withScratch(model, alignUp(ENGINE_STATIC_BYTES + model.fileBytes));
  const kernels = model.ops.map((_, index) => kernelOf(model, index, build));
  const count = build === 'simd-threads' ? threads : 1;
  const tables = build === 'mvp' ? 0 : TABLE_AREA_BYTES * count;
  const arena = alignUp(ENGINE_STATIC_BYTES + tables + model.fileBytes);
  const scratch = alignUp(arena + model.arenaBytes);
  const scratchEnd = scratch + Math.max(...kernels.map((kernel) => kernel.scratchBytes));
  if (build === 'mvp') return scratchEnd;
  const entries = arena + alignUp(scratchEnd - arena) * count;
  const expanded = alignUp(entries + kernels.length * OP_ENTRY_BYTES);
  const end = kernels.reduce((sum, kernel) => sum + kernel.expandedBytes, expanded);
  if (build === 'simd') return end;
  const ends = [model.tensors[0], model.tensors[model.tensors.length - 1]];
  const image = ends.reduce((sum, shape) => sum + alignUp(tensorBytes(shape)), 0);
  return alignUp(end) + image * BATCH_IMAGES * count;
}

/**
 * Returns the bytes of linear memory on a board whose native kernels read weights and parameters in flash
 * (assembly/place.ts): for the engine's data, header and op records, arena and scratch memory.
 */
export function memoryWithoutWeights(model: Model): number {
  return withScratch(model, alignUp(ENGINE_STATIC_BYTES + HEADER_BYTES + model.ops.length * OP_BYTES));
}

/** Returns the end of the arena and scratch memory of a board. @param arena where they begin */
function withScratch(model: Model, arena: number): number {
  const scratch = model.ops.map((_, index) => boardScratchBytes(model, index));
  return alignUp(arena + model.arenaBytes) + Math.max(...scratch);
}

/**
 * Returns the least bytes of scratch memory with which a board's kernels can run an op: for a convolution a byte for
 * each input of a filter and plane, or two if it is a stream, the sums of a block of filters and, with a pool, a pixel
 * of the output. `boardScratchBytes` of assembly/op.ts is the same formula.
 */
export function boardScratchBytes(model: Model, index: number): number {
  const op = model.ops[index];
  if (!('weights' in op)) return 0;
  const { type, planes, channels } = model.tensors[op.input];
  const bytes = op.kind === 'binary-convolution' ? planes : type === 'int16' ? 2 : 1;
  const inputs = op.window.kernelHeight * op.window.kernelWidth * channels;
  const pixel = op.pool ? pixelBytes(model.tensors[index + 1]) : 0;
  return wholeWords(inputs * bytes) + BLOCK_FILTERS * WORD_BYTES + wholeWords(pixel);
}

function wholeWords(bytes: number): number {
  return Math.ceil(bytes / WORD_BYTES) * WORD_BYTES;
}
