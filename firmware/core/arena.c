#include "arena.h"

#include "bytes.h"
#include "port.h"

#include <stdint.h>
#include <string.h>

/* The size in front of each piece. The piece after it is aligned for every type of the interpreter. */
enum { HEAD = 8, SPARE = 512 };
_Static_assert(sizeof(size_t) <= HEAD, "a piece's size fits in its header");

static size_t used;
static void *(*take_elsewhere)(size_t bytes);
/* Whether the last piece is outside the arena: then no piece of the arena is the last one. */
static bool elsewhere;

static size_t *size_of(void *memory) { return (size_t *)(void *)((uint8_t *)memory - HEAD); }

static size_t offset_of(const void *memory) { return (size_t)((const uint8_t *)memory - port_board.arena); }

static bool is_last(void *memory) { return !elsewhere && offset_of(memory) + *size_of(memory) == used; }

void arena_rewind(size_t before) {
  used = before;
  elsewhere = false;
}

void arena_reset(void) {
  arena_rewind(0);
  take_elsewhere = NULL;
}

void arena_when_full(void *(*take)(size_t bytes)) { take_elsewhere = take; }

size_t arena_used(void) { return used; }

size_t arena_room(void) {
  const size_t free = port_board.arena_bytes - used;
  return free < HEAD ? 0 : (free - HEAD) / HEAD * HEAD;
}

/* The bytes of a piece with its header. */
static uint8_t *take(size_t bytes) {
  if (bytes <= port_board.arena_bytes - used) {
    uint8_t *memory = port_board.arena + used;
    used += bytes;
    return memory;
  }
  if (take_elsewhere == NULL) return NULL;
  elsewhere = true;
  return take_elsewhere(bytes);
}

void *arena_calloc(size_t count, size_t bytes) {
  if (bytes != 0 && count > SIZE_MAX / 2 / bytes) return NULL;
  const size_t size = round_up(count * bytes, HEAD);
  uint8_t *start = take(HEAD + size);
  if (start == NULL) return NULL;
  void *memory = start + HEAD;
  *size_of(memory) = size;
  memset(memory, 0, size);
  return memory;
}

void *arena_realloc(void *memory, size_t bytes) {
  if (memory == NULL) return arena_calloc(1, bytes);
  if (bytes > SIZE_MAX / 2) return NULL;
  const size_t before = *size_of(memory);
  const size_t size = round_up(bytes, HEAD);
  if (size <= before) return memory;
  if (!is_last(memory)) {
    /* A small piece that moves may grow in many small steps and leave unused places behind. */
    void *moved = arena_calloc(1, bytes < SPARE ? bytes + SPARE : bytes);
    if (moved != NULL) memcpy(moved, memory, before);
    return moved;
  }
  if (size - before > port_board.arena_bytes - used) return NULL;
  memset((uint8_t *)memory + before, 0, size - before);
  used += size - before;
  *size_of(memory) = size;
  return memory;
}

void arena_free(void *memory) {
  if (memory != NULL && is_last(memory)) used = offset_of(memory) - HEAD;
}
