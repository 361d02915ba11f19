import { describe, expect } from 'vitest';
import { startHttpServer } from '../support/http-server.ts';
import { it, type World } from './support/world.ts';

const startSite = () =>
  startHttpServer(
    (_, response) => void response.writeHead(404, { 'content-type': 'text/html' }).end('<!doctype html><p>It works!'),
  );

const CALLS = [
  'get --app resource-lists',
  'put -i friends.xml',
  'lists',
  'rules',
  'services',
  'validate',
  'diff friends.xml',
  'export',
  'caps',
  'ls',
  'doctor',
  'cp --app resource-lists bob@example.com carol@example.com',
  'lists add nowhere bob@example.com',
  'edit',
  'import contacts.csv',
  'provision jobs.jsonl',
];

async function writeInputs(world: World): Promise<void> {
  await world.write('contacts.csv', 'list,uri\nfriends,sip:new@example.com\n');
  await world.write('jobs.jsonl', '{"add":"team"}\n');
}

describe.concurrent('a wrong root', () => {
  it.for(CALLS)('that is a web site is named by xcap %s', async (call, { world }) => {
    await writeInputs(world);
    await using server = await startSite();
    const { status, stderr, stdout } = await world.sh(`xcap ${call} --xcap-root ${server.origin}`, {
      EDITOR: 'sed -i s/resource/other/',
    });
    const parts = stderr.split(`${server.origin} is a web site, not an XCAP root; check --xcap-root.`);
    // edit warns before the editor opens as well.
    expect(parts).toHaveLength(call === 'edit' ? 3 : 2);
    expect(stdout).not.toMatch(/^ok/m);
    expect(status).not.toBe(0);
  });

  it('that lacks its path, or has too much of it, is named with the right one', async ({ world }) => {
    const origin = new URL(world.root).origin;
    for (const wrong of [origin, `${world.root}/resource-lists/users`])
      for (const call of ['lists', 'doctor', 'get --app resource-lists']) {
        const { status, stderr } = await world.sh(`xcap ${call} --xcap-root ${wrong}`);
        expect(stderr, call).toContain(
          `${wrong} is not an XCAP root, but ${world.root} is: use --xcap-root ${world.root}`,
        );
        expect(status).not.toBe(0);
      }
  });

  it.for([
    ['a login page', 'text/html', '<!doctype html><p>Sign in', 'is a web site'],
    ['another service', 'application/json', '{"a":1}', 'answers with JSON'],
  ] as const)(
    'that answers every request with %s stores and returns nothing, whatever its status',
    async ([, type, page, named], { world }) => {
      await using server = await startHttpServer(
        (_, response) => void response.writeHead(200, { 'content-type': type }).end(page),
      );
      for (const call of ['get --app resource-lists -o got', 'put -i friends.xml', 'insert -i friends.xml', 'ls']) {
        const { status, stderr } = await world.sh(`xcap ${call} --xcap-root ${server.origin}; s=$?; ls got; exit $s`);
        expect(stderr, call).toContain(named);
        expect(stderr).toContain("'got': No such file");
        expect(status, call).toBe(3);
      }
    },
  );

  it('that redirects to another server is named with that server', async ({ world }) => {
    await using server = await startHttpServer(
      (_, response) => void response.writeHead(302, { location: 'https://other.example/x' }).end(),
    );
    for (const call of ['get --app resource-lists', 'doctor']) {
      const { status, stderr } = await world.sh(`xcap ${call} --xcap-root ${server.origin}`);
      expect(stderr).toContain('redirects to https://other.example/x; if you trust that server, give its root');
      expect(status).toBe(3);
    }
  });

  it('is named by watch, when the document is missing', async ({ world }) => {
    await using server = await startHttpServer((_, response) => void response.writeHead(404).end());
    const { stderr } = await world.sh(
      `xcap watch --interval 0.1 --xcap-root ${server.origin} 2> said & timeout 60 sh -c 'until grep -q Warning said; do sleep 0.05; done'; kill -INT %1; wait %1; cat said >&2`,
    );
    expect(stderr).toMatch(/no such document yet\nWarning: .* may not be an XCAP root/);
  });

  it('of a server without XCAP is named', async ({ world }) => {
    await using server = await startHttpServer((_, response) => void response.writeHead(404).end());
    const { status, stderr } = await world.sh(`xcap lists --xcap-root ${server.origin}`);
    expect(stderr).toContain(
      'has no xcap-caps document either (404), so it may not be an XCAP root; check --xcap-root.',
    );
    expect(status).toBe(3);
  });

  it('is not blamed when it is right and the document is missing', async ({ world }) => {
    const { status, stderr } = await world.sh('xcap services');
    expect(stderr).toMatch(
      /^There is no rls-services document .* \(404\); check the account, or create one with .*\n$/,
    );
    expect(status).toBe(3);
  });

  it('is told apart from a domain that the server is not for', async ({ world }) => {
    const { status, stderr } = await world.sh('xcap lists --sip-address alice@wrong.example');
    expect(stderr).toContain(
      'The server is for example.com, and may not serve the domain wrong.example; check --sip-address.',
    );
    expect(status).toBe(3);
  });

  it('is not looked for when the server cannot be reached', async ({ world }) => {
    const { status, stderr } = await world.sh('xcap lists --xcap-root http://nowhere.invalid/');
    expect(stderr).toMatch(/^FATAL: the host name /);
    expect(status).toBe(1);
  });
});

describe.concurrent('doctor', () => {
  it('does not say ok about entity tags that the server does not accept back', async ({ world }) => {
    let [text, version]: [string | undefined, number] = [undefined, 0];
    await using server = await startHttpServer(({ method, target, headers, body }, response) => {
      if (target.includes('xcap-caps')) return void response.writeHead(403).end();
      if (target.includes('~~')) return void response.writeHead(404).end();
      if (method === 'DELETE') text = undefined;
      if (method === 'DELETE') return void response.writeHead(200).end();
      if (headers['if-match'] !== undefined) return void response.writeHead(412).end();
      if (method === 'PUT') {
        if (headers['if-none-match'] === '*' && text !== undefined) return void response.writeHead(412).end();
        [text, version] = [body, version + 1];
        return void response.writeHead(200, { etag: `"${version}"` }).end();
      }
      if (text === undefined) return void response.writeHead(404).end();
      response.writeHead(200, { etag: `"${version}"` }).end(text);
    });
    const { stdout } = await world.sh(`xcap doctor --xcap-root ${server.origin}`);
    expect(stdout).toMatch(/^mind {2}the server does not accept its own entity tags in If-Match/m);
    expect(stdout).not.toMatch(/^ok .*If-Match/m);
    expect(stdout).toMatch(/^\?\? {4}capabilities could not be read: .*403/m);
    expect(stdout).toMatch(/1 could not be checked\.\n$/);
  });
});
