import { describe, expect } from 'vitest';
import { startHttpServer } from '../support/http-server.ts';
import { has, it, type World } from './support/world.ts';

const [CSI, RLO, PDI, BELL] = ['\u009b31m', '\u202e', '\u2069', '\u0085'];
/** XML allows C1 and bidirectional controls; a name with them, a quote, a shell command and a formula. */
const NAME = `=cmd()${CSI}${RLO}${PDI}${BELL}'; touch pwned; $(touch pwned) \`touch pwned\` "!!`;
const escapeXml = (text: string): string => text.replace(/[<&"]/g, (char) => `&#${char.charCodeAt(0)};`);

const LISTS = `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="${escapeXml(NAME)}"><display-name>${escapeXml(NAME)}</display-name><entry uri="sip:x${CSI}${RLO}@example.com"><display-name>${escapeXml(NAME)}</display-name></entry><entry-ref ref="x${CSI}"/><external anchor="http://x/${RLO}"/></list></resource-lists>`;
const RULES = `<ruleset xmlns="urn:ietf:params:xml:ns:common-policy"><rule id="a${RLO}"><conditions><identity><one id="sip:x${CSI}@example.com"/></identity></conditions></rule></ruleset>`;
const SERVICES = `<rls-services xmlns="urn:ietf:params:xml:ns:rls-services"><service uri="sip:x${CSI}${RLO}"><resource-list>http://x/${RLO}</resource-list></service></rls-services>`;
const CAPS = `<xcap-caps xmlns="urn:ietf:params:xml:ns:xcap-caps"><auids><auid>x${CSI}${RLO}</auid></auids><namespaces><namespace>urn:x${RLO}</namespace></namespaces></xcap-caps>`;

/** Field values are octets: these are C1 controls as they go over the wire. */
const latin1 = (text: string): string => Buffer.from(text, 'latin1').toString('latin1');

const startHostile = () =>
  startHttpServer(({ method, target }, response) => {
    const documents: Readonly<Record<string, string>> = {
      'pres-rules': RULES,
      'rls-services': SERVICES,
      'xcap-caps': CAPS,
    };
    const body = documents[target.split('/')[1] ?? ''] ?? LISTS;
    if (target.includes('xcap-directory')) return void response.writeHead(404).end();
    if (method !== 'GET')
      return void response
        .writeHead(409, latin1(`No${CSI}`), { 'content-type': 'application/xcap-error+xml' })
        .end(
          `<xcap-error xmlns="urn:ietf:params:xml:ns:xcap-error"><uniqueness-failure phrase="x${CSI}${RLO}"/></xcap-error>`,
        );
    response.writeHead(200, { etag: latin1(`"a${CSI}"`), 'content-type': latin1(`text/x${CSI}`) }).end(body);
  });

// biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be in any output
const RAW = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** Every command that prints something of the server or of a file. */
const CALLS = [
  'lists',
  'lists --json',
  'lists show --expand',
  'lists show no',
  'lists add x',
  'lists add x --dry-run',
  'rules',
  'rules --json',
  'rules decide sip:y@example.com',
  'rules lint',
  'services',
  'services --json',
  'caps',
  'caps --json',
  'ls',
  'validate',
  'validate bad.xml',
  'diff friends.xml',
  'diff --json friends.xml',
  'export --json',
  // The body of a failure goes to standard error with -o, and unchanged into a pipe without.
  'put -i friends.xml -o answer',
  'put -v -i friends.xml -o answer',
  'edit',
  'import bad.csv',
  'provision bad.jsonl',
  'doctor',
  `lists show 'x${CSI}'`,
  `frobnicate${CSI}`,
];

async function writeInputs(world: World): Promise<void> {
  await world.write('bad.csv', `list,uri\nfriends,not${RLO}a${CSI}uri\n`);
  await world.write('bad.jsonl', `{"x${RLO}${CSI}": "y"}\n`);
  await world.write('bad.xml', LISTS.replace('<entry ', `<entry x${'\u00fc'}="y" `));
}

describe.concurrent('nothing hostile reaches the terminal', () => {
  it.for(CALLS)('from xcap %s', async (call, { world }) => {
    await writeInputs(world);
    await using server = await startHostile();
    const { stdout, stderr } = await world.sh(`xcap ${call} --xcap-root ${server.origin}`, { EDITOR: 'sed -i s/x/y/' });
    expect(stdout + stderr).not.toBe('');
    expect(stdout.replaceAll('\t', '')).not.toMatch(RAW);
    expect(stderr.replaceAll('\t', '')).not.toMatch(RAW);
  });

  it.skipIf(!has('python3'))(
    'from the body of a GET on a terminal, while a pipe gets it unchanged',
    async ({ world }) => {
      await using server = await startHostile();
      const line = ['xcap', 'get', '-q', '--app', 'resource-lists', '--xcap-root', server.origin];
      const { output } = await world.terminal(line, []);
      expect(output).toContain('\\x9b31m');
      expect(output.replaceAll(/\r|\n/g, '')).not.toMatch(RAW);
      expect((await world.sh(`${line.join(' ')} | cat`)).stdout).toBe(LISTS);
    },
  );

  it.skipIf(!has('python3'))('from the realm of a password prompt', async ({ world }) => {
    await using server = await startHttpServer(
      (_, response) => void response.writeHead(401, { 'www-authenticate': latin1(`Basic realm="a${CSI}"`) }).end(),
    );
    const command = ['xcap', 'get', '--app', 'x', '--xcap-root', server.origin];
    const { output } = await world.terminal(
      ['bash', '-c', 'sed -i /password/d ~/.xcapclient.ini; exec "$@"', '-', ...command],
      [{ expect: 'realm=', send: 'x\r' }],
    );
    expect(output.replaceAll(/\r|\n/g, '')).not.toMatch(RAW);
  });
});

describe.concurrent('nothing hostile reaches the shell', () => {
  it('from completion: candidates are one word that bash reads as it is, and control characters are left out', async ({
    world,
  }) => {
    await using server = await startHttpServer((_, response) => {
      const names = [
        "a'; touch pwned; '",
        '$(touch pwned)',
        '`touch pwned`',
        'a"b!!',
        'a b;c',
        `x${CSI}`,
        `y${RLO}`,
        '*',
      ];
      response
        .writeHead(200, { etag: '"1"' })
        .end(
          `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists">${names.map((name) => `<list name="${escapeXml(name)}"/>`).join('')}</resource-lists>`,
        );
    });
    const { stdout } = await world.sh(
      `xcap lists remove --xcap-root ${server.origin} --print-completions 5 > candidates; while IFS= read -r candidate; do eval "printf '%s\\n' $candidate"; done < candidates; ls`,
    );
    expect(stdout.split('\n')).toEqual(
      expect.arrayContaining(["a'; touch pwned; '", '$(touch pwned)', '`touch pwned`', 'a"b!!', 'a b;c', '*']),
    );
    expect(stdout).not.toMatch(RAW);
    expect(stdout).not.toMatch(/^pwned$/m);
    for (const open of ["'", '"']) {
      const { stdout: replies } = await world.sh(`xcap --print-completions 5`, {
        XCAP_COMP_LINE: `xcap lists remove --xcap-root ${server.origin} ${open}`,
        XCAP_COMP_CUR: open,
      });
      await world.write('replies', replies);
      const { stdout: words } = await world.sh(
        `while IFS= read -r reply; do eval "printf '%s\\n' $reply${open === '"' ? '\\"' : "'"}"; done < replies; ls`,
      );
      expect(words.split('\n')).toEqual(expect.arrayContaining(["a'; touch pwned; '", '$(touch pwned)', 'a b;c']));
      expect(words).not.toMatch(/^pwned$/m);
    }
  });
});

describe.concurrent('nothing hostile reaches the spreadsheet or the address book', () => {
  it('from an export, which the import still reads as it was', async ({ world }) => {
    const names = ['=1+1', '+1', '-1', '@x', "'=1", '=cmd|calc', 'a,b;c\\', 'line\nbreak'];
    await world.write(
      'lists.xml',
      `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="=f/g\\">${names.map((name, index) => `<entry uri="sip:u${index}@example.com"><display-name>${escapeXml(name)}</display-name></entry>`).join('')}</list></resource-lists>`,
    );
    for (const format of ['csv', 'vcard']) {
      const { stdout, stderr } = await world.sh(
        `xcap put -q -i lists.xml; xcap export --format ${format} > book; xcap export --json > before; xcap delete -q --app resource-lists; xcap import -q --format ${format} book; xcap export --json > after; cmp before after && echo same; cat book`,
      );
      expect(stdout, stderr).toMatch(/^same\n/);
      if (format === 'csv') expect(stdout).not.toMatch(/(?:^|,|;|")[=+\-@]/m);
      else expect(stdout).toContain('FN:a\\,b\\;c\\\\');
    }
  });

  it('from a URI that contains line ends, in a vCard', async ({ world }) => {
    await using server = await startHttpServer(
      (_, response) =>
        void response
          .writeHead(200, { etag: '"1"' })
          .end(
            '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="a"><entry uri="sip:x@y&#xD;&#xA;END:VCARD"/></list></resource-lists>',
          ),
    );
    const { stdout } = await world.sh(`xcap export --format vcard --xcap-root ${server.origin}`);
    expect(stdout.match(/^END:VCARD\r$/gm)).toHaveLength(1);
  });
});
