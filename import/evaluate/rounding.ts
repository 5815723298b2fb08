/** Rounds to the nearest integer, halves to the even one, as NumPy and ONNX do. */
export function roundHalfEven(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  if (rest !== 0.5) return rest < 0.5 ? down : down + 1;
  return down % 2 === 0 ? down : down + 1;
}

const halfAway = (x: number) => Math.sign(x) * Math.floor(Math.abs(x) + 0.5);
const halfToZero = (x: number) => Math.sign(x) * Math.ceil(Math.abs(x) - 0.5);

/** The rounding modes of QONNX. */
export const ROUNDING_MODES: Readonly<Record<string, (x: number) => number>> = {
  ROUND: roundHalfEven,
  HALF_EVEN: roundHalfEven,
  CEIL: Math.ceil,
  FLOOR: Math.floor,
  UP: (x) => Math.sign(x) * Math.ceil(Math.abs(x)),
  DOWN: Math.trunc,
  ROUND_TO_ZERO: Math.trunc,
  HALF_UP: halfAway,
  HALF_DOWN: halfToZero,
};
