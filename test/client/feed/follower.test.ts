import { describe, expect, it } from 'vitest';
import { Follower } from '../../../src/client/feed/follower.ts';

const at = (etag: string | undefined) => ({ etag });
const change = (previousEtag: string | undefined, newEtag: string | undefined) => ({ previousEtag, newEtag });

/** A follower of which parts have arrived. */
function followerOf(...parts: ReturnType<typeof change>[]) {
  const follower = new Follower<ReturnType<typeof change>>();
  for (const part of parts) follower.arrive(part);
  return follower;
}

describe('a follower', () => {
  it('goes on with the part that starts at the known version, and drops those before it', () => {
    const follower = followerOf(change('x', 'y'), change('a', 'b'), change('b', 'c'));
    expect(follower.next(at('"a"'))).toEqual({ kind: 'part', part: change('a', 'b') });
    expect(follower.next(at('"b"'))).toEqual({ kind: 'part', part: change('b', 'c') });
    expect(follower.next(at('"c"'))).toEqual({ kind: 'done' });
  });

  it('drops a part that leads to the known version', () => {
    expect(followerOf(change('a', 'b')).next(at('"b"'))).toEqual({ kind: 'done' });
  });

  it('reads the document after a gap', () => {
    expect(followerOf(change('b', 'c')).next(at('"a"'))).toEqual({ kind: 'read' });
  });

  it('takes the absence of a tag for the absence of the document', () => {
    expect(followerOf(change(undefined, 'a')).next(undefined)).toMatchObject({ kind: 'part' });
    expect(followerOf(change('a', undefined)).next(undefined)).toEqual({ kind: 'done' });
  });

  it('does not take a version without tag for the absence of the document', () => {
    expect(followerOf(change('a', undefined)).next(at(undefined))).toEqual({ kind: 'read' });
    expect(followerOf(change(undefined, 'a')).next(at(undefined))).toEqual({ kind: 'read' });
  });

  it('compares tags without quotes, W/ and the suffix of a proxy', () => {
    expect(followerOf(change('a', 'b')).next(at('W/"a-gzip"'))).toMatchObject({ kind: 'part' });
  });

  it('drops what had arrived before a GET was sent', () => {
    const follower = followerOf(change('a', 'b'));
    follower.wasRead(follower.mark, at('"c"'));
    expect(follower.next(at('"c"'))).toEqual({ kind: 'done' });
  });

  it('keeps a part that starts between the answer and a version that it never saw', () => {
    const follower = followerOf();
    const { mark } = follower;
    // One notification of two changes: the GET answers with the first of them.
    follower.arrive(change('a', 'c'));
    follower.wasRead(mark, at('"b"'));
    expect(follower.next(at('"b"'))).toEqual({ kind: 'read' });
  });

  it('drops what leads to the answer of a GET, with all before it', () => {
    const follower = followerOf();
    const { mark } = follower;
    for (const part of [change('a', 'b'), change('b', 'c'), change('c', 'd')]) follower.arrive(part);
    follower.wasRead(mark, at('"c"'));
    expect(follower.next(at('"c"'))).toEqual({ kind: 'part', part: change('c', 'd') });
  });

  it('drops what leads to the version of its own write', () => {
    const follower = followerOf(change('a', 'b'), change('b', 'mine'));
    follower.wasWritten(at('"mine"'));
    expect(follower.next(at('"mine"'))).toEqual({ kind: 'done' });
  });

  it('reads the document after it has fallen behind, until a GET that was sent later', () => {
    const follower = followerOf();
    const { mark } = follower;
    follower.fallBehind();
    follower.wasRead(mark, at('"b"'));
    expect(follower.next(at('"b"'))).toEqual({ kind: 'read' });
    follower.wasRead(follower.mark, at('"b"'));
    expect(follower.next(at('"b"'))).toEqual({ kind: 'done' });
  });

  it('keeps a bounded number of parts, and reads the document beyond it', () => {
    const follower = followerOf();
    for (let count = 0; count < 5000; count++) follower.arrive(change(`${count}`, `${count + 1}`));
    expect(follower.next(at('"0"'))).toEqual({ kind: 'read' });
  });
});
