import { DomainError } from '@xueji/workflow';
import { ArgsType, Directive, Field, Int, ObjectType, type ClassType } from 'type-graphql';
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { Access } from './access';

export const LARGEST_PAGE = 100;

@Access.authenticated()
@Directive('@shareable')
@ObjectType()
export class PageInfo {
  @Field(() => Boolean) hasNextPage: boolean;
  @Field(() => String, { nullable: true }) endCursor: string | null;
}

@ArgsType()
export class PageArgs {
  @Field(() => Int, { defaultValue: 20, description: '每页条数，1–100 / page size' }) first: number;
  @Field(() => String, { nullable: true }) after?: string | null;
}

export interface Connection<T> {
  edges: { cursor: string; node: T }[];
  pageInfo: PageInfo;
}

/** Relay connection of `Node`, named `<name>Connection`. Mark the result with `@Access…` through a subclass or accept `authenticated`. */
export function connectionOf<T extends object>(name: string, node: () => ClassType<T>): ClassType<Connection<T>> {
  @Access.authenticated()
  @ObjectType(`${name}Edge`)
  class Edge {
    @Field(() => String) cursor: string;
    @Field(node) node: T;
  }
  @Access.authenticated()
  @ObjectType(`${name}Connection`)
  class NamedConnection {
    @Field(() => [Edge]) edges: Edge[];
    @Field(() => PageInfo) pageInfo: PageInfo;
  }
  return NamedConnection as unknown as ClassType<Connection<T>>;
}

const encode = (value: unknown, id: string) => Buffer.from(JSON.stringify([value, id])).toString('base64url');

function decode(cursor: string): [unknown, string] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(parsed) && parsed.length === 2 && typeof parsed[1] === 'string') return parsed as [unknown, string];
  } catch {
    // said below
  }
  throw cursorInvalid();
}

const cursorInvalid = () => new DomainError({ code: 'CURSOR_INVALID', rule: 'GEN-FLOW-02', field: 'after', zh: '分页游标无效', en: 'The cursor is not one of ours' });

/** Could a column of this type have given the value? A cursor comes from a client, and the database fails where a text stands for a time. */
function couldBeOf(type: unknown, value: unknown): boolean {
  if (type === 'int' || type === 'bigint' || type === Number) return Number.isInteger(value) && Math.abs(value as number) < 2 ** 31;
  if (typeof value !== 'string') return false;
  if (type === 'timestamptz' || type === 'date' || type === Date) return /^\d{4}-\d{2}-\d{2}(T[\d:.]+Z)?$/.test(value) && Number.isFinite(Date.parse(value));
  return !value.includes('\0');
}

/**
 * One page of `query` in the order of a column that is never null (`id` breaks ties). `column` is a property of the entity, given by code, never by a client.
 * `sources` are conditions, of which every row meets one and each of which an index gives in that order: so much as a page is read of each, instead of sorting all.
 */
export async function keysetPage<T extends ObjectLiteral & { id: string }>(query: SelectQueryBuilder<T>, column: keyof T & string, page: PageArgs, sources: readonly string[] = []): Promise<Connection<T>> {
  continueAfter(query, column, page);
  if (sources.length > 0) {
    const { alias } = query;
    const parts = sources.map((source) => inOrder(query.clone().select(`${alias}.id`, 'id').addSelect(`${alias}.${column}`, 'place').andWhere(source), column).limit(page.first + 1).getQuery());
    query.andWhere(`${alias}.id in (select id from (${parts.map((part) => `(${part})`).join(' union ')}) first_of_each order by place, id limit ${page.first + 1})`);
  }
  return connectionFrom(await inOrder(query, column).limit(page.first + 1).getMany(), column, page);
}

/** The same page of many lists, in one query and in the order of `keys`: the rows of `query` with one value of `list` are one list. */
export async function keysetPages<T extends ObjectLiteral & { id: string }>(
  query: SelectQueryBuilder<T>, list: keyof T & string, keys: readonly string[], column: keyof T & string, page: PageArgs,
): Promise<Connection<T>[]> {
  const { alias } = query;
  const ranked = query.clone().select(`${alias}.id`, 'id').andWhere(`${alias}.${list} in (:...keys)`, { keys: [...keys] })
    .addSelect(`row_number() over (partition by ${alias}.${list} order by ${alias}.${column}, ${alias}.id)`, 'nth');
  continueAfter(ranked, column, page);
  const rows = await inOrder(query, column).innerJoin(`(${ranked.getQuery()})`, 'ranked', `ranked.id = ${alias}.id and ranked.nth <= :most`)
    .setParameters({ ...ranked.getParameters(), most: page.first + 1 }).getMany();
  const byKey = new Map<unknown, T[]>(keys.map((key) => [key, []]));
  for (const row of rows) byKey.get(row[list])!.push(row);
  return keys.map((key) => connectionFrom(byKey.get(key)!, column, page));
}

function continueAfter<T extends ObjectLiteral>(query: SelectQueryBuilder<T>, column: string, { first, after }: PageArgs): void {
  if (first < 1 || first > LARGEST_PAGE) {
    throw new DomainError({ code: 'PAGE_SIZE_INVALID', rule: 'GEN-FLOW-02', field: 'first', zh: `每页条数须在 1 至 ${LARGEST_PAGE} 之间`, en: `first must be 1 to ${LARGEST_PAGE}` });
  }
  if (!after) return;
  const [value, id] = decode(after);
  if (id.includes('\0') || !couldBeOf(query.expressionMap.mainAlias?.metadata.findColumnWithPropertyName(column)?.type, value)) throw cursorInvalid();
  query.andWhere(`(${query.alias}.${column}, ${query.alias}.id) > (:afterValue, :afterId)`, { afterValue: value, afterId: id });
}

const inOrder = <T extends ObjectLiteral>(query: SelectQueryBuilder<T>, column: string): SelectQueryBuilder<T> =>
  query.orderBy(`${query.alias}.${column}`, 'ASC').addOrderBy(`${query.alias}.id`, 'ASC');

function connectionFrom<T extends ObjectLiteral & { id: string }>(rows: T[], column: keyof T & string, { first }: PageArgs): Connection<T> {
  const edges = rows.slice(0, first).map((node) => ({ cursor: encode(node[column], node.id), node }));
  return { edges, pageInfo: { hasNextPage: rows.length > first, endCursor: edges.at(-1)?.cursor ?? null } };
}
