/* The functions that a board provides to the core. One folder of firmware/ports implements all functions here for one
 * board. The core uses nothing else of the machine. No function may block longer than stated. */
#ifndef BD_EDGE_PORT_H
#define BD_EDGE_PORT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Constants of the board. */
struct port_board {
  const char *id;            /* the board's name in INFO, ASCII, at most 31 characters: "pico" */
  uint32_t ticks_per_second; /* the rate of port_ticks: the core clock if there is a cycle counter */
  uint32_t ram_bytes;        /* all RAM of the chip */
  uint8_t *arena;            /* RAM for the interpreter, the engine's memory and the model; 16-byte-aligned */
  size_t arena_bytes;
  const uint8_t *flash;      /* the memory-mapped address of the store's flash; 16-byte-aligned */
  size_t flash_bytes;        /* a multiple of flash_erase_bytes */
  size_t flash_erase_bytes;  /* unit of port_flash_erase, a power of two: 4096 on the Pico */
  size_t flash_block_bytes;  /* the unit of a faster erase if flash has one, else flash_erase_bytes */
  size_t flash_write_bytes;  /* unit of port_flash_write, a power of two: 256 on the Pico */
  size_t serial_bytes;       /* the number of received bytes that are kept until port_serial_read takes them */
};
extern const struct port_board port_board;

/* Called once before all other functions. */
void port_init(void);

/* Takes received bytes, at most `capacity`; returns their number, which may be 0. Does not wait. */
size_t port_serial_read(uint8_t *bytes, size_t capacity);
/* Returns whether received bytes were lost since the last call. */
bool port_serial_overrun(void);
/* Sends all bytes. Waits while the port is busy, and continues to receive meanwhile. */
void port_serial_write(const uint8_t *bytes, size_t length);

/* A free-running counter that wraps at 2^32. */
uint32_t port_ticks(void);
/* Sleeps until bytes may have been received, or returns at once. */
void port_idle(void);

/* Erases `length` bytes (flash_erase_bytes or flash_block_bytes) at `offset`, a multiple of it, to 0xff.
 * Returns false if the flash failed. */
bool port_flash_erase(size_t offset, size_t length);
/* Writes whole units at `offset` (both multiples of flash_write_bytes) to erased flash. Returns false if the
 * flash failed. */
bool port_flash_write(size_t offset, const uint8_t *bytes, size_t length);

/* Restarts the board. */
_Noreturn void port_reset(void);
/* The lowest address that the stack may reach, and its top: the core paints and measures it. */
void port_stack(uint8_t **lowest, uint8_t **top);

#endif
