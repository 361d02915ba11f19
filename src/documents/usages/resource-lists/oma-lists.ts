/**
 * Names of lists in a user's resource-lists document `index` that OMA presence rules refer to (OMA XDM 2.0).
 *
 * @example
 * resourceLists.list(omaLists.buddyList);
 */
export const omaLists = Object.freeze({
  /** Contacts whose presence the user watches. */
  buddyList: 'oma_buddylist',
  /** Watchers that may see the presence of the user. */
  grantedContacts: 'oma_grantedcontacts',
  /** Watchers that may not see the presence of the user. */
  blockedContacts: 'oma_blockedcontacts',
  /** Push-to-talk contacts. */
  pocBuddyList: 'oma_pocbuddylist',
  /** All contacts in all lists. */
  allContacts: 'oma_allcontacts',
} as const);

/** A name in `omaLists`. */
export type OmaListName = (typeof omaLists)[keyof typeof omaLists];
