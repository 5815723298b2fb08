import type * as tf from '../../tensorflow/index.js';

/**
 * Copies the patches of an input [batch, height, width, channels] that a filter reads, one row for each of
 * the filter's values: [filterHeight * filterWidth * channels, batch * outHeight * outWidth], with 0 outside
 * of the input.
 */
export function patchRows(input: Float32Array, rows: Float32Array, shape: tf.backend_util.Conv2DInfo): void {
  const { batchSize, inHeight, inWidth, inChannels: channels, outHeight, outWidth } = shape;
  const { strideHeight, strideWidth, filterHeight, filterWidth, padInfo } = shape;
  const step = strideWidth * channels;
  rows.fill(0);
  let row = 0;
  for (let filterY = 0; filterY < filterHeight; filterY++)
    for (let filterX = 0; filterX < filterWidth; filterX++) {
      const left = filterX - padInfo.left;
      const firstX = Math.max(0, Math.ceil(-left / strideWidth));
      const endX = Math.min(outWidth, Math.ceil((inWidth - left) / strideWidth));
      for (let c = 0; c < channels; c++)
        for (let image = 0; image < batchSize; image++)
          for (let outY = 0; outY < outHeight; outY++, row += outWidth) {
            const y = outY * strideHeight + filterY - padInfo.top;
            if (y < 0 || y >= inHeight) continue;
            let from = ((image * inHeight + y) * inWidth + left + firstX * strideWidth) * channels + c;
            for (let outX = firstX; outX < endX; outX++, from += step) rows[row + outX] = input[from];
          }
    }
}
