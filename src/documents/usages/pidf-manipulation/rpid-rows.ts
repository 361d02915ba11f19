/** RFC 4480 (RPID) and RFC 4482 (CIPID): rich presence in PIDF. https://www.rfc-editor.org/rfc/rfc4480#section-5 */

import { ACTIVITIES, MOODS } from './activities.ts';

/** Namespace of RPID (RFC 4480). */
export const RPID = 'urn:ietf:params:xml:ns:pidf:rpid';
/** Namespace of CIPID (RFC 4482). */
export const CIPID = 'urn:ietf:params:xml:ns:pidf:cipid';

const empty = { extensions: 'none', anyAttribute: 'none' } as const;

type Children<N extends string> = { readonly [K in N as `rpid:${K}`]: '?' };
type Rows<N extends string> = { readonly [K in N as `rpid:${K}`]: typeof empty };

// Object.fromEntries does not know the names that it was given.
const children = <const N extends readonly string[]>(names: N) =>
  Object.fromEntries(names.map((name) => [`rpid:${name}`, '?'])) as Children<N[number]>;
const rows = <const N extends readonly string[]>(names: N) =>
  Object.fromEntries(names.map((name) => [`rpid:${name}`, empty])) as Rows<N[number]>; // likewise

const activities = children(ACTIVITIES);
const moods = children(MOODS);
const fromUntil = { from: { type: 'dateTime' }, until: { type: 'dateTime' }, id: { type: 'ID' } } as const;
const note = { attributes: { 'xml:lang': { type: 'language' } }, text: 'string', anyAttribute: 'none' } as const;

const choiceOf = (names: object): string => [...Object.keys(names), 'rpid:other', '##other'].join(' | ');

/** What RPID and CIPID say about a person, in any order. */
export const personExtensions = {
  'rpid:activities': '?',
  'rpid:class': '?',
  'rpid:mood': '?',
  'rpid:place-is': '?',
  'rpid:place-type': '?',
  'rpid:privacy': '?',
  'rpid:sphere': '?',
  'rpid:status-icon': '?',
  'rpid:time-offset': '?',
  'rpid:user-input': '?',
  'ci:card': '?',
  'ci:display-name': '?',
  'ci:homepage': '?',
  'ci:icon': '?',
  'ci:map': '?',
  'ci:sound': '?',
} as const;

/** What they say about a device. */
export const deviceExtensions = { 'rpid:class': '?', 'rpid:user-input': '?' } as const;

/** What they and the data model say about a service. */
export const serviceExtensions = {
  'dm:deviceID': '?',
  'rpid:class': '?',
  'rpid:privacy': '?',
  'rpid:relationship': '?',
  'rpid:service-class': '?',
  'rpid:status-icon': '?',
  'rpid:user-input': '?',
  'ci:card': '?',
  'ci:display-name': '?',
  'ci:homepage': '?',
  'ci:icon': '?',
  'ci:map': '?',
  'ci:sound': '?',
} as const;

/** The elements that the schemas of RPID and CIPID declare globally. */
export const richPresenceGlobals = Object.keys({
  ...personExtensions,
  ...deviceExtensions,
  ...serviceExtensions,
}).filter((name) => !name.startsWith('dm:'));

