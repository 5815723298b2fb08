/* The part of the C library that the firmware uses; see ../memory.c. */
#ifndef BD_EDGE_STRING_H
#define BD_EDGE_STRING_H
#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t bytes);
void *memmove(void *to, const void *from, size_t bytes);
void *memset(void *to, int value, size_t bytes);
int memcmp(const void *a, const void *b, size_t bytes);
size_t strlen(const char *text);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t length);

/* The interpreter accesses every number of wasm memory with memcpy, so a few bytes are copied inline. */
static inline __attribute__((always_inline)) void *memcpy_inline(void *restrict to, const void *restrict from,
                                                              size_t bytes) {
  if (!__builtin_constant_p(bytes) || bytes > 8) return memcpy(to, from, bytes);
#if defined(__ARM_ARCH_6M__)
  /* This core reads aligned words only, and numbers are nearly always aligned. Compilers cannot know that and
   * would call memcpy. */
  typedef unsigned __attribute__((may_alias)) word;
  if (bytes % 4 == 0 && (((size_t)to | (size_t)from) & 3) == 0) {
    for (size_t i = 0; i < bytes / 4; i++) ((word *)to)[i] = ((const word *)from)[i];
  } else {
    for (size_t i = 0; i < bytes; i++) ((unsigned char *)to)[i] = ((const unsigned char *)from)[i];
  }
  return to;
#else
  return __builtin_memcpy(to, from, bytes);
#endif
}
#define memcpy memcpy_inline

#endif
