/** A load generator in a thread of its own: raw sockets, so that it costs little beside the server it measures. */

import { connect, type Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

/** What to send. */
export interface LoadJob {
  readonly port: number;
  readonly connections: number;
  readonly milliseconds: number;
  /**
   * Whole requests; each connection sends them in turn, the next one when the answer is there. `{n}` is the number of the
   * connection in three digits, `{etag}` the entity tag of its last answer, at first `*`.
   */
  readonly requests: readonly string[];
}

/** What came back. */
export interface LoadResult {
  readonly answers: number;
  readonly failures: number;
  readonly milliseconds: number;
}

const job = workerData as LoadJob; // the thread is started with exactly this
let answers = 0;
let failures = 0;
let open = job.connections;
const start = performance.now();
const end = start + job.milliseconds;

/** Octets of the first answer in `text`; `undefined` while it is not complete. */
function answerLength(text: string): number | undefined {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return undefined;
  const length = /content-length: (\d+)/i.exec(text.slice(0, head))?.[1] ?? '0';
  const total = head + 4 + Number(length);
  return text.length < total ? undefined : total;
}

function drive(socket: Socket, first: number): void {
  let turn = first;
  let text = '';
  let etag = '*';
  const number = String(first).padStart(3, '0');
  const next = () => {
    const request = job.requests[turn++ % job.requests.length] ?? '';
    socket.write(request.replaceAll('{n}', number).replaceAll('{etag}', etag), 'latin1');
  };
  socket.on('connect', next);
  socket.on('data', (data) => {
    text += data.toString('latin1');
    const length = answerLength(text);
    if (length === undefined) return;
    etag = /^etag: (.*)\r$/im.exec(text)?.[1] ?? etag;
    if (/^HTTP\/1.1 2/.test(text)) answers++;
    else failures++;
    text = text.slice(length);
    if (performance.now() < end) next();
    else socket.end();
  });
  socket.on('error', () => {
    failures++;
    socket.destroy();
  });
  socket.on('close', () => {
    if (--open > 0) return;
    const result: LoadResult = { answers, failures, milliseconds: performance.now() - start };
    parentPort?.postMessage(result);
  });
}

for (let count = 0; count < job.connections; count++) drive(connect(job.port, '127.0.0.1'), count);
