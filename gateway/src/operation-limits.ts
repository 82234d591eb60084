import { limitPassedBy, measureDocument } from '@xueji/platform';
import { GraphQLError, parse, type DocumentNode } from 'graphql';

/** What one operation may ask for. Fragments count each time they are spread. */
export const LIMITS = {
  /** nesting of fields */
  depth: 12,
  aliases: 15,
  /** fields of the query or mutation itself */
  rootFields: 20,
  directives: 20,
  /** all fields, which bounds validation and planning */
  fields: 1000,
  /** objects that may be read: each field with a selection counts once, times `first` or `last` of the fields around it */
  cost: 3000,
  /** lexical tokens of the document */
  tokens: 2000,
} as const;

export type LimitName = Exclude<keyof typeof LIMITS, 'tokens'> | 'cycle';

/**
 * Measures a document before it is validated, in time linear in its length: reused fragments are multiplied, not
 * walked again. Takes no schema. `introspection` leaves `__schema` and `__type` out, where these are allowed.
 * @returns the first limit passed, or null
 */
export function limitPassed(document: DocumentNode, variables: Record<string, unknown>, { introspection }: { introspection: boolean }): LimitName | null {
  return limitPassedBy(measureDocument(document, variables, { introspection }), LIMITS);
}

/** What an operation costs against a person's allowance: the objects it may read, and one for being asked. */
export function costOf(document: DocumentNode, variables: Record<string, unknown>): number {
  return measureDocument(document, variables, { introspection: true }).reduce((sum, measure) => sum + (measure === 'cycle' ? 0 : measure.cost), 1);
}

/** null: not a document. */
export function parseDocument(query: string): DocumentNode | null {
  try {
    return parse(query, { maxTokens: LIMITS.tokens, noLocation: true });
  } catch (error) {
    if (error instanceof GraphQLError) return null;
    throw error;
  }
}
