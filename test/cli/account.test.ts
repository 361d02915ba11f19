import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect } from 'vitest';
import { type FixtureServer, startHttpServer } from '../support/http-server.ts';
import { FRIENDS, it, type World } from './support/world.ts';

const CAPS = `<xcap-caps xmlns="urn:ietf:params:xml:ns:xcap-caps"><auids><auid>resource-lists</auid></auids><namespaces><namespace>urn:ietf:params:xml:ns:xcap-caps</namespace></namespaces></xcap-caps>`;
const RULES = `<ruleset xmlns="urn:ietf:params:xml:ns:common-policy"></ruleset>`;
const SERVICES = `<rls-services xmlns="urn:ietf:params:xml:ns:rls-services"></rls-services>`;

/** A server without authentication that has a document of every usage. */
const startOpen = (): Promise<FixtureServer> =>
  startHttpServer(({ method, target }, response) => {
    if (method !== 'GET') return void response.writeHead(200, { etag: '"2"' }).end();
    const body = target.startsWith('/xcap-caps')
      ? CAPS
      : target.startsWith('/pres-rules')
        ? RULES
        : target.startsWith('/rls-services')
          ? SERVICES
          : FRIENDS;
    response.writeHead(target.includes('xcap-directory') ? 404 : 200, { etag: '"1"' }).end(body);
  });

/** One call of every command that talks to a server. */
const CALLS = [
  'get --app resource-lists',
  'put -i friends.xml',
  'delete --app resource-lists',
  'insert -i friends.xml',
  'replace -i friends.xml',
  'lists',
  'lists add work',
  'rules',
  'rules decide bob@example.com',
  'services',
  'edit',
  'diff friends.xml',
  'validate',
  'caps',
  'ls',
  'import contacts.csv',
  'export',
  'provision jobs.jsonl',
];

const run = (world: World, server: FixtureServer, call: string, options: string) =>
  world.sh(`xcap ${call} --xcap-root ${server.origin} ${options}`, { EDITOR: 'sed -i s/Bob/Robert/' });

async function writeInputs(world: World): Promise<void> {
  await world.write('contacts.csv', 'list,uri\nfriends,sip:new@example.com\n');
  await world.write('jobs.jsonl', '{"add":"team"}\n');
}

