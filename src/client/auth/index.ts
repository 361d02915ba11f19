export type { Attempt, AuthorizedRequest, Decision, Refusal } from './authenticator.ts';
export { Authenticator } from './authenticator.ts';
export type { Credentials } from './password.ts';
