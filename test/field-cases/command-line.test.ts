/** Cases from public reports about the command line. */

import { describe, expect } from 'vitest';
import { pathOf, startPlainServer } from '../cli/support/plain-server.ts';
import { it } from '../cli/support/world.ts';

const LISTS = pathOf('resource-lists');
const SNOM =
  '<?xml version="1.0" encoding="UTF-8"?><resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists" xmlns:cp="counterpath:properties"><list name="Contact List"><entry><display-name>Alice Example</display-name><cp:prop name="business_number" value="+15551230001"/></entry></list></resource-lists>';

describe.concurrent('case 17: the standard rules of OMA refer to lists on the same root', () => {
  const OMA = 'org.openmobilealliance.pres-rules';
  const NAMESPACES =
    'xmlns:ocp="urn:oma:xml:xdm:common-policy" xmlns:pr="urn:ietf:params:xml:ns:pres-rules" xmlns:cr="urn:ietf:params:xml:ns:common-policy"';
  const rule = (id: string, condition: string, handling: string) =>
    `<cr:rule id="${id}"><cr:conditions>${condition}</cr:conditions><cr:actions><pr:sub-handling>${handling}</pr:sub-handling></cr:actions></cr:rule>`;

  it('are fetched, and what cannot be fetched makes the decision unknown', async ({ world }) => {
    await using server = await startPlainServer();
    const anchor = (list: string, alice = 'sip:alice@example.com') =>
      `${server.origin}/resource-lists/users/${alice}/index/~~/resource-lists/list%5B@name=%22${list}%22%5D`;
    const external = (list: string) => `<ocp:external-list><ocp:entry anc="${anchor(list)}"/></ocp:external-list>`;
    const rules = [
      rule('wp_prs_unlisted', '<ocp:other-identity/>', 'confirm'),
      rule('wp_prs_grantedcontacts', external('oma_grantedcontacts'), 'allow'),
      rule('wp_prs_blockedcontacts', external('oma_blockedcontacts'), 'block'),
    ];
    server.documents.set(pathOf(OMA, 'pres-rules'), `<cr:ruleset ${NAMESPACES}>${rules.join('')}</cr:ruleset>`);
    const lists = `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="oma_grantedcontacts"><external anchor="${anchor('rcs', 'sip%3Aalice%40example.com')}"/></list><list name="oma_blockedcontacts"><entry uri="tel:+15551230002"/></list><list name="rcs"><entry uri="tel:+15551230001"/></list></resource-lists>`;
    server.documents.set(LISTS, lists);
    const decide = (watcher: string) =>
      world.sh(`xcap rules decide ${watcher} --app ${OMA} --xcap-root ${server.origin}`);
    expect((await decide('tel:+15551230002')).stdout).toMatch(/^tel:\+15551230002: block/);
    expect((await decide('tel:+15551230001')).stdout).toMatch(/^tel:\+15551230001: allow/);
    server.documents.set(LISTS, lists.replace('list name="oma_blockedcontacts"', 'list name="other"'));
    const { status, stdout } = await decide('tel:+15551230002');
    expect([status, stdout]).toEqual([1, expect.stringMatching(/^tel:\+15551230002: unknown/)]);
  });
});

describe.concurrent('cases 23 and 25: an entry without uri, as Snom and CounterPath write it', () => {
  it('is listed by its name (case 23)', async ({ world }) => {
    await using server = await startPlainServer({ [LISTS]: SNOM });
    const { status, stdout, stderr } = await world.sh(`xcap lists --xcap-root ${server.origin}`);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Alice Example');
  });

  it('does not stop an edit that adds no mistake, and is named in a warning (case 25)', async ({ world }) => {
    await using server = await startPlainServer({ [LISTS]: SNOM });
    const edit = `xcap edit --app resource-lists --xcap-root ${server.origin}`;
    const { status, stderr } = await world.sh(edit, { EDITOR: 'sed -i s/Alice/Alicia/' });
    expect([status, stderr]).toEqual([0, expect.stringMatching(/Warning: .*uri/)]);
    expect(server.documents.get(LISTS)).toBe(SNOM.replace('Alice', 'Alicia'));
  });
});

describe.concurrent('case 27: a vCard with a telephone number and no IMPP', () => {
  const CARDS =
    'BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Alice Example\r\nTEL;TYPE=CELL:+15551230002\r\nEND:VCARD\r\nBEGIN:VCARD\r\nVERSION:3.0\r\nFN:Zed\r\nIMPP:sip:zed@example.com\r\nEND:VCARD\r\n';

  it('is imported as a tel: entry where that is asked for, or skipped and counted', async ({ world }) => {
    await world.write('contacts.vcf', CARDS);
    const skipped = await world.sh('xcap import contacts.vcf --into phones --skip-invalid');
    expect([skipped.status, skipped.stderr]).toEqual([0, expect.stringMatching(/1 .*skipped|skipped.* 1/i)]);
    expect(await world.stored()).not.toContain('tel:+15551230002');
    expect((await world.sh('xcap import contacts.vcf --into phones --uri-from impp,tel')).status).toBe(0);
    expect(await world.stored()).toMatch(/<entry uri="tel:\+15551230002">\s*<display-name>Alice Example</);
  });

  it('without either stops the import before anything is written, with the line and what to do', async ({ world }) => {
    await world.write('contacts.vcf', CARDS);
    const { status, stderr } = await world.sh('xcap import contacts.vcf --into phones');
    expect([status, stderr]).toEqual([1, expect.stringMatching(/uri-from|skip-invalid/)]);
    expect(await world.stored()).not.toContain('phones');
  });
});

describe.concurrent('case 28: an import that is not UTF-8', () => {
  it('is refused with its line, or decoded with the charset that is named', async ({ world }) => {
    const write = "printf 'list,uri,name\\r\\nfriends,sip:j@example.com,J\\374rgen\\r\\n' > latin1.csv";
    const refused = await world.sh(`${write}; xcap import latin1.csv`);
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringMatching(/line 2/)]);
    expect((await world.sh('xcap import latin1.csv --charset iso-8859-1')).status).toBe(0);
    expect(await world.stored()).toContain('Jürgen');
    expect(await world.stored()).not.toContain('\ufffd');
  });

  it('has its quoted-printable decoded', async ({ world }) => {
    const card =
      'BEGIN:VCARD\r\nVERSION:2.1\r\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Hans B=C3=BCttner\r\nX-SIP:sip:hans@example.com\r\nIMPP:sip:hans@example.com\r\nEND:VCARD\r\n';
    await world.write('v21.vcf', card);
    expect((await world.sh('xcap import v21.vcf --into friends')).status).toBe(0);
    expect((await world.sh('xcap export')).stdout).toContain('Hans Büttner');
  });
});

describe.concurrent('case 48: a command of the guide to presence rules', () => {
  it('is xcap rules decide; for rules check, the known words are listed', async ({ world }) => {
    await world.sh('xcap rules allow bob@example.com');
    expect((await world.sh('xcap rules decide sip:bob@example.com')).stdout).toContain('allow');
    const { status, stderr } = await world.sh('xcap rules check sip:bob@example.com');
    expect([status, stderr]).toEqual([expect.any(Number), expect.stringContaining('decide')]);
    expect(status).not.toBe(0);
  });
});
