import { describe, expect } from 'vitest';
import { pathOf, startPlainServer } from './support/plain-server.ts';
import { it } from './support/world.ts';

const OMA = 'org.openmobilealliance.pres-rules';
const NAMESPACES =
  'xmlns:ocp="urn:oma:xml:xdm:common-policy" xmlns:pr="urn:ietf:params:xml:ns:pres-rules" xmlns:cr="urn:ietf:params:xml:ns:common-policy"';
const rule = (id: string, condition: string, handling: string): string =>
  `<cr:rule id="${id}"><cr:conditions>${condition}</cr:conditions><cr:actions><pr:sub-handling>${handling}</pr:sub-handling></cr:actions></cr:rule>`;
const listed = (anchor: string): string => `<ocp:external-list><ocp:entry anc="${anchor}"/></ocp:external-list>`;
const anchor = (root: string, list: string): string =>
  `${root}/resource-lists/users/sip:alice@example.com/index/~~/resource-lists/list%5B@name=%22${list}%22%5D`;

/** The standard rules of OMA clients, with the lists that they refer to. */
async function start(blocked = 'oma_blockedcontacts') {
  const server = await startPlainServer();
  const root = server.origin;
  server.documents.set(
    pathOf(OMA, 'pres-rules'),
    `<cr:ruleset ${NAMESPACES}>${rule('wp_prs_unlisted', '<ocp:other-identity/>', 'confirm')}${rule('wp_prs_grantedcontacts', listed(anchor(root, 'oma_grantedcontacts')), 'allow')}${rule('wp_prs_blockedcontacts', listed(anchor(root, blocked)), 'block')}</cr:ruleset>`,
  );
  server.documents.set(
    pathOf('resource-lists'),
    `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="oma_grantedcontacts"><external anchor="${anchor(root, 'rcs').replace('sip:', 'sip%3A').replace('alice@', 'alice%40')}"/></list><list name="oma_blockedcontacts"><entry uri="tel:+15551230002"/></list><list name="rcs"><entry uri="tel:+15551230001"/><entry-ref ref="resource-lists/users/sip:alice@example.com/index/~~/resource-lists/list%5B@name=%22oma_blockedcontacts%22%5D/entry"/><external anchor="http://elsewhere.example/resource-lists/users/sip:x@y/index/~~/resource-lists/list"/></list></resource-lists>`,
  );
  return server;
}

describe.concurrent('rules decide', () => {
  it('fetches the external lists that the rules refer to', async ({ world }) => {
    await using server = await start();
    server.documents.set(
      pathOf('resource-lists'),
      (server.documents.get(pathOf('resource-lists')) ?? '').replace(
        /<entry-ref.*?\/><external anchor="http:\/\/elsewhere.*?\/>/,
        '',
      ),
    );
    const decide = async (watcher: string) =>
      (await world.sh(`xcap rules decide ${watcher} --app ${OMA} --xcap-root ${server.origin}`)).stdout.split('\n')[0];
    expect(await decide('tel:+15551230002')).toMatch(/^tel:\+15551230002: block/);
    expect(await decide('tel:+15551230001')).toMatch(/^tel:\+15551230001: allow/);
    expect(await decide('tel:+15559999999')).toMatch(/: confirm/);
  });

  it('says unknown, the reason and a status other than 0 when a list that matters cannot be read', async ({
    world,
  }) => {
    await using server = await start('missing');
    const call = `xcap rules decide tel:+15559999999 --app ${OMA} --xcap-root ${server.origin}`;
    const { status, stdout } = await world.sh(`${call}`);
    expect(stdout).toMatch(
      /^tel:\+15559999999: unknown, because the list http.*oma_grantedcontacts.* cannot be read: .*\n.*missing/,
    );
    expect(status).toBe(1);
    const json = await world.sh(`${call} --json`);
    expect(JSON.parse(json.stdout)).toMatchObject({
      subHandling: 'unknown',
      unread: [{ reason: expect.any(String) }, {}],
    });
    expect(json.status).toBe(1);
  });
});

describe.concurrent('lists', () => {
  it('shows references, and follows them with --expand', async ({ world }) => {
    await using server = await start();
    const plain = await world.sh(`xcap lists show rcs --xcap-root ${server.origin}`);
    expect(plain.stdout).toMatch(/── entry-ref resource-lists\/users.*\n.*── external http:\/\/elsewhere/);
    expect(server.seen).toHaveLength(1);
    const { stdout, status } = await world.sh(`xcap lists --expand --xcap-root ${server.origin}`);
    expect(status).toBe(0);
    expect(stdout).toMatch(/oma_grantedcontacts.*\n└── external .*\n {4}└── rcs .*\n {8}├── tel:\+15551230001/);
    expect(stdout).toMatch(/entry-ref .*\n.*└── tel:\+15551230002/);
    expect(stdout).toMatch(/not followed: .*another server/);
    expect(server.seen.every(({ target }) => target.startsWith('/resource-lists/users/sip:alice'))).toBe(true);
    const { lists } = JSON.parse((await world.sh(`xcap lists --expand --json --xcap-root ${server.origin}`)).stdout);
    expect(lists[0].externals[0].list.entries[0].uri).toBe('tel:+15551230001');
  });

  it('does not follow references in a circle', async ({ world }) => {
    await using server = await startPlainServer();
    const self = anchor(server.origin, 'a');
    server.documents.set(
      pathOf('resource-lists'),
      `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="a"><external anchor="${self}"/></list></resource-lists>`,
    );
    const { status, stdout } = await world.sh(`xcap lists --expand --xcap-root ${server.origin}`);
    expect(status).toBe(0);
    expect(stdout).toContain('leads back to a list that it is in');
  });
});

