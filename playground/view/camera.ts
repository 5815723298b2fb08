import { pixelReader } from '@bd-edge/sdk';
import { DeviceError } from '@bd-edge/sdk/internal';
import { byId } from './element.js';
import { attempt, hideError } from './message.js';

/** Larger frames would only be scaled down. */
const FRAME = { width: { ideal: 640 }, height: { ideal: 480 } };

const REFUSALS: Record<string, string> = {
  NotAllowedError:
    'The camera may not be used; allow it in the settings that the browser shows for this page.',
  NotFoundError: 'No camera was found; connect one, or open a picture.',
  NotReadableError: 'The camera cannot be opened; close other programs that use it.',
};

export interface Camera {
  /** Ends the camera if it is on. */
  stop(): void;
}

/**
 * Creates the button of the camera. The browser asks when it is pressed first. Frames are read and classified in the
 * page; they are not stored.
 *
 * @param take classifies a frame; the next one is read afterwards
 * @param keep called with the last frame when the camera is stopped
 */
export function createCamera(
  take: (frame: ImageData) => Promise<void>,
  keep: (frame: ImageData) => Promise<void>,
): Camera {
  const button = byId<HTMLButtonElement>('camera');
  const status = byId('camera-status');
  let stream: MediaStream | undefined;
  let opening = false;

  const stop = () => {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = undefined;
    button.textContent = 'Use the camera';
    button.ariaPressed = 'false';
    status.textContent = '';
  };

  const start = async () => {
    const mine = await openCamera();
    stream = mine;
    hideError();
    button.textContent = 'Stop the camera';
    button.ariaPressed = 'true';
    status.textContent = 'The camera is on. Its pictures stay in this page.';
    // The system ends it too, for example when the phone is locked.
    for (const track of mine.getTracks()) track.onended = stop;
    const video = document.createElement('video');
    video.muted = true;
    video.playsInline = true;
    video.srcObject = mine;
    const read = pixelReader();
    let last: ImageData | undefined;
    try {
      await video.play();
      while (stream === mine) {
        last = read(video);
        await take(last);
        await new Promise(requestAnimationFrame);
      }
    } catch (error) {
      // Playing ends with an error where the camera is stopped before its first frame.
      if (stream === mine) throw error;
    } finally {
      video.srcObject = null;
      if (stream === mine) stop();
    }
    if (last) await keep(last);
  };

  button.onclick = attempt(async () => {
    if (stream) return stop();
    if (opening) return;
    opening = true;
    try {
      await start();
    } finally {
      opening = false;
    }
  });
  // The light of a camera must not stay on behind another page.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) stop();
  });
  return { stop };
}

/** @throws {DeviceError} `no-camera` */
async function openCamera(): Promise<MediaStream> {
  if (!navigator.mediaDevices?.getUserMedia)
    throw new DeviceError(
      'no-camera',
      'This page cannot ask for a camera; open it by https or on localhost, in a current browser.',
    );
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { ...FRAME, facingMode: 'environment' },
    });
  } catch (cause) {
    const name = cause instanceof DOMException ? cause.name : '';
    const message = REFUSALS[name] ?? `The camera cannot be used: ${String(cause)}.`;
    throw new DeviceError('no-camera', message, { cause });
  }
}
