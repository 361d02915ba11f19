import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** Resources that a server has used so far. */
interface Usage {
  /** Largest resident memory. */
  readonly megabytes: number;
  /** Processor time. */
  readonly seconds: number;
}

/** A server in a process of its own. */
export interface Victim extends AsyncDisposable {
  readonly root: string;
  usage(): Promise<Usage>;
  /** Opens a connection that ignores its own failure, because the server may close it at any time. */
  connect(): Socket;
}

/**
 * Starts a server with a small heap.
 *
 * @param heap - megabytes for JavaScript objects
 */
export async function startVictim(options: object, heap = 128): Promise<Victim> {
  const script = new URL('./victim.mjs', import.meta.url).pathname;
  const library = new URL('../../../dist/server/index.js', import.meta.url).pathname;
  const child = spawn(process.execPath, [`--max-old-space-size=${heap}`, script, library, JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done) throw new RangeError('the server process has ended');
    return value;
  };
  const root = await nextLine();
  const { hostname, port } = new URL(root);
  return {
    root,
    async usage() {
      child.stdin.write('usage\n');
      return JSON.parse(await nextLine()) as Usage; // written by victim.mjs
    },
    connect: () => connect(Number(port), hostname).on('error', () => undefined),
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'close');
      child.stdin.on('error', () => undefined).end('stop\n');
      await ended;
    },
  };
}

/** Writes to a connection for as long as it is open. @returns whether everything was written */
export async function writeAll(socket: Socket, pieces: Iterable<string | Buffer>): Promise<boolean> {
  for (const piece of pieces) {
    if (socket.destroyed) return false;
    if (socket.write(piece)) continue;
    await new Promise<void>((resolve) => {
      const go = () => {
        socket.off('drain', go).off('close', go);
        resolve();
      };
      socket.on('drain', go).on('close', go);
    });
  }
  return !socket.destroyed;
}

/** Everything that the server sends on a connection until it is closed. */
export async function answersOf(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (data) => {
    text += data.toString('latin1');
  });
  if (!socket.destroyed) await once(socket, 'close');
  return text;
}
