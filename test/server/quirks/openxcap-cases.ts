import type { ObservedCase } from './replay.ts';

const NAMESPACE = 'urn:ietf:params:xml:ns:resource-lists';
export const INDEX = 'resource-lists/users/sip:ann@x.example/index';
export const BASE = `<resource-lists xmlns="${NAMESPACE}"><list name="work"><entry uri="sip:bo@x.example"><display-name>Bo</display-name></entry><entry uri="sip:cy@x.example"></entry></list><list name="home"></list></resource-lists>`;

const element = 'application/xcap-el+xml';
const attribute = 'application/xcap-att+xml';
const lists = 'application/resource-lists+xml';
const report = 'application/xcap-error+xml';
const text = 'text/plain';
const failed = 'text/plain; charset=utf-8';
const html = 'text/html; charset=utf-8';
const json = 'application/json';

const at = (selector: string): string => `/${INDEX}/~~/${selector}`;
const work = 'resource-lists/list%5B@name=%22work%22%5D';
const entry = (name: string): string => `${work}/entry%5B@uri=%22sip:${name}@x.example%22%5D`;
const error = (content: string): string =>
  `<?xml version="1.0"?><xcap-error xmlns="urn:ietf:params:xml:ns:xcap-error">${content}</xcap-error>`;
const after = (change: (document: string) => string): string => change(BASE);

interface Short {
  readonly name: string;
  readonly send: readonly [method: string, path: string, contentType?: string, body?: string];
  readonly headers?: readonly string[];
  readonly status: number;
  readonly type?: string;
  readonly etag?: true;
  readonly body?: string;
  readonly documentAfter?: string;
}

const observed = ({ name, send, headers = [], status, type, etag, body = '', documentAfter }: Short): ObservedCase => {
  const [method, path, contentType, sent] = send;
  return {
    name,
    request: {
      method,
      path,
      headers,
      ...(contentType !== undefined && { contentType }),
      ...(sent !== undefined && { body: sent }),
    },
    answer: { status, ...(type !== undefined && { contentType: type }), etag: etag ?? false, body },
    resetBefore: true,
    ...(documentAfter !== undefined && { documentAfter }),
  };
};

