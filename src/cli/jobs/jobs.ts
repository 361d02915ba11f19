/** The lines of a jobs file. Each is an edit of one document of one user, as JSON. */

import { createHash } from 'node:crypto';
import { diff } from '../../documents/diff/diff.ts';
import type { XcapDocument } from '../../documents/document.ts';
import { applyOperations } from '../../documents/edit/apply-operations.ts';
import type { AnyUsage } from '../../documents/usage.ts';
import { presRules } from '../../documents/usages/pres-rules/usage.ts';
import { resourceLists } from '../../documents/usages/resource-lists/usage.ts';
import { simservs } from '../../documents/usages/simservs/usage.ts';
import { documentSelector, xuiOf } from '../../selector/document-uri.ts';
import { parsePath } from '../../selector/read.ts';
import { nearest } from '../../selector/suggest.ts';
import { uriProblem, withScheme } from '../contacts/contact.ts';
import { followPath } from '../documents/list-address.ts';
import { entriesOf, listTree } from '../documents/list-tree.ts';
import { applicationOf, usageOf } from '../requests/applications.ts';
import { encodeTyped } from '../requests/selector-text.ts';
import { UT_MEMBERS, UT_VERBS, utChange } from './ut-jobs.ts';

/** One edit. */
export interface Job {
  readonly line: number;
  /** Name of the job in a journal: its own `id`, if it has one, and a hash of its content. The line does not count. */
  readonly id: string;
  /** The XUI. */
  readonly user: string;
  readonly usage: AnyUsage;
  readonly document: string | undefined;
  /** Credentials of the user, if the line has a password. */
  readonly auth?: { readonly username?: string | undefined; readonly password: string } | undefined;
  readonly change: (document: XcapDocument) => void;
}

/** The verbs of a job. */
const VERBS = ['add', 'remove', 'allow', 'block', 'politeBlock', 'confirm', 'put', 'delete', ...UT_VERBS] as const;
const MEMBERS: readonly string[] = [
  'id',
  'user',
  'xui',
  'app',
  'document',
  'list',
  'uri',
  'name',
  'selector',
  ...UT_MEMBERS,
  'username',
  'password',
  ...VERBS,
];

/** A line that is not a job. */
class JobMistake {
  readonly problem: string;

  constructor(problem: string) {
    this.problem = problem;
  }
}

/**
 * Reads every line, and reports what is wrong with each.
 *
 * @param account - XUI of the user of jobs without one
 */
export async function readJobs(text: string, account: string) {
  const jobs: Job[] = [];
  const mistakes: { line: number; problem: string }[] = [];
  const lines = new Map<string, number>();
  for (const [index, row] of text
    .replace(/^\ufeff/, '')
    .split('\n')
    .entries()) {
    if (row.trim() === '') continue;
    const line = index + 1;
    try {
      const fields = readFields(row);
      const job = await readJob(fields, line, account);
      const { id } = fields;
      const key = JSON.stringify(id === undefined ? [job.user, job.usage.auid, job.document, job.id] : [id]);
      const twin = lines.get(key);
      if (twin !== undefined) {
        throw new JobMistake(
          id === undefined
            ? `line ${twin} is the same job; remove one of them, or give each an id`
            : `line ${twin} has the same id ${JSON.stringify(id)}`,
        );
      }
      lines.set(key, line);
      jobs.push(job);
    } catch (error) {
      mistakes.push({
        line,
        problem: error instanceof JobMistake ? error.problem : error instanceof Error ? error.message : String(error),
      });
    }
  }
  return { jobs, mistakes };
}

async function readJob(fields: Fields, line: number, account: string): Promise<Job> {
  const verbs = VERBS.filter((verb) => fields[verb] !== undefined);
  const [verb, ...more] = verbs;
  if (verb === undefined || more.length > 0)
    throw new JobMistake(`a job has exactly one of ${VERBS.join(', ')}; this has ${verbs.join(' and ') || 'none'}`);
  const { usage, change } = await editOf(verb, fields);
  const user = userOf(fields, account);
  const { document } = fields;
  // Throws for what no URI can hold, before anything is sent.
  documentSelector({ usage, user: { xui: user }, document });
  return { line, id: idOf(fields), user, usage, document, auth: authOf(fields), change };
}

function authOf({ username, password }: Fields): Job['auth'] {
  if (password !== undefined) return { username, password };
  if (username !== undefined) throw new JobMistake('a username needs a password beside it');
  return undefined;
}

function userOf({ user, xui }: Fields, account: string): string {
  if (user !== undefined && xui !== undefined) throw new JobMistake('a job has user or xui, not both');
  if (xui !== undefined) return xuiOf({ xui });
  return user === undefined ? account : xuiOf(user);
}

/** Members that do not tell what a job does, or that are in the journal beside the hash. */
const NOT_CONTENT: readonly string[] = ['id', 'user', 'xui', 'document', 'username', 'password'];

