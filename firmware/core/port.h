/* What a board gives to the core. One folder under firmware/ports implements every function here for one board.
 * The core calls nothing else of the machine. Nothing here may block for longer than it says. */
#ifndef BD_EDGE_PORT_H
#define BD_EDGE_PORT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What does not change while the board runs. */
struct port_board {
  const char *id;            /* names the board in HELLO, ASCII, at most 31 characters: "pico" */
  uint32_t ticks_per_second; /* of port_ticks: the core clock where there is a cycle counter */
  uint32_t ram_bytes;        /* all RAM of the chip */
  uint8_t *arena;            /* RAM for the interpreter, the engine's memory and the model; 16-byte-aligned */
  size_t arena_bytes;
  const uint8_t *flash;      /* where the store's flash can be read, memory-mapped; 16-byte-aligned */
  size_t flash_bytes;        /* a multiple of flash_erase_bytes */
  size_t flash_erase_bytes;  /* unit of port_flash_erase, a power of two: 4096 on the Pico */
  size_t flash_block_bytes;  /* what is erased at once, if flash can do so sooner than unit by unit; else one unit */
  size_t flash_write_bytes;  /* unit of port_flash_write, a power of two: 256 on the Pico */
  size_t serial_bytes;       /* how many received bytes are kept until port_serial_read takes them */
};
extern const struct port_board port_board;

/* Called once before anything else. */
void port_init(void);

/* Takes what has been received, at most `capacity` bytes; returns how many, 0 if there is nothing. Does not wait. */
size_t port_serial_read(uint8_t *bytes, size_t capacity);
/* True if received bytes were lost since the last call. */
bool port_serial_overrun(void);
/* Sends all bytes; waits while the line is busy, and goes on receiving meanwhile. */
void port_serial_write(const uint8_t *bytes, size_t length);

/* A free-running counter, wraps at 2^32. */
uint32_t port_ticks(void);
/* Sleeps until something may have been received, or returns at once. */
void port_idle(void);

/* Erases `length` bytes, flash_erase_bytes or flash_block_bytes, at `offset` (a multiple of it) to 0xff. False if the flash
 * failed. */
bool port_flash_erase(size_t offset, size_t length);
/* Writes whole units at `offset` (both multiples of flash_write_bytes) to erased flash. False if the flash failed. */
bool port_flash_write(size_t offset, const uint8_t *bytes, size_t length);

/* Starts the board anew. */
_Noreturn void port_reset(void);
/* Lowest address that the stack may reach and its top: the core paints and measures it. */
void port_stack(uint8_t **lowest, uint8_t **top);

#endif
