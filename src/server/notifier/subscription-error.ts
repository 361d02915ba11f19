import { XcapError } from '../../selector/errors.ts';

/** SIP responses to a SUBSCRIBE request that a notifier refuses (RFC 6665, RFC 5875 section 4). */
export type SubscriptionStatus = 400 | 403 | 404 | 406 | 415 | 481 | 489;

/**
 * The notifier refuses a subscription. A subscription that is refreshed in vain stays as it is.
 *
 * @example
 * if (error instanceof SubscriptionError) show(error.status); // the status of the SIP response, such as 489
 */
export class SubscriptionError extends XcapError {
  override readonly name = 'SubscriptionError';
  override readonly code = 'subscription';
  readonly #status: SubscriptionStatus;

  constructor(status: SubscriptionStatus, reason: string, options: { readonly cause?: unknown } = {}) {
    super(`the subscription is refused (${status}): ${reason}`, options);
    this.#status = status;
  }

  /** Status of the SIP response to the SUBSCRIBE request, such as 489 for an unknown event package. */
  override get status(): SubscriptionStatus {
    return this.#status;
  }
}
