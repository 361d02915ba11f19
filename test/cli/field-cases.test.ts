/** Cases from public reports about files and documents in the field. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { pathOf, startPlainServer } from './support/plain-server.ts';
import { FRIENDS, it, type World } from './support/world.ts';

const LISTS = pathOf('resource-lists');

describe.concurrent('case 17: the rules of OMA clients, which refer to lists on the server', () => {
  it('are decided with the lists, and not decided when one cannot be read', async ({ world }) => {
    const rules = pathOf('org.openmobilealliance.pres-rules', 'pres-rules');
    await using server = await startPlainServer();
    const anchor = (list: string, user = 'sip:alice@example.com'): string =>
      `${server.origin}/resource-lists/users/${user}/index/~~/resource-lists/list%5B@name=%22${list}%22%5D`;
    const rule = (id: string, condition: string, handling: string): string =>
      `<cr:rule id="${id}"><cr:conditions>${condition}</cr:conditions><cr:actions><pr:sub-handling>${handling}</pr:sub-handling></cr:actions></cr:rule>`;
    const external = (list: string): string =>
      `<ocp:external-list><ocp:entry anc="${anchor(list)}"/></ocp:external-list>`;
    server.documents.set(
      rules,
      `<cr:ruleset xmlns:ocp="urn:oma:xml:xdm:common-policy" xmlns:pr="urn:ietf:params:xml:ns:pres-rules" xmlns:cr="urn:ietf:params:xml:ns:common-policy">${rule('wp_prs_unlisted', '<ocp:other-identity/>', 'confirm')}${rule('wp_prs_grantedcontacts', external('oma_grantedcontacts'), 'allow')}${rule('wp_prs_blockedcontacts', external('oma_blockedcontacts'), 'block')}</cr:ruleset>`,
    );
    server.documents.set(
      LISTS,
      `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="oma_grantedcontacts"><external anchor="${anchor('rcs', 'sip%3Aalice%40example.com')}"/></list><list name="oma_blockedcontacts"><entry uri="tel:+15551230002"/></list><list name="rcs"><entry uri="tel:+15551230001"/></list></resource-lists>`,
    );
    const decide = (watcher: string) =>
      world.sh(`xcap rules decide ${watcher} --app org.openmobilealliance.pres-rules --xcap-root ${server.origin}`);
    expect(await decide('tel:+15551230002')).toMatchObject({ status: 0, stdout: expect.stringMatching(/: block/) });
    expect(await decide('tel:+15551230001')).toMatchObject({ status: 0, stdout: expect.stringMatching(/: allow/) });
    server.documents.delete(LISTS);
    expect(await decide('tel:+15551230001')).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/: unknown, because /),
    });
  });
});

const PHONE = `<?xml version="1.0" encoding="UTF-8"?><resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists" xmlns:cp="counterpath:properties"><list name="Contact List"><entry><display-name>Alice Example</display-name><cp:prop name="business_number" value="+15551230001"/></entry></list></resource-lists>`;

describe.concurrent('case 23: an entry without uri, as Snom and CounterPath write it', () => {
  it('is listed by its name', async ({ world }) => {
    await using server = await startPlainServer({ [LISTS]: PHONE });
    const { status, stdout, stderr } = await world.sh(`xcap lists --xcap-root ${server.origin}`);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Alice Example  [1]');
  });
});

describe.concurrent('case 25: an edit of a document that was invalid before', () => {
  it('is saved when it adds no mistake, with a warning about the old one', async ({ world }) => {
    await using server = await startPlainServer({ [LISTS]: PHONE });
    const { status, stderr } = await world.sh(`xcap edit --app resource-lists --xcap-root ${server.origin}`, {
      EDITOR: 'sed -i s/Alice/Alicia/',
    });
    expect(status, stderr).toBe(0);
    expect(stderr).toMatch(/warning.*uri/i);
    expect(server.documents.get(LISTS)).toBe(PHONE.replace('Alice', 'Alicia'));
  });
});

describe.concurrent('case 27: cards with a phone number and no IMPP', () => {
  it('are imported with --uri-from tel, or skipped and counted', async ({ world }) => {
    await world.write(
      'contacts.vcf',
      'BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Alice Example\r\nTEL;TYPE=CELL:+15551230002\r\nEND:VCARD\r\nBEGIN:VCARD\r\nVERSION:3.0\r\nFN:Bob\r\nIMPP:sip:bob@example.com\r\nEND:VCARD\r\n',
    );
    const refused = await world.sh('xcap import contacts.vcf');
    expect(refused.stderr).toContain('Alice Example: there is no URI (impp); it has tel: use --uri-from tel');
    const skipped = await world.sh('xcap import contacts.vcf --skip-invalid');
    expect(skipped.stderr).toContain('0 added, 0 renamed, 1 there already, 1 skipped');
    const imported = await world.sh('xcap import contacts.vcf --uri-from tel');
    expect(imported.stderr).toContain('1 added, 0 renamed, 1 there already\n');
    expect([refused.status, skipped.status, imported.status]).toEqual([1, 0, 0]);
    expect(await world.stored()).toContain('uri="tel:+15551230002"');
  });
});

describe.concurrent('case 28: address books that are not UTF-8', () => {
  it('are refused with the line, or decoded, and never garbled', async ({ world }) => {
    await writeFile(
      join(world.folder, 'latin1.csv'),
      Buffer.from('list,uri,name\r\nfriends,sip:j@example.com,J\xfcrgen\r\n', 'latin1'),
    );
    await world.write(
      'v21.vcf',
      'BEGIN:VCARD\r\nVERSION:2.1\r\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Hans B=C3=BCttner\r\nX-SIP:sip:h@example.com\r\nEND:VCARD\r\n',
    );
    const refused = await world.sh('xcap import latin1.csv');
    expect(refused).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('latin1.csv, line 2: it is not UTF-8'),
    });
    expect(await world.stored()).toBe(FRIENDS);
    await world.sh('xcap import latin1.csv --charset iso-8859-1');
    await world.sh('xcap import v21.vcf');
    expect(await world.stored()).toMatch(/>Jürgen<[\s\S]*>Hans Büttner</);
  });
});

describe.concurrent('case 39: the address book of Blink inside resource-lists', () => {
  const contact = (id: string, name: string): string =>
    `<ab:contact id="${id}"><ab:name>${name}</ab:name></ab:contact>`;
  const blink = (ids: string, contacts: string): string =>
    `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists" xmlns:ab="urn:ag-projects:xml:ns:addressbook"><list name="sipsimple_addressbook"><ab:group id="g1"><ab:name>Friends</ab:name><ab:contacts><ab:contact_id>c1</ab:contact_id>${ids}</ab:contacts></ab:group>${contacts}</list></resource-lists>`;
  const BEFORE = blink('', contact('c1', 'Bob'));

  /** Edits the document while someone else stores another version. */
  async function editMeanwhile(world: World, mine: string, theirs: string) {
    await using server = await startPlainServer({ [LISTS]: BEFORE });
    await Promise.all([world.write('mine.xml', mine), world.write('theirs.xml', theirs)]);
    await world.write(
      'editor',
      `#!/bin/sh\nif grep -q '<<<<<<<' "$1"; then exit 0; fi\ncp mine.xml "$1"; xcap put -q -i theirs.xml --xcap-root ${server.origin}\n`,
    );
    const outcome = await world.sh(`chmod +x editor; xcap edit --app resource-lists --xcap-root ${server.origin}`, {
      EDITOR: './editor',
    });
    return { ...outcome, text: server.documents.get(LISTS) ?? '' };
  }

  it('keeps the contacts and the members of a group that both sides added', async ({ world }) => {
    const { status, stderr, text } = await editMeanwhile(
      world,
      blink('<ab:contact_id>c3</ab:contact_id>', contact('c1', 'Bob') + contact('c3', 'Mine')),
      blink('<ab:contact_id>c4</ab:contact_id>', contact('c1', 'Bob') + contact('c4', 'Theirs')),
    );
    expect(status, stderr).toBe(0);
    for (const part of ['_id>c1<', '_id>c3<', '_id>c4<', contact('c3', 'Mine'), contact('c4', 'Theirs')])
      expect(text).toContain(part);
  });

  it('reports a conflict when both sides give a contact another name', async ({ world }) => {
    const theirs = blink('', contact('c1', 'Robert'));
    const { status, stderr, text } = await editMeanwhile(world, blink('', contact('c1', 'Bobby')), theirs);
    expect(stderr).toMatch(/you have .*Bobby.*others have .*Robert/);
    expect([status, text]).toEqual([1, theirs]);
  });
});

describe.concurrent('case 48: the command that decides about a watcher', () => {
  it('is named when a verb that does not exist is typed', async ({ world }) => {
    const { status, stderr } = await world.sh('xcap rules check sip:bob@example.com');
    expect(stderr).toContain('decide');
    expect(status).toBe(1);
  });
});
