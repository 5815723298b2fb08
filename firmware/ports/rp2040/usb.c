/* A serial port over USB: a CDC-ACM device at full speed, which Linux, macOS and Windows support without a driver.
 * Endpoint 0 is for control, 1 for notifications (none are sent), 2 for data in both directions.
 *
 * Received bytes have no buffer but the packet's own. Until the firmware has read it, the controller replies "not
 * ready" and the host waits, so that no byte is lost.
 *
 * The code is in flash, unlike other interrupt handlers. While flash is written, its interrupt is off (flash.c), and the
 * controller lets the host wait. */
#include "usb.h"
#include <string.h>
#include "board.h"
#include "clocks.h"
#include "flash.h"
#include "port.h"
#include "start.h"

enum { MEMORY = 0x50100000, USB = 0x50110000, RESET_USB = 1 << 24 };
/* Registers of the controller. */
enum {
  ADDRESS = 0x00,
  MAIN_CONTROL = 0x40,
  CONTROL = 0x4c,
  STATUS = 0x50,
  BUFFER_STATUS = 0x58,
  STALL_ARM = 0x68,
  MUXING = 0x74,
  POWER = 0x78,
  INTERRUPT_ENABLE = 0x90,
  INTERRUPT_STATUS = 0x98,
};
enum { INTERRUPT_EACH_BUFFER = 1 << 29, PULL_UP = 1 << 16 };
/* Bits of STATUS, which are cleared by writing 1, and their interrupts. */
enum { STATUS_SUSPENDED = 1 << 4, STATUS_RESUME = 1 << 11, STATUS_SETUP = 1 << 17, STATUS_RESET = 1 << 19 };
enum { ON_BUFFER = 1 << 4, ON_RESET = 1 << 12, ON_SUSPEND = 1 << 14, ON_RESUME = 1 << 15, ON_SETUP = 1 << 16 };

/* The controller's memory: the setup packet; for each buffer a word about its endpoint and one about itself; packets.
 * A buffer's number is its bit in BUFFER_STATUS and its place in the memory. Even ones are sent. */
enum { CONTROL_IN, CONTROL_OUT, NOTICE_IN, DATA_IN = 4, DATA_OUT, BUFFERS };
enum { ENDPOINTS = MEMORY, BUFFER_CONTROL = MEMORY + 0x80, CONTROL_PACKET = 0x100, DATA_IN_PACKET = 0x180, DATA_OUT_PACKET = 0x1c0 };
enum { FULL = 1 << 15, DATA1 = 1 << 13, STALL = 1 << 11, AVAILABLE = 1 << 10, LENGTH = 0x3ff };
enum { BULK = 2, INTERRUPT_TRANSFER = 3 };

enum { PACKET_BYTES = 64 };
/* A packet of data is never full: a full one would have to be followed by an empty one, or the host would wait for
 * more. */
enum { SENT_BYTES = PACKET_BYTES - 1 };
/* The time after which a host that reads nothing counts as absent. What is sent is then discarded until it reads. */
enum { WAIT_TICKS = CLOCK_HZ / 4 };

/* Descriptors. No one is a multiple of 64 bytes long, so that none needs an empty packet at its end. */
enum { DEVICE = 1, CONFIGURATION = 2, STRING = 3, INTERFACE = 4, ENDPOINT = 5, CLASS_INTERFACE = 0x24 };
enum { MANUFACTURER = 1, PRODUCT = 2, SERIAL = 3 };
enum { CONFIGURATION_BYTES = 67 };
#define LOW_HIGH(number) (number) & 0xff, (number) >> 8

static const uint8_t device_descriptor[] = {
    18, DEVICE, LOW_HIGH(0x0200), /* USB 2.0 */
    2, 0, 0, PACKET_BYTES,        /* communications */
    /* Raspberry Pi's numbers for serial ports of programs on an RP2040. */
    LOW_HIGH(0x2e8a), LOW_HIGH(0x000a), LOW_HIGH(0x0100), MANUFACTURER, PRODUCT, SERIAL, 1};

