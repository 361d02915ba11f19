/** RFC 4827: presence documents by XCAP, PIDF (RFC 3863) with the data model (RFC 4479), RPID and CIPID. https://www.rfc-editor.org/rfc/rfc4827 */

import { CIPID, deviceExtensions, personExtensions, RPID, richPresenceRows, serviceExtensions } from './rpid-rows.ts';

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
    },
    tuple: {
      key: 'id',
      unique: 'document',
      attributes: { id: { required: true, type: 'ID' } },
      children: { status: '1', ...serviceExtensions, contact: '?', note: '*', timestamp: '?' },
      anyOrder: [Object.keys(serviceExtensions)],
      extensions: 'anywhere',
    },
    status: { children: { basic: '?' } },
    basic: { text: { enum: ['closed', 'open'] } },
    contact: { attributes: { priority: { type: 'token' } }, text: 'anyURI' },
    note: { attributes: { 'xml:lang': {} }, text: 'string' },
    timestamp: { text: 'dateTime' },
    'dm:person': {
      key: 'id',
      unique: 'document',
      attributes: { id: { required: true, type: 'ID' } },
      children: { ...personExtensions, 'dm:note': '*', 'dm:timestamp': '?' },
      anyOrder: [Object.keys(personExtensions)],
      extensions: 'anywhere',
    },
    'dm:device': {
      key: 'id',
      unique: 'document',
      attributes: { id: { required: true, type: 'ID' } },
      children: { ...deviceExtensions, 'dm:deviceID': '1', 'dm:note': '*', 'dm:timestamp': '?' },
      anyOrder: [Object.keys(deviceExtensions)],
      extensions: 'anywhere',
    },
    'dm:deviceID': { text: 'anyURI' },
    'dm:note': { attributes: { 'xml:lang': {} }, text: 'string' },
    'dm:timestamp': { text: 'dateTime' },
    ...richPresenceRows,
  },
} as const;

type Table = typeof table;

/** The pidf-manipulation application usage, RFC 4827. */
export interface PidfManipulation extends Table {}

/** The table of pidf-manipulation. */
export const pidfManipulationTable: PidfManipulation = table;
