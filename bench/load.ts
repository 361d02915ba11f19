/** Runs the load generator in a thread of its own. */

import { Worker } from 'node:worker_threads';
import type { LoadJob, LoadResult } from './http-load.ts';

/** Sends requests, and counts the answers. */
export const load = (job: LoadJob): Promise<LoadResult> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./http-load.js', import.meta.url), { workerData: job });
    worker.on('message', resolve);
    worker.on('error', reject);
  });

/** A whole request. */
export const message = (method: string, path: string, type = '', body = '', field = ''): string =>
  `${method} ${path} HTTP/1.1\r\nHost: x\r\n${field}${body && `Content-Type: ${type}\r\nContent-Length: ${body.length}\r\n`}\r\n${body}`;

export const perSecond = ({ answers, milliseconds }: LoadResult): number => (answers / milliseconds) * 1000;