describe.concurrent('the account', () => {
  it.for(CALLS)('gives every request of "%s" its headers and its XUI', async (call, { world }) => {
    await writeInputs(world);
    await using server = await startOpen();
    await run(world, server, call, '--header "X-One: 1" --xui mcptt_UE_id');
    expect(server.seen.length).toBeGreaterThan(0);
    expect(server.seen.filter(({ headers }) => headers['x-one'] !== '1')).toEqual([]);
    const users = server.seen.map(({ target }) => /\/users\/([^/]+)\//.exec(target)?.[1]).filter(Boolean);
    expect(new Set(users)).toEqual(new Set(call === 'caps' ? [] : ['mcptt_UE_id']));
  });

  it.for([
    'get --app resource-lists',
    'put -i friends.xml',
    'lists',
    'rules',
    'caps',
    'ls',
    'diff friends.xml',
    'export',
  ])('limits the time of "%s"', async (call, { world }) => {
    await using server = await startHttpServer(() => {});
    const { status, stderr } = await run(world, server, call, '--timeout 0.3');
    expect(stderr).toMatch(/no complete answer within 300 ms; try again, or raise --timeout/);
    expect(status).toBe(1);
  });

  it('applies to xcapclient as well', async ({ world }) => {
    await using server = await startOpen();
    await world.sh(
      `xcapclient get --app resource-lists --xcap-root ${server.origin} --header X-One:1 --xui mcptt_UE_id`,
    );
    expect(server.seen[0]?.headers['x-one']).toBe('1');
    expect(server.seen[0]?.target).toBe('/resource-lists/users/mcptt_UE_id/index');
  });

  it('keeps an XUI without scheme that contains an @', async ({ world }) => {
    await using server = await startOpen();
    await world.sh(`xcap lists --xcap-root ${server.origin} --xui test@example.com`);
    expect(server.seen[0]?.target).toBe('/resource-lists/users/test@example.com/index');
  });

  it('comes from the configuration file with all its keys', async ({ world }) => {
    await using server = await startOpen();
    await world.write('ca.pem', await readFile(resolve('test/cli/tls/ca.pem'), 'utf8'));
    await writeFile(
      join(world.home, '.xcapclient.ini'),
      `[Account]\nxcap_root = ${server.origin}\nsip_address = alice@example.com\nxui = someone\npassword_file = ${world.folder}/pw\nheader = X-One: 1\nheader = X-Two: 2\ntimeout = 30\nprofile = openxcap\nca = ${world.folder}/ca.pem\n`,
      { mode: 0o600 },
    );
    await world.sh('echo secret > pw; chmod 600 pw');
    const { status, stderr } = await world.sh('xcap lists');
    expect([status, stderr]).toEqual([0, '']);
    expect(server.seen[0]).toMatchObject({
      target: '/resource-lists/users/someone/index',
      headers: { 'x-one': '1', 'x-two': '2' },
    });
  });

  it('has its configuration keys in the help and in docs/cli.md', async ({ world }) => {
    const { stdout } = await world.sh('xcap --help');
    const page = await readFile('docs/cli.md', 'utf8');
    const keys = ['xcap_root', 'sip_address', 'xui', 'password', 'password_file', 'profile', 'header', 'timeout'];
    for (const key of [...keys, 'ca', 'cert', 'key', 'allow_basic']) {
      expect(stdout).toMatch(new RegExp(`^  ${key} +--|^  ${key} +the `, 'm'));
      expect(page).toMatch(new RegExp(`^  ${key} +--|^  ${key} +the `, 'm'));
    }
  });
});

describe.concurrent('header fields of one request', () => {
  it('replace those of get, put and delete', async ({ world }) => {
    await using server = await startOpen();
    const at = `--xcap-root ${server.origin} --header 'content-type: text/x' --header 'If-Match: "7"'`;
    const dry = await world.sh(`xcap put -i friends.xml --dry-run ${at}`);
    expect(dry.stdout).toMatch(/^PUT .*\nContent-Type: text\/x\n.*\nIf-Match: "7"\n/);
    await world.sh(`xcap put -i friends.xml ${at}; xcap delete --app resource-lists ${at}`);
    const [put, deletion] = server.seen.map(({ headers }) => [headers['content-type'], headers['if-match']]);
    expect([put, deletion]).toEqual([
      ['text/x', '"7"'],
      [undefined, '"7"'],
    ]);
  });

  it.for(['lists', 'insert -i friends.xml', 'insert -i friends.xml --dry-run', 'ls'])(
    'are refused by %s, before anything is sent',
    async (call, { world }) => {
      await using server = await startOpen();
      const { status, stderr } = await run(world, server, call, '--header Content-Type:text/x');
      expect(stderr).toContain('The header Content-Type differs from request to request');
      expect([status, server.seen]).toEqual([2, []]);
    },
  );
});

/** A server that asks for Basic over plain HTTP, at an address that is not the loopback host. */
async function startBasic() {
  const server = await startHttpServer(({ headers, method }, response) => {
    if (headers.authorization === undefined)
      return void response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    response.writeHead(200, { etag: '"1"' }).end(method === 'GET' ? FRIENDS : '');
  });
  return { server, root: server.origin.replace('127.0.0.1', '0.0.0.0') };
}

describe.concurrent('Basic over plain HTTP', () => {
  it.for(['lists', 'get --app resource-lists', 'put -i friends.xml', 'replace -i friends.xml'])(
    'gets the password of %s only with --allow-basic, which the message names',
    async (call, { world }) => {
      const { server, root } = await startBasic();
      await using _ = server;
      const refused = await world.sh(`xcap ${call} --xcap-root ${root}`);
      expect(refused.stderr).toContain('--allow-basic');
      expect(refused.status).toBe(3);
      expect(server.seen.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
      const allowed = await world.sh(`xcap ${call} --xcap-root ${root} --allow-basic`);
      expect(allowed.status, allowed.stderr).toBe(0);
    },
  );

  it('is allowed by the configuration file, which takes yes or no', async ({ world }) => {
    const { server, root } = await startBasic();
    await using _ = server;
    const section = `[Account_old]\nxcap_root = ${root}\nsip_address = alice@example.com\npassword = x\n`;
    await writeFile(join(world.home, '.xcapclient.ini'), `${section}allow_basic = yes\n`, { mode: 0o600 });
    expect((await world.sh('xcap lists -a old')).status).toBe(0);
    await writeFile(join(world.home, '.xcapclient.ini'), `${section}allow_basic = maybe\n`, { mode: 0o600 });
    expect((await world.sh('xcap lists -a old')).stderr).toContain("allow_basic is yes or no, not 'maybe'");
  });
});

describe.concurrent('the profile', () => {
  it.for(['put', 'replace'])(
    'makes %s of an attribute store the value on a server that keeps quotes',
    async (action, { world }) => {
      // OpenXCAP stores the body of an attribute PUT as it is, and its writes are not atomic.
      await using server = await startHttpServer(({ method, body }, response) => {
        if (method === 'GET') response.writeHead(200, { etag: '"1"' }).end(FRIENDS);
        else response.writeHead(200, { etag: `"${body.length}"` }).end();
      });
      await world.feed(
        '"pals"',
        `xcapclient ${action} '/resource-lists/list/@name' --profile openxcap --xcap-root ${server.origin}`,
      );
      const bodies = server.seen.filter(({ method }) => method === 'PUT').map(({ body }) => body);
      expect(bodies.length).toBeGreaterThan(0);
      for (const body of bodies) expect(body).not.toContain('&quot;');
      expect(bodies[0]).toMatch(/^pals$|name="pals"/);
    },
  );

  it('makes a delete of a node go through the document on a server that mishandles nodes', async ({ world }) => {
    let text = FRIENDS;
    await using server = await startHttpServer(({ method, target, body }, response) => {
      if (target.includes('~~')) return void response.writeHead(500).end();
      if (method === 'PUT') text = body;
      response.writeHead(200, { etag: `"${text.length}"` }).end(method === 'GET' ? text : '');
    });
    const { status, stderr } = await world.sh(
      `xcapclient delete '/resource-lists/list/entry[@uri="sip:bob@example.com"]' --profile kamailio --xcap-root ${server.origin}`,
    );
    expect(status, stderr).toBe(0);
    expect(text).not.toContain('sip:bob@example.com');
    expect(stderr).toContain('200 OK');
  });
});

describe.concurrent('the password', () => {
  const WITHOUT = 'sed -i /password/d ~/.xcapclient.ini;';
  const PASSWORD = 's#cret; %20';

  it('comes from the first line of --password-file', async ({ world }) => {
    await world.write('pw', `${PASSWORD}\nnot this\n`);
    const { status, stderr } = await world.sh(`${WITHOUT} chmod 600 pw; xcap lists --password-file pw`);
    expect([status, stderr]).toEqual([0, '']);
  });

  it('comes from XCAP_PASSWORD', async ({ world }) => {
    expect((await world.sh(`${WITHOUT} xcap lists`, { XCAP_PASSWORD: PASSWORD })).status).toBe(0);
    expect((await world.sh('xcapclient get --app resource-lists', { XCAP_PASSWORD: PASSWORD })).status).toBe(0);
  });

  it('of an account that -a names is not replaced by XCAP_PASSWORD', async ({ world }) => {
    await world.sh('xcap put -q -a bob -i friends.xml');
    expect((await world.sh('xcap lists -a bob', { XCAP_PASSWORD: PASSWORD })).status).toBe(0);
  });

  it('in a file that others can read is worth a warning', async ({ world }) => {
    await world.write('pw', PASSWORD);
    const { stderr } = await world.sh(`${WITHOUT} chmod 644 pw; xcap lists --password-file pw`);
    expect(stderr).toBe('Warning: others can read the password in pw; run chmod 600 pw\n');
  });

  it.for([
    ['--password-file none', 'none cannot be read (no such file)'],
    ['--password-file empty', 'empty has no password in its first line'],
  ])('%s is refused', async ([options, message], { world }) => {
    await world.write('empty', '\n');
    const { status, stderr } = await world.sh(`xcap lists ${options}`);
    expect(stderr).toContain(message);
    expect(status).toBe(1);
  });

  it('is visible in the list of processes with -p, as the help of every command says', async ({ world }) => {
    for (const line of ['xcapclient -h', 'xcap get --help', 'xcap lists --help'])
      expect((await world.sh(line)).stdout.replace(/\s+/g, ' ')).toContain('can see it in the list of processes (ps)');
  });
});

describe.concurrent('the configuration file', () => {
  it('that others can write is worth a warning', async ({ world }) => {
    const { stderr } = await world.sh('chmod 622 ~/.xcapclient.ini; xcap lists');
    expect(stderr).toMatch(/^Warning: others can write .*\.xcapclient\.ini, .*run chmod 600 /);
  });

  it('that is not UTF-8 is refused with its line', async ({ world }) => {
    await writeFile(join(world.home, '.xcapclient.ini'), Buffer.from('[Account]\npassword = J\xfcrgen\n', 'latin1'));
    const { status, stderr } = await world.sh('xcap lists');
    expect(stderr).toMatch(/\.xcapclient\.ini, line 2: it is not UTF-8/);
    expect(status).toBe(1);
  });
});

describe.concurrent('-v', () => {
  it('hides credentials in header options', async ({ world }) => {
    await using server = await startOpen();
    const headers = ['Authorization: Bearer t0psecret', 'X-Api-Key: t0psecret', 'Cookie: sid=t0psecret'];
    const options = headers.map((header) => `--header '${header}'`).join(' ');
    for (const call of ['get --app resource-lists', 'lists', 'lists add x --dry-run', 'put -i friends.xml --dry-run']) {
      const { stdout, stderr } = await world.sh(`xcap ${call} -v --xcap-root ${server.origin} ${options}`);
      expect(stdout + stderr).not.toContain('t0psecret');
      expect(stdout + stderr).toContain('[not shown]');
    }
    expect(server.seen[0]?.headers['authorization']).toBe('Bearer t0psecret');
  });
});
