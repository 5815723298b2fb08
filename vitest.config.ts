import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** The native library, which npm or `npm run setup:tfjs-node` installs. */
const NATIVE = 'node_modules/@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node';

/** Tests that select their backends themselves, and compare them. */
const BOTH_BACKENDS = 'trainer/backend/**/*.test.ts';

/** Folders of the trainer whose tests use no tensors. They run once, not on every backend. */
const WITHOUT_TENSORS = 'trainer/{data,files,numbers,plot,tensorboard}/**/*.test.ts';

/** The names of the packages lead to their sources, as in tsconfig.json. */
const { paths } = JSON.parse(readFileSync('tsconfig.json', 'utf8')).compilerOptions as {
  paths: Record<string, [string]>;
};
const alias = Object.entries(paths).map(([name, [path]]) => ({
  find: new RegExp(`^${name}$`),
  replacement: fileURLToPath(new URL(path, import.meta.url)),
}));

const common = { pool: 'forks', testTimeout: 90_000 } as const;
const trainerProject = (backend: 'native' | 'wasm') => ({
  resolve: { alias },
  test: {
    ...common,
    name: `trainer ${backend}`,
    include: ['trainer/**/*.test.ts'],
    exclude: [BOTH_BACKENDS, WITHOUT_TENSORS],
    env: { BD_EDGE_BACKEND: backend },
  },
});

const native = existsSync(NATIVE) || process.env.CI === 'true';
if (!native)
  console.warn(
    'The trainer is tested on the wasm backend only; `npm run setup:tfjs-node` adds the native one.',
  );

if (!existsSync('build/runtimes/installed.txt'))
  console.warn(
    'Compiled networks are tested in Node only; `npm run setup:runtimes` adds wasmtime and wasm3.',
  );
console.warn('Browsers, bundlers and other runtimes are not tested here: `npm run test:runtimes` does that.');

/** The trainer's tests run on each backend, except for those in `WITHOUT_TENSORS`; all others run once. */
export default defineConfig({
  test: {
    coverage: {
      include: ['{sdk,trainer,compile,import,firmware-host,cli}/**/*.ts'],
      exclude: ['**/*.test.ts', '**/testing/**', '**/*testing.ts', '**/tsup.config.ts', '**/dist/**'],
      reporter: ['text-summary', 'html', 'json-summary'],
      reportsDirectory: 'build/coverage',
    },
    projects: [
      {
        resolve: { alias },
        test: {
          ...common,
          name: 'bd-edge',
          include: [
            '{assembly,sdk,compile,import,firmware,firmware-host,cli,scripts,examples,models,playground,bench}/**/*.test.ts',
            BOTH_BACKENDS,
            WITHOUT_TENSORS,
          ],
        },
      },
      trainerProject('wasm'),
      ...(native ? [trainerProject('native')] : []),
    ],
  },
});
