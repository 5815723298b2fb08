import {
  OP_INPUT,
  OP_KERNEL_HEIGHT,
  OP_KERNEL_WIDTH,
  OP_PADDING_LEFT,
  OP_PADDING_TOP,
  OP_STRIDE_X,
  OP_STRIDE_Y,
} from '../../layout';
import { computedHeight, computedWidth, filtersOf } from '../../op';
import { channels, height, opRecord, planes, width } from '../../tensor';

// The shape of the open binary convolution, for the kernels `sparse` and `table`.

export let inputHeight: u32 = 0;
export let inputWidth: u32 = 0;
export let inputChannels: u32 = 0;
export let inputPlanes: u32 = 0;
export let kernelHeight: u32 = 0;
export let kernelWidth: u32 = 0;
export let strideY: u32 = 0;
export let strideX: u32 = 0;
export let paddingTop: u32 = 0;
export let paddingLeft: u32 = 0;
export let filters: u32 = 0;
/** Pixels that the op computes, before its pool. */
export let outputHeight: u32 = 0;
export let outputWidth: u32 = 0;

/** Reads the shape of op `index`. */
export function openShape(model: usize, index: u32): void {
  const op = opRecord(model, index);
  const input: u32 = load<u16>(op + OP_INPUT);
  inputHeight = height(model, input);
  inputWidth = width(model, input);
  inputChannels = channels(model, input);
  inputPlanes = planes(model, input);
  kernelHeight = load<u8>(op + OP_KERNEL_HEIGHT);
  kernelWidth = load<u8>(op + OP_KERNEL_WIDTH);
  strideY = load<u8>(op + OP_STRIDE_Y);
  strideX = load<u8>(op + OP_STRIDE_X);
  paddingTop = load<u8>(op + OP_PADDING_TOP);
  paddingLeft = load<u8>(op + OP_PADDING_LEFT);
  filters = filtersOf(op);
  outputHeight = computedHeight(model, index);
  outputWidth = computedWidth(model, index);
}

/** Makes an image of a 1x1 window one row of pixels. */
export function makeOneRow(pixels: u32): void {
  inputWidth = pixels;
  inputHeight = 1;
  outputWidth = pixels;
  outputHeight = 1;
}
