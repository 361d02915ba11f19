import { ConflictError, PreconditionFailedError, resourceLists } from 'xcap';
import { dim, fact, say, scene, yellow } from './paint.ts';
import { friends, type Stage } from './stage.ts';

/** A write under an entity tag that is no longer the document's. */
export async function tooLate({ phone, root }: Stage, etag: string | undefined): Promise<void> {
  scene(5, 'A write that comes too late is refused, not lost');
  try {
    await phone.put(friends.entry('sip:bill@example.com').displayName(), 'Billy', { ifMatch: etag });
  } catch (error) {
    if (!(error instanceof PreconditionFailedError)) throw error;
    fact(yellow(`${error.status} ${error.name}`), '');
    say(`   ${dim(error.message.replace(root, ''))}`);
  }
}

/** The same mistake locally and over the wire. */
export async function badEdit({ phone }: Stage): Promise<void> {
  scene(6, 'A bad edit gets the same error here as from the server');
  const { value: doc } = await phone.get(resourceLists);
  const first = friends.entry(1);
  const taken = { uri: 'sip:dave@example.com' };
  const attempts = {
    locally: () => doc.put(first, taken),
    'by the server': () => phone.put(first, taken),
  };
  for (const [where, attempt] of Object.entries(attempts)) {
    try {
      await attempt();
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      fact(`refused ${where}`, `${yellow(error.condition)} ${dim(error.exists[0]?.field)}`);
    }
  }
}