/** Rows of RPID's and CIPID's elements. */
export const richPresenceRows = {
  'rpid:activities': {
    attributes: fromUntil,
    children: { 'rpid:note': '*', 'rpid:unknown': '?', ...activities, 'rpid:other': '?' },
    anyOrder: [[...Object.keys(activities), 'rpid:other']],
    content: `rpid:note*, (rpid:unknown? | (${choiceOf(activities)})+)`,
    anyAttribute: 'any',
  },
  ...rows(ACTIVITIES),
  'rpid:mood': {
    attributes: fromUntil,
    children: { 'rpid:note': '*', 'rpid:unknown': '?', ...moods, 'rpid:other': '?' },
    anyOrder: [[...Object.keys(moods), 'rpid:other']],
    content: `rpid:note*, (rpid:unknown | (${choiceOf(moods)})+)`,
    anyAttribute: 'any',
  },
  ...rows(MOODS),
  'rpid:note': note,
  'rpid:other': note,
  'rpid:unknown': empty,
  'rpid:class': { text: 'token', anyAttribute: 'none' },
  'rpid:place-is': {
    attributes: fromUntil,
    children: { 'rpid:note': '*', 'rpid:audio': '?', 'rpid:video': '?', 'rpid:text': '?' },
    extensions: 'none',
    anyAttribute: 'any',
  },
  // Inside `privacy` the same three are empty.
  'rpid:audio': {
    children: { 'rpid:noisy': '?', 'rpid:ok': '?', 'rpid:quiet': '?', 'rpid:unknown': '?' },
    content: '(rpid:noisy | rpid:ok | rpid:quiet | rpid:unknown)?',
    anyAttribute: 'none',
  },
  'rpid:video': {
    children: { 'rpid:toobright': '?', 'rpid:ok': '?', 'rpid:dark': '?', 'rpid:unknown': '?' },
    content: '(rpid:toobright | rpid:ok | rpid:dark | rpid:unknown)?',
    anyAttribute: 'none',
  },
  'rpid:text': {
    children: { 'rpid:uncomfortable': '?', 'rpid:inappropriate': '?', 'rpid:ok': '?', 'rpid:unknown': '?' },
    content: '(rpid:uncomfortable | rpid:inappropriate | rpid:ok | rpid:unknown)?',
    anyAttribute: 'none',
  },
  ...rows(['noisy', 'ok', 'quiet', 'toobright', 'dark', 'uncomfortable', 'inappropriate']),
  'rpid:place-type': {
    attributes: fromUntil,
    children: { 'rpid:note': '*', 'rpid:other': '?' },
    content: 'rpid:note*, (rpid:other | ##other+)',
    anyAttribute: 'any',
  },
  'rpid:privacy': {
    attributes: fromUntil,
    children: { 'rpid:note': '*', 'rpid:unknown': '?', 'rpid:audio': '?', 'rpid:text': '?', 'rpid:video': '?' },
    content: 'rpid:note*, (rpid:unknown | (rpid:audio?, rpid:text?, rpid:video?, ##other*))',
    anyAttribute: 'any',
  },
  'rpid:relationship': {
    children: {
      'rpid:note': '*',
      'rpid:assistant': '?',
      'rpid:associate': '?',
      'rpid:family': '?',
      'rpid:friend': '?',
      'rpid:other': '?',
      'rpid:self': '?',
      'rpid:supervisor': '?',
      'rpid:unknown': '?',
    },
    content:
      'rpid:note*, (rpid:assistant | rpid:associate | rpid:family | rpid:friend | rpid:other? | rpid:self | rpid:supervisor | rpid:unknown | ##other+)',
    anyAttribute: 'none',
  },
  ...rows(['assistant', 'associate', 'family', 'friend', 'self', 'supervisor']),
  'rpid:service-class': {
    children: {
      'rpid:note': '*',
      'rpid:courier': '?',
      'rpid:electronic': '?',
      'rpid:freight': '?',
      'rpid:in-person': '?',
      'rpid:postal': '?',
      'rpid:unknown': '?',
    },
    content:
      'rpid:note*, (rpid:courier | rpid:electronic | rpid:freight | rpid:in-person | rpid:postal | rpid:unknown | ##other+)',
    anyAttribute: 'none',
  },
  ...rows(['courier', 'electronic', 'freight', 'in-person', 'postal']),
  'rpid:sphere': {
    attributes: fromUntil,
    children: { 'rpid:home': '?', 'rpid:work': '?', 'rpid:unknown': '?' },
    content: '(rpid:home | rpid:work | rpid:unknown | ##other+)?',
    anyAttribute: 'any',
  },
  ...rows(['home', 'work']),
  'rpid:status-icon': { attributes: fromUntil, text: 'anyURI', anyAttribute: 'any' },
  'rpid:time-offset': {
    attributes: { ...fromUntil, description: { type: 'string' } },
    text: 'integer',
    anyAttribute: 'any',
  },
  'rpid:user-input': {
    attributes: {
      'idle-threshold': { type: 'positiveInteger' },
      'last-input': { type: 'dateTime' },
      id: { type: 'ID' },
    },
    text: { enum: ['active', 'idle'], preserve: true },
    anyAttribute: 'any',
  },
  'ci:card': { text: 'anyURI', anyAttribute: 'none' },
  'ci:display-name': { text: 'string', anyAttribute: 'none' },
  'ci:homepage': { text: 'anyURI', anyAttribute: 'none' },
  'ci:icon': { text: 'anyURI', anyAttribute: 'none' },
  'ci:map': { text: 'anyURI', anyAttribute: 'none' },
  'ci:sound': { text: 'anyURI', anyAttribute: 'none' },
} as const;
