import { send } from '../../client/transport/request.ts';
import type { FetchDocument } from '../../documents/usages/resource-lists/references.ts';
import type { Session } from '../account/session.ts';
import { CliFailure } from '../failure.ts';

/**
 * Returns a function that gets the documents which references lead to, with the account's credentials. Only documents
 * of the account's server are fetched, since credentials go nowhere else.
 */
export const fetchFrom =
  ({ account, transport }: Session): FetchDocument =>
  async (url) => {
    if (new URL(url).origin !== new URL(account.root).origin)
      throw new CliFailure('it is on another server, where no request is sent');
    const { status, body } = await send(transport, { method: 'GET', url });
    if (status === 404) return undefined;
    if (status !== 200) throw new CliFailure(`the server answered ${status}`);
    return new TextDecoder().decode(body);
  };
