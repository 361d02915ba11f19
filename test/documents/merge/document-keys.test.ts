import { describe, expect, it } from 'vitest';
import { defineApplicationUsage, merge } from '../../../src/index.ts';

const rooms = defineApplicationUsage({
  auid: 'rooms',
  contentType: 'application/rooms+xml',
  namespaces: { '': 'urn:rooms' },
  root: 'rooms',
  elements: {
    rooms: { children: { room: '*' } },
    room: { attributes: { name: { required: true } }, key: 'name', children: { guest: '*' } },
    guest: { attributes: { id: { required: true }, since: {} }, key: 'id', unique: 'document' },
  },
});
const GUEST = '<guest id="bob"/>';
const withGuests = (red: string, blue: string) =>
  rooms.parse(`<rooms xmlns="urn:rooms"><room name="red">${red}</room><room name="blue">${blue}</room></rooms>`);
const guestsIn = (document: object): number => String(document).split('<guest ').length - 1;

describe('a key that must be unique in the document', () => {
  it('and that one side has twice is left alone: nothing of that side is dropped', () => {
    const [base, twice] = [withGuests(GUEST, ''), withGuests(GUEST, GUEST)];
    const theirs = withGuests(GUEST.replace('/>', ' since="today"/>'), '');
    for (const { document, conflicts } of [merge(base, twice, theirs), merge(base, theirs, twice)]) {
      expect(conflicts).toEqual([]);
      expect(guestsIn(document)).toBe(2);
    }
  });

  it('and that each side adds in another place is a conflict, and stays once', () => {
    const { document, conflicts } = merge(withGuests('', ''), withGuests(GUEST, ''), withGuests('', GUEST));
    expect(conflicts.map(({ kind }) => kind)).toEqual(['uniqueness']);
    expect(guestsIn(document)).toBe(1);
  });
});
