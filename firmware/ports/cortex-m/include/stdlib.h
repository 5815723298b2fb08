/* The interpreter allocates its memory here; the core provides it from the arena. */
#ifndef BD_EDGE_STDLIB_H
#define BD_EDGE_STDLIB_H
#include <stddef.h>

void *malloc(size_t bytes);
void *calloc(size_t count, size_t bytes);
void *realloc(void *memory, size_t bytes);
void free(void *memory);
_Noreturn void abort(void);
unsigned long strtoul(const char *text, char **end, int base);
unsigned long long strtoull(const char *text, char **end, int base);

#endif
