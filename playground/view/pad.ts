import { byId } from './element.js';

/** The step of the keyboard's pen, in pixels of the pad. */
const STEP = 10;
const STROKE = 22;

/** The drawing pad, used with a pointer or with keys. */
export interface Pad {
  /** Returns light strokes on black. */
  pixels(): ImageData;
  /** Shows a picture that can be drawn on. */
  show(picture: CanvasImageSource): void;
  /** Shows pixels, scaled. */
  showPixels(pixels: ImageData): Promise<void>;
  /** Makes it black, as nobody drew. */
  wipe(): void;
}

/** @param changed called after each stroke, and after clearing */
export function createPad(changed: () => void): Pad {
  const canvas = byId<HTMLCanvasElement>('pad');
  const context = canvas.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D;
  const { width, height } = canvas;
  const wipe = () => {
    context.fillStyle = '#000';
    context.fillRect(0, 0, width, height);
  };
  const stroke = (from: Point, to: Point) => {
    context.strokeStyle = '#fff';
    context.lineWidth = STROKE;
    context.lineCap = 'round';
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y);
    context.stroke();
    changed();
  };
  const clear = () => {
    wipe();
    changed();
  };
  const show = (picture: CanvasImageSource) => {
    wipe();
    context.drawImage(picture, 0, 0, width, height);
  };
  wipe();
  byId('clear').onclick = clear;
  usePointer(canvas, stroke);
  useKeys(canvas, stroke, clear);
  return {
    pixels: () => context.getImageData(0, 0, width, height),
    show,
    async showPixels(pixels) {
      const bitmap = await createImageBitmap(pixels);
      show(bitmap);
      bitmap.close();
    },
    wipe,
  };
}

interface Point {
  x: number;
  y: number;
}
type Stroke = (from: Point, to: Point) => void;

function usePointer(canvas: HTMLCanvasElement, stroke: Stroke): void {
  let last: Point | undefined;
  const at = (event: PointerEvent): Point => ({
    x: (event.offsetX * canvas.width) / canvas.clientWidth,
    y: (event.offsetY * canvas.height) / canvas.clientHeight,
  });
  canvas.onpointerdown = (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    last = at(event);
    stroke(last, last);
  };
  canvas.onpointermove = (event) => {
    if (!last) return;
    const next = at(event);
    stroke(last, next);
    last = next;
  };
  canvas.onpointerup = canvas.onpointercancel = () => {
    last = undefined;
  };
}

const DIRECTIONS: Record<string, [x: number, y: number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

function useKeys(canvas: HTMLCanvasElement, stroke: Stroke, clear: () => void): void {
  const cursor = byId('pad-cursor');
  const status = byId('pad-status');
  let pen = { x: canvas.width / 2, y: canvas.height / 2 };
  let down = false;
  const showPen = () => {
    cursor.hidden = false;
    cursor.classList.toggle('down', down);
    cursor.style.left = `${(100 * pen.x) / canvas.width}%`;
    cursor.style.top = `${(100 * pen.y) / canvas.height}%`;
  };
  const say = (what: string) => {
    status.textContent = `${what}, column ${pen.x / STEP + 1}, row ${pen.y / STEP + 1}`;
  };
  canvas.onkeydown = (event) => {
    const direction = DIRECTIONS[event.key];
    if (direction) {
      const clamp = (value: number) => Math.min(Math.max(value, 0), canvas.width);
      const next = { x: clamp(pen.x + STEP * direction[0]), y: clamp(pen.y + STEP * direction[1]) };
      if (down) stroke(pen, next);
      pen = next;
    } else if (event.key === ' ') {
      down = !down;
      if (down) stroke(pen, pen);
      say(down ? 'Pen down' : 'Pen up');
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      down = false;
      clear();
      say('Cleared');
    } else return;
    event.preventDefault();
    showPen();
  };
  canvas.onblur = () => {
    cursor.hidden = true;
    down = false;
  };
}
