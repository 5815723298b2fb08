/* Lists of inputs. An entry is the place of an input in BINARY_ENTRY_UNITs. What counts once is listed from the start of a
 * range on, what counts twice, or negatively, from its end down. */
#ifndef BD_EDGE_BINARY_LISTS_H
#define BD_EDGE_BINARY_LISTS_H
#include "layer.h"

/** What a list has. */
enum binary_listed {
  BINARY_UNDECIDED,
  BINARY_INPUTS,  /* inputs that are not 0: 1 counts once, 2 twice */
  BINARY_MISSING, /* what is missing to the largest value */
  BINARY_APART    /* of two planes, what is apart from 1: 2 counts once, 0 negatively */
};

/** A list under construction. */
struct binary_list {
  uint16_t *ones_end;   /* behind the last entry that counts once */
  uint16_t *twos_start; /* the last of the others */
};

/** Adds `words` words of all planes of a pixel from word `word` on to a list: the first of their inputs has the
 * place `place`. Bits beyond the last channel are ignored. */
void binary_list_add(struct binary_list *list, const struct layer *layer, const uint32_t *pixel, uint32_t word, uint32_t words,
                     uint32_t place, enum binary_listed what);

#endif
