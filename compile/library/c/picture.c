#include "picture.h"

#include "gray-tables.h"

#include <string.h>

enum { MAX_CHANNELS = 3 };

static const uint32_t MAX_SIDE = 32768;

/* One direction of scaling. Weights sum to `total`. */
struct axis {
  uint32_t inputs, outputs, total;
};

/* The inputs of one output: `count` from `first` on. Those between the first and the last one weigh `middle`. */
struct taps {
  uint32_t first, count, head, middle, tail;
};

static struct axis axis_of(uint32_t inputs, uint32_t outputs) {
  const struct axis axis = {inputs, outputs, inputs >= outputs ? inputs : 2 * outputs};
  return axis;
}

/* The part of the axis that an output covers, in units of 1 / outputs of an input. */
static struct taps area(const struct axis *axis, uint32_t i) {
  const uint32_t from = i * axis->inputs, to = from + axis->inputs, unit = axis->outputs;
  const uint32_t first = from / unit, last = (to - 1) / unit;
  struct taps taps = {first, last - first + 1, axis->inputs, unit, to - last * unit};
  if (taps.count > 1) taps.head = (first + 1) * unit - from;
  return taps;
}

/* The two inputs with the nearest centers, in units of 1 / (2 outputs) of an input. */
static struct taps bilinear(const struct axis *axis, uint32_t i) {
  const uint32_t unit = 2 * axis->outputs, center = (2 * i + 1) * axis->inputs;
  struct taps taps = {0, 1, unit, 0, 0};
  if (center < axis->outputs) return taps;
  const uint32_t at = center - axis->outputs;
  taps.first = at / unit;
  taps.tail = at % unit;
  if (taps.first + 1 >= axis->inputs) {
    taps.first = axis->inputs - 1;
  } else if (taps.tail != 0) {
    taps.count = 2;
    taps.head = unit - taps.tail;
  }
  return taps;
}

static struct taps taps_of(const struct axis *axis, uint32_t i) {
  return axis->inputs >= axis->outputs ? area(axis, i) : bilinear(axis, i);
}

static uint32_t weight_of(const struct taps *taps, uint32_t k) {
  return k == 0 ? taps->head : k + 1 == taps->count ? taps->tail : taps->middle;
}

static uint8_t to_byte(int32_t value) { return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value); }

static void read_yuyv(const uint8_t *row, uint32_t x, uint8_t *color) {
  const uint8_t *pair = row + x / 2 * 4;
  const int32_t y = 256 * (int32_t)pair[x % 2 * 2] + 128;
  const int32_t u = (int32_t)pair[1] - 128, v = (int32_t)pair[3] - 128;
  color[0] = to_byte((y + 359 * v) >> 8);
  color[1] = to_byte((y - 88 * u - 183 * v) >> 8);
  color[2] = to_byte((y + 454 * u) >> 8);
}

static void read_565(uint32_t first, uint32_t second, uint8_t *color) {
  const uint32_t bits = first << 8 | second, red = bits >> 11, green = bits >> 5 & 63, blue = bits & 31;
  color[0] = (uint8_t)(red << 3 | red >> 2);
  color[1] = (uint8_t)(green << 2 | green >> 4);
  color[2] = (uint8_t)(blue << 3 | blue >> 2);
}

/* Reads a color, or the gray of PICTURE_GRAY. */
static void read_pixel(enum picture_format format, const uint8_t *row, uint32_t x, uint8_t *color) {
  switch (format) {
    case PICTURE_GRAY: color[0] = row[x]; break;
    case PICTURE_RGB888: memcpy(color, row + 3 * (size_t)x, MAX_CHANNELS); break;
    case PICTURE_RGB565: read_565(row[2 * (size_t)x + 1], row[2 * (size_t)x], color); break;
    case PICTURE_RGB565_SWAPPED: read_565(row[2 * (size_t)x], row[2 * (size_t)x + 1], color); break;
    default: read_yuyv(row, x, color);
  }
}

/* Computes the weighted sums of a row's pixels. */
static void sum_row(const struct picture *picture, const uint8_t *row, const struct taps *taps, uint32_t channels, uint32_t *sums) {
  for (uint32_t c = 0; c < MAX_CHANNELS; c++) sums[c] = 0;
  for (uint32_t k = 0; k < taps->count; k++) {
    uint8_t color[MAX_CHANNELS];
    const uint32_t weight = weight_of(taps, k);
    read_pixel(picture->format, row, picture->left + taps->first + k, color);
    for (uint32_t c = 0; c < channels; c++) sums[c] += weight * color[c];
  }
}

/* Divides, halves up. */
static uint8_t mean(uint64_t sum, uint64_t total) {
  if (total <= UINT32_MAX / 512) return (uint8_t)((2 * (uint32_t)sum + (uint32_t)total) / (2 * (uint32_t)total));
  return (uint8_t)((2 * sum + total) / (2 * total));
}

