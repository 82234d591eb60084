import { checkOperation, formatGraphQLError, type AccessRules, type Actor, type Locale, type Logger } from '@xueji/platform';
import {
  getArgumentValues, getVariableValues, GraphQLError, Kind, specifiedRules, validate,
  type DocumentNode, type FieldNode, type GraphQLFormattedError, type GraphQLSchema, type SelectionSetNode,
} from 'graphql';
import { LIMITS } from '../operation-limits';
import type { KnownDocuments, KnownOperation, Variables } from '../operations';
import { documentAsked, type DocumentRequest, type TrustedDocuments } from '../trusted-documents';
import type { Topic } from './notice';

/** A subscription that is in order. */
export interface LiveOperation {
  topic: Topic;
  /** only of this record; null: of all that the viewer sees */
  recordId: string | null;
  after: string | null;
  text: string;
  document: DocumentNode;
  known: KnownOperation;
  operationName: string | undefined;
  variables: Variables;
  /** equal for operations that are answered alike */
  key: string;
}

export interface OperationBody extends DocumentRequest {
  operationName?: unknown;
  variables?: unknown;
}

export interface ReadSetting {
  documents: KnownDocuments;
  /** `only`: no other documents are run */
  accepted: { trusted: TrustedDocuments; only: boolean };
  schema: GraphQLSchema;
  rules: AccessRules;
  actor: Actor;
  locale: Locale;
  traceId: string;
  log: Logger;
}

export const refusal = (locale: Locale, code: string, zh: string, en: string, extensions: Record<string, unknown> = {}): GraphQLFormattedError =>
  ({ message: { zh, en }[locale], extensions: { code, rule: null, field: null, ...extensions } });

/** Everything that a query passes before it is run, and what a subscription passes besides. */
export function readLiveOperation(body: OperationBody, { documents, accepted: { trusted, only: onlyTrusted }, schema, rules, actor, locale, traceId, log }: ReadSetting): LiveOperation | { errors: GraphQLFormattedError[] } {
  const refuse = (...words: [string, string, string, Record<string, unknown>?]) => ({ errors: [refusal(locale, ...words)] });
  const faults = (errors: readonly GraphQLError[], code: string) => ({
    errors: errors.map((error) => formatGraphQLError(new GraphQLError(error.message, { nodes: error.nodes ?? null, extensions: { code } }), { locale, traceId, log })),
  });
  const operationName = typeof body.operationName === 'string' ? body.operationName : undefined;
  const variables = (body.variables && typeof body.variables === 'object' && !Array.isArray(body.variables) ? body.variables : {}) as Variables;
  const asked = documentAsked(body, trusted, { onlyTrusted });
  if ('refusal' in asked) {
    const { code, zh, en, extensions } = asked.refusal;
    return refuse(code, zh, en, extensions);
  }
  const text = asked.query ?? '';
  const known = documents.find(text);
  if (!known) return refuse('GRAPHQL_PARSE_FAILED', '无法解读该操作', 'The operation cannot be read.');
  const operation = known.operation(operationName);
  if (!operation) return refuse('OPERATION_RESOLUTION_FAILURE', '请求中没有该名称的操作，或未指明执行哪一个', 'There is no operation of this name, or it is not said which one to run.', { field: 'operationName' });
  const limit = known.limitPassed(variables);
  if (limit) {
    const max = limit === 'cycle' ? null : LIMITS[limit];
    return refuse('OPERATION_TOO_COMPLEX', `操作过于复杂：${limit}${max === null ? '' : ` 上限为 ${max}`}`, `The operation is too complex: ${limit}${max === null ? '' : ` is at most ${max}`}.`, { limit, max });
  }
  if (operation.node.operation !== 'subscription') return refuse('OPERATION_NOT_LIVE', '这里只接受 subscription；查询和变更请用 POST', 'Only subscriptions here: send queries and mutations by POST.');
  const { document } = known;
  if (!known.isValid(schema)) return faults(validate(schema, document, specifiedRules, { maxErrors: 5 }), 'GRAPHQL_VALIDATION_FAILED');
  const coerced = getVariableValues(schema, operation.node.variableDefinitions ?? [], variables, { maxErrors: 5 });
  if (coerced.errors) return faults(coerced.errors, 'BAD_USER_INPUT');
  if (!operation.isAllowed(schema, rules, actor, variables)) {
    const refusals = checkOperation({ schema, rules, document, operationName: operationName ?? null, variables, actor }) ?? [];
    return { errors: refusals.slice(0, 20).map(({ code, rule, field, messages }) => ({ message: messages[locale], extensions: { code, rule, field } })) };
  }

  const field = rootField(operation.node.selectionSet, document);
  const definition = field && schema.getSubscriptionType()?.getFields()[field.name.value];
  if (!field || !definition) return refuse('OPERATION_NOT_LIVE', '请订阅一个字段，且不加条件', 'Subscribe to one field, without conditions.');
  const given = getArgumentValues(definition, field, coerced.coerced) as { id?: string | null; ticketId?: string; after?: string | null };
  const topic = definition.name as Topic;
  const recordId = given.id ?? given.ticketId ?? null;
  if (topic === 'transferUpdated' && recordId === null && actor.duty === 'GUARDIAN') {
    return refuse('TRANSFER_ID_REQUIRED', '监护人须指明转学', 'A guardian names the transfer.', { field: 'id' });
  }
  return { topic, recordId, after: given.after ?? null, text, document, known: operation, operationName, variables, key: `${operationName ?? ''} ${JSON.stringify(variables)} ${text}` };
}

/** The one field of a valid subscription; null when a condition could leave it out. */
function rootField(selections: SelectionSetNode, document: DocumentNode): FieldNode | null {
  for (const selection of selections.selections) {
    if (selection.directives?.length) return null;
    if (selection.kind === Kind.FIELD) return selection;
    const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection.selectionSet
      : document.definitions.find((node) => node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === selection.name.value);
    const found = inner && rootField('selectionSet' in inner ? (inner as { selectionSet: SelectionSetNode }).selectionSet : inner as SelectionSetNode, document);
    return found ?? null;
  }
  return null;
}
