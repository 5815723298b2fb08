/* mem* and str* for boards without a C library, which compilers and the interpreter call. */
#include <string.h>
#undef memcpy

/* Compilers would turn the loops below into calls of themselves. */
#if defined(__clang__)
#define PLAIN __attribute__((no_builtin))
#else
#define PLAIN __attribute__((optimize("no-tree-loop-distribute-patterns")))
#endif

static int aligned(const void *a, const void *b) {
  return (((size_t)a | (size_t)b) & 3) == 0;
}

/* Words that may overlay any type. */
typedef unsigned __attribute__((may_alias)) word;

PLAIN void *memcpy(void *restrict to, const void *restrict from, size_t bytes) {
  unsigned char *t = to;
  const unsigned char *f = from;
  if (aligned(t, f))
    for (; bytes >= 4; bytes -= 4, t += 4, f += 4) *(word *)t = *(const word *)f;
  while (bytes--) *t++ = *f++;
  return to;
}

PLAIN void *memmove(void *to, const void *from, size_t bytes) {
  unsigned char *t = to;
  const unsigned char *f = from;
  if (t <= f || t >= f + bytes) return memcpy(to, from, bytes);
  if (aligned(t + bytes, f + bytes))
    for (; bytes >= 4; bytes -= 4) *(word *)(t + bytes - 4) = *(const word *)(f + bytes - 4);
  while (bytes--) t[bytes] = f[bytes];
  return to;
}

PLAIN void *memset(void *to, int value, size_t bytes) {
  unsigned char *t = to;
  if (aligned(t, t)) {
    const unsigned all = (value & 0xffu) * 0x01010101u;
    for (; bytes >= 4; bytes -= 4, t += 4) *(word *)t = all;
  }
  while (bytes--) *t++ = (unsigned char)value;
  return to;
}

PLAIN int memcmp(const void *a, const void *b, size_t bytes) {
  const unsigned char *x = a, *y = b;
  for (; bytes--; x++, y++)
    if (*x != *y) return *x - *y;
  return 0;
}

PLAIN size_t strlen(const char *text) {
  const char *end = text;
  while (*end) end++;
  return (size_t)(end - text);
}

PLAIN int strcmp(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return (unsigned char)*a - (unsigned char)*b;
}

PLAIN int strncmp(const char *a, const char *b, size_t length) {
  for (; length && *a && *a == *b; length--) a++, b++;
  return length ? (unsigned char)*a - (unsigned char)*b : 0;
}
