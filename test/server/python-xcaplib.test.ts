import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startServer } from './support.ts';

/** Requests as python-xcaplib sends them: with urllib, its digest handler, and no media type for documents. */
const SCRIPT = `
import json, sys, urllib.request, urllib.error
root, requests = sys.argv[1], json.loads(sys.argv[2])
passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
passwords.add_password(None, root, 'ann', 'pw')
opener = urllib.request.build_opener(urllib.request.HTTPDigestAuthHandler(passwords))
statuses = []
for method, path, body, kind in requests:
    request = urllib.request.Request(root + path, data=body and body.encode(), method=method)
    if kind: request.add_header('Content-Type', kind)
    try: statuses.append(opener.open(request).status)
    except urllib.error.HTTPError as error: statuses.append(error.code)
print(json.dumps(statuses))
`;

const hasPython = spawnSync('python3', ['-c', 'import urllib.request']).status === 0;
if (!hasPython) console.info('skipped: there is no python3');

const index = '/resource-lists/users/sip:ann@x.example/index';
const document = '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="a"/></resource-lists>';
const raw = `${index}/~~/resource-lists/list[@name="a"]`;
const requests = [
  ['PUT', index, document, null],
  ['GET', index, null, null],
  ['PUT', `${raw}/entry[@uri="sip:bo@x.example"]`, '<entry uri="sip:bo@x.example"/>', 'application/xcap-el+xml'],
  ['GET', raw, null, null],
  ['DELETE', raw, null, null],
];

async function statuses(compat: 'python-xcaplib' | undefined): Promise<number[]> {
  await using server = await startServer({ users: { 'ann@x.example': 'pw' }, compat });
  const args = ['-c', SCRIPT, server.server.root, JSON.stringify(requests)];
  const { stdout } = await promisify(execFile)('python3', args);
  return JSON.parse(stdout);
}

describe.skipIf(!hasPython)('a client that is built on urllib, as python-xcaplib is', () => {
  it('works with the concessions', async () => {
    expect(await statuses('python-xcaplib')).toEqual([201, 200, 201, 200, 200]);
  });

  it('does not work without them', async () => {
    expect(await statuses(undefined).catch(() => 'failed')).not.toEqual([201, 200, 201, 200, 200]);
  });
});

describe('the concessions to python-xcaplib', () => {
  it('are one MD5 challenge', async () => {
    await using server = await startServer({ users: { 'ann@x.example': 'pw' }, compat: 'python-xcaplib' });
    expect((await server.get(index.slice(1))).headers['www-authenticate']).toMatch(/^(?!.*SHA).*algorithm=MD5/);
  });

  it('take documents without a media type, but no other wrong one', async () => {
    await using server = await startServer({ compat: 'python-xcaplib' });
    const put = (headers: Record<string, string>) =>
      server.request('PUT', index.slice(1), { headers, body: document }).then(({ status }) => status);
    expect(await put({})).toBe(201);
    expect(await put({ 'content-type': 'application/x-www-form-urlencoded' })).toBe(200);
    expect(await put({ 'content-type': 'text/html' })).toBe(415);
  });

  it('cannot be combined with algorithms that it does not understand', async () => {
    const options = { users: { 'ann@x.example': 'pw' }, algorithms: ['SHA-256'], compat: 'python-xcaplib' } as const;
    await expect(startServer(options)).rejects.toThrow('python-xcaplib understands MD5 only');
  });

  it('are refused for an unknown client', async () => {
    // @ts-expect-error: this client is not known
    await expect(startServer({ compat: 'nonsense' })).rejects.toMatchObject({ code: 'invalid-argument' });
  });
});