static const uint8_t configuration_descriptor[CONFIGURATION_BYTES] = {
    9, CONFIGURATION, LOW_HIGH(CONFIGURATION_BYTES), 2, 1, 0, 0x80, 50, /* two interfaces, by the bus's power, 100 mA */
    9, INTERFACE, 0, 0, 1, 2, 2, 0, 0,                                  /* communications, abstract control model */
    5, CLASS_INTERFACE, 0, LOW_HIGH(0x0110),                            /* CDC 1.10 */
    5, CLASS_INTERFACE, 1, 0, 1,                                        /* no call management; data on interface 1 */
    4, CLASS_INTERFACE, 2, 2,                                           /* line coding and control line state */
    5, CLASS_INTERFACE, 6, 0, 1,                                        /* interfaces 0 and 1 are one function */
    7, ENDPOINT, 0x81, INTERRUPT_TRANSFER, LOW_HIGH(8), 255,
    9, INTERFACE, 1, 0, 2, 10, 0, 0, 0, /* data */
    7, ENDPOINT, 0x82, BULK, LOW_HIGH(PACKET_BYTES), 0,
    7, ENDPOINT, 0x02, BULK, LOW_HIGH(PACKET_BYTES), 0};

/* The prefix tells this firmware from others in lists of ports. */
static char serial_number[] = USB_SERIAL_PREFIX "0123456789ABCDEF";

/* The data's sequence bit of each buffer's next packet. */
static uint32_t next_data[BUFFERS];
/* The rest of a reply on endpoint 0. */
static const uint8_t *reply;
static size_t reply_left;
static bool replies;
/* Takes effect when the host has received the reply. */
static uint8_t new_address;
static volatile uint8_t configuration;
/* 115200 baud, 8 data bits, no parity, 1 stop bit: stored for the host, without an effect. */
static uint8_t line_coding[7] = {LOW_HIGH(115200 & 0xffff), LOW_HIGH(115200 >> 16), 0, 0, 8};
static volatile bool terminal_ready, suspended;
/* The received packet: its length, and the number of bytes that were read. */
static volatile size_t received;
static size_t taken;
/* Bytes that wait while a packet is on its way. */
static uint8_t waiting[SENT_BYTES];
static volatile size_t waiting_bytes;
static volatile bool sending, absent;

static volatile uint32_t *buffer_control(unsigned buffer) {
  return hardware(BUFFER_CONTROL + 4 * buffer);
}

static volatile uint8_t *packet(uintptr_t offset) {
  return (volatile uint8_t *)(MEMORY + offset);
}

/* Gives a buffer to the controller: to send `length` bytes, or to receive as many at most. */
static void give(unsigned buffer, size_t length) {
  const uint32_t value = (uint32_t)length | next_data[buffer] | (buffer % 2 ? 0 : FULL);
  next_data[buffer] ^= DATA1;
  *buffer_control(buffer) = value;
  /* The controller's clock is slower: it must see the rest before AVAILABLE. */
  for (unsigned i = 0; i < 4; i++) __asm volatile("nop\n nop\n nop");
  *buffer_control(buffer) = value | AVAILABLE;
}

static void copy_in(uintptr_t offset, const uint8_t *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) packet(offset)[i] = bytes[i];
}

static void send_waiting(void) {
  copy_in(DATA_IN_PACKET, waiting, waiting_bytes);
  give(DATA_IN, waiting_bytes);
  waiting_bytes = 0;
  sending = true;
}

static void forget_data(void) {
  for (unsigned buffer = NOTICE_IN; buffer < BUFFERS; buffer++) {
    *buffer_control(buffer) = 0;
    next_data[buffer] = 0;
  }
  received = taken = waiting_bytes = 0;
  terminal_ready = suspended = sending = absent = false;
}

static void continue_reply(void) {
  const size_t length = reply_left < PACKET_BYTES ? reply_left : PACKET_BYTES;
  copy_in(CONTROL_PACKET, reply, length);
  reply += length;
  reply_left -= length;
  give(CONTROL_IN, length);
}

static bool reply_with(const uint8_t *bytes, size_t length, size_t limit) {
  reply = bytes;
  reply_left = length < limit ? length : limit;
  replies = true;
  continue_reply();
  return true;
}

static bool acknowledge(void) {
  give(CONTROL_IN, 0);
  return true;
}

static bool reply_with_text(const char *text, size_t limit) {
  static uint8_t bytes[2 + 2 * 30];
  size_t length = 2;
  for (; *text && length < sizeof bytes; length += 2) {
    bytes[length] = (uint8_t)*text++;
    bytes[length + 1] = 0;
  }
  bytes[0] = (uint8_t)length;
  bytes[1] = STRING;
  return reply_with(bytes, length, limit);
}