/** The order of the members does not count. */
function idOf(fields: Fields): string {
  const { id } = fields;
  const content = Object.entries(fields).filter(([name]) => !NOT_CONTENT.includes(name));
  const hash = createHash('sha256').update(JSON.stringify(content.sort())).digest('hex').slice(0, 32);
  return id === undefined ? hash : `${id} ${hash}`;
}

type Fields = Readonly<Record<string, string | undefined>>;

function readFields(row: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(row);
  } catch (error) {
    throw new JobMistake(`it is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new JobMistake('a job is a JSON object');
  for (const [name, member] of Object.entries(value)) {
    const meant = nearest(name, MEMBERS);
    if (!MEMBERS.includes(name))
      throw new JobMistake(`a job has no member ${JSON.stringify(name)}${meant ? `; did you mean ${meant}?` : ''}`);
    if (typeof member !== 'string') throw new JobMistake(`${name} must be a text`);
  }
  return value as Fields; // just checked
}

async function editOf(verb: (typeof VERBS)[number], fields: Fields): Promise<Pick<Job, 'usage' | 'change'>> {
  switch (verb) {
    case 'add':
    case 'remove':
      return listEdit(verb, fields);
    case 'put':
    case 'delete':
      return nodeEdit(verb, fields);
    case 'allow':
    case 'block':
    case 'politeBlock':
    case 'confirm':
      return ruleEdit(verb, fields[verb] ?? '');
    default:
      return typed(simservs, utChange(verb, fields));
  }
}

/** `add` and `remove` name the list; with `uri`, an entry in it. */
function listEdit(verb: 'add' | 'remove', fields: Fields): Pick<Job, 'usage' | 'change'> {
  const { [verb]: list = '', name } = fields;
  const uri = fields['uri'] === undefined ? undefined : withScheme(fields['uri']);
  const problem = uri === undefined ? undefined : uriProblem(uri);
  if (list === '' || problem !== undefined) throw new JobMistake(problem ?? `${verb} names a list`);
  const displayName = name === undefined ? {} : { displayName: name };
  return typed(resourceLists, (document) => {
    // A job may run again after an interruption, so it leaves what is as it should be.
    const found = followPath(listTree(document), list);
    if (verb === 'add') {
      if (uri === undefined) return found ? undefined : void document.addList({ name: list, ...displayName });
      const entry = found && entriesOf(found).find((known) => known.uri === uri);
      if (!entry) document.addEntry(found?.selector ?? document.addList(list), { uri, ...displayName });
      else if (name !== undefined && entry.displayName !== name) document.renameEntry(entry.selector, name);
      return;
    }
    if (!found) return;
    const entry = entriesOf(found).find((known) => known.uri === uri);
    if (uri === undefined) document.removeList(found.selector);
    else if (entry) document.removeEntry(entry.selector);
  });
}

function ruleEdit(verb: 'allow' | 'block' | 'politeBlock' | 'confirm', who: string): Pick<Job, 'usage' | 'change'> {
  const uri = withScheme(who);
  const watcher = uriProblem(uri) === undefined ? uri : { domain: who };
  if (who === '' || /\s/.test(who)) throw new JobMistake(`${verb} names a URI or a domain`);
  return typed(presRules, (document) => void document[verb](watcher));
}

/** `put` contains XML, `delete` a selector; `put` without `selector` is the whole document. */
async function nodeEdit(verb: 'put' | 'delete', fields: Fields): Promise<Pick<Job, 'usage' | 'change'>> {
  const auid = fields['app'] ?? 'resource-lists';
  const usage = await usageOf(auid);
  if (!usage) throw new JobMistake(`the library has no table of the application usage ${JSON.stringify(auid)}`);
  const text = verb === 'delete' ? fields['delete'] : fields['selector'];
  const xml = fields['put'] ?? '';
  if (text === undefined) {
    const whole = usage.parse(xml);
    return { usage, change: (document) => applyOperations(document, diff(document, whole)) };
  }
  const selector = parsePath(encodeTyped(text, prefixesOf(usage)).path, usage);
  return {
    usage,
    change: (document) => (verb === 'delete' ? remove(document, selector) : void document.put(selector, xml)),
  };
}

/** The prefixes that a selector may use without binding them: those of the usage, and the usual ones of its application. */
function prefixesOf(usage: AnyUsage): Readonly<Record<string, string>> {
  const { '': _default, ...prefixes } = usage.definition.namespaces;
  return { ...prefixes, ...applicationOf(usage.auid).prefixes };
}

/** Deletes a node unless an earlier run has done it. */
function remove(document: XcapDocument, selector: ReturnType<typeof parsePath>): void {
  if (document.xml(selector) !== undefined) document.delete(selector);
}

function typed<D extends XcapDocument>(
  usage: { parse(xml: string): D },
  change: (document: D) => void,
): Pick<Job, 'usage' | 'change'> {
  // The documents of a usage are of its class.
  return { usage: usage as unknown as AnyUsage, change: (document) => change(document as D) };
}
