import { expect, test } from 'vitest';
import { onlyBoard } from './find-board.js';

const board = (path: string) => ({ path, board: 'bd-edge board (Pico)', serialNumber: `serial of ${path}` });
const adapter = { path: '/dev/ttyUSB0', manufacturer: 'FTDI' };

test('finds the only board among other ports', () => {
  expect(onlyBoard([adapter, board('/dev/ttyACM0')]).path).toBe('/dev/ttyACM0');
});

test('without a board, the port is missing, also if there is one port of another kind', () => {
  for (const ports of [[], [adapter]])
    expect(() => onlyBoard(ports)).toThrow(expect.objectContaining({ code: 'missing-port' }));
});

test('names all boards if there are several', () => {
  const ports = [board('/dev/ttyACM0'), adapter, board('/dev/ttyACM1')];
  const error = expect.objectContaining({
    code: 'several-boards',
    expected: ['/dev/ttyACM0', '/dev/ttyACM1'],
    message: expect.stringMatching(/ttyACM0.*serial of .*ttyACM1.*--port/),
  });
  expect(() => onlyBoard(ports)).toThrow(error);
});