static bool reply_with_descriptor(uint32_t type, uint32_t index, size_t limit) {
  static const uint8_t languages[] = {4, STRING, LOW_HIGH(0x0409)};
  if (type == DEVICE) return reply_with(device_descriptor, sizeof device_descriptor, limit);
  if (type == CONFIGURATION) return reply_with(configuration_descriptor, sizeof configuration_descriptor, limit);
  if (type != STRING) return false;
  if (index == 0) return reply_with(languages, sizeof languages, limit);
  if (index == MANUFACTURER) return reply_with_text("bd-edge", limit);
  if (index == PRODUCT) return reply_with_text("bd-edge board (Pico)", limit);
  return index == SERIAL && reply_with_text(serial_number, limit);
}

static void enable_endpoint(unsigned buffer, uint32_t type, uintptr_t offset) {
  *hardware(ENDPOINTS + 4 * buffer) = UINT32_C(1) << 31 | INTERRUPT_EACH_BUFFER | type << 26 | (uint32_t)offset;
}

static bool configure(uint32_t value) {
  if (value > 1) return false;
  forget_data();
  configuration = (uint8_t)value;
  if (configuration) {
    enable_endpoint(NOTICE_IN, INTERRUPT_TRANSFER, CONTROL_PACKET + PACKET_BYTES);
    enable_endpoint(DATA_IN, BULK, DATA_IN_PACKET);
    enable_endpoint(DATA_OUT, BULK, DATA_OUT_PACKET);
    give(DATA_OUT, PACKET_BYTES);
  }
  return acknowledge();
}

/* Restarts the sequence of an endpoint's data. A packet that waits in the controller gets the new bit. */
static bool clear_halt(uint32_t endpoint) {
  const unsigned buffer = 2 * (endpoint & 0xf) + (endpoint & 0x80 ? 0 : 1);
  if (buffer >= BUFFERS) return false;
  if (buffer > CONTROL_OUT) {
    const uint32_t control = *buffer_control(buffer);
    next_data[buffer] = 0;
    if (control & AVAILABLE) {
      *buffer_control(buffer) = 0;
      give(buffer, control & LENGTH);
    }
  }
  return acknowledge();
}

/* Replies to a request of the host. Returns false if it is not supported. */
static bool answer(uint32_t request, uint32_t value, uint32_t index, size_t length) {
  static const uint8_t zeros[2], one[] = {1};
  switch (request) { /* bmRequestType, bRequest << 8 */
    case 0x0680: return reply_with_descriptor(value >> 8, value & 0xff, length);
    case 0x0500: new_address = (uint8_t)value; return acknowledge();
    case 0x0900: return configure(value);
    case 0x0880: return reply_with(configuration ? one : zeros, 1, length);
    case 0x0080: /* status of the device, an interface, an endpoint */
    case 0x0081:
    case 0x0082: return reply_with(zeros, 2, length);
    case 0x0102: return clear_halt(index);
    case 0x0a81: return reply_with(zeros, 1, length); /* GET_INTERFACE */
    case 0x0b01: return value == 0 && acknowledge();  /* SET_INTERFACE */
    case 0x2021: /* SET_LINE_CODING */
      if (length != sizeof line_coding) return false;
      give(CONTROL_OUT, length);
      return true;
    case 0x21a1: return reply_with(line_coding, sizeof line_coding, length);
    case 0x2221: terminal_ready = value & 1; return acknowledge(); /* SET_CONTROL_LINE_STATE */
    default: return false;
  }
}

static void take_setup(void) {
  const uint32_t low = *hardware(MEMORY), high = *hardware(MEMORY + 4);
  *buffer_control(CONTROL_IN) = *buffer_control(CONTROL_OUT) = 0;
  next_data[CONTROL_IN] = next_data[CONTROL_OUT] = DATA1;
  replies = false;
  new_address = 0;
  if (answer(low & 0xffff, low >> 16, high & 0xffff, high >> 16)) return;
  /* The controller clears this register at the next setup packet. */
  *hardware(USB + STALL_ARM) = 3;
  *buffer_control(CONTROL_IN) = *buffer_control(CONTROL_OUT) = STALL;
}

static void control_sent(void) {
  if (new_address) {
    *hardware(USB + ADDRESS) = new_address;
    new_address = 0;
  }
  if (!replies) return;
  if (reply_left)
    continue_reply();
  else {
    replies = false;
    next_data[CONTROL_OUT] = DATA1;
    give(CONTROL_OUT, 0); /* the host's acknowledgment */
  }
}

static void control_received(void) {
  const size_t length = *buffer_control(CONTROL_OUT) & LENGTH;
  if (length == 0) return;
  for (size_t i = 0; i < length && i < sizeof line_coding; i++) line_coding[i] = packet(CONTROL_PACKET)[i];
  acknowledge();
}