/* The luminance of a color, as a byte. */
static uint8_t gray_of(const uint8_t *color) {
  const uint32_t light = (GRAY_RED * GRAY_LIGHT[color[0]] + GRAY_GREEN * GRAY_LIGHT[color[1]] +
                          GRAY_BLUE * GRAY_LIGHT[color[2]] + 32768) >> 16;
  uint32_t value = 0;
  for (uint32_t half = 128; half > 0; half >>= 1) {
    if (GRAY_STEPS[value + half - 1] <= light) value += half;
  }
  return (uint8_t)value;
}

/* Writes one pixel of the input. */
static void put_pixel(const IN_FLASH struct picture_input *input, const uint8_t *color, uint32_t channels, uint8_t *to) {
  for (uint32_t c = 0; c < input->channels; c++) to[c] = channels == 1 ? color[0] : color[c];
  if (channels > input->channels) to[0] = gray_of(color);
  for (uint32_t c = 0; input->invert && c < input->channels; c++) to[c] = (uint8_t)(255 - to[c]);
}

/* Writes the crop as pixels `top` .. `top` + down.outputs - 1 of the input, and so for columns. */
static void scale(const struct picture *picture, const IN_FLASH struct picture_input *input, const struct axis *down,
                  const struct axis *across, uint8_t *image) {
  const uint32_t channels = picture->format == PICTURE_GRAY ? 1 : MAX_CHANNELS;
  const uint32_t top = (input->height - down->outputs) / 2, left = (input->width - across->outputs) / 2;
  const uint64_t total = (uint64_t)down->total * across->total;
  for (uint32_t y = 0; y < down->outputs; y++) {
    const struct taps rows = taps_of(down, y);
    uint8_t *to = image + ((size_t)(top + y) * input->width + left) * input->channels;
    for (uint32_t x = 0; x < across->outputs; x++, to += input->channels) {
      const struct taps columns = taps_of(across, x);
      uint64_t sums[MAX_CHANNELS] = {0, 0, 0};
      uint8_t color[MAX_CHANNELS];
      for (uint32_t k = 0; k < rows.count; k++) {
        uint32_t row[MAX_CHANNELS];
        const uint32_t weight = weight_of(&rows, k);
        sum_row(picture, picture->pixels + (picture->top + rows.first + k) * picture->row_bytes, &columns, channels, row);
        for (uint32_t c = 0; c < channels; c++) sums[c] += (uint64_t)weight * row[c];
      }
      for (uint32_t c = 0; c < channels; c++) color[c] = mean(sums[c], total);
      put_pixel(input, color, channels, to);
    }
  }
}

/* Returns length * numerator / denominator, halves up, at least 1. */
static uint32_t share(uint32_t length, uint32_t numerator, uint32_t denominator) {
  const uint32_t result = (2 * length * numerator + denominator) / (2 * denominator);
  return result > 0 ? result : 1;
}

/* Replaces the crop by the middle of it. */
static void crop_middle(struct picture *picture, uint32_t width, uint32_t height) {
  picture->left += (picture->crop_width - width) / 2;
  picture->top += (picture->crop_height - height) / 2;
  picture->crop_width = width;
  picture->crop_height = height;
}

static bool is_inside(uint32_t from, uint32_t length, uint32_t side) {
  return length >= 1 && side <= MAX_SIDE && from <= side && length <= side - from;
}

bool picture_put(const struct picture *picture, const IN_FLASH struct picture_input *input, uint8_t *image) {
  struct picture part = *picture;
  if (!is_inside(part.left, part.crop_width, part.width) || !is_inside(part.top, part.crop_height, part.height)) return false;
  if (part.format > PICTURE_YUYV || (part.format == PICTURE_YUYV && part.width % 2 != 0)) return false;
  if (input->center != input->center_of) {
    crop_middle(&part, share(part.crop_width, input->center, input->center_of),
                share(part.crop_height, input->center, input->center_of));
  }
  uint32_t height = input->height, width = input->width;
  const bool wider = part.crop_width * height >= part.crop_height * width;
  if (input->fit == PICTURE_COVER) {
    if (wider) crop_middle(&part, share(part.crop_height, width, height), part.crop_height);
    else crop_middle(&part, part.crop_width, share(part.crop_width, height, width));
  } else if (input->fit == PICTURE_CONTAIN) {
    memset(image, 0, (size_t)height * width * input->channels);
    if (wider) height = share(width, part.crop_height, part.crop_width);
    else width = share(height, part.crop_width, part.crop_height);
  }
  const struct axis down = axis_of(part.crop_height, height), across = axis_of(part.crop_width, width);
  scale(&part, input, &down, &across, image);
  return true;
}
