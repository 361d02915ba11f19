/** An application usage of one's own: 3GPP's supplementary services, with a rule that forwards calls. */
import { defineApplicationUsage, documentUri } from 'xcap';

const simservs = defineApplicationUsage({
  auid: 'simservs.ngn.etsi.org',
  contentType: 'application/vnd.etsi.simservs+xml',
  documentName: 'simservs.xml',
  namespaces: {
    '': 'http://uri.etsi.org/ngn/params/xml/simservs/xcap',
    cp: 'urn:ietf:params:xml:ns:common-policy',
  },
  root: 'simservs',
  elements: {
    simservs: { children: { 'communication-diversion': '?', 'communication-waiting': '?' } },
    'communication-diversion': {
      attributes: { active: { type: 'boolean' } },
      children: { NoReplyTimer: '?', 'cp:ruleset': '?' },
    },
    'communication-waiting': { attributes: { active: { type: 'boolean' } } },
    NoReplyTimer: { text: 'integer' },
    'cp:ruleset': { children: { 'cp:rule': '*' } },
    'cp:rule': {
      key: 'id',
      unique: 'document',
      attributes: { id: { required: true, type: 'ID' } },
      children: { 'cp:conditions': '?', 'cp:actions': '?' },
    },
    'cp:conditions': { children: { busy: '?', 'no-answer': '?', 'not-registered': '?' }, extensions: 'anywhere' },
    busy: {},
    'no-answer': {},
    'not-registered': {},
    'cp:actions': { children: { 'forward-to': '?' }, extensions: 'anywhere' },
    'forward-to': { children: { target: '1', 'notify-caller': '?' } },
    target: { text: 'anyURI' },
    'notify-caller': { text: 'boolean' },
  },
});

const document = simservs.create();
const forwarding = { target: 'tel:+4930123456', notifyCaller: false };
const rule = { id: 'busy', conditions: { busy: true }, actions: { forwardTo: forwarding } } as const;
document.append(simservs, {
  communicationDiversion: { active: true, NoReplyTimer: 20, ruleset: { rule } },
});

const target = simservs.communicationDiversion().ruleset().rule('busy').actions().forwardTo().target();
document.put(target, 'sip:voicemail@example.com');

console.log(documentUri({ root: 'https://xcap.example.com', usage: simservs, user: 'sip:alice@example.com' }));
console.log(`${target}\n  is ${document.get(target)}`);
console.log(`${document}`);
console.log(`valid: ${document.validate().length === 0}`);
