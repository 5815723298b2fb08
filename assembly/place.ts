import { copy } from './kernels/board';
import {
  HEADER_BYTES,
  HEADER_SECTIONS,
  IN_PLACE,
  OP_PARAMETERS,
  OP_WEIGHTS,
  SECTION_ALIGNMENT,
  SECTION_PARAMETERS,
} from './layout';

// The addresses of the parts of the loaded model. The model lies in linear memory as one piece, except that the
// model of a `board` build may stay where the board keeps it, at IN_PLACE. Then linear memory has its header
// and op records, and behind them its parameters; only the board's kernels read the weights. Records and
// offsets are the same in both cases.

let inPlace: bool = false;
/** The addresses that offsets of weights and of parameters count from. */
let weights: usize = 0;
let parameters: usize = 0;
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

/** Copies records and parameters, once the header is valid. @returns false if there is not enough memory */
export function copyRecords(model: usize, modelBytes: u32): bool {
  if (isDefined(BOARD_KERNELS)) {
    weights = model;
    parameters = model;
    end = model + modelBytes;
    if (!inPlace) return true;
    const recordsEnd = load<u32>(model + HEADER_SECTIONS) + load<u32>(model + HEADER_SECTIONS + 4);
    if (!copy(model + HEADER_BYTES, <usize>IN_PLACE + HEADER_BYTES, recordsEnd - HEADER_BYTES)) return false;
    const section = model + HEADER_SECTIONS + SECTION_PARAMETERS * 8;
    const from = load<u32>(section);
    const to = (model + recordsEnd + SECTION_ALIGNMENT - 1) & ~(SECTION_ALIGNMENT - 1);
    weights = <usize>IN_PLACE;
    parameters = to - from;
    end = to + load<u32>(section + 4);
    return copy(to, <usize>IN_PLACE + from, load<u32>(section + 4));
  }
  return true;
}

/** Returns the end of the model in linear memory. */
export function residentEnd(model: usize, modelBytes: u32): usize {
  if (isDefined(BOARD_KERNELS)) return end;
  return model + modelBytes;
}

export function weightsOf(model: usize, op: usize): usize {
  if (isDefined(BOARD_KERNELS)) model = weights;
  return model + load<u32>(op + OP_WEIGHTS);
}

export function parametersOf(model: usize, op: usize): usize {
  if (isDefined(BOARD_KERNELS)) model = parameters;
  return model + load<u32>(op + OP_PARAMETERS);
}
