/* Constants of processors that copy constants to RAM. */
#ifndef BD_EDGE_IN_FLASH_H
#define BD_EDGE_IN_FLASH_H

/* AVR: constants stay in flash, in an address space of its own. BD_EDGE_FLASH 0 turns it off. */
#if defined(__AVR__) && defined(__FLASH) && !(defined(BD_EDGE_FLASH) && BD_EDGE_FLASH == 0)
#define IS_FLASH_APART 1
#define IN_FLASH __flash
#else
#define IS_FLASH_APART 0
#define IN_FLASH
#endif

#endif
