import {
  OP_KERNEL_HEIGHT,
  OP_KERNEL_WIDTH,
  OP_PADDING_LEFT,
  OP_PADDING_TOP,
  OP_POOL_HEIGHT,
  OP_POOL_WIDTH,
  OP_STRIDE_X,
  OP_STRIDE_Y,
} from '../layout';
import { clear, copy } from './copy';

// The window of one computed pixel, clipped to the input.

export let kernelHeight: u32 = 0;
export let kernelWidth: u32 = 0;
/** Computed pixels of one output pixel. */
export let poolHeight: u32 = 1;
export let poolWidth: u32 = 1;
let strideY: u32 = 0;
let strideX: u32 = 0;
let paddingTop: u32 = 0;
let paddingLeft: u32 = 0;
let inputHeight: u32 = 0;
let inputWidth: u32 = 0;

/** The input pixel at the window's first tap; may be negative. */
export let top: i32 = 0;
export let left: i32 = 0;
/** Taps [from, to) that lie inside of the input. */
export let fromY: u32 = 0;
export let toY: u32 = 0;
export let fromX: u32 = 0;
export let toX: u32 = 0;

export function openWindow(op: usize, height: u32, width: u32): void {
  kernelHeight = load<u8>(op + OP_KERNEL_HEIGHT);
  kernelWidth = load<u8>(op + OP_KERNEL_WIDTH);
  strideY = load<u8>(op + OP_STRIDE_Y);
  strideX = load<u8>(op + OP_STRIDE_X);
  poolHeight = load<u8>(op + OP_POOL_HEIGHT);
  poolWidth = load<u8>(op + OP_POOL_WIDTH);
  paddingTop = load<u8>(op + OP_PADDING_TOP);
  paddingLeft = load<u8>(op + OP_PADDING_LEFT);
  inputHeight = height;
  inputWidth = width;
}

export function moveWindow(y: u32, x: u32): void {
  top = y * strideY - paddingTop;
  left = x * strideX - paddingLeft;
  fromY = max(0, -top);
  fromX = max(0, -left);
  toY = min(<i32>kernelHeight, <i32>inputHeight - top);
  toX = min(<i32>kernelWidth, <i32>inputWidth - left);
}

/**
 * Copies the taps of the window to adjacent places; taps outside of the input become 0.
 *
 * @param pixel the address of the first tap inside
 * @param rowBytes from one row of the input to the next
 * @param pixelBytes from one pixel to the next
 * @param tapBytes bytes that are copied of each pixel
 */
export function gatherTaps(pixel: usize, rowBytes: u32, pixelBytes: u32, tapBytes: u32, to: usize): void {
  const bytes = kernelWidth * tapBytes;
  const columns = toX - fromX;
  if (columns < kernelWidth || toY - fromY < kernelHeight) clear(to, kernelHeight * bytes);
  to += fromY * bytes + fromX * tapBytes;
  for (let rows = toY - fromY; rows > 0; rows--, pixel += rowBytes, to += bytes) {
    if (pixelBytes == tapBytes) copy(pixel, to, columns * tapBytes);
    else
      for (let tap: u32 = 0; tap < columns; tap++)
        copy(pixel + tap * pixelBytes, to + tap * tapBytes, tapBytes);
  }
}
