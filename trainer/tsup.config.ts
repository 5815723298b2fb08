import { defineConfig } from 'tsup';
import { base } from '../tsup.base.js';

/** Types of `x.add(y)` on tensors, which tfjs-core declares apart from its operations. */
const CHAINED_OPS =
  '/// <reference types="@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops" />';

export default defineConfig({
  ...base,
  entry: ['index.ts', 'internal.ts'],
  dts: { banner: CHAINED_OPS },
});
