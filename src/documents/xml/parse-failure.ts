import { shortened } from '../../selector/errors.ts';
import { resolveReference } from '../../selector/xml-text.ts';
import { type ParseErrorKind, XcapParseError } from '../errors.ts';
import type { NamespaceProblem } from './namespace-parser.ts';
import { skipSpace } from './scan.ts';
import { scanStartTag } from './start-tag.ts';

/** The place of a failure, besides the message of the parser. */
export interface FailurePlace {
  readonly source: string;
  /** End of the last complete construct. */
  readonly last: number;
  /** Position of the parser, just after the character that it refused. */
  readonly position: number;
  /** Whether the parser is inside the XML declaration at the start of a document. */
  readonly inDeclaration: boolean;
  /** Whether the whole text was read. */
  readonly ended: boolean;
  /** Name and offset of the innermost open element. */
  readonly open?: { readonly name: string; readonly start: number } | undefined;
  /** Name of the element that was closed last. */
  readonly closed?: string | undefined;
}

interface Failure {
  readonly reason: string;
  readonly at: number;
  readonly kind?: ParseErrorKind;
}

/** Characters of a reason; names that it repeats are shortened before. */
const MAX_REASON = 400;
const MAX_NAME = 60;
const nameOf = (name: string): string => shortened(name, MAX_NAME);

/** Returns an {@link XcapParseError} for an offset into the text. */
export function failureAt(source: string, offset: number, reason: string, kind?: ParseErrorKind): XcapParseError {
  const at = Math.min(offset, source.length);
  const before = source.slice(0, at);
  const breaks = before.match(/\r\n?|\n/g)?.length ?? 0;
  const lineStart = Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1;
  // A leading byte order mark is not counted as a character of the text.
  const line = before.slice(lineStart).replace(/^\uFEFF/, lineStart === 0 ? '' : '$&');
  return new XcapParseError(reason, breaks + 1, [...line].length + 1, { kind });
}

/** Returns an error for a message of the SAX parser: with the remedy, at the place where the mistake begins. */
export const explainFailure = (message: string, place: FailurePlace): XcapParseError =>
  errorOf(explain(message.replace(/\.$/, ''), place), place);

/** Returns an error for a breach of Namespaces in XML: with the remedy, at the place where the mistake begins. */
export const explainNamespace = (problem: NamespaceProblem, place: FailurePlace): XcapParseError =>
  errorOf(NAMESPACE_SENTENCES[problem.kind](place, hereIn(place), problem), place);

const errorOf = ({ at, reason, kind }: Failure, { source }: FailurePlace): XcapParseError =>
  failureAt(source, at, shortened(reason, MAX_REASON), kind);

/** The character that the parser read last. */
const hereIn = ({ source, position }: FailurePlace): number => Math.max(0, Math.min(position, source.length) - 1);

function explain(message: string, place: FailurePlace): Failure {
  const { source, last } = place;
  const here = hereIn(place);
  if (source.startsWith('<!DOCTYPE', last)) {
    return {
      reason: 'a document type declaration is not allowed; remove <!DOCTYPE ...>',
      at: last,
      kind: 'document-type',
    };
  }
  const reference = place.ended || message.includes('entity') ? badReference(place) : undefined;
  if (reference) return reference;
  if (place.ended) return atTheEnd(message, place);
  if (place.inDeclaration || /^<\?xml[\s?]/.test(source.slice(last, last + 6))) {
    return place.inDeclaration
      ? { reason: `the XML declaration is malformed: ${declarationAdvice(message)}`, at: here }
      : { reason: 'an XML declaration is only allowed at the very start of a document', at: last };
  }
  for (const [pattern, say] of SENTENCES) if (pattern.test(message)) return say(place, here);
  return { reason: message, at: here };
}

const declarationAdvice = (message: string): string =>
  message.includes('version')
    ? 'it starts with version="1.0"'
    : message.includes('standalone')
      ? 'standalone is "yes" or "no"'
      : 'it reads <?xml version="1.0" encoding="UTF-8"?>';

function atTheEnd(message: string, { source, last, open }: FailurePlace): Failure {
  if (source.startsWith('<', last)) return { reason: 'the text ends in the middle of a tag or other markup', at: last };
  if (open) return { reason: `the element <${nameOf(open.name)}> is not closed`, at: open.start };
  if (message.startsWith('text data')) return outsideRoot(source, last);
  return {
    reason: message.includes('root') ? 'there is no root element' : 'the text ends too early',
    at: source.length,
  };
}