static void data_received(void) {
  taken = 0;
  received = *buffer_control(DATA_OUT) & LENGTH;
  if (received == 0) give(DATA_OUT, PACKET_BYTES);
}

static void bus_reset(void) {
  *hardware(USB + ADDRESS) = 0;
  *buffer_control(CONTROL_IN) = *buffer_control(CONTROL_OUT) = 0;
  *hardware(USB + BUFFER_STATUS) = UINT32_MAX;
  replies = false;
  new_address = configuration = 0;
  forget_data();
}

void usb_handler(void) {
  const uint32_t causes = *hardware(USB + INTERRUPT_STATUS);
  if (causes & ON_RESET) {
    *hardware(USB + STATUS) = STATUS_RESET;
    bus_reset();
  }
  /* A buffer that was done belongs to the transfer before a new setup packet. */
  const uint32_t done = *hardware(USB + BUFFER_STATUS);
  *hardware(USB + BUFFER_STATUS) = done;
  if (done & 1 << CONTROL_IN) control_sent();
  if (done & 1 << CONTROL_OUT) control_received();
  if (done & 1 << DATA_IN) {
    sending = absent = false;
    if (waiting_bytes) send_waiting();
  }
  if (done & 1 << DATA_OUT) data_received();
  if (causes & ON_SETUP) {
    *hardware(USB + STATUS) = STATUS_SETUP;
    take_setup();
  }
  if (causes & ON_SUSPEND) {
    *hardware(USB + STATUS) = STATUS_SUSPENDED;
    suspended = true;
  }
  if (causes & ON_RESUME) {
    *hardware(USB + STATUS) = STATUS_RESUME;
    suspended = false;
  }
}

void usb_start(void) {
  uint8_t id[8];
  flash_read_id(id);
  for (size_t i = 0; i < 2 * sizeof id; i++)
    serial_number[sizeof USB_SERIAL_PREFIX - 1 + i] = "0123456789ABCDEF"[id[i / 2] >> (i % 2 ? 0 : 4) & 0xf];
  unreset(RESET_USB);
  for (uintptr_t at = MEMORY; at < MEMORY + 0x100; at += 4) *hardware(at) = 0;
  *hardware(USB + MUXING) = 1 << 3 | 1 << 0; /* the chip's own transceiver */
  *hardware(USB + POWER) = 1 << 3 | 1 << 2;  /* the bus has power: there is no pin to measure it */
  *hardware(USB + MAIN_CONTROL) = 1;
  *hardware(USB + CONTROL) = INTERRUPT_EACH_BUFFER;
  *hardware(USB + INTERRUPT_ENABLE) = ON_BUFFER | ON_RESET | ON_SUSPEND | ON_RESUME | ON_SETUP;
  interrupt_enable(USB_INTERRUPT);
  *hardware(USB + CONTROL) = INTERRUPT_EACH_BUFFER | PULL_UP;
}

bool usb_is_open(void) {
  return configuration && terminal_ready && !suspended;
}

bool usb_pending(void) {
  return received != 0;
}

size_t usb_read(uint8_t *bytes, size_t capacity) {
  interrupt_disable(USB_INTERRUPT);
  const size_t left = received - taken;
  const size_t count = left < capacity ? left : capacity;
  for (size_t i = 0; i < count; i++) bytes[i] = packet(DATA_OUT_PACKET)[taken + i];
  taken += count;
  if (received && taken == received) {
    received = taken = 0;
    give(DATA_OUT, PACKET_BYTES);
  }
  interrupt_enable(USB_INTERRUPT);
  return count;
}

/* Waits until there is room for bytes. Returns false if the host does not read. */
static bool wait_for_room(void) {
  const uint32_t start = port_ticks();
  while (waiting_bytes == SENT_BYTES) {
    if (port_ticks() - start > WAIT_TICKS) absent = true;
    if (absent || suspended || !configuration) return false;
  }
  return configuration && !suspended && !absent;
}

void usb_write(const uint8_t *bytes, size_t length) {
  while (length > 0 && wait_for_room()) {
    interrupt_disable(USB_INTERRUPT);
    const size_t room = SENT_BYTES - waiting_bytes;
    const size_t count = length < room ? length : room;
    memcpy(waiting + waiting_bytes, bytes, count);
    waiting_bytes += count;
    if (!sending && configuration) send_waiting();
    interrupt_enable(USB_INTERRUPT);
    bytes += count;
    length -= count;
  }
}
