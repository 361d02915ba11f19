import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';

/** A response of the language server. */
interface Answer {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: { readonly items?: readonly unknown[] };
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** An error or warning that an editor marks in a file (LSP 3.17). */
export interface Diagnostic {
  readonly range: { readonly start: Place; readonly end: Place };
  /** 1 for an error. */
  readonly severity?: number;
  readonly message: string;
}

/** A 0-based place in a file. */
interface Place {
  readonly line: number;
  readonly character: number;
}

/** TypeScript as an editor talks to it: the Language Server Protocol over standard input and output. */
export class LanguageServer implements AsyncDisposable {
  readonly #process = spawn('node_modules/.bin/tsc', ['--lsp', '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
  readonly #waiting = new Map<number | string, (answer: Answer) => void>();
  #received = Buffer.alloc(0);
  #lastId = 0;

  /** Starts a server for the project in the current folder. */
  static async start(): Promise<LanguageServer> {
    const server = new LanguageServer();
    server.#process.stdout.on('data', (data: Buffer) => server.#receive(data));
    const capabilities = { textDocument: { hover: { contentFormat: ['markdown'] } } };
    const rootUri = pathToFileURL('.').href;
    await server.#ask('initialize', { processId: process.pid, rootUri, capabilities });
    server.#send({ method: 'initialized', params: {} });
    return server;
  }

  /** Opens a file with this text, which need not exist. */
  open(file: string, text: string): void {
    const textDocument = { uri: pathToFileURL(file).href, languageId: 'typescript', version: 1, text };
    this.#send({ method: 'textDocument/didOpen', params: { textDocument } });
  }

  /** Returns the errors in a file: 0-based start and end of the marked text, and the message. */
  async errors(file: string): Promise<readonly Diagnostic[]> {
    const { result, error } = await this.#ask('textDocument/diagnostic', {
      textDocument: { uri: pathToFileURL(file).href },
    });
    if (error) throw new Error(error.message);
    const report = result as { items?: readonly Diagnostic[] } | null; // LSP 3.17, DocumentDiagnosticReport
    return (report?.items ?? []).filter(({ severity }) => severity === 1);
  }

  /** Returns what an editor shows over a place, 0-based, in Markdown. */
  async hover(file: string, line: number, character: number): Promise<string> {
    const place = { textDocument: { uri: pathToFileURL(file).href }, position: { line, character } };
    const { result, error } = await this.#ask('textDocument/hover', place);
    if (error) throw new Error(error.message);
    const shown = result as { contents?: { value?: string } } | null; // LSP 3.17, Hover
    return shown?.contents?.value ?? '';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ask('shutdown', null);
    this.#send({ method: 'exit' });
    this.#process.stdin.end();
    if (this.#process.exitCode === null) await new Promise((resolve) => this.#process.once('exit', resolve));
  }

  #ask(method: string, params: unknown): Promise<Answer> {
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#send({ id, method, params });
    });
  }

  #send(message: object): void {
    const json = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.#process.stdin.write(`Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`);
  }

  #receive(data: Buffer): void {
    this.#received = Buffer.concat([this.#received, data]);
    for (;;) {
      const head = this.#received.indexOf('\r\n\r\n');
      const length = Number(
        /Content-Length: (\d+)/i.exec(this.#received.toString('latin1', 0, Math.max(head, 0)))?.[1],
      );
      if (head < 0 || this.#received.length < head + 4 + length) return;
      const message: Answer = JSON.parse(this.#received.toString('utf8', head + 4, head + 4 + length));
      this.#received = this.#received.subarray(head + 4 + length);
      if (message.id === undefined) continue;
      if (message.method === undefined) this.#waiting.get(message.id)?.(message);
      // The server asks for settings; there are none.
      else this.#send({ id: message.id, result: message.params?.items?.map(() => null) ?? null });
    }
  }
}
