import type { ClientContext } from '../../context.ts';
import type { CallOptions } from '../../options.ts';
import { perform } from '../../request/perform.ts';
import type { DocumentTarget } from '../../target.ts';
import { decodeText } from '../../transport/text.ts';
import { SETTLE, serverProfiles } from '../built-in.ts';
import type { ConditionTraits, ServerProfile } from '../profile.ts';
import { namedServer } from '../server-knowledge.ts';
import { examineAccess } from './access.ts';
import { examineLength } from './limits.ts';
import { examineReading, examineTags } from './reading.ts';
import { Scratch } from './scratch.ts';

/** What is safe with conditions that were not examined: the client checks them, too, and reads each write back. */
const UNEXAMINED: ConditionTraits = { ifMatch: 'racy', create: 'star', skippedForIdenticalBody: true };

/**
 * Examines a server by reading a document that exists. What only a write shows is set to what is safe on any server, or to
 * the traits of the server if its answers name it.
 *
 * @throws NotFoundError if the document does not exist
 */
export async function probeByReading(
  context: ClientContext,
  target: DocumentTarget,
  name: string,
  call: CallOptions,
): Promise<ServerProfile> {
  const answer = await perform(context, 'GET', target.url, call);
  const document = target.parse(decodeText(answer));
  const scratch = new Scratch(context, target, call);
  const access = await examineAccess(context, target.url, call);
  const { etags, observed } = await examineTags(scratch);
  const reading = await examineReading(scratch, document);
  const maxTarget = await examineLength(scratch);
  const known = namedServer(answer.headers);
  const facts = { ...access, ...observed, ...reading.observed, writing: 'not examined' };
  if (known) return { ...known, name, etags: { ...known.etags, strength: etags.strength }, observed: facts };
  return {
    ...serverProfiles.rfc4825,
    name,
    conditions: UNEXAMINED,
    etags,
    // The only way to write where documents are refused; with these conditions it is not used anywhere else.
    nodes: { ...reading.nodes, write: true },
    maxTarget,
    settle: SETTLE,
    observed: facts,
  };
}
