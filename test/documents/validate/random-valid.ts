/** Random documents that are valid by the official schemas, written from the schemas and not from the tables. */

import { el, type Random, type Tree } from './tree.ts';

const URIS = [
  'sip:bob@example.com',
  'tel:+1-555',
  'a b',
  '',
  'http://[::1]:80/?q#f',
  'é',
  '%41/x',
  'resource-lists/global/index',
];
const TEXTS = ['', 'text', ' a  b ', '<![CDATA[x & y]]>', 'a<!-- c -->b', '<?pi data?>'];
const DATES = [
  '2026-01-31T08:00:00Z',
  '2024-02-29T23:59:59.5+14:00',
  '2026-01-31T08:00:00',
  '-0044-03-15T12:00:00Z',
  '12026-12-31T24:00:00-05:30',
];
const LANGUAGES = ['en', 'de-CH', '', 'i-klingon', 'x-a'];
const BOOLEANS = ['true', 'false', '1', '0', ' true ', '\n1'];

/** Makes parts of documents from one source of random choices. */
class Maker {
  readonly #random: Random;
  #ids = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  readonly uri = () => this.#random.pick(URIS);
  readonly text = () => this.#random.pick(TEXTS);
  readonly date = () => this.#random.pick(DATES);
  readonly boolean = () => this.#random.pick(BOOLEANS);
  readonly id = () => `i${this.#ids++}`;
  maybe = <T>(make: () => T) => this.#random.maybe(make);
  many = <T>(make: () => T, most?: number) => this.#random.many(make, most);
  pick = <T>(items: readonly T[]) => this.#random.pick(items);

