/** The wire: a client that moves documents and nodes to and from real servers. */

export { XcapClient } from './client.ts';
export {
  AlreadyExistsError,
  AuthenticationError,
  EditConflictError,
  HttpError,
  MergeConflictError,
  MethodNotAllowedError,
  PreconditionFailedError,
  ResponseTooLargeError,
  TimeoutError,
  TransportError,
  UnsupportedMediaTypeError,
} from './errors.ts';
export type { Capabilities } from './operations/capabilities.ts';
export type { DeleteResult } from './operations/delete.ts';
export type { GetResult } from './operations/perform.ts';
export type { PutResult } from './operations/put.ts';
export type { ReplaceResult } from './operations/replace.ts';
export type { AuthOptions, CallOptions, EditOptions, XcapClientOptions } from './options.ts';
export type { EditResult } from './sync/edit.ts';
export type { TlsOptions } from './transport/transport.ts';