const CASES: readonly Short[] = [
  {
    name: 'reads an element',
    send: ['GET', at(entry('cy'))],
    status: 200,
    type: element,
    etag: true,
    body: '<entry uri="sip:cy@x.example"></entry>',
  },
  {
    name: 'fails on several elements',
    send: ['GET', at(`${work}/entry`)],
    status: 500,
    type: failed,
    body: 'Internal Server Error',
  },
  {
    name: 'names a missing element',
    send: ['GET', at('resource-lists/list%5B7%5D')],
    status: 404,
    type: text,
    body: `The requested element /resource-lists/list[7] was not found in the document /${INDEX}/`,
  },
  {
    name: 'drops bindings, and refuses prefixes',
    send: ['GET', at(`l:resource-lists?xmlns(l=${NAMESPACE})`)],
    status: 400,
    type: json,
    body: '{"detail":["Failed to parse node: \'/l:resource-lists\'"]}',
  },
  {
    name: 'refuses a position behind an attribute test',
    send: ['GET', at(`${work}%5B1%5D`)],
    status: 400,
    type: json,
    body: '{"detail":["Failed to parse node: \'/resource-lists/list[@name=\\"work\\"][1]\'"]}',
  },
  {
    name: 'reads an attribute as bare text',
    send: ['GET', at('resource-lists/list%5B2%5D/@name')],
    status: 200,
    type: attribute,
    etag: true,
    body: 'home',
  },
  {
    name: 'finds several attributes ambiguous',
    send: ['GET', at('resource-lists/list/@name')],
    status: 404,
    type: text,
    body: 'XPATH expression is ambiguous',
  },
  {
    name: 'writes namespace bindings that are not XML',
    send: ['GET', at('resource-lists/namespace::*')],
    status: 200,
    type: 'application/xcap-ns+xml',
    etag: true,
    body: `<{${NAMESPACE}}resource-lists  xmlns="${NAMESPACE}"/>`,
  },
  {
    name: 'fails to delete namespace bindings',
    send: ['DELETE', at('resource-lists/namespace::*')],
    status: 500,
    type: failed,
    body: 'Internal Server Error',
  },
  {
    name: 'inserts text as it was sent',
    send: ['PUT', at(entry('di')), element, ' <entry  uri="sip:di@x.example"/>\n'],
    status: 201,
    type: element,
    etag: true,
    documentAfter: after((document) =>
      document.replace('></entry></list>', '></entry> <entry  uri="sip:di@x.example"/>\n</list>'),
    ),
  },
  {
    name: 'refuses a charset parameter',
    send: ['PUT', at(entry('di')), `${element}; charset=utf-8`, '<entry uri="sip:di@x.example"/>'],
    status: 415,
    type: json,
    body: '{"detail":""}',
    documentAfter: BASE,
  },
  {
    name: 'fails on an XML declaration',
    send: ['PUT', at(entry('di')), element, '<?xml version="1.0"?><entry uri="sip:di@x.example"/>'],
    status: 500,
    type: failed,
    body: 'Internal Server Error',
    documentAfter: BASE,
  },
  {
    name: 'refuses characters outside ASCII',
    send: ['PUT', at(entry('di')), element, '<entry uri="sip:di@x.example"><display-name>Dï</display-name></entry>'],
    status: 409,
    type: report,
    body: error('<cannot-insert phrase="PUT request failed GET(PUT(x))==x invariant"/>'),
    documentAfter: BASE,
  },
  {
    name: 'takes character references',
    send: [
      'PUT',
      at(entry('di')),
      element,
      '<entry uri="sip:di@x.example"><display-name>D&#239;</display-name></entry>',
    ],
    status: 201,
    type: element,
    etag: true,
  },
  {
    name: 'inserts into the first of several parents',
    send: [
      'PUT',
      at('resource-lists/list/entry%5B@uri=%22sip:di@x.example%22%5D'),
      element,
      '<entry uri="sip:di@x.example"/>',
    ],
    status: 201,
    type: element,
    etag: true,
    documentAfter: after((document) =>
      document.replace('></entry></list>', '></entry><entry uri="sip:di@x.example"/></list>'),
    ),
  },
  {
    name: 'names no ancestor',
    send: ['PUT', at('resource-lists/list%5B@name=%22none%22%5D/entry'), element, '<entry uri="sip:di@x.example"/>'],
    status: 409,
    type: report,
    body: error('<no-parent/>'),
    documentAfter: BASE,
  },
  {
    name: 'answers an unchanged element with the document',
    send: ['PUT', at(entry('cy')), element, '<entry uri="sip:cy@x.example"></entry>'],
    headers: ['If-Match: "wrong"'],
    status: 200,
    type: element,
    etag: true,
    body: BASE,
  },
  {
    name: 'escapes and rewrites when an attribute is written',
    send: ['PUT', at('resource-lists/list%5B2%5D/@name'), attribute, 'a "b" & c'],
    status: 200,
    type: attribute,
    etag: true,
    documentAfter: `<?xml version='1.0' encoding='UTF-8'?>\n${BASE.replace('<entry uri="sip:cy@x.example"></entry>', '<entry uri="sip:cy@x.example"/>').replace('<list name="home"></list>', '<list name="a &quot;b&quot; &amp; c"/>')}`,
  },
  {
    name: 'fails on an attribute outside ASCII',
    send: ['PUT', at('resource-lists/list%5B2%5D/@name'), attribute, 'é'],
    status: 500,
    type: failed,
    body: 'Internal Server Error',
    documentAfter: BASE,
  },
  {
    name: 'refuses to delete what the next element replaces',
    send: ['DELETE', at(`${work}/entry%5B1%5D`)],
    status: 409,
    type: report,
    body: error('<cannot-delete phrase="DELETE request failed GET(DELETE(x))==404 invariant"/>'),
    documentAfter: BASE,
  },
  {
    name: 'fails to delete the root element',
    send: ['DELETE', at('resource-lists')],
    status: 500,
    type: failed,
    body: 'Internal Server Error',
    documentAfter: BASE,
  },
  {
    name: 'counts elements from zero in a uniqueness report',
    send: ['PUT', at(`${work}/entry%5B3%5D`), element, '<entry uri="sip:bo@x.example"/>'],
    status: 409,
    type: report,
    body: error('<uniqueness-failure><exists field="/*/*[0]/*[2]/@uri"/></uniqueness-failure>'),
    documentAfter: BASE,
  },
  {
    name: 'fails on a list of tags with a space',
    send: ['PUT', `/${INDEX}`, lists, BASE.replace('Bo', 'Bob')],
    headers: ['If-Match: "a", "b"'],
    status: 500,
    type: failed,
    body: 'Internal Server Error',
    documentAfter: BASE,
  },
  {
    name: 'writes a 412 as HTML without a tag',
    send: ['PUT', `/${INDEX}`, lists, BASE.replace('Bo', 'Bob')],
    headers: ['If-None-Match: *'],
    status: 412,
    type: html,
    body: '<html><head><title>Precondition Failed</title></head><body><h1>Precondition Failed</h1><p>Requested resource has a matching ETag.</body></html>',
    documentAfter: BASE,
  },
  {
    name: 'takes a document type declaration and any media type',
    send: ['PUT', `/${INDEX}`, 'text/anything', `<!DOCTYPE resource-lists>${BASE}`],
    status: 200,
    type: lists,
    etag: true,
    documentAfter: `<!DOCTYPE resource-lists>${BASE}`,
  },
  {
    name: 'refuses another encoding',
    send: ['PUT', `/${INDEX}`, lists, `<?xml version="1.0" encoding="ISO-8859-2"?>${BASE}`],
    status: 409,
    type: report,
    body: error('<not-utf-8/>'),
    documentAfter: BASE,
  },
  {
    name: 'reads an entry-ref as a document selector',
    send: [
      'PUT',
      `/${INDEX}`,
      lists,
      `<resource-lists xmlns="${NAMESPACE}"><list><entry-ref ref="https://x.example/y"/></list></resource-lists>`,
    ],
    status: 404,
    type: json,
    body: "{\"detail\":[\"Document selector context must be either 'users' or 'global', not '': 'https://x.example/y'\"]}",
    documentAfter: BASE,
  },
  { name: 'has no tag in a 304', send: ['GET', `/${INDEX}`], headers: ['If-None-Match: *'], status: 304 },
  {
    name: 'decodes paths twice',
    send: ['GET', at('resource-lists/list%5B@name=%22wo%2572k%22%5D/entry%5B2%5D')],
    status: 200,
    type: element,
    etag: true,
    body: '<entry uri="sip:cy@x.example"></entry>',
  },
  {
    name: 'finds the selector behind ~~ without a slash',
    send: ['DELETE', `/${INDEX}/~~resource-lists/list%5B2%5D`],
    status: 200,
    type: element,
    etag: true,
    documentAfter: BASE.replace('<list name="home"></list>', ''),
  },
  {
    name: 'types a missing document',
    send: ['GET', '/resource-lists/users/sip:ann@x.example/none'],
    status: 404,
    type: lists,
  },
  {
    name: 'does not answer OPTIONS',
    send: ['OPTIONS', `/${INDEX}`],
    status: 405,
    type: json,
    body: '{"detail":"Method Not Allowed"}',
  },
  {
    name: 'shows its own applications',
    send: ['GET', '/xcap-caps/global/index/~~/xcap-caps/auids/auid%5B8%5D'],
    status: 200,
    type: element,
    etag: true,
    body: '<auid>test-app</auid>',
  },
  {
    name: 'does not serve the global tree',
    send: ['GET', '/resource-lists/global/index'],
    status: 404,
    type: text,
    body: 'Application resource-lists does not implement global context',
  },
];

/** How OpenXCAP answers, one case for each of its habits. Every case starts with {@link BASE}. */
export const OPENXCAP_CASES: readonly ObservedCase[] = CASES.map(observed);
