import fc from 'fast-check';

/** What is generated: names that the schema knows, mostly where it wants them. */
const maybe = (text: fc.Arbitrary<string>) => fc.oneof({ weight: 3, arbitrary: text }, fc.constant(''));
const many = (text: fc.Arbitrary<string>, maxLength = 3) =>
  fc.array(text, { maxLength }).map((texts) => texts.join(''));
const shuffled = (...parts: readonly fc.Arbitrary<string>[]) =>
  fc.tuple(...parts).chain((texts) => fc.shuffledSubarray(texts).map((some) => some.join('')));
const of = (...texts: readonly string[]) => fc.constantFrom(...texts);
const wrap = (name: string, content: fc.Arbitrary<string>, attributes: fc.Arbitrary<string> = fc.constant('')) =>
  fc.tuple(attributes, content).map(([a, c]) => `<${name}${a}>${c}</${name}>`);

const active = of('', ' active="true"', ' active="false"', ' active="1"', ' active="yes"', ' other="x"', ' v:a="x"');
const empties = ['busy', 'no-answer', 'not-reachable', 'not-registered', 'anonymous', 'roaming', 'international'].map(
  (name) => `<ss:${name}/>`,
);
const condition = fc.oneof(
  of(...empties, '<ss:rule-deactivated/>', '<ss:media>audio</ss:media>', '<ss:presence-status>x</ss:presence-status>'),
  of(
    '<ss:busy>x</ss:busy>',
    '<ss:busy a="1"/>',
    '<v:other/>',
    '<ocp:other-identity/>',
    '<cp:sphere value="x"/>',
    '<cp:sphere/>',
  ),
  of(
    '<cp:identity><cp:one id="sip:a@example.com"/></cp:identity>',
    '<cp:identity/>',
    '<cp:identity><cp:many><cp:except id="sip:a@b"/></cp:many></cp:identity>',
    '<ocp:external-list><ocp:entry anc="http://example.com/x"/></ocp:external-list>',
    '<cp:validity><cp:from>2026-01-01T00:00:00Z</cp:from><cp:until>2026-01-02T00:00:00Z</cp:until></cp:validity>',
    '<cp:validity><cp:until>2026-01-02T00:00:00Z</cp:until></cp:validity>',
  ),
);
const detail = of(
  '<ss:notify-caller>true</ss:notify-caller>',
  '<ss:notify-served-user>maybe</ss:notify-served-user>',
  '<ss:reveal-identity-to-target>not-reveal-GRUU</ss:reveal-identity-to-target>',
  '<ss:reveal-identity-to-caller>no</ss:reveal-identity-to-caller>',
);
const forwardTo = wrap(
  'ss:forward-to',
  fc.tuple(maybe(of('<ss:target>tel:+1</ss:target>', '<ss:target/>')), many(detail, 2)).map((texts) => texts.join('')),
);
const actions = wrap(
  'cp:actions',
  maybe(fc.oneof(forwardTo, of('<ss:allow>false</ss:allow>', '<ss:allow>no</ss:allow>', '<v:x/>'))),
);
const ruleset = fc
  .array(fc.tuple(maybe(wrap('cp:conditions', many(condition))), maybe(actions)), { maxLength: 3 })
  .map((rules) => rules.map(([conditions, action]) => `${conditions}${action}`));
let ids = 0;
const rules = ruleset.map(
  (bodies) => `<cp:ruleset>${bodies.map((body) => `<cp:rule id="r${ids++}">${body}</cp:rule>`).join('')}</cp:ruleset>`,
);
const timer = of('5', '20', '180', '4', '181', '-1', 'soon').map(
  (seconds) => `<ss:NoReplyTimer>${seconds}</ss:NoReplyTimer>`,
);
const capability = of(
  '<ss:serv-cap-anonymous/>',
  '<ss:serv-cap-busy provisioned="false"/>',
  '<ss:serv-cap-roaming provisioned="maybe"/>',
  '<ss:serv-cap-media><ss:all-media/></ss:serv-cap-media>',
  '<ss:serv-cap-media><ss:media>audio</ss:media><ss:media>video</ss:media></ss:serv-cap-media>',
  '<ss:serv-cap-media><ss:all-media/><ss:no-media/></ss:serv-cap-media>',
);
const behaviour = of('presentation-restricted', 'presentation-not-restricted', 'hidden').map(
  (text) => `<ss:default-behaviour>${text}</ss:default-behaviour>`,
);
/** Random simservs documents, most of them nearly valid. */
export const documents = wrap(
  'ss:simservs',
  shuffled(
    wrap('ss:originating-identity-presentation', fc.constant(''), active),
    wrap('ss:originating-identity-presentation-restriction', maybe(behaviour), active),
    wrap(
      'ss:communication-diversion',
      fc.tuple(maybe(timer), maybe(rules)).map((texts) => texts.join('')),
      active,
    ),
    wrap(
      'ss:communication-diversion',
      fc.tuple(rules, timer).map((texts) => texts.join('')),
    ),
    wrap('ss:incoming-communication-barring', maybe(rules), active),
    wrap('ss:outgoing-communication-barring', maybe(rules), active),
    wrap('ss:communication-waiting', fc.constant(''), active),
    wrap(
      'ss:flexible-alerting-specific',
      many(of('<ss:identity>sip:a@b</ss:identity>', '<ss:identity active="x"/>', '<v:x/>')),
      active,
    ),
    wrap('ss:communication-diversion-serv-cap', maybe(wrap('ss:serv-cap-conditions', many(capability, 2)))),
    wrap('ss:communication-barring-serv-cap', maybe(wrap('ss:serv-cap-conditions', many(capability, 2)))),
  ).chain((services) => of('', '<ss:extensions><v:x/></ss:extensions>').map((extensions) => services + extensions)),
  fc.constant(
    ' xmlns:ss="http://uri.etsi.org/ngn/params/xml/simservs/xcap" xmlns:cp="urn:ietf:params:xml:ns:common-policy" xmlns:ocp="urn:oma:xml:xdm:common-policy" xmlns:v="urn:example:v"',
  ),
);
