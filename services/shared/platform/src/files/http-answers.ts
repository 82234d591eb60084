import type { IncomingMessage, ServerResponse } from 'node:http';
import { scopeRule, type Scope } from '@xueji/standards';
import { DomainError } from '@xueji/workflow';
import type { Actor } from '../auth';
import { actorOfContext, type ServiceContext } from '../host';
import { discard } from './receive-file';

/** The person, when the duty holds the scope. */
export function actorWith(context: ServiceContext, scope: Scope): Actor {
  const actor = actorOfContext(context);
  if (!actor.scopes.includes(scope)) throw new DomainError({ code: 'DUTY_NOT_PERMITTED', rule: scopeRule[scope], zh: '您的岗位无权办理此事项', en: 'Your duty does not allow this' });
  return actor;
}

export const queryOf = (request: IncomingMessage): URLSearchParams => new URL(request.url ?? '/', 'http://localhost').searchParams;

export function parameter(query: URLSearchParams, name: string): string {
  const value = query.get(name)?.trim();
  if (!value) throw new DomainError({ code: 'PARAMETER_MISSING', rule: 'GEN-FLOW-01', field: name, zh: `缺少参数 ${name}`, en: `The parameter ${name} is missing` });
  if (value.includes('\0')) throw new DomainError({ code: 'PARAMETER_INVALID', rule: 'OPS-RUN-06', field: name, zh: `参数 ${name} 中有不允许的字符`, en: `The parameter ${name} holds a character that is not allowed` });
  return value;
}

export function answerJson(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}

/** What is looked at before the body of an upload is read: a refusal is answered when the client has sent it all. */
export async function beforeReading<T>(request: IncomingMessage, look: () => T | Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    await discard(request);
    throw error;
  }
}
