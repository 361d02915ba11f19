/** RFC 4827: presence documents by XCAP, PIDF (RFC 3863) with the data model (RFC 4479), RPID and CIPID. https://www.rfc-editor.org/rfc/rfc4827 */

import {
  CIPID,
  deviceExtensions,
  personExtensions,
  RPID,
  richPresenceGlobals,
  richPresenceRows,
  serviceExtensions,
} from './rpid-rows.ts';

/** The schemas allow no attributes of other namespaces on any element. */
const closed = { anyAttribute: 'none' } as const;
const note = { attributes: { 'xml:lang': { type: 'language' } }, text: 'string', ...closed } as const;

const table = {
  auid: 'pidf-manipulation',
  contentType: 'application/pidf+xml',
  documentName: 'index',
  namespaces: {
    '': 'urn:ietf:params:xml:ns:pidf',
    pidf: 'urn:ietf:params:xml:ns:pidf',
    dm: 'urn:ietf:params:xml:ns:pidf:data-model',
    rpid: RPID,
    ci: CIPID,
  },
  root: 'presence',
  elements: {
    presence: {
      attributes: { entity: { required: true, type: 'anyURI' } },
      children: { tuple: '*', note: '*', 'dm:person': '*', 'dm:device': '*' },
      anyOrder: [['dm:person', 'dm:device']],
      // The schema lists notes first, but libxml2 and other validators accept them between extensions too.
      content: 'tuple*, (note | ##other)*',
      schemaType: 'presence',
      ...closed,
    },
    tuple: {
      key: 'id',
      unique: 'document',
      attributes: { id: { required: true, type: 'ID' } },
      children: { status: '1', ...serviceExtensions, contact: '?', note: '*', timestamp: '?' },
      anyOrder: [Object.keys(serviceExtensions)],
      content: 'status, ##other*, contact?, note*, timestamp?',
      schemaType: 'tuple',
      ...closed,
    },
    status: { children: { basic: '?' }, schemaType: 'status', ...closed },
    basic: { text: { enum: ['closed', 'open'], preserve: true }, schemaType: 'basic', ...closed },
    contact: { attributes: { priority: { type: 'qvalue' } }, text: 'anyURI', schemaType: 'contact', ...closed },
    note: { ...note, schemaType: 'note' },
    timestamp: { text: 'dateTime', ...closed },
    'dm:person': {
      key: 'id',
      unique: 'document',
      attributes: { id: { required: true, type: 'ID' } },
      children: { ...personExtensions, 'dm:note': '*', 'dm:timestamp': '?' },
      anyOrder: [Object.keys(personExtensions)],
      content: '##other*, dm:note*, dm:timestamp?',
      ...closed,
    },
    'dm:device': {
      key: 'id',
      unique: 'document',
      attributes: { id: { required: true, type: 'ID' } },
      children: { ...deviceExtensions, 'dm:deviceID': '1', 'dm:note': '*', 'dm:timestamp': '?' },
      anyOrder: [Object.keys(deviceExtensions)],
      content: '##other*, dm:deviceID, dm:note*, dm:timestamp?',
      ...closed,
    },
    'dm:deviceID': { text: 'anyURI', schemaType: 'dm:deviceID_t', ...closed },
    'dm:note': { ...note, schemaType: 'dm:Note_t' },
    'dm:timestamp': { text: 'dateTime', schemaType: 'dm:Timestamp_t', ...closed },
    ...richPresenceRows,
  },
  globals: ['presence', 'dm:person', 'dm:device', 'dm:deviceID', ...richPresenceGlobals],
  globalAttributes: { 'pidf:mustUnderstand': { type: 'boolean' } },
} as const;

type Table = typeof table;

/** The pidf-manipulation application usage, RFC 4827. */
export interface PidfManipulation extends Table {}

/** The table of pidf-manipulation. */
export const pidfManipulationTable: PidfManipulation = table;
