/**
 * The results of an independent reproduction of the paper's toy experiment with 1,000,000 samples and ReLU1.
 * Its weights and networks are others, so single numbers differ, but ternary should be above binary in every
 * column.
 */
export interface ReferenceRow {
  activation: string;
  eps: number;
  layers: [number, number, number];
  total: number;
}

export const MISMATCH_REFERENCE: readonly ReferenceRow[] = [
  { activation: 'full', eps: 0.1, layers: [1, 1, 1], total: 1 },
  { activation: 'binary', eps: 0.1, layers: [0.893, 0.897, 0.963], total: 0.905 },
  { activation: 'ternary', eps: 0.1, layers: [0.965, 0.987, 0.993], total: 0.975 },
  { activation: '2-bit', eps: 0.1, layers: [0.975, 0.976, 0.985], total: 0.975 },
  { activation: 'binary', eps: 0.01, layers: [0.847, 0.843, 0.949], total: 0.921 },
  { activation: 'ternary', eps: 0.01, layers: [0.959, 0.984, 0.995], total: 0.967 },
  { activation: '2-bit', eps: 0.01, layers: [0.901, 0.942, 0.952], total: 0.93 },
];