describe.concurrent('services', () => {
  it('are added for a list of the user, renamed and removed', async ({ world }) => {
    const { status, stderr } = await world.sh(
      'xcap services add team@example.com --list "friends/close friends" --packages presence,message-summary && xcap services rename team@example.com crew@example.com',
    );
    expect(status, stderr).toBe(0);
    const { services } = JSON.parse((await world.sh('xcap services --json')).stdout);
    expect(services).toMatchObject([
      {
        uri: 'sip:crew@example.com',
        packages: ['presence', 'message-summary'],
        resourceList: `${world.root}/resource-lists/users/sip:alice@example.com/index/~~/resource-lists/list%5B@name=%22friends%22%5D/list%5B@name=%22close%20friends%22%5D`,
      },
    ]);
    expect((await world.sh('xcap services remove crew@example.com')).status).toBe(0);
    expect((await world.sh('xcap services')).stdout).toBe('There are no services.\n');
  });
});

describe.concurrent('arguments', () => {
  const rows: readonly (readonly [line: string, status: number, message: string])[] = [
    ['caps x', 1, "xcap caps takes no arguments, so 'x' is one too many"],
    ['ls x', 1, "xcap ls takes no arguments, so 'x' is one too many"],
    ['doctor x', 1, "xcap doctor takes no arguments, so 'x' is one too many"],
    ['watch x', 1, "xcap watch takes no arguments, so 'x' is one too many"],
    ['edit x', 1, "xcap edit takes no arguments, so 'x' is one too many"],
    ['import a b', 1, "xcap import takes one argument, so 'b' is one too many"],
    ['export a b', 1, "xcap export takes one argument, so 'b' is one too many"],
    ['diff a b c', 1, "xcap diff takes 2 arguments, so 'c' is one too many"],
    ['rules lint x', 1, 'The form is: xcap rules lint'],
    ['rules show x', 1, 'The form is: xcap rules show'],
    ['services show x', 1, "xcap services has no verb 'show'"],
    ['services remove a b', 1, 'The form is: xcap services remove URI'],
    ['services add team@example.com', 1, 'The form is: xcap services add URI --list LIST'],
    ['services rename nobody@example.com x@example.com', 1, 'There is no service sip:nobody@example.com'],
    ['lists show a b', 1, 'The form is: xcap lists show [LIST]'],
    ['lists remove friends --name x', 2, 'xcap lists remove has no option --name'],
    ['lists show --into x', 2, 'xcap lists show has no option --into'],
    ['lists add friends x@example.com --into y', 2, 'option --into belongs to a new list'],
    ['lists rename friends bob@example.com', 1, "'bob@example.com' is the address of an entry; give its new name"],
    ['lists add bob@example.com', 1, "'bob@example.com' is the address of an entry; name the list before it"],
    ['rules allow friends', 1, "'friends' is not a watcher"],
    ['rules allow bob@example.com --sphere x', 2, 'xcap rules allow has no option --sphere'],
    ['rules lint --dry-run', 2, 'xcap rules lint has no option --dry-run'],
  ];
  it.for(rows)('of "%s" are refused', async ([line, expected, message], { world }) => {
    const { status, stderr } = await world.sh(`xcap ${line}`);
    expect(stderr).toContain(message);
    expect(status).toBe(expected);
  });
});

describe.concurrent('rules forget', () => {
  it('removes a watcher from the rules that the verbs made', async ({ world }) => {
    await world.sh('xcap rules block -q bob@example.com && xcap rules allow -q carol@example.com');
    expect((await world.sh('xcap rules forget bob@example.com')).status).toBe(0);
    const { stdout } = await world.sh('xcap rules');
    expect(stdout).not.toContain('bob@example.com');
    expect(stdout).toContain('carol@example.com');
  });
});

describe.concurrent('rules allow everyone', () => {
  it('lets everyone see except those who have a rule of their own, before and after', async ({ world }) => {
    const before = 'xcap rules block -q bob@example.com && xcap rules polite-block -q example.net';
    const { status, stderr } = await world.sh(
      `${before} && xcap rules allow -q everyone && xcap rules block -q erin@example.org`,
    );
    expect(status, stderr).toBe(0);
    const decide = async (watcher: string) =>
      (await world.sh(`xcap rules decide ${watcher}`)).stdout.split('\n')[0]?.split(',')[0];
    expect(await decide('dave@example.org')).toBe('sip:dave@example.org: allow');
    expect(await decide('bob@example.com')).toBe('sip:bob@example.com: block');
    expect(await decide('x@example.net')).toBe('sip:x@example.net: polite-block');
    expect(await decide('erin@example.org')).toBe('sip:erin@example.org: block');
    await world.sh('xcap rules forget -q everyone');
    expect(await decide('dave@example.org')).toBe('sip:dave@example.org: block');
  });
});
