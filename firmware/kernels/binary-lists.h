/* Lists of the inputs that are not 0. An entry is the place of an input in BINARY_ENTRY_UNITs. Inputs of value 1 are
 * listed from the start of a range on, those of value 2 from its end down. */
#ifndef BD_EDGE_BINARY_LISTS_H
#define BD_EDGE_BINARY_LISTS_H
#include "layer.h"

/** A list under construction. */
struct binary_list {
  uint16_t *ones_end;   /* behind the last input of value 1 */
  uint16_t *twos_start; /* the last input of value 2 */
  uint32_t flip;        /* all bits set: bits are inverted before they are listed */
};

/** Adds `words` words of all planes of a pixel from word `word` on to a list: the first of their inputs has the
 * place `place`. Bits beyond the last channel are ignored. */
void binary_list_add(struct binary_list *list, const struct layer *layer, const uint32_t *pixel, uint32_t word, uint32_t words,
                     uint32_t place);

#endif
