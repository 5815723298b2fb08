/**
 * `@bd-edge/host`: brings networks to boards and checks them there, over a serial line, TCP, or to a simulated board.
 *
 * ```js
 * import { readFile } from 'node:fs/promises';
 * import { BoardClient, deploy, openPort } from '@bd-edge/host';
 *
 * const client = await BoardClient.connect(await openPort('/dev/ttyUSB0'));
 * await deploy({ client, model: await readFile('model.bdm') });
 * await client.close();
 * ```
 *
 * @module @bd-edge/host
 */
export {
  type CheckOptions,
  type CheckProgress,
  type CheckReport,
  check,
  WrongModelError,
} from './check/check.js';
export { type Expectation, engineExpectation, referenceExpectation } from './check/expectation.js';
export type { TickSummary } from './check/ticks.js';
export { wilsonInterval } from './check/wilson.js';
export { BoardClient, type ConnectOptions, type Inference } from './client/board-client.js';
export {
  BoardError,
  ImageTooShortError,
  NoAnswerError,
  NonsenseError,
  ProtocolVersionError,
} from './client/errors.js';
export type { LineStatistics } from './client/request-queue.js';
export {
  type DeployOptions,
  type DeployProgress,
  type DeployReport,
  deploy,
  type PartReport,
} from './deploy/deploy.js';
export {
  activePath,
  bestPath,
  type EnginePath,
  engineOf,
  hasBuiltInEngine,
  type UploadedPath,
} from './deploy/engine-path.js';
export {
  BuiltInEngineError,
  DeployError,
  EngineAbiError,
  InvalidEngineError,
  NotEnoughMemoryError,
} from './deploy/errors.js';
export { type Upload, upload } from './deploy/upload.js';
export { type BoardKind, EMULATED_BOARDS, type StartOptions } from './emulators/boards.js';
export type { EmulatedBoard } from './emulators/emulated-board.js';
export { EmulationError } from './emulators/errors.js';
export { FirmwareMissingError } from './emulators/firmware-image.js';
export { PicoBoard, type PicoOptions } from './emulators/pico.js';
export { TickMeter } from './emulators/tick-meter.js';
export { digestHex, digestOf } from './link/digest.js';
export { MESSAGES, type Result, type Welcome } from './link/messages.js';
export * as protocol from './link/protocol.js';
export { DirectoryStorage } from './simulator/directory-storage.js';
export { faultyLine, type LineFaults } from './simulator/faulty-line.js';
export type { BoardHardware } from './simulator/firmware.js';
export { limitLineRate } from './simulator/line-rate.js';
export { listenPty } from './simulator/listen-pty.js';
export { type Listener, listenTcp } from './simulator/listen-tcp.js';
export { openSimulator } from './simulator/open.js';
export { DEFAULT_HARDWARE, SimulatedBoard, type SimulatedBoardOptions } from './simulator/simulated-board.js';
export { MemoryStorage, type Storage } from './simulator/storage.js';
export { DEFAULT_BAUD } from './transports/baud.js';
export {
  LineLostError,
  MissingPartError,
  PortBusyError,
  PortError,
  PortNameError,
  PortNotFoundError,
  PortOpenError,
  PortPermissionError,
} from './transports/errors.js';
export { type OpenPortOptions, openPort } from './transports/open-port.js';
export { transportPair } from './transports/pair.js';
export { listPorts, type PortInfo, type PortList } from './transports/ports.js';
export { openSerial, type SerialOptions } from './transports/serial.js';
export { openTcp } from './transports/tcp.js';
export type { Transport } from './transports/transport.js';
export {
  openWebSerial,
  requestWebSerial,
  type WebSerial,
  type WebSerialPort,
} from './transports/web-serial.js';
