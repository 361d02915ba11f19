/** Which process this is, and whether the process that wrote something is still running. Node only. */

import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { hasCode, ifThere } from './durable-file.ts';

/** What tells one process from every other. Only Linux has the optional members. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** When the process started, in clock ticks since the boot: a process id is used again, with another start. */
  readonly started?: string | undefined;
  /** Changes with every boot of the machine. */
  readonly boot?: string | undefined;
  /** Containers number their processes on their own. */
  readonly namespace?: string | undefined;
}

let own: Promise<ProcessIdentity> | undefined;

/** The identity of this process. */
export function ownIdentity(): Promise<ProcessIdentity> {
  own ??= readOwn();
  return own;
}

async function readOwn(): Promise<ProcessIdentity> {
  const [state, boot, namespace] = await Promise.all([
    readState(process.pid),
    ifReadable(readFile('/proc/sys/kernel/random/boot_id', 'utf8')),
    ifReadable(readlink('/proc/self/ns/pid')),
  ]);
  return { host: hostname(), pid: process.pid, started: state?.started, boot: boot?.trim(), namespace };
}

/** Returns whether a process is running; `undefined` when this cannot be found out from here. */
export async function isRunning(other: ProcessIdentity): Promise<boolean | undefined> {
  const { host, boot, namespace } = await ownIdentity();
  if (other.host !== host || other.boot !== boot || other.namespace !== namespace) return undefined;
  try {
    process.kill(other.pid, 0);
  } catch (error) {
    if (hasCode(error, 'ESRCH')) return false;
    if (!hasCode(error, 'EPERM')) throw error; // EPERM: it runs as another user
  }
  const state = await readState(other.pid);
  if (!state || other.started === undefined) return undefined;
  return state.started === other.started && !state.hasEnded;
}

/** Reads Linux's `/proc/PID/stat`: the state is its field 3, the start time its field 22. */
async function readState(pid: number): Promise<{ started: string; hasEnded: boolean } | undefined> {
  const text = await ifReadable(readFile(`/proc/${pid}/stat`, 'utf8'));
  if (text === undefined) return undefined;
  // Field 2 is the program's name in parentheses, and may contain spaces and parentheses itself.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state = '', started] = [fields[0], fields[19]];
  // A killed process stays as a zombie until its parent asks for its status.
  return started === undefined ? undefined : { started, hasEnded: 'ZXx'.includes(state) };
}

async function ifReadable(read: Promise<string>): Promise<string | undefined> {
  try {
    return await ifThere(read);
  } catch (error) {
    if (hasCode(error, 'EACCES', 'EPERM', 'ESRCH', 'EINVAL')) return undefined;
    throw error;
  }
}
