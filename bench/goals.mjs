const WINDOWS = ['14x14x256', '28x28x128', '56x56x64', '7x7x512', '32x32x128'];
const DENSE = ['dense 8192-1024'];
const OTHER_WINDOWS = ['1x1 14x14x256', '1x1 28x28x64', 'stride 2 28x28x128-256', 'stride 2 56x56x64-128'];

/**
 * The engine's goals: how many times as long as `simd` each of the others takes. The floor is for every shape, the goal
 * for their median. Of several lanes, the fastest counts.
 */
export const GOALS = [
  { against: 'tfjs-wasm f32', shapes: WINDOWS, lanes: ['tfjs-wasm f32'], floor: 25, goal: 40 },
  { against: 'ort-web int8', shapes: WINDOWS, lanes: ['ort-web int8'], floor: 13, goal: 20 },
  { against: 'ort-node int8', shapes: WINDOWS, lanes: ['ort-node int8'], floor: 1.4, goal: 2 },
  { against: 'scalar counting in wasm', shapes: WINDOWS, lanes: ['mvp'], floor: 2.4, goal: 3.5 },
  { against: 'C AVX2', shapes: WINDOWS, lanes: ['C AVX2'], floor: 1.6, goal: 2 },
  { against: 'C AVX-512', shapes: WINDOWS, lanes: ['C AVX-512'], floor: 0.2, goal: 0.35 },
  { against: 'tfjs-wasm f32, dense', shapes: DENSE, lanes: ['tfjs-wasm f32'], floor: 25, goal: 40 },
  { against: 'scalar counting, 1x1 and stride 2', shapes: OTHER_WINDOWS, lanes: ['mvp'], floor: 2, goal: 3 },
  {
    against: 'ort-node int8, wide VGG-7',
    shapes: ['wide VGG-7'],
    lanes: ['ort-node int8'],
    floor: 1.5,
    goal: 2,
  },
  {
    against: '1 thread, on 2, wide VGG-7',
    shapes: ['wide VGG-7, one image'],
    lanes: ['1 thread'],
    floor: 1.7,
    goal: 1.9,
  },
  {
    against: 'ort-node, better of f32 and int8, mnist',
    shapes: ['mnist'],
    lanes: ['ort-node f32', 'ort-node int8'],
    floor: 2.5,
    goal: 4,
  },
];
