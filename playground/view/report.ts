import { byId } from './element.js';

/** Files that are larger than this are not reports. */
const MAX_BYTES = 2 ** 24;

/** Opens a training report in a frame. It is a page without scripts, and the frame does not run scripts. */
export async function showReport(file: File): Promise<void> {
  if (file.size > MAX_BYTES)
    throw new RangeError(
      `${file.name} has ${file.size} bytes and is not a training report; open report.html of a run.`,
    );
  const text = await file.text();
  if (!/^\s*<!doctype html>/i.test(text))
    throw new TypeError(`${file.name} is not a training report; open report.html of a run.`);
  const frame = byId<HTMLIFrameElement>('report');
  frame.srcdoc = text;
  frame.hidden = false;
  const title = /<title>([^<]*)<\/title>/i.exec(text)?.[1] ?? file.name;
  byId('report-status').textContent =
    `Opened: ${new DOMParser().parseFromString(title, 'text/html').body.textContent}`;
}
