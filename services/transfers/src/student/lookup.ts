import { createHmac } from 'node:crypto';

/** Finds a pupil by what only the pupil's papers say, without keeping it: HMAC-SHA-256, hex. */
export interface Lookup {
  numberHash(studentNumber: string): string;
  nameHash(name: string): string;
}

// Full-width characters, blanks and the two dots used in names of minorities are matters of typing.
const plain = (text: string) => text.normalize('NFKC').replace(/\s/gu, '').replace(/[•・‧]/gu, '·');

/** The label keeps a name and a number that read alike apart. */
export function lookupWith(key: string): Lookup {
  const hash = (label: string, text: string) => createHmac('sha256', key).update(`${label}:${text}`).digest('hex');
  return {
    numberHash: (studentNumber) => hash('number', plain(studentNumber).toUpperCase()),
    nameHash: (name) => hash('name', plain(name)),
  };
}

/** How a school that does not hold the pupil asks for one. */
export const wantedByPapers = (lookup: Lookup, { studentNumber, name }: { studentNumber: string; name: string }) => ({
  numberHash: lookup.numberHash(studentNumber), nameHash: lookup.nameHash(name),
});
