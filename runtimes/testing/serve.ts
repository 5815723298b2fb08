import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';

const TYPES: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

export interface ServeOptions {
  /** Headers of every response. */
  headers?: Record<string, string>;
  /** Handles a request and returns true, or only sets headers and returns false. */
  handle?: (path: string, response: ServerResponse) => boolean;
}

export interface Served {
  /** `http://127.0.0.1:port` */
  url: string;
  /** The requested paths. */
  requests: string[];
  close(): Promise<void>;
}

/** Starts a static server on a free port. It can be configured to fail. */
export async function serve(
  folder: string,
  { headers = {}, handle = () => false }: ServeOptions = {},
): Promise<Served> {
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://host').pathname;
    requests.push(path);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (handle(path, response)) return;
    const file = join(folder, normalize(path), path.endsWith('/') ? 'index.html' : '');
    const bytes = await readFile(file).catch(() => undefined);
    response.statusCode = bytes === undefined ? 404 : 200;
    if (bytes !== undefined && !response.hasHeader('Content-Type'))
      response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream');
    response.end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
