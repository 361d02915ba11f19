import type { ClientContext } from '../../context.ts';
import { rfc4825 } from '../built-in.ts';
import type { ServerProfile } from '../profile.ts';
export interface ProbeOptions {
  readonly document?: string;
}
export async function probe(_context: ClientContext, _options: ProbeOptions): Promise<ServerProfile> {
  return rfc4825;
}
