/* Nothing prints on a board; the interpreter's sources include these names. */
#ifndef BD_EDGE_STDIO_H
#define BD_EDGE_STDIO_H
#include <stdarg.h>
#include <stddef.h>

typedef struct file FILE;
#define stderr ((FILE *)0)
static inline int fprintf(FILE *file, const char *format, ...) {
  (void)file, (void)format;
  return 0;
}
static inline int printf(const char *format, ...) {
  (void)format;
  return 0;
}
static inline int snprintf(char *text, size_t capacity, const char *format, ...) {
  (void)format;
  if (capacity) *text = 0;
  return 0;
}
static inline int vsnprintf(char *text, size_t capacity, const char *format, va_list arguments) {
  (void)format, (void)arguments;
  if (capacity) *text = 0;
  return 0;
}

#endif
