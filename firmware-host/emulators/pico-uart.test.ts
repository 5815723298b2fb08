import { RP2040 } from 'rp2040js';
import { expect, test } from 'vitest';
import { PicoUart } from './pico-uart.js';

const [DATA, MASK, RAW, MASKED, CLEAR] = [0x00, 0x38, 0x3c, 0x40, 0x44];
const OVERRUN = 1 << 10;

test('an overrun sets the interrupt until it is cleared, and a bit of the next stored byte', () => {
  const [uart] = new RP2040().uart;
  const receiver = new PicoUart(uart);
  for (let byte = 0; byte < 32; byte++) receiver.receive(byte);
  expect(receiver.full).toBe(true);
  expect(uart.readUint32(RAW) & OVERRUN).toBe(0);
  receiver.receive(100);
  receiver.receive(101);
  expect(receiver.lostBytes).toBe(2);
  expect(uart.readUint32(RAW) & OVERRUN).toBe(OVERRUN);
  // Only what the mask lets through reaches the processor.
  expect(uart.readUint32(MASKED) & OVERRUN).toBe(0);
  uart.writeUint32(MASK, OVERRUN);
  expect(uart.readUint32(MASKED)).toBe(OVERRUN);

  expect(uart.readUint32(DATA)).toBe(0);
  receiver.receive(102);
  for (let byte = 1; byte < 32; byte++) expect(uart.readUint32(DATA)).toBe(byte);
  expect(uart.readUint32(DATA)).toBe(102 | (1 << 11));
  receiver.receive(103);
  expect(uart.readUint32(DATA)).toBe(103);

  uart.writeUint32Atomic(CLEAR, OVERRUN, 0);
  expect(uart.readUint32(RAW) & OVERRUN).toBe(0);
});
