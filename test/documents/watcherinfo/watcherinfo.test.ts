import { describe, expect, it } from 'vitest';
import {
  combineWatcherinfo,
  InvalidArgumentError,
  readWatcherinfo,
  waitingWatchers,
  XcapParseError,
} from '../../../src/index.ts';

const watcher = (id: string, status: string, uri: string, more = '') =>
  `<watcher id="${id}" status="${status}" event="subscribe"${more}>${uri}</watcher>`;
const document = (version: number, state: string, ...watchers: readonly string[]) =>
  `<?xml version="1.0"?><watcherinfo xmlns="urn:ietf:params:xml:ns:watcherinfo" version="${version}" state="${state}"><watcher-list resource="sip:alice@example.com" package="presence">${watchers.join('')}</watcher-list></watcherinfo>`;
const bob = watcher(
  '7768a77s',
  'active',
  'sip:bob@example.com',
  ' display-name="Bob" xml:lang="en" expiration="60" duration-subscribed="3600"',
);
const carol = watcher('87klqa', 'pending', ' sip:carol@example.com ');
const dave = watcher('x1', 'waiting', 'sip:dave@example.com');

describe('readWatcherinfo', () => {
  it('reads every member of a watcher', () => {
    expect(readWatcherinfo(document(0, 'full', bob))).toEqual({
      version: 0,
      state: 'full',
      lists: [
        {
          resource: 'sip:alice@example.com',
          package: 'presence',
          watchers: [
            {
              uri: 'sip:bob@example.com',
              id: '7768a77s',
              status: 'active',
              event: 'subscribe',
              displayName: 'Bob',
              lang: 'en',
              expiration: 60,
              durationSubscribed: 3600,
            },
          ],
        },
      ],
    });
  });

  it('keeps a watcher of which one value is unknown', () => {
    const odd = watcher('1', 'asleep', 'sip:eve@example.com', ' expiration="soon"');
    expect(readWatcherinfo(document(0, 'full', odd)).lists[0]?.watchers).toEqual([
      { uri: 'sip:eve@example.com', id: '1', status: undefined, event: 'subscribe' },
    ]);
  });

  it.each([
    { what: 'text that is no XML', text: 'hello' },
    { what: 'another document', text: '<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="a:b"/>' },
    {
      what: 'a document without version',
      text: '<watcherinfo xmlns="urn:ietf:params:xml:ns:watcherinfo" state="full"/>',
    },
    { what: 'a DTD', text: '<!DOCTYPE watcherinfo><watcherinfo/>' },
  ])('refuses $what', ({ text }) => expect(() => readWatcherinfo(text)).toThrow(XcapParseError));

  it('refuses a value that is no string', () => {
    expect(() => readWatcherinfo(undefined as unknown as string)).toThrow(InvalidArgumentError);
  });
});

describe('waitingWatchers', () => {
  it('lists pending and waiting watchers', () => {
    expect(waitingWatchers(readWatcherinfo(document(0, 'full', bob, carol, dave))).map(({ uri }) => uri)).toEqual([
      'sip:carol@example.com',
      'sip:dave@example.com',
    ]);
  });
});

describe('combineWatcherinfo', () => {
  const first = combineWatcherinfo(undefined, readWatcherinfo(document(3, 'full', bob, carol)));
  const uris = (info: ReturnType<typeof combineWatcherinfo>) =>
    info?.lists.flatMap(({ watchers }) => watchers.map(({ uri, status }) => `${uri} ${status}`));

  it('changes only the watchers of a partial document', () => {
    const next = readWatcherinfo(document(4, 'partial', watcher('87klqa', 'active', 'sip:carol@example.com'), dave));
    expect(uris(combineWatcherinfo(first, next))).toEqual([
      'sip:bob@example.com active',
      'sip:carol@example.com active',
      'sip:dave@example.com waiting',
    ]);
  });

  it('removes a watcher that is terminated', () => {
    const next = readWatcherinfo(document(4, 'partial', watcher('7768a77s', 'terminated', 'sip:bob@example.com')));
    expect(uris(combineWatcherinfo(first, next))).toEqual(['sip:carol@example.com pending']);
  });

  it('ignores a document that is not newer', () => {
    expect(combineWatcherinfo(first, readWatcherinfo(document(3, 'partial', dave)))).toBe(first);
    expect(combineWatcherinfo(first, readWatcherinfo(document(1, 'full')))).toBe(first);
  });

  it('asks for a refresh when a document was missed or the first one is partial', () => {
    expect(combineWatcherinfo(first, readWatcherinfo(document(5, 'partial', dave)))).toBeUndefined();
    expect(combineWatcherinfo(undefined, readWatcherinfo(document(0, 'partial', dave)))).toBeUndefined();
  });

  it('takes a full document as it is', () => {
    expect(uris(combineWatcherinfo(first, readWatcherinfo(document(9, 'full', dave))))).toEqual([
      'sip:dave@example.com waiting',
    ]);
  });
});
