/** The columns of CSV files: those of xcap, and those of Google, Outlook, Apple and others by their usual names. */

import { UsageFailure } from '../failure.ts';

/** The content of a column. */
export type ColumnKind =
  | 'list'
  | 'labels'
  | 'uri'
  | 'impp'
  | 'email'
  | 'tel'
  | 'name'
  | 'first'
  | 'middle'
  | 'last'
  | 'organization';

/** A column with its place in each row. */
export interface Column {
  readonly kind: ColumnKind;
  readonly index: number;
  /** The column that says which service an impp address is for. */
  readonly service?: number;
  /** The rank among columns of its kind: lower comes first. */
  readonly rank: number;
}

/** Names of columns, in lower case and without spaces, punctuation and accents. */
const NAMES: readonly (readonly [kind: ColumnKind, pattern: RegExp, rank?: number])[] = [
  ['list', /^lists?$/],
  ['labels', /^(?:labels|groups?|groupmembership|categor(?:y|ies)|tags)$/],
  ['uri', /^(?:uri|sip|sipuri|sipaddress|contacturi|voipaddress|voip)$/],
  ['impp', /^(?:im|impp|imaddress|instantmessaging|instantmessenger|jabber|xmpp|im\d+value)$/],
  ['email', /^(?:primary|home|work|business|other|personal)?e?mail(?:address)?\d*(?:address|value)?$/],
  ['tel', /^(?:mobile|cell|cellular|phonemobile|iphone)(?:phone|tel|telephone|number)*\d*(?:value|number)?$/, 0],
  ['tel', /^(?:primary|main)(?:phone|tel|telephone)(?:number)?\d*$/, 1],
  [
    'tel',
    /^(?:(?:home|work|business|other|personal|companymain|car|radio)?(?:phone|tel|telephone)(?:number)?|phone(?:home|work|other|business))\d*(?:value|number)?$/,
    2,
  ],
  ['name', /^(?:name|displayname|fullname|formattedname|fn)$/, 0],
  ['name', /^(?:fileas|nickname)$/, 1],
  ['first', /^(?:firstname|givenname|first|given|forename)$/],
  ['middle', /^(?:middlename|additionalname|middle)$/],
  ['last', /^(?:lastname|familyname|surname|last|family)$/],
  ['organization', /^(?:company|organi[sz]ation|organi[sz]ationname|organi[sz]ation1name)$/],
];

/** The columns of Outlook in German, French, Spanish, Italian and Dutch, in the order of their ranks, without accents. */
const TRANSLATED: Readonly<Partial<Record<ColumnKind, string>>> = {
  name: 'anzeigename nomcomplet nombrecompleto nomecompleto volledigenaam',
  first: 'vorname prenom nombre nome voornaam',
  middle: 'weiterevornamen deuxiemeprenom segundonombre secondonome middelstenaam',
  last: 'nachname nom apellidos apellido cognome achternaam',
  organization: 'firma societe entreprise compania empresa organizacion societa azienda bedrijf',
  labels: 'kategorien kategorie gruppen categories groupes categorias categorie grupos categorieen groepen',
  email:
    'emailadresse adressedemessagerie adresseemail adresseelectronique direcciondecorreoelectronico correoelectronico indirizzopostaelettronica indirizzoemail emailadres',
  tel: 'mobiltelefon mobil handy telmobile telephonemobile telportable telefonomovil movil telefonocellulare cellulare mobieletelefoon haupttelefon telefon telefongeschaftlich telefonprivat telefonfirma telephone telephonebureau telbureau teldomicile telephonedomicile telefono telefonodeltrabajo telefonoparticular telefono telefonoufficio telefonoabitazione ufficio abitazione telefoon telefoonopwerk telefoonthuis',
};

/** The kind and the rank of each translated name. The first of equal names counts. */
const TRANSLATED_NAMES: ReadonlyMap<string, readonly [kind: ColumnKind, rank: number]> = new Map(
  Object.entries(TRANSLATED)
    .flatMap(([kind, words]) =>
      words
        .split(' ')
        // Each name is a key of TRANSLATED.
        .map((word, rank) => [word, [kind as ColumnKind, kind === 'name' ? 0 : rank]] as const),
    )
    .toReversed(),
);

/** Finds the kind and the rank of a column by its translated name. Outlook numbers further columns, such as `E-Mail 2: Adresse`. */
const translated = (name: string): readonly [kind: ColumnKind, rank: number] | undefined =>
  TRANSLATED_NAMES.get(name.replace(/\d+/g, ''));

const normalized = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');

function kindOf(name: string): readonly [kind: ColumnKind, rank: number] | undefined {
  const [kind, , rank = 0] = NAMES.find(([, pattern]) => pattern.test(name)) ?? [];
  return kind === undefined ? translated(name) : [kind, rank];
}

/** Returns the columns that a header names. */
function columnsOf(header: readonly string[]): Column[] {
  const names = header.map(normalized);
  const first = new Map(names.map((name, index) => [name, index] as const).toReversed());
  const columns = names.flatMap((name, index): Column[] => {
    const found = kindOf(name);
    if (!found) return [];
    const [kind, rank] = found;
    const service = kind === 'impp' ? (first.get(name.replace(/value$/, 'service')) ?? -1) : -1;
    return [{ kind, index, rank, ...(service >= 0 && service !== index && { service }) }];
  });
  // The nickname or "file as" is a name only where there is no better one.
  const hasName = columns.some(
    ({ kind, rank }) => (kind === 'name' && rank === 0) || kind === 'first' || kind === 'last',
  );
  return columns.filter(({ kind, rank }) => !(hasName && kind === 'name' && rank > 0));
}

const MAPPED: Readonly<Record<string, ColumnKind>> = {
  uri: 'uri',
  email: 'email',
  tel: 'tel',
  impp: 'impp',
  name: 'name',
  list: 'list',
};

/**
 * Returns the columns of a header, with those that `FIELD=COLUMN` names instead of the recognized ones of that field. A
 * column is named by its title or its number, from 1.
 *
 * @throws UsageFailure for an unknown field or column
 */
export function mappedColumns(header: readonly string[], maps: readonly string[]): Column[] {
  const mapped = maps.map((text): Column => {
    const [, field = '', title = ''] = /^([a-z]+)=(.+)$/is.exec(text) ?? [];
    const kind = MAPPED[field.toLowerCase()];
    if (kind === undefined)
      throw new UsageFailure(
        `option --map: '${text}' is not FIELD=COLUMN with a field of ${Object.keys(MAPPED).join(', ')}`,
      );
    const byTitle = header.findIndex((name) => name.trim().toLowerCase() === title.trim().toLowerCase());
    const index = byTitle >= 0 ? byTitle : /^\d+$/.test(title) ? Number(title) - 1 : -1;
    if (index < 0 || index >= header.length)
      throw new UsageFailure(`option --map: there is no column '${title}'; there are ${header.join(', ')}`);
    return { kind, index, rank: 0 };
  });
  const kinds = new Set<ColumnKind>(mapped.map(({ kind }) => kind));
  // A mapped name replaces the parts of a name, and a mapped list the labels.
  if (kinds.has('name')) for (const part of ['first', 'middle', 'last'] as const) kinds.add(part);
  if (kinds.has('list')) kinds.add('labels');
  return [...mapped, ...columnsOf(header).filter(({ kind }) => !kinds.has(kind))];
}
