import { defineConfig } from 'tsup';

/** One bundle an entry point of package.json; what they share lies in chunks. Dependencies stay imports. */
export default defineConfig({
  entry: {
    index: 'sdk/index.ts',
    trainer: 'trainer/index.ts',
    host: 'firmware-host/index.ts',
    compile: 'compile/index.ts',
    cli: 'cli/index.ts',
  },
  format: 'esm',
  target: 'node20',
  platform: 'neutral',
  external: [/^node:/],
  dts: {
    entry: {
      index: 'sdk/index.ts',
      trainer: 'trainer/index.ts',
      host: 'firmware-host/index.ts',
      compile: 'compile/index.ts',
    },
  },
  sourcemap: false,
  clean: true,
  splitting: true,
});
