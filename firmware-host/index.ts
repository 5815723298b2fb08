/**
 * `@bd-edge/host`: deploys networks to boards and checks them there, over a serial port, TCP, or on a simulated board.
 *
 * ```js
 * import { readFile } from 'node:fs/promises';
 * import { connectBoard } from '@bd-edge/host';
 *
 * await using board = await connectBoard('/dev/ttyUSB0');
 * await board.deploy(await readFile('model.bdm'));
 * ```
 *
 * @module @bd-edge/host
 */
export {
  BdEdgeError,
  DeviceError,
  EngineError,
  FileError,
  ImageError,
  MissingDependencyError,
  ModelError,
  UsageError,
} from '@bd-edge/sdk/internal';
export { Board, type BoardCheckOptions, type BoardOptions, connectBoard } from './board.js';
export type { CheckOptions, CheckProgress, CheckReport } from './check/check.js';
export { type Expectation, engineExpectation, referenceExpectation } from './check/expectation.js';
export type { TickSummary } from './check/ticks.js';
export type { ConnectOptions, Inference, Profile } from './client/board-client.js';
export type { ScratchReport } from './cost/scratch.js';
export type { DeployOptions, DeployProgress, DeployReport, PartReport } from './deploy/deploy.js';
export type { AcceptedEngines, EnginePath, UploadedPath } from './deploy/engine-path.js';
export { BoardError, ConnectionLostError, InvalidResponseError } from './errors.js';
export type { BoardInfo } from './link/messages.js';
export { type OpenPortOptions, openPort } from './open-port.js';
export type { BoardHardware } from './simulator/firmware.js';
export { SimulatedBoard, type SimulatedBoardOptions } from './simulator/simulated-board.js';
export type { Storage } from './simulator/storage.js';
export { listPorts, type PortInfo, type PortList } from './transports/ports.js';
export type { SerialOptions } from './transports/serial.js';
export type { Transport } from './transports/transport.js';
export {
  openWebSerial,
  requestWebSerial,
  type WebSerial,
  type WebSerialPort,
} from './transports/web-serial.js';
