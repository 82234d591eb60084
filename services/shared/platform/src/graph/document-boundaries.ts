import type { ApolloServerPlugin } from '@apollo/server';
import { DomainError } from '@xueji/workflow';
import {
  getNamedType, getOperationAST, GraphQLError, isNonNullType, Kind, TypeInfo, visit, visitWithTypeInfo,
  type DocumentNode, type GraphQLSchema, type ValidationRule, type ValueNode,
} from 'graphql';
import { limitPassedBy, measureDocument } from './measure-operation';

/**
 * What one operation may ask of a subgraph. Wider than what clients may ask of the gateway, which adds keys and joins several fetches into one;
 * it stops whoever comes past the gateway.
 */
export const SUBGRAPH_LIMITS = { depth: 20, aliases: 500, rootFields: 200, directives: 100, fields: 5_000, cost: 20_000 } as const;

const MAX_ERRORS = 10;
/** Arguments that say where in a list to go on; empty is the beginning. */
const PLACES = new Set(['after', 'before']);

/** Refuses a document that would be read or run for too long. */
export const withinLimits: ValidationRule = (context) => ({
  Document(document) {
    const limit = limitPassedBy(measureDocument(document, {}, { introspection: false }), SUBGRAPH_LIMITS);
    if (!limit) return;
    const refusal = new DomainError({ code: 'OPERATION_TOO_COMPLEX', rule: 'OPS-RUN-06', zh: `操作过于复杂：${limit}`, en: `The operation is too complex: ${limit}.`, details: { limit } });
    context.reportError(new GraphQLError(refusal.message, { originalError: refusal }));
  },
});

/** Texts that no database keeps and filters that hold nothing are refused, and of errors that leave no data ten are told. */
export const boundaries: ApolloServerPlugin<any> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ schema, document, request }) {
        const variables = request.variables ?? {};
        if (holdsNul(document, variables)) throw refused({ code: 'TEXT_INVALID', rule: 'OPS-RUN-06', zh: '文本中有不允许的字符 U+0000', en: 'A text holds the character U+0000, which is not allowed.' });
        const [empty] = emptyFilters(schema, document, request.operationName ?? null, variables);
        if (empty) throw refused({ code: 'FILTER_EMPTY', rule: 'ACC-PERM-03', field: empty, zh: `筛选条件 ${empty} 不能为空；不筛选时请省略`, en: `The filter ${empty} is empty. Leave it out to filter by nothing.` });
      },
      async willSendResponse({ response: { body } }) {
        if (body.kind === 'single' && !body.singleResult.data && body.singleResult.errors) body.singleResult.errors = body.singleResult.errors.slice(0, MAX_ERRORS);
      },
    };
  },
};

const refused = (refusal: ConstructorParameters<typeof DomainError>[0]): GraphQLError =>
  new GraphQLError(refusal.code, { originalError: new DomainError(refusal), extensions: { http: { status: 400 } } });

/** PostgreSQL has no such character in a text; asked with one it fails. */
function holdsNul(document: DocumentNode, variables: Record<string, unknown>): boolean {
  const has = (value: unknown): boolean =>
    typeof value === 'string' ? value.includes('\0') : typeof value === 'object' && value !== null && Object.values(value).some(has);
  let found = has(variables);
  if (!found) visit(document, { StringValue: (node) => { found ||= node.value.includes('\0'); } });
  return found;
}

/**
 * Arguments of a query that narrow it down to nothing: an empty text, a list with one, null for an id. A client that lost an id would be answered
 * with everything otherwise. Required arguments are not looked at: they find nothing by themselves.
 */
export function emptyFilters(schema: GraphQLSchema, document: DocumentNode, operationName: string | null, variables: Record<string, unknown>): string[] {
  if (getOperationAST(document, operationName)?.operation !== 'query') return [];
  const found: string[] = [];
  const types = new TypeInfo(schema);
  visit(document, visitWithTypeInfo(types, {
    Argument(node) {
      const argument = types.getArgument();
      if (!argument || isNonNullType(argument.type) || PLACES.has(argument.name) || types.getDirective()) return;
      const value = valueOf(node.value, variables);
      const isMissing = value === null && argument.type === getNamedType(argument.type) && getNamedType(argument.type).name === 'ID';
      if (isMissing || value === '' || (Array.isArray(value) && value.includes(''))) found.push(argument.name);
    },
  }));
  return found;
}

/** undefined: not given, or nothing that could be empty. */
function valueOf(node: ValueNode, variables: Record<string, unknown>): unknown {
  switch (node.kind) {
    case Kind.VARIABLE: return variables[node.name.value];
    case Kind.NULL: return null;
    case Kind.STRING: return node.value;
    case Kind.LIST: return node.values.map((each) => valueOf(each, variables));
    default: return undefined;
  }
}
