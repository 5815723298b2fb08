import { byId } from './element.js';

/** A report is well below this; what is larger is none. */
const MOST_BYTES = 2 ** 24;

/** Opens a training report: a page of its own without scripts, which could not run in its frame either. */
export async function showReport(file: File): Promise<void> {
  if (file.size > MOST_BYTES)
    throw new RangeError(
      `${file.name} has ${file.size} bytes and is no training report; open report.html of a run.`,
    );
  const text = await file.text();
  if (!/^\s*<!doctype html>/i.test(text))
    throw new TypeError(`${file.name} is no training report; open report.html of a run.`);
  const frame = byId<HTMLIFrameElement>('report');
  frame.srcdoc = text;
  frame.hidden = false;
  const title = /<title>([^<]*)<\/title>/i.exec(text)?.[1] ?? file.name;
  byId('report-status').textContent =
    `Opened: ${new DOMParser().parseFromString(title, 'text/html').body.textContent}`;
}
