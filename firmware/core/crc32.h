/* The CRC-32 of zip, Ethernet and PNG: polynomial 0xEDB88320, reflected. */
#ifndef BD_EDGE_CRC32_H
#define BD_EDGE_CRC32_H
#include <stddef.h>
#include <stdint.h>

/** Returns the checksum of the bytes of `crc` and `length` more bytes; the checksum of no bytes is 0. */
uint32_t crc32(uint32_t crc, const uint8_t *bytes, size_t length);

#endif
