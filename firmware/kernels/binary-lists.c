#include "binary-lists.h"

#include "binary-counters.h"

/* A Cortex-M0 cannot find the lowest bit of a word. */
#if defined(__arm__) && !defined(__thumb2__)
#define SEARCH 0
#else
#define SEARCH 1
#endif

#if SEARCH

static uint16_t *add_up(uint16_t *to, uint32_t bits, uint32_t place) {
  for (; bits != 0; bits &= bits - 1) *to++ = (uint16_t)(place + (uint32_t)__builtin_ctzl(bits) * BINARY_ENTRY_UNIT);
  return to;
}

static uint16_t *add_down(uint16_t *to, uint32_t bits, uint32_t place) {
  for (; bits != 0; bits &= bits - 1) *--to = (uint16_t)(place + (uint32_t)__builtin_ctzl(bits) * BINARY_ENTRY_UNIT);
  return to;
}

#else

/* Adds an entry if the lowest bit is set, and shifts it out. */
#define UP "lsrs %[bits], %[bits], #1\n bcc 2f\n strh %[place], [%[to]]\n adds %[to], #2\n 2: adds %[place], #4\n"
#define DOWN "lsrs %[bits], %[bits], #1\n bcc 2f\n subs %[to], #2\n strh %[place], [%[to]]\n 2: adds %[place], #4\n"

static uint16_t *add_up(uint16_t *to, uint32_t bits, uint32_t place) {
  while (bits != 0) {
    __asm__(".syntax unified\n" UP UP UP UP : [to] "+l"(to), [bits] "+l"(bits), [place] "+l"(place) : : "cc", "memory");
  }
  return to;
}

static uint16_t *add_down(uint16_t *to, uint32_t bits, uint32_t place) {
  while (bits != 0) {
    __asm__(".syntax unified\n" DOWN DOWN DOWN DOWN : [to] "+l"(to), [bits] "+l"(bits), [place] "+l"(place) : : "cc", "memory");
  }
  return to;
}

#endif

void binary_list_add(struct binary_list *list, const struct layer *layer, const uint32_t *pixel, uint32_t word, uint32_t words,
                     uint32_t place, enum binary_listed what) {
  const uint32_t channels = layer->op.input_channels, plane_words = words_for(channels);
  const uint32_t flip = PART_COMPLEMENT && what == BINARY_MISSING ? UINT32_MAX : 0;
  const bool has_twos = layer->op.input_planes == 2;
  const bool apart = PART_COMPLEMENT && what == BINARY_APART;
  uint16_t *ones_end = list->ones_end, *twos_start = list->twos_start;
  pixel += word;
  for (; words > 0; words--, word++, pixel++, place += WORD_BITS * BINARY_ENTRY_UNIT) {
    const uint32_t rest = channels - word * WORD_BITS;
    const uint32_t used = rest < WORD_BITS ? (UINT32_C(1) << rest) - 1 : UINT32_MAX;
    const uint32_t first = (pixel[0] ^ flip) & used;
    if (!has_twos) {
      ones_end = add_up(ones_end, first, place);
      continue;
    }
    const uint32_t second = (pixel[plane_words] ^ flip) & used;
    const uint32_t both = first & second, one = first ^ second;
    ones_end = add_up(ones_end, apart ? both : one, place);
    twos_start = add_down(twos_start, apart ? used ^ one ^ both : both, place);
  }
  *list = (struct binary_list){ones_end, twos_start};
}
