export { checkAnswer } from './answer.ts';
export type { Method } from './exchange.ts';
export type { RawAnswer, RawRequest } from './request.ts';
export { send } from './request.ts';
export { decodeText } from './text.ts';
export type { TlsOptions, Transport, TransportOptions } from './transport.ts';
export { createTransport } from './transport.ts';
