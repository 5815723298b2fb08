// A static server for local use. Nothing that a client sends ends it, and it reads no file outside of its folder.

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const TYPES = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/**
 * Creates a server of the files in a folder.
 *
 * @param {string} folder
 * @returns {import('node:http').Server}
 */
export function staticServer(folder) {
  return createServer(async (request, response) => {
    try {
      await answer(folder, request, response);
    } catch {
      // The client is gone, or the file cannot be read.
      if (!response.headersSent) response.writeHead(500);
      response.end();
    }
  });
}

/**
 * @param {string} folder
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function answer(folder, { url = '', method }, response) {
  const path = pathOf(url);
  if (path === undefined) return response.writeHead(400).end();
  if (method !== 'GET' && method !== 'HEAD') return response.writeHead(405, { Allow: 'GET, HEAD' }).end();
  const file = path.endsWith('/') ? join(folder, path, 'index.html') : join(folder, path);
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) return response.writeHead(404).end();
  response.writeHead(200, {
    'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
    'Content-Length': found.size,
    'X-Content-Type-Options': 'nosniff',
  });
  if (method === 'HEAD') return response.end();
  await pipeline(createReadStream(file), response);
}

/** Returns the path of a request, or undefined for an address that no file here has. */
function pathOf(url) {
  // Names are plain, so that nothing is decoded; `new URL` would throw for an address such as "//".
  const [path] = url.split('?');
  if (!/^\/[\w./-]*$/.test(path)) return undefined;
  return path.split('/').includes('..') ? undefined : path;
}
