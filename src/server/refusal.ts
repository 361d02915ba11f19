import { XcapError } from '../selector/errors.ts';
import { type ServerReply, textReply } from './exchange.ts';

/** Ends the processing of a request with a status that is not a conflict. */
export class Refusal extends XcapError {
  override readonly code = 'refused';
  readonly reply: ServerReply;

  /**
   * @param status - the HTTP status of the answer
   * @param reason - says what was wrong and what to do; becomes the body
   */
  constructor(status: number, reason: string, headers: ServerReply['headers'] = {}) {
    super(reason);
    this.reply = textReply(status, reason, headers);
  }
}
