import type { Scope } from './duties';

/** A telephone number or an address as somebody with these scopes may see it: whole for those who read identities, its beginning for others. */
export const contactFor = (scopes: readonly Scope[], contact: string | null): string | null =>
  contact === null || scopes.includes('identity.read') ? contact : `${[...contact].slice(0, 3).join('')}****`;
