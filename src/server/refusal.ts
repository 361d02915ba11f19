import { XcapError } from '../selector/errors.ts';
import { type ServerReply, textReply } from './exchange.ts';

/** Ends the processing of a request with a status that is not a conflict. */
export class Refusal extends XcapError {
  override readonly code = 'refused';
  readonly reply: ServerReply;

  /**
   * @param status - the HTTP status of the answer
   * @param reason - says what was wrong and what to do; becomes the body, unless it is empty
   */
  constructor(status: number, reason: string, headers: ServerReply['headers'] = {}, reply?: ServerReply) {
    super(reason);
    this.reply = reply ?? (reason === '' ? { status, headers } : textReply(status, reason, headers));
  }

  /** A refusal by an answer that is ready. */
  static with(reply: ServerReply): Refusal {
    return new Refusal(reply.status, String(reply.status), {}, reply);
  }
}
