import { describe, expect } from 'vitest';
import { pathOf, startPlainServer } from './support/plain-server.ts';
import { it } from './support/world.ts';

/** As desk phones write them: entries without uri, lists without name, and the same entry or list twice. */
const PHONE = `<?xml version="1.0" encoding="UTF-8"?>
<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists" xmlns:cp="counterpath:properties">
  <list name="Contact List">
    <entry><display-name>Alice Example</display-name><cp:prop name="business_number" value="+15551230001"/></entry>
    <entry><display-name>Zoe</display-name></entry>
    <entry uri="sip:twice@example.com"/>
    <entry uri="sip:twice@example.com"><display-name>Twice</display-name></entry>
  </list>
  <list><display-name>Unnamed</display-name><entry uri="sip:inside@example.com"/></list>
  <list name="same"><entry uri="sip:first@example.com"/></list>
  <list name="same"><entry uri="sip:second@example.com"/></list>
</resource-lists>
`;
const PATH = pathOf('resource-lists');
const start = () => startPlainServer({ [PATH]: PHONE });

describe.concurrent('a document of a desk phone', () => {
  it('is shown with names, and positions where nothing else addresses an entry', async ({ world }) => {
    await using server = await start();
    const { status, stdout, stderr } = await world.sh(`xcap lists --xcap-root ${server.origin}`);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('── Alice Example  [1]  /resource-lists/list[@name="Contact List"]/entry[1]');
    expect(stdout).toContain('── sip:twice@example.com  [3]');
    expect(stdout).toContain('── Twice  sip:twice@example.com  [4]');
    expect(stdout).toMatch(/^\(no name\) \(Unnamed\) {2}\[2\]/m);
    expect(stdout).toMatch(/^same {2}\[3\].*\n.*\n^same {2}\[4\]/m);
    const { lists } = JSON.parse((await world.sh(`xcap lists --json --xcap-root ${server.origin}`)).stdout);
    expect(lists[0].entries[0]).toEqual({
      displayName: 'Alice Example',
      selector: expect.stringMatching(/entry\[1\]$/),
    });
  });

  it('is edited by positions and by unique names', async ({ world }) => {
    await using server = await start();
    const lines = [
      'rename "Contact List" [1] Alicia',
      'rename "Contact List" Zoe Zoey',
      'remove "Contact List" [3]',
      'add [2] erin@example.com',
      'remove [4] second@example.com',
      'move [3] first@example.com [2]',
    ];
    const { status, stderr } = await world.sh(
      lines.map((line) => `xcap lists ${line} --xcap-root ${server.origin}`).join(' && '),
    );
    expect(status, stderr).toBe(0);
    const text = server.documents.get(PATH) ?? '';
    expect(text).toContain('>Alicia</display-name><cp:prop name="business_number"');
    expect(text).toContain('>Zoey<');
    expect(text.match(/twice@example\.com/g)).toHaveLength(1);
    expect(text).toMatch(/Unnamed.*inside@example\.com.*erin@example\.com.*first@example\.com/s);
    expect(text).not.toContain('second');
  });

  it('refuses an address that several entries or lists have, and names the positions', async ({ world }) => {
    await using server = await start();
    const entry = await world.sh(`xcap lists remove 'Contact List' twice@example.com --xcap-root ${server.origin}`);
    expect(entry).toMatchObject({ status: 1, stderr: expect.stringContaining('[3], [4]; use one of these positions') });
    const list = await world.sh(`xcap lists show same --xcap-root ${server.origin}`);
    expect(list).toMatchObject({ status: 1, stderr: expect.stringContaining('[3], [4]; use one of these paths') });
    expect(server.documents.get(PATH)).toBe(PHONE);
  });

  it('is exported as a whole, with a warning about entries without URI', async ({ world }) => {
    await using server = await start();
    const { status, stdout, stderr } = await world.sh(`xcap export --xcap-root ${server.origin}`);
    expect(status).toBe(0);
    expect(stderr).toMatch(/Warning: .*entry\[1\] has no URI\n.*entry\[2\] has no URI/);
    expect(stdout.split('\r\n')).toEqual([
      'list,uri,name',
      'Contact List,,Alice Example',
      'Contact List,,Zoe',
      'Contact List,sip:twice@example.com,',
      'Contact List,sip:twice@example.com,Twice',
      '[2],sip:inside@example.com,',
      '[3],sip:first@example.com,',
      '[4],sip:second@example.com,',
      '',
    ]);
  });

  it('is validated: every mistake is reported', async ({ world }) => {
    await using server = await start();
    const { status, stdout } = await world.sh(`xcap validate --xcap-root ${server.origin}`);
    expect(status).toBe(1);
    expect(stdout).toMatch(/lacks the attribute "uri"/);
  });

  it('can be edited in the editor when the edit adds no mistake, with a warning about the old ones', async ({
    world,
  }) => {
    await using server = await start();
    const { status, stderr } = await world.sh(`xcap edit --xcap-root ${server.origin}`, {
      EDITOR: 'sed -i s/Alice/Alicia/',
    });
    expect(status, stderr).toBe(0);
    expect(stderr).toMatch(/Warning: the document was not valid before, either: .*"uri"/);
    expect(server.documents.get(PATH)).toBe(PHONE.replace('Alice', 'Alicia'));
  });

  it('is not saved with a new mistake, unless --force asks for it', async ({ world }) => {
    await using server = await start();
    const breaks = { EDITOR: 'sed -i s/uri=.sip:inside/ur=\\"sip:inside/' };
    const refused = await world.sh(`xcap edit --xcap-root ${server.origin}`, breaks);
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('did not have before') });
    expect(server.documents.get(PATH)).toBe(PHONE);
    const forced = await world.sh(`xcap edit --force --xcap-root ${server.origin}`, breaks);
    expect(forced.status, forced.stderr).toBe(0);
    expect(server.documents.get(PATH)).toContain('ur="sip:inside');
  });
});
