/** Every limit that keeps a hostile client from eating the server, with the reason for its figure. */

/** What a server takes at most. Whatever is above is refused; the process lives on. */
export interface ServerLimits {
  /** Octets of a request body. Default 4 MiB: forty thousand entries, far above any address book. Beyond: 413. */
  readonly body: number;
  /** Octets of a request target. Default 16 Ki: a selector of hundreds of steps. Beyond: 414. */
  readonly target: number;
  /** Octets of a request's head. Default 32 Ki. Beyond: 431. */
  readonly head: number;
  /** How deep elements may stand in each other. Default 200: lists in lists rarely pass ten. Beyond: 409. */
  readonly depth: number;
  /** Elements, comments and the like in one document. Default 200,000. Beyond: 409. */
  readonly nodes: number;
  /** Attributes of one element. Default 256. Beyond: 409. */
  readonly attributes: number;
  /** Milliseconds until the head of a request must be there. Default 20,000. */
  readonly headersTimeout: number;
  /** Milliseconds until a whole request must be there. Default 60,000. */
  readonly requestTimeout: number;
  /** Milliseconds an idle connection is kept. Default 30,000. */
  readonly keepAliveTimeout: number;
}

export const DEFAULT_LIMITS: ServerLimits = {
  body: 4 * 1024 * 1024,
  target: 16 * 1024,
  head: 32 * 1024,
  depth: 200,
  nodes: 200_000,
  attributes: 256,
  headersTimeout: 20_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 30_000,
};