/** Returns the first undefined reference between the last construct and the position of the parser. */
function badReference({ source, last, position, ended }: FailurePlace): Failure | undefined {
  if (/^<[!?]/.test(source.slice(last, last + 2))) return undefined;
  const pattern = /&([^;&<>"'\s]*)(;?)/g;
  pattern.lastIndex = last;
  for (let match = pattern.exec(source); match; match = pattern.exec(source)) {
    if (match.index >= position && !ended) return undefined;
    const [, name = '', semicolon] = match;
    if (semicolon && resolveReference(name) !== undefined) continue;
    if (!semicolon || name === '') return { reason: 'a bare & must be written as &amp;', at: match.index };
    const shown = shortened(name, 40);
    const reason = name.startsWith('#')
      ? `the character reference &${shown}; is not a character that XML allows`
      : `the entity &${shown}; is not defined; only &amp; &lt; &gt; &quot; &apos; are`;
    return { reason, at: match.index, kind: 'entity' };
  }
  return undefined;
}

/** Returns the failure for text before or after the root element. */
export const outsideRoot = (source: string, from: number): Failure => ({
  reason: 'text is only allowed inside the root element',
  at: skipSpace(source, from),
});

const startOfTag = ({ source, position }: FailurePlace): number => source.lastIndexOf('</', position - 1);

/** Returns the offset of a name in the tag that is being read: of an attribute by its index, or of the element. */
function startOfName({ source, last, position }: FailurePlace, attribute: number | undefined, skipsPrefix = false) {
  if (attribute === undefined) return last + 1;
  const { name = '', nameStart = 0 } = scanStartTag(source.slice(last, position))[attribute] ?? {};
  return last + nameStart + (skipsPrefix ? name.indexOf(':') + 1 : 0);
}

const named = (reason: string) => (_place: FailurePlace, here: number) => ({ reason, at: here });

type Say<Rest extends unknown[] = []> = (place: FailurePlace, here: number, ...rest: Rest) => Failure;

const NAMESPACE_SENTENCES: Readonly<Record<NamespaceProblem['kind'], Say<[problem: NamespaceProblem]>>> = {
  'malformed-name': (place, _here, { name, attribute }) => ({
    reason: `${nameOf(name)} is not a legal name: at most one colon, with a name on both sides`,
    at: startOfName(place, attribute),
  }),
  'element-xmlns': ({ last }) => ({ reason: 'an element must not have the name or the prefix xmlns', at: last }),
  'unbound-prefix': (place, _here, { name, attribute }) => ({
    reason: `the prefix ${nameOf(name)} is not bound to a namespace; declare xmlns:${nameOf(name)}="..."`,
    at: startOfName(place, attribute),
  }),
  'repeated-attribute': (place, _here, { name, attribute }) => ({
    reason: `the attribute ${nameOf(name)} appears twice`,
    at: startOfName(place, attribute, true),
  }),
  'spaced-namespace': (place, _here, { attribute }) => ({
    reason: 'a namespace must not have white space around it',
    at: startOfName(place, attribute),
  }),
  'undeclared-prefix': named('a namespace prefix cannot be undeclared with an empty value'),
  'xml-prefix': named('the prefix xml cannot be bound to another namespace'),
  'xmlns-declaration': named('the prefix xmlns and its namespace cannot be declared'),
  'default-xml': named('the namespaces of xml and xmlns cannot be the default namespace'),
  'xml-namespace': named('the namespace of xml cannot be bound to another prefix'),
};

const SENTENCES: readonly (readonly [RegExp, Say])[] = [
  [/^unexpected close tag/, (place) => ({ reason: mismatch(place), at: startOfTag(place) })],
  [/^unmatched closing tag/, (place) => ({ reason: 'the end tag has no start tag', at: startOfTag(place) })],
  [/^weird empty close tag/, (place) => ({ reason: 'the end tag </> has no name', at: startOfTag(place) })],
  [/^text data outside/, ({ source, last }) => outsideRoot(source, last)],
  [/^documents may contain/, ({ last }) => ({ reason: 'a document has only one root element', at: last })],
  [/^the string "]]>"/, (_place, here) => ({ reason: ']]> must be written ]]&gt; in text', at: here - 2 })],
  [/^malformed comment/, (_place, here) => ({ reason: 'a comment must not contain --', at: here - 2 })],
  [/^incorrect syntax/, ({ last }) => ({ reason: '<! starts neither a comment nor a CDATA section', at: last })],
  [/processing instruction/, ({ last }) => ({ reason: NO_LEGAL_NAME, at: last })],
  [/XML declaration/, ({ last }) => ({ reason: 'a processing instruction must not be called xml', at: last })],
  [/closing tag/, named('the end tag contains a character that is not allowed')],
  [/in tag name/, tagName],
  [/in attribute name/, named('expected an attribute name, > or />')],
  [/^disallowed character/, named('an attribute value must not contain <; write &lt;')],
  [/^attribute without value/, named('an attribute needs a value: name="value"')],
  [/^unquoted attribute/, named('an attribute value needs quotes')],
  [/^no whitespace between/, named('attributes must be separated by white space')],
  [/^forward-slash/, named('/ in a start tag must be followed by >')],
];

/** The reason for a processing instruction whose target is not a name without a colon. */
export const NO_LEGAL_NAME = 'the processing instruction has no legal name';

function tagName({ source, last }: FailurePlace, here: number): Failure {
  return here === last + 1 || source[last] !== '<'
    ? { reason: 'a bare < must be written as &lt;', at: here - 1 }
    : { reason: 'the tag name contains a character that is not allowed', at: here };
}

function mismatch(place: FailurePlace): string {
  const end = nameOf(place.source.slice(startOfTag(place) + 2, place.position - 1).trim());
  return place.closed === undefined
    ? `</${end}> has no start tag`
    : `the end tag </${end}> does not match the start tag <${nameOf(place.closed)}>`;
}
