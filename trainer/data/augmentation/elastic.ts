/**
 * Elastic distortion: every point moves a little, and its neighbors move nearly alike (Simard, Steinkraus and Platt 2003,
 * "Best practices for convolutional neural networks applied to visual document analysis").
 *
 * They smooth random moves of all pixels. Here the points of a coarse grid move, and a cubic B-spline interpolates between
 * them, which is as smooth and much faster:
 *
 *     d(p) = sum_ij  B_i(p_y) B_j(p_x) m_ij,     m_ij normal
 *
 * The sum of the spline's squared weights scales d to the requested deviation.
 */
import type { Random } from '../../numbers/random.js';

/** Pixels between grid points, as a share of the larger side. */
const SPACING = 1 / 4;

/**
 * Draws the moves of all pixels.
 *
 * @param deviation standard deviation of a pixel's move in either direction, in pixels
 * @returns the move of each pixel, row by row
 */
export function displacements(
  height: number,
  width: number,
  deviation: number,
  random: Random,
): { down: Float32Array; right: Float32Array } {
  const spacing = Math.max(1, SPACING * Math.max(height, width));
  const rows = splineWeights(height, spacing);
  const columns = splineWeights(width, spacing);
  const scale = deviation / Math.sqrt(meanPower(rows.weights) * meanPower(columns.weights));
  const field = () => {
    const points = Float32Array.from(
      { length: rows.points * columns.points },
      () => random.normalPair()[0] * scale,
    );
    const result = new Float32Array(height * width);
    const row = new Float32Array(columns.points);
    for (let y = 0; y < height; y++) {
      row.fill(0);
      for (let k = 0; k < 4; k++) {
        const weight = rows.weights[4 * y + k];
        const from = (rows.first[y] + k) * columns.points;
        for (let j = 0; j < row.length; j++) row[j] += weight * points[from + j];
      }
      for (let x = 0; x < width; x++) {
        for (let k = 0; k < 4; k++)
          result[y * width + x] += columns.weights[4 * x + k] * row[columns.first[x] + k];
      }
    }
    return result;
  };
  return { down: field(), right: field() };
}

/** Returns the first of the four grid points of each pixel, and their weights. */
function splineWeights(size: number, spacing: number) {
  const weights = new Float32Array(4 * size);
  const first = new Uint16Array(size);
  for (let i = 0; i < size; i++) {
    first[i] = Math.floor(i / spacing);
    const t = i / spacing - first[i];
    const basis = [(1 - t) ** 3, 3 * t ** 3 - 6 * t ** 2 + 4, -3 * t ** 3 + 3 * t ** 2 + 3 * t + 1, t ** 3];
    for (let k = 0; k < 4; k++) weights[4 * i + k] = basis[k] / 6;
  }
  return { weights, first, points: first[size - 1] + 4 };
}

/** Returns the mean over the pixels of the sum of squared weights: the factor of the variance. */
function meanPower(weights: Float32Array): number {
  return (4 * weights.reduce((sum, weight) => sum + weight * weight, 0)) / weights.length;
}
