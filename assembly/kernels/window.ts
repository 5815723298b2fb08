import {
  OP_KERNEL_HEIGHT,
  OP_KERNEL_WIDTH,
  OP_PADDING_LEFT,
  OP_PADDING_TOP,
  OP_STRIDE_X,
  OP_STRIDE_Y,
} from '../../sdk/format/layout';

// The window of one output pixel, clipped to the input.

export let kernelHeight: u32 = 0;
export let kernelWidth: u32 = 0;
let strideY: u32 = 0;
export let strideX: u32 = 0;
let paddingTop: u32 = 0;
let paddingLeft: u32 = 0;
let inputHeight: u32 = 0;
let inputWidth: u32 = 0;

/** The input pixel under the window's first tap; may be negative. */
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
