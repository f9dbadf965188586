// A server on this machine that plays the hosts from which networks are fetched.

import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach } from 'node:test';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface Host {
  readonly url: string;
  /** `METHOD PATH RANGE` of every request so far; `CONNECT HOST` of tunnels. */
  readonly requests: string[];
  readonly headers: IncomingMessage['headers'][];
  close(): Promise<void>;
}

/** @param answers by path; any other is 404 */
export async function startHost(answers: Readonly<Record<string, Answer>>): Promise<Host> {
  const requests: string[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((request, response) => {
    requests.push([request.method, request.url, request.headers.range].filter(Boolean).join(' '));
    headers.push(request.headers);
    const answer = answers[request.url ?? ''];
    if (answer !== undefined) return answer(request, response);
    response.writeHead(404).end('no such file');
  });
  server.on('connect', (request, socket: Socket) => {
    requests.push(`CONNECT ${request.url}`);
    const [host, port] = (request.url ?? '').split(':');
    const through = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      through.pipe(socket).pipe(through);
    });
    through.on('error', () => socket.destroy());
    socket.on('error', () => through.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    headers,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Sends a file, or the part of it that is asked for. */
export function file(bytes: Uint8Array): Answer {
  return (request, response) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const range = { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
    response.writeHead(from > 0 ? 206 : 200, from > 0 ? range : {});
    response.end(bytes.subarray(from));
  };
}

/** Sends the first `most` bytes of what is asked for, then closes the connection; after `times`, all. */
export function cut(bytes: Uint8Array, most: number, times: number): Answer {
  let left = times;
  return (request, response) => {
    if (left-- <= 0) return file(bytes)(request, response);
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': bytes.length - from,
      ...(from > 0 && { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
    });
    response.write(bytes.subarray(from, from + most), () =>
      setTimeout(() => response.destroy(), 20),
    );
  };
}

export function json(data: unknown): Answer {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(data));
  };
}

export function redirect(to: string): Answer {
  return (_request, response) => void response.writeHead(302, { location: to }).end();
}

export function status(code: number, times: number, then: Answer): Answer {
  let left = times;
  return (request, response) =>
    left-- > 0 ? void response.writeHead(code).end() : then(request, response);
}

/** For each test of a file: an empty data folder, and the host that `play` starts. */
export function useFetching() {
  const made = {
    home: '',
    host: undefined as Host | undefined,
    async play(answers: Readonly<Record<string, Answer>>): Promise<Host> {
      made.host = await startHost(answers);
      return made.host;
    },
  };
  beforeEach(async () => {
    made.home = await mkdtemp(path.join(tmpdir(), 'fetch-'));
  });
  afterEach(async () => {
    await made.host?.close();
    made.host = undefined;
    await rm(made.home, { recursive: true, force: true });
  });
  return made;
}
