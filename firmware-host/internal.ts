/**
 * What the other packages of bd-edge need of this one beyond its public API. It promises nothing to anybody else:
 * names come and go with any version.
 *
 * @module @bd-edge/host/internal
 */
export { check } from './check/check.js';
export { engineExpectation, referenceExpectation } from './check/expectation.js';
export { BoardClient, type ConnectOptions } from './client/board-client.js';
export { BoardError } from './client/errors.js';
export { deploy } from './deploy/deploy.js';
export { activePath, type EnginePath, engineOf, type UploadedPath } from './deploy/engine-path.js';
export { BuiltInEngineError, NotEnoughMemoryError } from './deploy/errors.js';
export { upload } from './deploy/upload.js';
export { EMULATED_BOARDS } from './emulators/boards.js';
export { type EmulatedBoard } from './emulators/emulated-board.js';
export { PicoBoard } from './emulators/pico.js';
export { MPS2_AN500, NRF51, startQemu } from './emulators/qemu.js';
export { concat } from './link/bytes.js';
export { cobsBound, cobsDecode, cobsEncode } from './link/cobs.js';
export { digestHex, digestOf } from './link/digest.js';
export { decodeFrame, encodeFrame, type Frame } from './link/frame.js';
export { FrameDecoder } from './link/frame-decoder.js';
export * as messages from './link/messages.js';
export * as protocol from './link/protocol.js';
export { ERROR_NO_UPLOAD, ERROR_TOO_LARGE } from './link/protocol.js';
export { listenPty } from './simulator/listen-pty.js';
export { SimulatedBoard } from './simulator/simulated-board.js';
export { openPort } from './transports/open-port.js';
export { transportPair } from './transports/pair.js';
export { type Transport } from './transports/transport.js';
export { requestWebSerial } from './transports/web-serial.js';
