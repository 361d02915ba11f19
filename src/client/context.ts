import type { Transport } from './transport/transport.ts';

/** What every operation is given. */
export interface ClientContext {
  /** The XCAP root without trailing slash. */
  readonly root: string;
  /** The XUI whose tree is meant unless a call names another. */
  readonly user: string | undefined;
  readonly validate: boolean;
  readonly transport: Transport;
}
