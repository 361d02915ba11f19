import { resourceLists, XcapClient } from 'xcap';
import { createXcapServer } from 'xcap/server';

/** Who plays: a server, and Alice's two devices. */
export interface Stage {
  readonly root: string;
  readonly phone: XcapClient;
  readonly laptop: XcapClient;
  close(): Promise<void>;
}

export const ALICE = 'sip:alice@example.com';
export const friends = resourceLists.list('friends');
export const work = resourceLists.list('work');

/** Starts an embedded server with digest authentication and two clients. */
export async function openStage(): Promise<Stage> {
  const server = await createXcapServer({ users: { [ALICE]: 'wonderland' }, realm: 'example.com', auth: 'digest' });
  const device = () => new XcapClient({ root: server.root, user: ALICE, auth: { password: 'wonderland' } });
  const [phone, laptop] = [device(), device()];
  const close = async () => {
    await Promise.all([phone.close(), laptop.close()]);
    await server.close();
  };
  return { root: server.root, phone, laptop, close };
}
