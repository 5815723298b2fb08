import type { Model } from '@bd-edge/sdk/internal';
import { MAX_LIST_OFFSET, quadWords, winogradWords } from '@bd-edge/sdk/internal';

/**
 * Returns the text of `parts.h` (firmware/kernels) for the ops of a model: parts that they do not need are 0.
 *
 * @param small leaves out the faster ones of two kernels for the same ops
 */
export function partsHeader(model: Model, small = false): string {
  const { ops, tensors } = model;
  const convolutions = ops.flatMap((op) => (op.kind === 'int8-convolution' && !small ? [op] : []));
  const winograd = convolutions.filter((op) => winogradWords(model, op) > 0);
  const isPooled = (op: (typeof ops)[number]) => 'pool' in op && op.pool !== undefined;
  const ends = (kind: string) => ops.some((op) => 'epilogue' in op && op.epilogue.kind === kind);
  const binary = ops.flatMap((op) => (op.kind === 'binary-convolution' ? [op] : []));
  const parts: Record<string, boolean | string> = {
    PART_BITS: ends('threshold'),
    PART_FIXED_POINT: ends('fixed-point'),
    PART_OUTPUT_POOL: ops.some(isPooled),
    PART_WINOGRAD_1: winograd.some(({ input }) => tensors[input].channels === 1),
    PART_WINOGRAD_3: winograd.some(({ input }) => tensors[input].channels === 3),
    PART_WINOGRAD_POOL: winograd.some(isPooled),
    PART_WINOGRAD_PIXELS: winograd.some((op) => !isPooled(op)),
    PART_QUADS: quadsFor(
      convolutions.filter((op) => quadWords(model, op) > 0),
      winograd,
    ),
    PART_COMPLEMENT: binary.length > 0 && !small,
    PART_LIST_PARTS: binary.some(({ input }) => !listsRows(tensors[input])) || POINTERS_ARE_LONG,
    PART_COUNTERS: binary.some(({ epilogue }) => epilogue.kind !== 'threshold') || POINTERS_ARE_LONG,
  };
  return Object.entries(parts)
    .map(([name, value]) => `#define ${name} ${typeof value === 'string' ? value : Number(value)}\n`)
    .join('');
}

/** Longer pointers than those of boards: lists of pointers do not fit the scratch memory that is planned. */
const POINTERS_ARE_LONG = '(UINTPTR_MAX > UINT32_MAX)';

/** Returns whether the kernel of a binary convolution lists whole rows, with the scratch memory that is planned. */
function listsRows({ width, channels }: Model['tensors'][number]): boolean {
  return width * channels <= MAX_LIST_OFFSET;
}

/** Returns whether a processor runs ops by int8-quads.c. With a DSP extension it takes those of int8-winograd.c too. */
function quadsFor<Op>(quads: Op[], winograd: Op[]): boolean | string {
  if (quads.some((op) => !winograd.includes(op))) return true;
  return quads.length > 0 && 'PROCESSOR_DSP';
}
