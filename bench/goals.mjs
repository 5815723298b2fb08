/** What the engine is to be: how many times as long as `simd` each of the others takes. */
const WINDOWS = ['14x14x256', '28x28x128', '56x56x64', '7x7x512', '32x32x128'];
const DENSE = ['dense 8192-1024'];
const OTHER_WINDOWS = ['1x1 14x14x256', '1x1 28x28x64', 'stride 2 28x28x128-256', 'stride 2 56x56x64-128'];

/** The floor is for every shape, the goal for the median of them; of several lanes the fastest counts. */
export const GOALS = [
  ['tfjs-wasm f32', WINDOWS, ['tfjs-wasm f32'], 25, 40],
  ['ort-web int8', WINDOWS, ['ort-web int8'], 13, 20],
  ['ort-node int8', WINDOWS, ['ort-node int8'], 1.4, 2],
  ['scalar popcount in wasm', WINDOWS, ['popcount', 'mvp'], 2.4, 3.5],
  ['C AVX2', WINDOWS, ['C AVX2'], 1.6, 2],
  ['C AVX-512', WINDOWS, ['C AVX-512'], 0.2, 0.35],
  ['tfjs-wasm f32, dense', DENSE, ['tfjs-wasm f32'], 25, 40],
  ['popcount, 1x1 and stride 2', OTHER_WINDOWS, ['popcount'], 2, 3],
  ['ort-node int8, wide VGG-7', ['wide VGG-7'], ['ort-node int8'], 1.5, 2],
  ['1 thread, on 2, wide VGG-7', ['wide VGG-7, one image'], ['1 thread'], 1.7, 1.9],
  ['ort-node, better of f32 and int8, mnist', ['mnist'], ['ort-node f32', 'ort-node int8'], 2.5, 4],
].map(([against, shapes, lanes, floor, goal]) => ({ against, shapes, lanes, floor, goal }));
