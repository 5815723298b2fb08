#ifndef BD_EDGE_FLASH_H
#define BD_EDGE_FLASH_H
#include <stdint.h>

/* The address of flash as memory. */
#define FLASH_BASE 0x10000000
/* The size of the Pico's chip, a W25Q16; all of its family are at least as large. */
#define FLASH_BYTES 0x200000
#define FLASH_ERASE_BYTES 4096
#define FLASH_BLOCK_BYTES 65536
#define FLASH_WRITE_BYTES 256
/* The firmware is before it, the store after it. */
#define FLASH_STORE 0x40000

/* Finds the ROM's functions. Called once, before the other functions of the port. */
void flash_start(void);
/* Reads the unique number of the flash chip: an RP2040 has none of its own. */
void flash_read_id(uint8_t id[8]);

#endif
