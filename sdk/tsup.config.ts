import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { defineConfig } from 'tsup';
import { base } from '../tsup.base.js';

const ENGINES = ['mvp.wasm', 'simd.wasm', 'simd-threads.wasm', 'board.wasm', 'interpreted.wasm'];
const entry = {
  index: 'index.ts',
  inline: 'builds/inline.ts',
  workerd: 'builds/workerd.ts',
  worker: 'worker/index.ts',
  'network-worker': 'worker/network-worker.ts',
  internal: 'internal.ts',
  'internal-files': 'internal-files.ts',
  'internal-layout': 'internal-layout.ts',
};
const { workerd: _1, 'network-worker': _2, ...typed } = entry;

/** Removes imports of chunks for their side effects. They have none, and esbuild warns of such imports. */
function removeBareImports(): void {
  for (const name of readdirSync('dist').filter((file) => file.endsWith('.js'))) {
    const code = readFileSync(`dist/${name}`, 'utf8');
    writeFileSync(`dist/${name}`, code.replace(/^import "\.\/chunk-\w+\.js";\n/gm, ''));
  }
}

/** Copies the engine's builds beside the bundles, where builds/builds.ts expects them. */
export default defineConfig({
  ...base,
  entry,
  dts: { entry: { ...typed, 'wasm-file': 'builds/wasm-file.ts' } },
  async onSuccess() {
    removeBareImports();
    for (const name of ENGINES) copyFileSync(`builds/${name}`, `dist/${name}`);
    await (base.onSuccess as () => Promise<void>)();
  },
});
