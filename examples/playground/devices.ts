/** The demonstration at the top of the page: a phone and a laptop edit one list, the laptop without a connection. */

import { Device, friends } from './device.ts';
import { MemoryServer } from './memory-server.ts';
import { make, page } from './page.ts';

const START = `<?xml version="1.0" encoding="UTF-8"?>
<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists">
  <list name="friends">
    <entry uri="sip:bob@example.com">
      <display-name>Bob</display-name>
    </entry>
  </list>
</resource-lists>
`;

const OPENED = `import { resourceLists, XcapClient } from 'xcap';

const friends = resourceLists.list('friends');
const phone = await new XcapClient({ root, user, password }).open(resourceLists);
const laptop = await new XcapClient({ root, user, password }).open(resourceLists);
`;

/**
 * Starts the demonstration.
 *
 * @param chose - called with the text of the document and the selector of a buddy that was clicked
 */
export async function startDevices(chose: (document: string, selector: string) => void): Promise<void> {
  const devices: Device[] = [];
  const server = new MemoryServer(START, () => {
    showServer();
    // The other device hears of the change, as by a change feed.
    for (const device of devices) void device.refresh();
  });
  const showServer = (): void => {
    page.serverText.replaceChildren(
      ...server.text
        .trim()
        .split('\n')
        .map((line) => make('span', '', line)),
    );
    page.serverEtag.value = `ETag ${server.etag}`;
  };
  const events = {
    ran: (code: string) => {
      page.devicesCode.append(`${code}\n`);
      page.devicesCode.scrollTop = page.devicesCode.scrollHeight;
    },
    chose: (uri: string) => chose(server.text, String(friends.entry(uri))),
  };

  page.devicesCode.textContent = OPENED;
  showServer();
  const phone = await Device.open('phone', server, events);
  const laptop = await Device.open('laptop', server, events);
  devices.push(phone, laptop);
  page.phone.replaceChildren(phone.element);
  page.laptop.replaceChildren(laptop.element);

  await laptop.connect(false);
  events.ran('\n// The laptop has no connection.');
  await phone.add('sip:carol@example.com');
  await laptop.add('sip:dave@example.com');

  const names = ['erin', 'frank', 'grace', 'heidi', 'ivan', 'judy'];
  page.addBoth.addEventListener('click', async () => {
    const [one, other] = [names.shift(), names.shift()];
    page.addBoth.disabled = names.length === 0;
    await Promise.all([phone.add(`sip:${one}@example.com`), laptop.add(`sip:${other}@example.com`)]);
  });
  page.renameBoth.addEventListener('click', async () => {
    await laptop.connect(false);
    await phone.rename('sip:bob@example.com', 'Bobby');
    await laptop.rename('sip:bob@example.com', 'Robert');
  });
}
