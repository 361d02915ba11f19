/** The lines of a jobs file. Each is an edit of one document of one user, as JSON. */

import { diff } from '../../documents/diff/diff.ts';
import type { XcapDocument } from '../../documents/document.ts';
import { applyOperations } from '../../documents/edit/apply-operations.ts';
import type { AnyUsage } from '../../documents/usage.ts';
import { presRules } from '../../documents/usages/pres-rules/usage.ts';
import { resourceLists } from '../../documents/usages/resource-lists/usage.ts';
import { parseSelector } from '../../selector/read.ts';
import { nearest } from '../../selector/suggest.ts';
import { uriProblem, withScheme } from '../contacts/contact.ts';
import { followPath } from '../documents/list-address.ts';
import { entriesOf, listTree } from '../documents/list-tree.ts';
import { usageOf } from '../requests/applications.ts';

/** One edit. */
export interface Job {
  readonly line: number;
  readonly id: string;
  readonly user: string | undefined;
  readonly usage: AnyUsage;
  readonly document: string | undefined;
  readonly change: (document: XcapDocument) => void;
}

/** The verbs of a job. */
const VERBS = ['add', 'remove', 'allow', 'block', 'politeBlock', 'confirm', 'put', 'delete'] as const;
const MEMBERS: readonly string[] = ['id', 'user', 'app', 'document', 'list', 'uri', 'name', 'selector', ...VERBS];

/** A line that is not a job. */
class JobMistake {
  readonly problem: string;

  constructor(problem: string) {
    this.problem = problem;
  }
}

/** Reads every line, and reports what is wrong with each. */
export async function readJobs(text: string) {
  const jobs: Job[] = [];
  const mistakes: { line: number; problem: string }[] = [];
  const ids = new Map<string, number>();
  for (const [index, row] of text
    .replace(/^\ufeff/, '')
    .split('\n')
    .entries()) {
    if (row.trim() === '') continue;
    const line = index + 1;
    try {
      const job = await readJob(row, line);
      const twin = ids.get(job.id);
      if (twin !== undefined) throw new JobMistake(`line ${twin} has the same id ${JSON.stringify(job.id)}`);
      ids.set(job.id, line);
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

async function readJob(row: string, line: number): Promise<Job> {
  const fields = readFields(row);
  const verbs = VERBS.filter((verb) => fields[verb] !== undefined);
  const [verb, ...more] = verbs;
  if (verb === undefined || more.length > 0)
    throw new JobMistake(`a job has exactly one of ${VERBS.join(', ')}; this has ${verbs.join(' and ') || 'none'}`);
  const { usage, change } = await editOf(verb, fields);
  return { line, id: fields['id'] ?? `${line}`, user: fields['user'], usage, document: fields['document'], change };
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
    default:
      return ruleEdit(verb, fields[verb] ?? '');
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
  const selector = parseSelector(text, usage);
  return {
    usage,
    change: (document) => (verb === 'delete' ? remove(document, selector) : void document.put(selector, xml)),
  };
}

/** Deletes a node unless an earlier run has done it. */
function remove(document: XcapDocument, selector: ReturnType<typeof parseSelector>): void {
  if (document.xml(selector) !== undefined) document.delete(selector);
}

function typed<D extends XcapDocument>(
  usage: { parse(xml: string): D },
  change: (document: D) => void,
): Pick<Job, 'usage' | 'change'> {
  // The documents of a usage are of its class.
  return { usage: usage as unknown as AnyUsage, change: (document) => change(document as D) };
}
