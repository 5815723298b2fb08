import { argmax, crc32 } from '@bd-edge/sdk/internal';
import { InvalidResponseError } from '../errors.js';
import { wordsToBytes } from '../link/bytes.js';
import { wireBytes } from '../link/frame.js';
import { type BoardInfo, RESULT, type Result } from '../link/messages.js';
import { MIN_PAYLOAD } from '../link/protocol.js';

/** The logits that a frame of every board holds. */
const MIN_LOGITS = Math.floor((MIN_PAYLOAD - RESULT.fixedBytes) / 4);

/** Throws an {@link InvalidResponseError} unless `holds`. @param problem completes "Invalid response from ...: ..." */
export function requireAnswer(port: string, holds: boolean, problem: () => string): asserts holds {
  if (!holds) throw new InvalidResponseError(port, problem());
}

/** Checks that a field of a reply repeats the field of its request. */
export function requireEcho(port: string, field: string, received: number, expected: number): void {
  requireAnswer(port, received === expected, () => `${field} is ${received}; expected ${expected}`);
}

/** The fields of INFO that are fixed as long as the firmware runs. */
const FIXED = [
  'protocol',
  'engineAbi',
  'kernels',
  'maxPayload',
  'windowFrames',
  'windowBytes',
  'ticksPerSecond',
  'anyEngine',
] as const;

/** Checks the fields of INFO against one another and against the previous INFO of this connection. */
export function requireInfo(port: string, info: BoardInfo, previous?: BoardInfo): void {
  const { maxPayload, windowBytes, engineDigest, modelDigest, weightsInPlace } = info;
  requireAnswer(
    port,
    wireBytes(maxPayload) <= windowBytes,
    () => `its window of ${windowBytes} bytes is smaller than its longest frame`,
  );
  const hasModel = modelDigest.some((byte) => byte !== 0);
  const hasEngine = engineDigest.some((byte) => byte !== 0);
  requireAnswer(port, hasEngine || !hasModel, () => 'INFO has an active model without an engine');
  requireAnswer(port, hasModel || weightsInPlace === 0, () => 'INFO has weights in place without a model');
  for (const field of FIXED) {
    const before = previous?.[field] ?? info[field];
    requireAnswer(
      port,
      info[field] === before,
      () => `INFO.${field} changed from ${before} to ${info[field]}`,
    );
  }
}

/** Checks class, checksum and number of logits, as far as the reply contains the logits. */
export function requireResult(port: string, { outputs, logits, classIndex, checksum }: Result): void {
  requireAnswer(
    port,
    logits.length <= outputs && logits.length >= Math.min(outputs, MIN_LOGITS),
    () => `RESULT has ${logits.length} logits of ${outputs} outputs`,
  );
  requireAnswer(
    port,
    classIndex < outputs,
    () => `RESULT.classIndex is ${classIndex}; expected less than its ${outputs} outputs`,
  );
  const first = argmax(logits);
  // The largest logit may be one that the frame does not hold.
  const agrees = classIndex >= logits.length || classIndex === first;
  requireAnswer(
    port,
    agrees,
    () => `RESULT.classIndex is ${classIndex}; the largest of its logits is number ${first}`,
  );
  const sum = logits.length === outputs ? crc32(wordsToBytes(logits)) : checksum;
  requireAnswer(
    port,
    sum === checksum,
    () => `RESULT.checksum is ${checksum}; the one of its logits is ${sum}`,
  );
}
