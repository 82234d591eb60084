import { defaultFieldResolver, getNamedType, isObjectType, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';

/** Types whose fields tell about a pupil, each with the pupil's opaque id; null when it tells of none. */
export type PersonalTypes = Readonly<Record<string, (source: any) => string | null>>;

/** What one request reads of pupils while it runs. */
export class ReadLog {
  readonly fields = new Set<string>();
  readonly pupils = new Set<string>();
  readonly searches = new Set<string>();

  get isEmpty(): boolean {
    return this.fields.size === 0 && this.searches.size === 0;
  }
}

const READS = Symbol('reads');

/** Gives a request's context a log of what it reads. */
export const logReads = (context: object): ReadLog => ((context as { [READS]?: ReadLog })[READS] = new ReadLog());
export const readsOf = (context: object): ReadLog | undefined => (context as { [READS]?: ReadLog })[READS];

/**
 * Makes the schema note each reading of a personal field and each search among personal records. Opaque ids alone are not personal.
 * Changes the schema in place. Throws when a type named does not exist, so that none slips out of the ledger by a new name.
 */
export function noteReads(schema: GraphQLSchema, personal: PersonalTypes): void {
  for (const [name, idOf] of Object.entries(personal)) {
    const type = schema.getType(name);
    if (!isObjectType(type)) throw new Error(`PERSONAL_TYPE_UNKNOWN: ${name}`);
    for (const field of Object.values(type.getFields())) {
      if (field.name === 'id') continue;
      const coordinate = `${name}.${field.name}`;
      const resolve = field.resolve ?? defaultFieldResolver;
      field.resolve = ((source, args, context, info) => {
        const reads = readsOf(context as object);
        if (reads) {
          reads.fields.add(coordinate);
          const id = idOf(source);
          if (id !== null) reads.pupils.add(id);
        }
        return resolve(source, args, context, info);
      }) as GraphQLFieldResolver<unknown, unknown>;
    }
  }
  for (const field of Object.values(schema.getQueryType()?.getFields() ?? {})) {
    const type = getNamedType(field.type).name;
    if (!(type.replace(/Connection$/, '') in personal)) continue;
    const resolve = field.resolve ?? defaultFieldResolver;
    field.resolve = (source, args, context, info) => {
      const given = Object.keys(args).filter((name) => name !== 'first' && name !== 'after' && args[name] != null);
      readsOf(context as object)?.searches.add(`Query.${field.name}${given.length > 0 ? `(${given.sort().map((name) => `${name}:`).join(' ')})` : ''}`);
      return resolve(source, args, context, info);
    };
  }
}
