"""Emulates an nRF52833 with the package `unicorn`, as far as the firmware uses the chip.

unicorn has the Cortex-M4 without interrupts, so these are here: the interrupt controller, SysTick, the UART with its
DMA, a timer that counts its events, and the flash controller with its times, during which the processor stops.

    python3 nrf52_chip.py firmware.bin

It prints the TCP port of its UART. A line on standard input presses the reset button; a line on standard output replies.
Firmware that does what the chip cannot do ends the process with a message.
"""

import os
import select
import socket
import sys

from unicorn import UC_ARCH_ARM, UC_HOOK_MEM_WRITE, UC_MODE_MCLASS, UC_MODE_THUMB, Uc, UcError
from unicorn import arm_const as arm

HZ = 64_000_000
FLASH_BYTES, RAM_BYTES, PAGE_BYTES = 512 * 1024, 128 * 1024, 4096
RAM = 0x20000000
UART, TIMER2, PPI = 0x40002000, 0x4000A000, 0x4001F000
# Cycles of a byte at 115,200 baud, of an erase (85 ms), and of the write of a word (41 us).
BYTE_CYCLES, ERASE_CYCLES, WRITE_CYCLES = HZ * 10 // 115_200, HZ * 85 // 1000, HZ * 41 // 1_000_000
# A word may be written twice between two erases.
MAX_WRITES = 2
# Instructions between two looks at interrupts, each of which counts as a cycle.
SLICE = 2000
WFI = b"\x30\xbf"
EXCEPTION_RETURN = 0xFFFFFFF9
SYSTICK, UART_INTERRUPT = 15, 16 + 2
FRAME = [arm.UC_ARM_REG_R0, arm.UC_ARM_REG_R1, arm.UC_ARM_REG_R2, arm.UC_ARM_REG_R3]
FRAME += [arm.UC_ARM_REG_R12, arm.UC_ARM_REG_LR, arm.UC_ARM_REG_PC, arm.UC_ARM_REG_XPSR]


class Uart:
    """The UART with DMA. Registers by their offset; an event is 1 from its occurrence until the firmware clears it."""

    RECEIVED, SENT, ERROR, SHORTCUTS, ENABLE_INTERRUPTS = 0x108, 0x120, 0x124, 0x200, 0x304
    ENABLE, BAUD, RECEIVE_ADDRESS, RECEIVE_BYTES, SEND_ADDRESS, SEND_BYTES = 0x500, 0x524, 0x534, 0x538, 0x544, 0x548

    def __init__(self, chip):
        self.chip = chip
        self.registers = {}
        self.place = None
        self.sent_at = None

    def arrive(self, byte):
        if self.place is None or self.registers.get(self.ENABLE) != 8:
            return
        start, end = self.place
        self.chip.uc.mem_write(start, bytes([byte]))
        self.registers[self.RECEIVED] = 1
        self.chip.count_event()
        self.place = (start + 1, end)
        if start + 1 == end:
            self.place = None
            if self.registers.get(self.SHORTCUTS, 0) & 1 << 5:
                self.start_receiving()

    def start_receiving(self):
        start = self.registers.get(self.RECEIVE_ADDRESS, 0)
        end = start + self.registers.get(self.RECEIVE_BYTES, 0)
        self.require_memory(start, end)
        self.place = (start, end)

    def require_memory(self, start, end):
        if not RAM <= start < end <= RAM + RAM_BYTES:
            fail(f"uses DMA from 0x{start:x} to 0x{end:x}")

    @property
    def interrupts(self):
        enabled = self.registers.get(self.ENABLE_INTERRUPTS, 0)
        return bool(self.registers.get(self.RECEIVED, 0) and enabled & 1 << 2)

    def read(self, offset):
        if offset == self.SENT and self.sent_at is not None:
            # The firmware waits for this, and handles interrupts meanwhile. unicorn repeats the instruction.
            if self.chip.cycles < self.sent_at:
                self.chip.cycles = min(self.sent_at, self.chip.cycles + BYTE_CYCLES)
                self.chip.pause()
                return 0
            return 1
        return self.registers.get(offset, 0)

    def write(self, offset, value):
        self.registers[offset] = value
        if offset == 0x000:
            self.start_receiving()
        elif offset == 0x008:
            if self.registers.get(self.BAUD) != 0x01D60000:
                fail("sends at another rate than 115,200 baud")
            start, count = self.registers.get(self.SEND_ADDRESS, 0), self.registers.get(self.SEND_BYTES, 0)
            self.require_memory(start, start + count)
            self.chip.outgoing += self.chip.uc.mem_read(start, count)
            self.sent_at = self.chip.cycles + count * BYTE_CYCLES
        elif offset == self.SENT:
            self.sent_at = None


