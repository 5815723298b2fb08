/**
 * Exports for the other packages of bd-edge, beyond the public API. They may change in any version.
 *
 * @module @bd-edge/host/internal
 */
export { check, HOST_CLOCKS, requireActive } from './check/check.js';
export { engineExpectation, referenceExpectation } from './check/expectation.js';
export { sharedExpectation } from './check/shared-expectation.js';
export { wilsonInterval } from './check/wilson.js';
export { BoardClient, type ConnectOptions } from './client/board-client.js';
export { COST_BOARDS, estimateCost, type NetworkCost, PROCESSORS } from './cost/estimate.js';
export { workOf } from './cost/work.js';
export { deploy } from './deploy/deploy.js';
export { activePath, type EnginePath, engineOf, type UploadedPath } from './deploy/engine-path.js';
export { upload } from './deploy/upload.js';
export { type BoardKind, EMULATED_BOARDS, type StartOptions } from './emulators/boards.js';
export { ChildBoard } from './emulators/child-board.js';
export type { EmulatedBoard } from './emulators/emulated-board.js';
export { firmwareImage } from './emulators/firmware-image.js';
export { PicoBoard } from './emulators/pico.js';
export { MPS2_AN500, NRF51, startQemu } from './emulators/qemu.js';
export { TickMeter } from './emulators/tick-meter.js';
export { reasonAgainst } from './engine/validate-engine.js';
export * as wasmSubset from './engine/wasm-subset.js';
export { BoardError } from './errors.js';
export { chooseDrive, findUf2Drives, readUf2Drive, type Uf2Drive } from './flash/drives.js';
export { type FlashOptions, flashDrive } from './flash/flash-drive.js';
export { RP2040_FAMILY, requireUf2 } from './flash/uf2.js';
export { concat } from './link/bytes.js';
export { cobsBound, cobsDecode, cobsEncode } from './link/cobs.js';
export { digestHex, digestOf } from './link/digest.js';
export { decodeFrame, encodeFrame, type Frame } from './link/frame.js';
export { FrameDecoder } from './link/frame-decoder.js';
export * as messages from './link/messages.js';
export * as protocol from './link/protocol.js';
export { ERROR_NO_UPLOAD, ERROR_TOO_LARGE } from './link/protocol.js';
export { openPort } from './open-port.js';
export { DirectoryStorage } from './simulator/directory-storage.js';
export { faultyTransport, type TransportFaults } from './simulator/faulty-transport.js';
export { listenPty } from './simulator/listen-pty.js';
export { type Listener, listenTcp } from './simulator/listen-tcp.js';
export { SimulatedBoard } from './simulator/simulated-board.js';
export { DEFAULT_BAUD } from './transports/baud.js';
export { transportPair } from './transports/pair.js';
export { boardOf } from './transports/ports.js';
export type { Transport } from './transports/transport.js';
export { requestWebSerial } from './transports/web-serial.js';
