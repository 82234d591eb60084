import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { DomainError } from '@xueji/workflow';
import type { Logger } from '../logger';

export type Locale = 'zh' | 'en';

/** English when the header prefers it, Chinese otherwise. */
export function localeOf(acceptLanguage: string | string[] | null | undefined): Locale {
  const wanted = String(acceptLanguage ?? '').slice(0, 200).split(',').map((entry) => {
    const [tag = '', ...parameters] = entry.trim().toLowerCase().split(';');
    const q = parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1]).find((value) => value !== undefined);
    return { language: tag.split('-')[0], quality: q === undefined ? 1 : Number(q) || 0 };
  }).filter(({ language, quality }) => (language === 'zh' || language === 'en') && quality > 0);
  const [best] = wanted.sort((a, b) => b.quality - a.quality);
  return best?.language === 'en' ? 'en' : 'zh';
}

const INTERNAL = { zh: '系统内部错误，请凭追踪编号联系技术支持', en: 'Something went wrong on our side. Quote the trace id to support.' };

/** What GraphQL itself may refuse; the text of these concerns the caller's own document and is kept. */
const REQUEST_FAULTS = new Set([
  'GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT', 'BAD_REQUEST', 'OPERATION_RESOLUTION_FAILURE', 'INTROSPECTION_DISABLED',
  'UNAUTHENTICATED', 'FIELD_FORBIDDEN', 'FIELD_NOT_AGREED', 'AGREEMENT_ENDED',
]);

export interface ErrorSetting {
  locale: Locale;
  traceId: string;
  log: Pick<Logger, 'error'>;
  /** At the gateway: may this answer of a subgraph, which masks its own errors, pass as it is? */
  passes?: (error: GraphQLError) => boolean;
}

/**
 * Turns whatever was thrown into what a client may see: an expected refusal in the client's language with
 * `extensions.{code, rule, field}`, a fault of the request without hints about the schema, and for anything else
 * `INTERNAL_ERROR` with a trace id. The log gets the kind of the error and where it was thrown, no data.
 */
export function formatGraphQLError(error: unknown, { locale, traceId, log, passes }: ErrorSetting): GraphQLFormattedError {
  const { path, locations } = error instanceof GraphQLError ? error.toJSON() : ({} as GraphQLFormattedError);
  const at = { ...(locations && { locations }), ...(path && { path }) };
  const original = originalOf(error);
  if (isDomainError(original)) {
    const { code, rule, field, details, messages } = original;
    return { message: messages[locale], ...at, extensions: { ...details, code, rule, field } };
  }
  if (error instanceof GraphQLError) {
    const { http: _http, serviceName: _service, stacktrace: _stack, exception: _exception, ...extensions } = error.extensions;
    if (passes?.(error)) return { message: error.message, ...at, extensions };
    if (REQUEST_FAULTS.has(String(extensions.code)) || isCoercionFault(error)) {
      return { message: withoutSuggestions(error.message), ...at, extensions: { ...extensions, code: extensions.code ?? 'BAD_USER_INPUT' } };
    }
  }
  log.error({ traceId, ...describe(original ?? error) }, 'an operation failed');
  return { message: INTERNAL[locale], ...at, extensions: { code: 'INTERNAL_ERROR', traceId } };
}

/** What may be logged of an unexpected error: its kind and place. Messages can quote values, so only short ones without them are kept. */
export function describe(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: typeof error };
  const { code, constraint, table, driverError } = error as Error & { code?: unknown; constraint?: unknown; table?: unknown; driverError?: unknown };
  const isFromDatabase = driverError !== undefined || (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code));
  return {
    error: error.name,
    ...(typeof code === 'string' && { code }),
    ...(typeof constraint === 'string' && { constraint }),
    ...(typeof table === 'string' && { table }),
    ...(!isFromDatabase && { message: withoutValues(error.message) }),
    stack: error.stack?.split('\n').filter((line) => /^\s+at /.test(line)).slice(0, 12).map((line) => line.trim()),
  };
}

/** Hides quoted text and long runs of digits, which is where names, numbers and addresses of persons would be. */
export function withoutValues(text: string): string {
  return text.slice(0, 300).replace(/"[^"]*"|'[^']*'|`[^`]*`/g, '"…"').replace(/[0-9]{6,}[0-9Xx]?/g, '#').replace(/[\u3400-\u9fff]+/g, '…');
}

function originalOf(error: unknown): unknown {
  let current = error;
  for (let depth = 0; depth < 5 && current instanceof GraphQLError && current.originalError; depth++) current = current.originalError;
  return current;
}

function isDomainError(error: unknown): error is DomainError {
  return error instanceof DomainError;
}

/** graphql-js gives no code to a variable or argument of the wrong type; it has nodes but no path and no cause. */
function isCoercionFault(error: GraphQLError): boolean {
  return error.extensions.code === undefined && !error.originalError && /^(Variable "\$|Argument ")/.test(error.message);
}

function withoutSuggestions(message: string): string {
  return message.replace(/ ?Did you mean [^?]*\?/g, '');
}
