import type { ServerProfile } from './profiles/profile.ts';
import type { ServerKnowledge } from './profiles/server-knowledge.ts';
import type { Transport } from './transport/transport.ts';

/** The context of every operation. */
export class ClientContext {
  /** The XCAP root without trailing slash. */
  readonly root: string;
  /** XUI of the user that calls address by default. */
  readonly user: string | undefined;
  readonly validate: boolean;
  /** Whether the XUI of each call is sent, and as which identity. */
  readonly identity: 'intended' | 'asserted' | undefined;
  readonly transport: Transport;
  /** What is known of the server; grows in use. */
  readonly server: ServerKnowledge;

  constructor({ root, user, validate, identity, transport, server }: Omit<ClientContext, 'profile' | 'for' | 'over'>) {
    this.root = root;
    this.user = user;
    this.validate = validate;
    this.identity = identity;
    this.transport = transport;
    this.server = server;
  }

  /** Properties of the server that the client may rely on now. Read it again after each request. */
  get profile(): ServerProfile {
    return this.server.profile;
  }

  /** Returns the context for another user's tree. */
  for(user: string): ClientContext {
    return new ClientContext({ ...this, user });
  }

  /** Returns a context with other credentials. */
  over(transport: Transport): ClientContext {
    return new ClientContext({ ...this, transport });
  }
}
