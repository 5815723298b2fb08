import type * as tf from '@tensorflow/tfjs';

/**
 * The patches of an input [batch, height, width, channels] that the positions of a filter see, one row for each
 * of the filter's values, [filterHeight * filterWidth * channels, batch * outHeight * outWidth]; 0 outside.
 */
export function patchRows(input: Float32Array, rows: Float32Array, shape: tf.backend_util.Conv2DInfo): void {
  const { batchSize, inHeight, inWidth, inChannels: channels, outHeight, outWidth } = shape;
  const { strideHeight, strideWidth, filterHeight, filterWidth, padInfo } = shape;
  let to = 0;
  for (let filterY = 0; filterY < filterHeight; filterY++)
    for (let filterX = 0; filterX < filterWidth; filterX++)
      for (let c = 0; c < channels; c++)
        for (let image = 0; image < batchSize; image++)
          for (let outY = 0; outY < outHeight; outY++) {
            const y = outY * strideHeight + filterY - padInfo.top;
            const inside = y >= 0 && y < inHeight;
            const row = (image * inHeight + y) * inWidth;
            let x = filterX - padInfo.left;
            for (let outX = 0; outX < outWidth; outX++, x += strideWidth)
              rows[to++] = inside && x >= 0 && x < inWidth ? input[(row + x) * channels + c] : 0;
          }
}
