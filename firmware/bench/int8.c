#include "layer-shape.h"

#include <string.h>

/* Two rows of weights and two windows: each value is loaded once for two products. */
struct sums {
  int32_t of[2][2]; /* [filter][window] */
};

#ifdef __ARM_FEATURE_DSP
#include <arm_acle.h>

static int16x2_t pair(const int16_t *values) {
  int16x2_t both;
  memcpy(&both, values, sizeof both);
  return both;
}

/* Expands four int8 to two pairs of 16 bits, in order. */
static void unpack(const int8_t *values, int16x2_t pairs[2]) {
  uint32_t four;
  memcpy(&four, values, sizeof four);
  const uint32_t even = (uint32_t)__sxtb16((int32_t)four);
  const uint32_t odd = (uint32_t)__sxtb16((int32_t)(four >> 8 | four << 24));
  pairs[0] = (int16x2_t)((even & 0xffff) | odd << 16);
  pairs[1] = (int16x2_t)(even >> 16 | (odd & 0xffff0000));
}
#endif

static struct sums dots(const int8_t *weights, uint32_t count, const int16_t *windows) {
  const int8_t *second = weights + count;
  const int16_t *next = windows + count;
  int32_t a = 0, b = 0, c = 0, d = 0;
  uint32_t i = 0;
#ifdef __ARM_FEATURE_DSP
  for (; i + 4 <= count; i += 4) {
    int16x2_t w[2], v[2];
    unpack(weights + i, w);
    unpack(second + i, v);
    for (uint32_t half = 0; half < 2; half++) {
      const int16x2_t x = pair(windows + i + 2 * half), y = pair(next + i + 2 * half);
      a = __smlad(w[half], x, a);
      b = __smlad(w[half], y, b);
      c = __smlad(v[half], x, c);
      d = __smlad(v[half], y, d);
    }
  }
#endif
  for (; i < count; i++) {
    const int32_t w = weights[i], v = second[i], x = windows[i], y = next[i];
    a += w * x;
    b += w * y;
    c += v * x;
    d += v * y;
  }
  return (struct sums){{{a, b}, {c, d}}};
}

/* Returns sum x multiplier / 2^31, rounded, then / 2^shift, rounded; clamped to int8. */
static int8_t requantize(int32_t sum, int32_t multiplier, int32_t shift) {
  const int64_t product = (int64_t)sum * multiplier + (INT64_C(1) << (30 + shift));
  const int32_t value = (int32_t)(product >> (31 + shift));
  return (int8_t)(value < -128 ? -128 : value > 127 ? 127 : value);
}

/* One window with values of 16 bits; outside the image they are 0. */
static void gather(const struct layer_shape *shape, const int8_t *image, int32_t top, int32_t left, int16_t *to) {
  const int32_t size = (int32_t)shape->size;
  for (int32_t y = top; y < top + KERNEL; y++) {
    for (int32_t x = left; x < left + KERNEL; x++) {
      if (y < 0 || y >= size || x < 0 || x >= size) {
        for (uint32_t c = 0; c < shape->channels; c++) *to++ = 0;
      } else {
        const int8_t *pixel = image + (uint32_t)(y * size + x) * shape->channels;
        for (uint32_t c = 0; c < shape->channels; c++) *to++ = pixel[c];
      }
    }
  }
}

uint32_t layer_bytes(const struct layer_shape *shape) {
  const uint32_t count = TAPS * shape->channels;
  const uint32_t filters = shape->filters + shape->filters % 2;
  const uint32_t pixels = shape->size * shape->size;
  const uint32_t bytes = 2 * count * 2 + filters * 4 + filters * count + pixels * (shape->channels + shape->filters);
  return (bytes + 3) / 4 * 4;
}

void run_int8(const struct layer_shape *shape, uint8_t *memory) {
  const uint32_t count = TAPS * shape->channels;
  const uint32_t filters = shape->filters + shape->filters % 2;
  const uint32_t pixels = shape->size * shape->size;
  int16_t *windows = (int16_t *)memory;
  const int32_t *multipliers = (const int32_t *)(windows + 2 * count);
  const int8_t *weights = (const int8_t *)(multipliers + filters);
  const int8_t *image = weights + filters * count;
  int8_t *output = (int8_t *)image + pixels * shape->channels;
  for (uint32_t pixel = 0; pixel < pixels; pixel += 2) {
    for (uint32_t i = 0; i < 2; i++) {
      const uint32_t at = pixel + i < pixels ? pixel + i : pixel;
      gather(shape, image, (int32_t)(at / shape->size) - 1, (int32_t)(at % shape->size) - 1, windows + i * count);
    }
    for (uint32_t filter = 0; filter < filters; filter += 2) {
      const struct sums sums = dots(weights + filter * count, count, windows);
      for (uint32_t i = 0; i < 2 && filter + i < shape->filters; i++) {
        for (uint32_t j = 0; j < 2 && pixel + j < pixels; j++) {
          int8_t *to = output + (pixel + j) * shape->filters + filter + i;
          *to = requantize(sums.of[i][j], multipliers[filter + i] | 0x40000000, 6);
        }
      }
    }
  }
}
