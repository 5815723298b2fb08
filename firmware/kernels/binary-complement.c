#include "binary-complement.h"

static uint32_t ones_in(uint32_t bits) {
  bits -= bits >> 1 & 0x55555555u;
  bits = (bits & 0x33333333u) + (bits >> 2 & 0x33333333u);
  return ((bits + (bits >> 4)) & 0x0f0f0f0fu) * 0x01010101u >> 24;
}

enum binary_listed binary_complement_choose(const struct layer *layer) {
  enum { PIXELS = 64 };
  const uint32_t channels = layer->op.input_channels, words = words_for(channels);
  const uint32_t second = layer->op.input_planes == 2 ? words : 0;
  const size_t pixels = (size_t)layer->op.input_height * layer->op.input_width;
  const size_t step = (pixels / PIXELS) | 1;
  uint32_t largest = 0, zeros = 0, inputs = 0;
  for (size_t pixel = 0; pixel < pixels; pixel += step, inputs += channels) {
    const uint32_t *word = (const uint32_t *)(layer->image + pixel * layer->pixel_bytes);
    for (uint32_t i = 0; i < words; i++) {
      const uint32_t used = i + 1 < words ? UINT32_MAX : UINT32_MAX >> (words * WORD_BITS - channels);
      largest += ones_in(word[i] & word[i + second] & used);
      zeros += ones_in(~(word[i] | word[i + second]) & used);
    }
  }
  /* The sums of all weights are made again at each border: for a layer of 16 x 16 pixels, that takes as long as an eighth
   * of its inputs in a list. */
  const uint32_t cost = inputs / 8, middle = inputs - largest - zeros;
  if (second != 0 && middle > largest && middle > zeros + cost) return BINARY_APART;
  return largest > zeros + cost ? BINARY_MISSING : BINARY_INPUTS;
}

void binary_complement_begin(uint32_t *planes, uint32_t width, const uint32_t *total, uint32_t planes_of_total,
                             uint32_t doubled, uint32_t more) {
  /* -1 - (factor * total + more): what is counted brings it back to -1 - the result. */
  uint32_t carry = 0;
  for (uint32_t i = 0; i < width; i++, more >>= 1) {
    const uint32_t a = i < doubled || i - doubled >= planes_of_total ? 0 : total[i - doubled], b = 0 - (more & 1);
    planes[i] = ~(a ^ b ^ carry);
    carry = (a & b) | (carry & (a | b));
  }
}

void binary_complement_end(uint32_t *planes, uint32_t width) {
  for (uint32_t i = 0; i < width; i++) planes[i] = ~planes[i];
}
