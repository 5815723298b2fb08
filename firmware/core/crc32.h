/* CRC-32 as zip, Ethernet and PNG have it: polynomial 0xEDB88320, reflected. */
#ifndef BD_EDGE_CRC32_H
#define BD_EDGE_CRC32_H
#include <stddef.h>
#include <stdint.h>

/** The checksum of what `crc` is the checksum of, and `length` bytes more; that of nothing is 0. */
uint32_t crc32(uint32_t crc, const uint8_t *bytes, size_t length);

#endif
