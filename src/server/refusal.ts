import { XcapError } from '../selector/errors.ts';
import { type ServerReply, textReply } from './exchange.ts';

/** Ends a request with a status other than 409. */
export class Refusal extends XcapError {
  override readonly name = 'Refusal';
  override readonly code = 'refused';
  readonly reply: ServerReply;

  /**
   * @param status - the HTTP status
   * @param reason - what is wrong and what to do; becomes the body, unless it is empty
   */
  constructor(status: number, reason: string, headers: ServerReply['headers'] = {}, reply?: ServerReply) {
    super(reason);
    this.reply = reply ?? (reason === '' ? { status, headers } : textReply(status, reason, headers));
  }

  /** Creates a refusal from a complete reply. */
  static with(reply: ServerReply): Refusal {
    return new Refusal(reply.status, String(reply.status), {}, reply);
  }
}