  shuffled(...parts: readonly (Tree | Tree[] | undefined)[]): Tree[] {
    const all = parts.flat().filter((part) => part !== undefined);
    return all
      .map((part) => ({ part, at: this.#random.below(1e9) }))
      .sort((one, other) => one.at - other.at)
      .map(({ part }) => part);
  }

  readonly foreign = () =>
    this.pick([
      () => el('x:foo'),
      () => el('x:foo', { a: 'b', 'xml:lang': 'en' }, 'text', el('x:bar', {}, el('none'))),
      () => el('x:foo', {}, el('pr:sub-handling', {}, 'allow')),
    ])();
  readonly foreigns = () => this.many(this.foreign, 2);
  readonly lang = () => ({ 'xml:lang': this.maybe(() => this.pick(LANGUAGES)) });
  readonly foreignAttribute = () => ({ 'x:a': this.maybe(this.text), 'xml:space': this.maybe(() => 'preserve') });

  // RFC 4826
  readonly name = () => this.maybe(() => el('rl:display-name', this.lang(), this.text()));
  readonly list = (depth = 0, tag = 'rl:list'): Tree =>
    el(
      tag,
      { name: this.maybe(this.text), ...this.foreignAttribute() },
      this.name(),
      this.shuffled(
        this.many(() => el('rl:entry', { uri: this.uri(), ...this.foreignAttribute() }, this.name(), this.foreigns())),
        this.many(() => el('rl:entry-ref', { ref: this.uri() }, this.name(), this.foreigns()), 1),
        this.many(() => el('rl:external', { anchor: this.maybe(this.uri) }, this.name(), this.foreigns()), 1),
        depth > 1 ? undefined : this.many(() => this.list(depth + 1), 1),
      ),
      this.foreigns(),
    );
  readonly resourceLists = () =>
    el(
      'rl:resource-lists',
      {},
      this.many(() => this.list()),
    );
  readonly rlsServices = () =>
    el(
      'rs:rls-services',
      {},
      this.many(() =>
        el(
          'rs:service',
          { uri: this.uri(), ...this.foreignAttribute() },
          this.pick([() => el('rs:resource-list', {}, this.uri()), () => this.list(1, 'rs:list')])(),
          this.maybe(() =>
            el('rs:packages', {}, this.many(() => [el('rs:package', {}, this.text()), ...this.foreigns()]).flat()),
          ),
          this.foreigns(),
        ),
      ),
    );

  // RFC 4745, RFC 5025 and OMA
  readonly identity = () =>
    el(
      'cp:identity',
      {},
      el('cp:one', { id: this.uri() }, this.maybe(this.foreign)),
      this.shuffled(
        this.many(() => el('cp:one', { id: this.uri() }), 1),
        this.many(() =>
          el(
            'cp:many',
            { domain: this.maybe(this.text) },
            this.shuffled(
              this.many(() => el('cp:except', { domain: this.maybe(this.text), id: this.maybe(this.uri) })),
              this.foreigns(),
            ),
          ),
        ),
        this.foreigns(),
      ),
    );
  readonly validity = () => {
    const pair = () => [el('cp:from', {}, this.date()), el('cp:until', {}, this.date())];
    return el('cp:validity', {}, pair(), this.many(pair).flat());
  };
  readonly set = (name: string, all: string, kinds: readonly string[]) =>
    el(
      name,
      {},
      this.pick([
        () => [el(all)],
        () =>
          this.shuffled(
            this.many(() => el(this.pick(kinds), {}, this.text())),
            this.foreigns(),
          ),
      ])(),
    );
  readonly transformations = () =>
    el(
      'cp:transformations',
      {},
      this.shuffled(
        this.many(() =>
          this.set('pr:provide-services', 'pr:all-services', ['pr:class', 'pr:service-uri-scheme', 'op:service-id']),
        ),
        this.many(() =>
          this.set('pr:provide-devices', 'pr:all-devices', ['pr:class', 'pr:occurrence-id', 'dm:deviceID']),
        ),
        this.many(() => this.set('pr:provide-persons', 'pr:all-persons', ['pr:class', 'pr:occurrence-id'])),
        this.many(() =>
          el(this.pick(['pr:provide-mood', 'pr:provide-note', 'op:provide-willingness']), {}, this.boolean()),
        ),
        this.maybe(() => el('pr:provide-user-input', {}, this.pick(['bare', 'false', 'full']))),
        this.maybe(() => el('op:provide-geopriv', {}, this.pick(['false', 'full']))),
        this.maybe(() => el('pr:provide-all-attributes')),
        this.many(() => el('pr:provide-unknown-attribute', { name: this.text(), ns: this.text() }, this.boolean())),
        this.foreigns(),
      ),
    );
  readonly ruleset = () =>
    el(
      'cp:ruleset',
      {},
      this.many(() =>
        el(
          'cp:rule',
          { id: this.id() },
          this.maybe(() =>
            el(
              'cp:conditions',
              {},
              this.shuffled(
                this.many(this.identity, 1),
                this.many(() => el('cp:sphere', { value: this.text() }), 1),
                this.many(this.validity, 1),
                this.many(() => el(this.pick(['ocp:other-identity', 'ocp:anonymous-request'])), 1),
                this.many(
                  () =>
                    el(
                      'ocp:external-list',
                      {},
                      this.many(() => el('ocp:entry', { anc: this.maybe(this.uri), a: 'b' })),
                    ),
                  1,
                ),
                this.foreigns(),
              ),
            ),
          ),
          this.maybe(() =>
            el(
              'cp:actions',
              {},
              this.many(() => el('pr:sub-handling', {}, this.pick(['allow', ' polite-block\n', 'confirm'])), 2),
              this.foreigns(),
            ),
          ),
          this.maybe(this.transformations),
        ),
      ),
    );

  // RFC 3863, RFC 4479, RFC 4480 and RFC 4482
  readonly note = (name: string) => el(name, this.lang(), this.text());
  readonly period = () => ({
    from: this.maybe(this.date),
    until: this.maybe(this.date),
    id: this.maybe(this.id),
    a: this.maybe(this.text),
  });
  readonly rich = () =>
    this.pick([
      () =>
        el(
          'rpid:activities',
          this.period(),
          this.many(() => this.note('rpid:note')),
          this.shuffled(
            this.many(() => el(this.pick(['rpid:away', 'rpid:busy', 'rpid:tv']))),
            this.many(() => this.note('rpid:other'), 1),
            this.foreigns(),
          ),
        ),
      () =>
        el(
          'rpid:mood',
          this.period(),
          this.many(() => this.note('rpid:note')),
          el(this.pick(['rpid:happy', 'rpid:unknown'])),
        ),
      () => el('rpid:place-type', this.period(), this.pick([() => this.note('rpid:other'), this.foreign])()),
      () =>
        el(
          'rpid:place-is',
          this.period(),
          this.maybe(() => el('rpid:audio', {}, el('rpid:ok'))),
          this.maybe(() => el('rpid:text', {}, el('rpid:unknown'))),
        ),
      () =>
        el(
          'rpid:privacy',
          this.period(),
          this.maybe(() => el('rpid:audio')),
          this.maybe(() => el('rpid:video')),
          this.foreigns(),
        ),
      () =>
        el(
          'rpid:relationship',
          {},
          this.many(() => this.note('rpid:note')),
          this.maybe(() => el(this.pick(['rpid:self', 'rpid:friend']))),
        ),
      () => el('rpid:service-class', {}, this.pick([() => el('rpid:postal'), this.foreign])()),
      () =>
        el(
          'rpid:sphere',
          this.period(),
          this.maybe(() => el('rpid:work')),
        ),
      () => el('rpid:status-icon', this.period(), this.uri()),
      () =>
        el(
          'rpid:time-offset',
          { ...this.period(), description: this.maybe(this.text) },
          this.pick(['-60', '+0', ' 120 ']),
        ),
      () =>
        el(
          'rpid:user-input',
          { 'idle-threshold': this.maybe(() => '5'), 'last-input': this.maybe(this.date) },
          this.pick(['active', 'idle']),
        ),
      () => el('rpid:class', {}, this.text()),
      () => el(this.pick(['ci:card', 'ci:homepage', 'ci:icon']), {}, this.uri()),
      () => el('ci:display-name', {}, this.text()),
      () => el('dm:deviceID', {}, this.uri()),
      this.foreign,
    ])();
  readonly noted = (prefix: string) => [
    ...this.many(() => this.note(`${prefix}:note`)),
    ...this.many(() => el(`${prefix}:timestamp`, {}, this.date()), 1),
  ];
  readonly person = () =>
    el(
      'dm:person',
      { id: this.id() },
      this.many(this.rich).filter(({ name }) => !name.startsWith('dm:')),
      this.noted('dm'),
    );
  readonly device = () =>
    el(
      'dm:device',
      { id: this.id() },
      this.many(this.rich).filter(({ name }) => !name.startsWith('dm:')),
      el('dm:deviceID', {}, this.uri()),
      this.noted('dm'),
    );
  readonly presence = () =>
    el(
      'p:presence',
      { entity: this.uri() },
      this.many(() =>
        el(
          'p:tuple',
          { id: this.id() },
          el(
            'p:status',
            {},
            this.maybe(() => el('p:basic', {}, this.pick(['open', 'closed', 'op<!-- -->en']))),
            this.foreigns(),
          ),
          this.many(this.rich),
          this.maybe(() =>
            el('p:contact', { priority: this.maybe(() => this.pick(['0.5', '1', ' 0 ', '1.000'])) }, this.uri()),
          ),
          this.noted('p'),
        ),
      ),
      this.many(() => this.note('p:note')),
      this.shuffled(this.many(this.person), this.many(this.device), this.foreigns()),
    );

  // RFC 4825 section 12 and OMA XDM
  readonly capabilities = () =>
    el(
      'xc:xcap-caps',
      {},
      el(
        'xc:auids',
        {},
        this.many(() => el('xc:auid', {}, this.text())),
      ),
      this.maybe(() =>
        el(
          'xc:extensions',
          {},
          this.many(() => el('xc:extension', {}, this.text())),
        ),
      ),
      el(
        'xc:namespaces',
        {},
        this.many(() => el('xc:namespace', {}, this.uri())),
      ),
      this.foreigns(),
    );
  readonly directory = () =>
    el(
      'xd:xcap-directory',
      {},
      this.many(() =>
        el(
          'xd:folder',
          { auid: this.text() },
          this.pick([
            () => [el('xd:error-code', {}, this.text())],
            () =>
              this.many(() =>
                el('xd:entry', {
                  uri: this.uri(),
                  etag: this.text(),
                  'last-modified': this.maybe(this.date),
                  size: this.maybe(() => this.pick(['0', '+7', '-0', ' 12345678901234567890'])),
                  a: 'b',
                }),
              ),
          ])(),
        ),
      ),
    );
}

/** The makers of random valid documents, by usage. */
export const makers = {
  resourceLists: (random: Random) => new Maker(random).resourceLists(),
  rlsServices: (random: Random) => new Maker(random).rlsServices(),
  presRules: (random: Random) => new Maker(random).ruleset(),
  omaPresRules: (random: Random) => new Maker(random).ruleset(),
  pidfManipulation: (random: Random) => new Maker(random).presence(),
  xcapCaps: (random: Random) => new Maker(random).capabilities(),
  xcapDirectory: (random: Random) => new Maker(random).directory(),
} as const;