class Chip:
    def __init__(self, image):
        self.uc = Uc(UC_ARCH_ARM, UC_MODE_THUMB | UC_MODE_MCLASS)
        self.uc.ctl_set_cpu_model(arm.UC_CPU_ARM_CORTEX_M4)
        self.uc.mem_map(0, FLASH_BYTES)
        self.uc.mem_map(RAM, RAM_BYTES)
        self.uc.mem_write(0, b"\xff" * FLASH_BYTES)
        self.uc.mem_write(0, image)
        for base in (0x40000000, 0x50000000, 0xE000E000):
            size = 0x20000 if base == 0x40000000 else 0x1000
            self.uc.mmio_map(base, size, self.read, base, self.write, base)
        self.uc.hook_add(UC_HOOK_MEM_WRITE, self.write_flash, begin=0, end=FLASH_BYTES - 1)
        self.writes = {}
        self.cycles = 0
        self.incoming = []
        self.outgoing = bytearray()
        self.reset()

    def reset(self):
        self.uart = Uart(self)
        self.registers = {}
        self.events = self.captured = 0
        self.flash_mode = 0
        self.enabled = 0
        self.systick_start = None
        self.systick_wraps = 0
        self.systick_pending = False
        self.in_handler = False
        self.resets = False
        self.pauses = False
        self.next_byte = self.cycles
        top, start = (int.from_bytes(self.uc.mem_read(at, 4), "little") for at in (0, 4))
        self.uc.reg_write(arm.UC_ARM_REG_PRIMASK, 0)
        self.uc.reg_write(arm.UC_ARM_REG_MSP, top)
        self.uc.reg_write(arm.UC_ARM_REG_SP, top)
        self.pc = start & ~1

    def read(self, _uc, offset, _size, base):
        address = base + offset
        if UART <= address < UART + 0x1000:
            return self.uart.read(offset & 0xFFF)
        if address == TIMER2 + 0x540:
            return self.captured
        if address == 0x40000100 or address == 0x4001E400:
            return 1  # the crystal runs; the flash is ready
        if address == 0xE000E018 and self.systick_start is not None:
            return 0xFFFFFF - (self.cycles - self.systick_start) % (1 << 24)
        return 0

    def write(self, uc, offset, _size, value, base):
        address = base + offset
        if UART <= address < UART + 0x1000:
            self.uart.write(offset & 0xFFF, value)
        elif address == TIMER2 + 0x040:
            self.captured = self.events
        elif TIMER2 <= address < TIMER2 + 0x1000 or PPI <= address < PPI + 0x1000:
            self.registers[address] = value
        elif address == 0x4001E504:
            self.flash_mode = value
        elif address == 0x4001E508:
            self.erase(value)
        elif address == 0xE000E010 and value == 7:
            self.systick_start = self.cycles
            self.systick_wraps = 0
        elif address == 0xE000E100:
            self.enabled |= value
        elif address == 0xE000E180:
            self.enabled &= ~value
        elif address == 0xE000ED0C and value == 0x05FA0004:
            self.resets = True
            uc.emu_stop()

    def count_event(self):
        """Passes an event of the UART on to the timer, if the firmware has connected and started them."""
        wanted = {PPI + 0x504: 1, PPI + 0x510: UART + Uart.RECEIVED, PPI + 0x514: TIMER2 + 0x008}
        wanted |= {TIMER2: 1, TIMER2 + 0x504: 1, TIMER2 + 0x508: 3}
        if all(self.registers.get(address) == value for address, value in wanted.items()):
            self.events = (self.events + 1) & 0xFFFFFFFF

    def erase(self, address):
        if self.flash_mode != 2 or address % PAGE_BYTES != 0 or address >= FLASH_BYTES:
            fail(f"erases 0x{address:x} in flash mode {self.flash_mode}")
        self.uc.mem_write(address, b"\xff" * PAGE_BYTES)
        for word in range(address, address + PAGE_BYTES, 4):
            self.writes.pop(word, None)
        self.stop_for(ERASE_CYCLES)

    def write_flash(self, uc, _access, address, size, value, _data):
        if self.flash_mode != 1 or size != 4 or address % 4 != 0:
            fail(f"writes {size} bytes to flash at 0x{address:x} in flash mode {self.flash_mode}")
        value &= 0xFFFFFFFF
        if int.from_bytes(uc.mem_read(address, 4), "little") & value != value:
            fail(f"writes ones over zeros at 0x{address:x}")
        self.writes[address] = self.writes.get(address, 0) + 1
        if self.writes[address] > MAX_WRITES:
            fail(f"writes 0x{address:x} too often")
        self.stop_for(WRITE_CYCLES)

    def pause(self):
        """Ends the slice."""
        self.pauses = True
        self.uc.emu_stop()

    def stop_for(self, cycles):
        """The processor stops. The UART receives meanwhile."""
        self.cycles += cycles
        self.deliver()

    def deliver(self):
        while self.incoming and self.next_byte <= self.cycles:
            self.uart.arrive(self.incoming.pop(0))
            self.next_byte += BYTE_CYCLES

    def receive(self, data):
        if not self.incoming:
            self.next_byte = max(self.next_byte, self.cycles + BYTE_CYCLES)
        self.incoming += data

    def pending(self):
        """Returns the number of the exception that the processor has to handle."""
        if self.systick_start is not None:
            wraps = (self.cycles - self.systick_start) >> 24
            if wraps != self.systick_wraps:
                self.systick_wraps = wraps
                self.systick_pending = True
        if self.systick_pending:
            return SYSTICK
        if self.uart.interrupts and self.enabled & 1 << UART_INTERRUPT - 16:
            return UART_INTERRUPT
        return None

    def enter(self, number):
        if number == SYSTICK:
            self.systick_pending = False
        values = [self.uc.reg_read(register) for register in FRAME]
        values[6] = self.pc
        sp = self.uc.reg_read(arm.UC_ARM_REG_SP)
        # An aligned frame; bit 9 of the status tells that it is.
        if sp % 8:
            sp -= 4
            values[7] |= 1 << 9
        sp -= 32
        self.uc.mem_write(sp, b"".join(value.to_bytes(4, "little") for value in values))
        self.uc.reg_write(arm.UC_ARM_REG_SP, sp)
        self.uc.reg_write(arm.UC_ARM_REG_LR, EXCEPTION_RETURN)
        self.pc = int.from_bytes(self.uc.mem_read(4 * number, 4), "little") & ~1
        self.in_handler = True

    def leave(self):
        sp = self.uc.reg_read(arm.UC_ARM_REG_SP)
        values = [int.from_bytes(self.uc.mem_read(sp + 4 * i, 4), "little") for i in range(8)]
        aligned = values[7] & 1 << 9
        for register, value in zip(FRAME[:6], values):
            self.uc.reg_write(register, value)
        self.uc.reg_write(arm.UC_ARM_REG_XPSR, values[7] & ~(1 << 9))
        self.uc.reg_write(arm.UC_ARM_REG_SP, sp + 32 + (4 if aligned else 0))
        self.pc = values[6]
        self.in_handler = False

    def in_condition(self):
        """Returns whether the next instruction is in an IT block, whose state unicorn keeps to itself."""
        return self.uc.reg_read(arm.UC_ARM_REG_XPSR) & 0x0600FC00 != 0

    def run(self):
        """Runs a slice. Returns whether the processor sleeps until a byte arrives."""
        self.deliver()
        number = self.pending()
        masked = self.uc.reg_read(arm.UC_ARM_REG_PRIMASK) & 1
        count = SLICE
        if number is not None and not self.in_handler:
            if masked or self.in_condition():
                count = 1  # until interrupts are on
            else:
                self.enter(number)
        try:
            self.uc.emu_start(self.pc | 1, 0xFFFFFFFE, count=count)
        except UcError as error:
            self.pc = self.uc.reg_read(arm.UC_ARM_REG_PC)
            if self.pc & ~1 != EXCEPTION_RETURN & ~1 or not self.in_handler:
                fail(f"{error} at 0x{self.pc:x}")
            self.leave()
            return False
        if self.resets:
            self.reset()
            return False
        self.cycles += 0 if self.pauses else count
        self.pauses = False
        self.pc = self.uc.reg_read(arm.UC_ARM_REG_PC)
        if self.pc & ~1 == EXCEPTION_RETURN & ~1:
            self.leave()
            return False
        if self.uc.mem_read(self.pc - 2, 2) != WFI or self.pending() is not None:
            return False
        if self.incoming:
            self.cycles = max(self.cycles, self.next_byte)
            return False
        return True


def fail(reason):
    sys.stderr.write(f"The firmware {reason}.\n")
    sys.stderr.flush()
    # unicorn would catch an exception in a hook.
    os._exit(1)


def main():
    with open(sys.argv[1], "rb") as file:
        chip = Chip(file.read())
    server = socket.create_server(("127.0.0.1", 0))
    print(server.getsockname()[1], flush=True)
    client, _ = server.accept()
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    while True:
        sleeps = chip.run()
        if chip.outgoing:
            client.sendall(chip.outgoing)
            chip.outgoing.clear()
        ready, _, _ = select.select([client, sys.stdin], [], [], None if sleeps else 0)
        if client in ready:
            data = client.recv(65536)
            if not data:
                return
            chip.receive(data)
        if sys.stdin in ready:
            if not sys.stdin.readline():
                return
            chip.reset()
            print("reset", flush=True)


main()
