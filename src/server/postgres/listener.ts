import { Client } from 'pg';

/** Milliseconds before a lost connection is made again. */
const PAUSE = 500;

/** Hears of writes by `LISTEN`, on a connection of its own that is made again whenever it is lost. */
export class PostgresListener {
  readonly #url: string;
  readonly #statement: string;
  readonly #onPath: (path: string | undefined) => void;
  #client: Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  /**
   * @param statement - the LISTEN statement
   * @param onPath - called with the path of each document that was written; with `undefined` if it is not known which, as
   *   after a lost connection
   */
  constructor(url: string, statement: string, onPath: (path: string | undefined) => void) {
    this.#url = url;
    this.#statement = statement;
    this.#onPath = onPath;
  }

  /** Resolves when writes are heard of. Rejects if the first connection cannot be made. */
  async start(): Promise<void> {
    const client = new Client({ connectionString: this.#url, application_name: 'xcap listener' });
    this.#client = client;
    client.on('notification', ({ payload = '' }) => this.#onPath(payload === '' ? undefined : payload));
    // The end of the connection is reported as an error, too.
    client.on('error', () => undefined);
    await client.connect();
    await client.query(this.#statement);
    client.once('end', () => this.#again());
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#client?.end().catch(() => undefined);
  }

  #again(): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(async () => {
      try {
        await this.start();
        if (this.#isClosed) await this.close();
        else this.#onPath(undefined);
      } catch {
        // The database is still away.
        await this.#client?.end().catch(() => undefined);
        this.#again();
      }
    }, PAUSE);
    this.#timer.unref();
  }
}
