import { type Model, tensorBytes } from '@bd-edge/sdk/internal';
import * as layout from '@bd-edge/sdk/internal/layout';

/** Returns the bytes of scratch memory that the kernel of an op needs: `layer_scratch_bytes` in firmware/kernels/layer.c. */
export function scratchBytes(model: Model, index: number): number {
  const op = model.ops[index];
  if (!('weights' in op)) return 0;
  const { channels, type, planes } = model.tensors[op.input];
  const taps = op.window.kernelHeight * op.window.kernelWidth;
  const bytes = op.kind === 'binary-convolution' ? planes : type === 'int16' ? 2 : 1;
  const pooled =
    op.pool === undefined ? 0 : wholeWords(tensorBytes({ ...model.tensors[index + 1], height: 1, width: 1 }));
  return wholeWords(taps * channels * bytes) + layout.BLOCK_FILTERS * layout.WORD_BYTES + pooled;
}

function wholeWords(bytes: number): number {
  return Math.ceil(bytes / layout.WORD_BYTES) * layout.WORD_BYTES;
}
