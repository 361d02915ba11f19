import { describe, expect, it } from 'vitest';
import { applyOperations, resourceLists } from '../../../src/index.ts';
import { buddies, friends } from '../../support/fixtures.ts';

describe('update of all children of a name', () => {
  it.each([1, 50, 51, 200])(
    'records the removal of %i, so that the changes make the same document elsewhere',
    (count) => {
      const uris = Array.from({ length: count }, (_, index) => `sip:${index}@example.com`);
      const text = buddies('sip:first@example.com', ...uris, 'sip:last@example.com');
      const [document, elsewhere] = [resourceLists.parse(text), resourceLists.parse(text)];
      document.update(friends, { entry: [{ uri: 'sip:first@example.com' }, { uri: 'sip:last@example.com' }] });
      expect(document.entries(friends)).toHaveLength(2);
      applyOperations(elsewhere, document.changes);
      expect(elsewhere.equals(document)).toBe(true);
    },
  );
});
