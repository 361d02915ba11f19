import { spawn } from 'node:child_process';

const NAMESPACE = 'urn:ietf:params:xml:ns:resource-lists';

/** Returns the text of a document with a list `friends` of so many entries. */
export function listOf(entries: number): string {
  const entry = (_: unknown, at: number) =>
    `    <entry uri="sip:user${at}@example.com"><display-name>User ${at}</display-name></entry>\n`;
  const content = Array.from({ length: entries }, entry).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<resource-lists xmlns="${NAMESPACE}">\n  <list name="friends">\n${content}  </list>\n</resource-lists>\n`;
}

/** An embedded server in a process of its own, so that its time does not count as that of the client. */
export interface ServerProcess extends AsyncDisposable {
  readonly root: string;
}

export async function startServerProcess(): Promise<ServerProcess> {
  const program = "import { createXcapServer } from 'xcap/server'; console.log((await createXcapServer()).root);";
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const root = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (data) => resolve(String(data).trim()));
    child.once('error', reject);
    child.once('exit', (status) => reject(new Error(`the server ended with ${status}`)));
  });
  return {
    root,
    async [Symbol.asyncDispose]() {
      child.kill();
    },
  };
}
