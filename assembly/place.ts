import { copy } from './kernels/board';
import { HEADER_BYTES, HEADER_SECTIONS, IN_PLACE, OP_PARAMETERS, OP_WEIGHTS } from './layout';

// The addresses of the parts of the loaded model. The model lies in linear memory as one piece, except that the
// model of a `board` build may stay where the board keeps it, at IN_PLACE. Then linear memory has its header
// and op records; only the board's functions read weights and parameters. Records and offsets are the same in
// both cases.

let inPlace: bool = false;
/** The address that offsets of weights and parameters count from. */
let contents: usize = 0;
/** The end of the model in linear memory. */
let end: usize = 0;

/** Sets whether the next model stays where the board keeps it. */
export function leaveInPlace(leave: bool): void {
  inPlace = leave;
}

/** Returns the address of the whole file, for the board's kernels. */
export function fileAt(model: usize): usize {
  if (isDefined(BOARD_KERNELS)) {
    if (inPlace) return <usize>IN_PLACE;
  }
  return model;
}

/**
 * Copies the header of a file to memory, where it is not there yet.
 *
 * @returns false if there is not enough memory
 */
export function copyHeader(model: usize): bool {
  if (isDefined(BOARD_KERNELS)) {
    if (inPlace) return copy(model, <usize>IN_PLACE, HEADER_BYTES);
  }
  return true;
}

/** Copies the records, once the header is valid. @returns false if there is not enough memory */
export function copyRecords(model: usize, modelBytes: u32): bool {
  if (isDefined(BOARD_KERNELS)) {
    contents = model;
    end = model + modelBytes;
    if (!inPlace) return true;
    contents = <usize>IN_PLACE;
    const recordsEnd = load<u32>(model + HEADER_SECTIONS) + load<u32>(model + HEADER_SECTIONS + 4);
    end = model + recordsEnd;
    return copy(model + HEADER_BYTES, <usize>IN_PLACE + HEADER_BYTES, recordsEnd - HEADER_BYTES);
  }
  return true;
}

/** Returns the end of the model in linear memory. */
export function residentEnd(model: usize, modelBytes: u32): usize {
  if (isDefined(BOARD_KERNELS)) return end;
  return model + modelBytes;
}

export function weightsOf(model: usize, op: usize): usize {
  if (isDefined(BOARD_KERNELS)) model = contents;
  return model + load<u32>(op + OP_WEIGHTS);
}

export function parametersOf(model: usize, op: usize): usize {
  if (isDefined(BOARD_KERNELS)) model = contents;
  return model + load<u32>(op + OP_PARAMETERS);
}
