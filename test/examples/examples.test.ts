import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const runExample = async (name: string): Promise<string> =>
  (await run(process.execPath, [`build/examples/${name}.js`], { timeout: 200_000 })).stdout;

/** What each example must show; an example without a line here fails. */
const shows: Readonly<Record<string, readonly string[]>> = {
  'buddy-list': ['Bobby sip:bob@example.com with entity tag', '<display-name>Carol</display-name>'],
  'two-devices': ['both are there: sip:bob@example.com, sip:carol@example.com', 'the old copy was refused with 412'],
  'offline-document': [
    "<rl:entry uri='sip:robert@example.com'/><!-- from school -->",
    'uniqueness-failure',
    'issues: 0',
  ],
  logging: ['503 in', 'failed: try 2 in', '(challenged) in', 'TransportError in'],
  spans: ['xcap edit > PUT {', '"http.response.status_code":201', 'xcap get {"error.type":"NotFoundError"}'],
  'presence-rules': [
    'sip:bob@example.com: allow, by xcap-allow',
    'sip:carol@example.org: polite-block, by xcap-polite-block',
    'sip:eve@example.com: block, by no rule',
    'lint: contradiction',
  ],
  'offline-devices': [
    'offline: TransportError, unsent edits: true',
    'both changed /resource-lists/list[@name="friends"]/entry[@uri="sip:bob@example.com"]/display-name: Robert or Bobby?',
    'sip:bob@example.com Robert\nsip:carol@example.com \nsip:dave@example.com \nthe same on both: true',
  ],
  provisioning: ['first run: 1889 done, 111 failed', 'second run: 111 done, 1889 done before, 0 failed'],
  'app-under-test': ['pass 5', 'fail 0'],
  watch: [
    'PUT /resource-lists/list[@name="friends"]/entry[@uri="sip:bob@example.com"]\n',
    'DELETE /resource-lists/list[@name="friends"]/entry[@uri="sip:bob@example.com"]\n',
  ],
  simservs: [
    'no-answer: to tel:+15555550123',
    'Bob calls, nobody answers: forward to tel:+15555550123 after 25 s',
    'a call abroad: bar, since rule "call-barring-outgoing-international" of outgoing-communication-barring bars the call',
    'warnings: 0',
  ],
  demo: [
    '/resource-lists/list[@name="friends"]/entry[@uri="sip:bill@example.com"]/display-name',
    'Dave (from the phone)',
    'Erin (from the laptop)',
    '412 PreconditionFailedError',
    'refused locally',
    'refused by the server',
  ],
};

describe('the examples run and show what they promise', () => {
  const names = readdirSync('examples')
    .filter((name) => name.endsWith('.ts'))
    .map((name) => name.slice(0, -3));

  it.each(names)('%s is short enough to be read', (name) =>
    expect(readFileSync(`examples/${name}.ts`, 'utf8').split('\n').length).toBeLessThanOrEqual(60),
  );

  it("each is told of in the folder's README", () => {
    const readme = readFileSync('examples/README.md', 'utf8');
    expect(names.filter((name) => !readme.includes(`(${name}.ts)`))).toEqual([]);
  });

  it.each(names)(
    '%s',
    async (name) => {
      const output = await runExample(name);
      const promised = shows[name];
      expect(promised, `what ${name} shows is not written down here`).toBeDefined();
      for (const line of promised ?? []) expect(output).toContain(line);
    },
    240_000,
  );
});
