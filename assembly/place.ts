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

// Where the parts of the loaded model are. It lies in linear memory as one piece, but for the `board` build, whose model
// may stay where the board keeps it, at IN_PLACE: then linear memory has its header and op records, and behind them its
// parameters, and the weights are read by the board's kernels alone. Records and offsets are the same either way.

let inPlace: bool = false;
/** What offsets of weights and of parameters count from. */
let weights: usize = 0;
let parameters: usize = 0;
/** The end of what linear memory has of the model. */
let end: usize = 0;

/** Says whether the next model stays where the board keeps it. */
export function leaveInPlace(leave: bool): void {
  inPlace = leave;
}

/** Where the whole file is, to those who read by the board's kernels. */
export function fileAt(model: usize): usize {
  if (isDefined(BOARD_KERNELS)) {
    if (inPlace) return <usize>IN_PLACE;
  }
  return model;
}

/** Brings the header of a file that is long enough for one. False if there is no memory for it. */
export function bringHeader(model: usize): bool {
  if (isDefined(BOARD_KERNELS)) {
    if (inPlace) return copy(model, <usize>IN_PLACE, HEADER_BYTES);
  }
  return true;
}

/** Brings the rest that has to be in memory, once the header is sound. False if there is no memory for it. */
export function bringRecords(model: usize, modelBytes: u32): bool {
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

/** The end of what linear memory has of a model that was brought. */
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
