/** Reorders [outer][rows][columns] to [outer][columns][rows]. */
export function moveChannels(array, outer, rows, columns) {
  const moved = new array.constructor(array.length);
  for (let o = 0; o < outer; o++) {
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        moved[(o * columns + c) * rows + r] = array[(o * rows + r) * columns + c];
      }
    }
  }
  return moved;
}
