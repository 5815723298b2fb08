#ifndef BD_EDGE_USB_H
#define BD_EDGE_USB_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The beginning of the serial number, before the id of the flash chip. The host's lists of ports look for it. */
#define USB_SERIAL_PREFIX "BDEDGE"

/* Connects to the bus. The host does the rest, by interrupts. */
void usb_start(void);
/* Returns whether a program on the host has opened the port. */
bool usb_is_open(void);
/* Returns whether usb_read would return bytes. */
bool usb_pending(void);
/* Takes received bytes, at most `capacity`; returns their number. Does not wait. */
size_t usb_read(uint8_t *bytes, size_t capacity);
/* Sends bytes. If the host does not read, waits for a quarter of a second, then discards them until it does. */
void usb_write(const uint8_t *bytes, size_t length);

#endif
