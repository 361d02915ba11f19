import { parseChallenges } from '../../../http/challenge.ts';
import type { ClientContext } from '../../context.ts';
import type { CallOptions } from '../../options.ts';
import type { Exchange } from '../../transport/exchange.ts';
import { send } from '../../transport/request.ts';
import type { Observation } from '../profile.ts';

/** Examines how the server authenticates, and whether it accepts a nonce more than once. */
export async function examineAccess(
  context: ClientContext,
  url: string,
  { signal, timeout }: CallOptions,
): Promise<Record<string, Observation>> {
  const { headers: ofClient } = context.transport;
  if (Object.keys(ofClient).some((name) => name.toLowerCase() === 'authorization')) {
    return { authentication: 'by an Authorization header of the client' };
  }
  const anonymous = { ...context.transport, authenticator: undefined };
  const { status, headers } = await send(anonymous, { method: 'GET', url, signal, timeout });
  if (status !== 401) return { authentication: 'none' };
  const [challenge] = parseChallenges(headers['www-authenticate']);
  const parameter = (name: string): Observation => challenge?.parameters.get(name) ?? null;
  return {
    authentication: challenge?.scheme ?? 'no challenge',
    'digest algorithm': parameter('algorithm'),
    'digest qop': parameter('qop'),
    'requests for three reads': await countRequests(context, url, { signal, timeout }),
  };
}

/** Counts the requests of three reads: three if a nonce can be used again, otherwise more. */
async function countRequests(context: ClientContext, url: string, options: CallOptions): Promise<number> {
  let count = 0;
  const exchange: Exchange = (request) => {
    count++;
    return context.transport.exchange(request);
  };
  const transport = { ...context.transport, exchange };
  for (let read = 0; read < 3; read++) await send(transport, { method: 'GET', url, ...options });
  return count;
}
