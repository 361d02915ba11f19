/** Who may see whether Alice is there: author rules, ask what a watcher gets and why, and let lint find mistakes. */
import { presRules, XcapClient } from 'xcap';
import { createXcapServer } from 'xcap/server';

const user = 'sip:alice@example.com';
const server = await createXcapServer({ users: { [user]: 'wonderland' } });
const client = new XcapClient({ root: server.root, user, auth: { password: 'wonderland' } });

await client.edit(presRules, (rules) => {
  rules.allow(['sip:bob@example.com', { domain: 'example.org' }]);
  rules.politeBlock('sip:carol@example.org');
  rules.block('sip:mallory@example.net');
});

const { value: rules } = await client.get(presRules);
for (const watcher of ['sip:bob@example.com', 'sip:carol@example.org', 'sip:dave@example.org', 'sip:eve@example.com']) {
  const { subHandling, matched } = rules.decide({ watcher });
  console.log(`${watcher}: ${subHandling}, by ${matched.map(({ id }) => id).join(' and ') || 'no rule'}`);
}

// Somebody else's client wrote a rule that says the opposite for Bob: the more permissive one wins (RFC 4745).
rules.append(presRules, {
  rule: {
    id: 'old',
    conditions: { identity: { one: { id: 'sip:bob@example.com' } } },
    actions: { subHandling: 'block' },
  },
});
for (const { rule, message } of rules.lint()) console.log(`lint: ${rule}: ${message}`);

await client.close();
await server.close();
