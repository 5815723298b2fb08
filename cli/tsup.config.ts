import { defineConfig } from 'tsup';
import { base } from '../tsup.base.js';

export default defineConfig({
  ...base,
  entry: { index: 'index.ts', 'eval-worker': 'commands/eval-worker.ts' },
});
