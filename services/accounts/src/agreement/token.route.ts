import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  ACCESS_TOKEN_MAX_SECONDS, agencyActor, ALGORITHM, findOrganization, importVerifyingKey, LEEWAY_SECONDS, signAccessToken,
  type AttemptLimiter, type HttpRoute, type ServiceContext, type SigningKey,
} from '@xueji/platform';
import type { Level } from '@xueji/standards';
import { DomainError } from '@xueji/workflow';
import { decodeProtectedHeader, jwtVerify, type JWTPayload } from 'jose';
import { IsNull } from 'typeorm';
import { AgencyKey, Agreement } from './agreement.entity';

export const TOKEN_PATH = '/oauth/token';
/** the audience a client's assertion must name */
export const ASSERTION_AUDIENCE = 'xueji-accounts';
export const ASSERTION_MAX_SECONDS = 300;
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const BODY_LIMIT_BYTES = 16 * 1024;

/** What issuing tokens to agencies needs beside the database. */
export interface AgencyTokens {
  signingKey: SigningKey;
  /** counts tries from one address */
  perAddress: AttemptLimiter;
}

/** A refusal with the name that OAuth has for it. */
class OAuthRefusal extends DomainError {
  constructor(readonly oauth: 'invalid_request' | 'invalid_client' | 'invalid_grant' | 'unsupported_grant_type' | 'temporarily_unavailable', refusal: ConstructorParameters<typeof DomainError>[0], readonly status = 400) {
    super(refusal);
  }
}

const badRequest = (field: string) => new OAuthRefusal('invalid_request', { code: 'TOKEN_REQUEST_INVALID', rule: 'AGY-IF-02', field, zh: `令牌请求不完整或不正确：${field}`, en: `The token request is incomplete or wrong: ${field}` });
const badClient = () => new OAuthRefusal('invalid_client', { code: 'CLIENT_INVALID', rule: 'AGY-IF-02', field: 'client_assertion', zh: '客户端断言无效', en: 'The client assertion is not valid' }, 401);

/**
 * `POST /oauth/token`: OAuth 2 client credentials with a signed assertion (RFC 7523). The client id is the agreement's id; the answer is an access token
 * for that agreement alone, bound to the key that signed the assertion. An assertion is good once and for at most five minutes.
 */
export const tokenRoute = (tokens: AgencyTokens): HttpRoute => ({
  method: 'POST',
  prefix: TOKEN_PATH,
  async handle(request, response, context) {
    try {
      const wait = await tokens.perAddress.consume(context.clientAddress ?? 'unknown');
      if (wait > 0) {
        response.setHeader('retry-after', String(wait));
        throw new OAuthRefusal('temporarily_unavailable', { code: 'TOKEN_ATTEMPTS_EXCEEDED', rule: 'AGY-IF-02', zh: '尝试次数过多，请稍后再试', en: 'Too many attempts, please try again later', details: { retryAfterSeconds: wait } }, 429);
      }
      const form = await readForm(request);
      if (form.get('grant_type') !== 'client_credentials') throw new OAuthRefusal('unsupported_grant_type', { code: 'GRANT_TYPE_UNSUPPORTED', rule: 'AGY-IF-02', field: 'grant_type', zh: '只支持 client_credentials', en: 'Only client_credentials is supported' });
      if (form.get('client_assertion_type') !== ASSERTION_TYPE) throw badRequest('client_assertion_type');
      const { agreement, kid } = await clientOf(form.get('client_assertion') ?? '', context);
      answer(response, 200, { access_token: await tokenFor(agreement, kid, tokens.signingKey, context), token_type: 'DPoP', expires_in: ACCESS_TOKEN_MAX_SECONDS });
    } catch (error) {
      if (!(error instanceof OAuthRefusal)) throw error;
      answer(response, error.status, { error: error.oauth, error_description: error.messages[context.locale], code: error.code, rule: error.rule, field: error.field });
    }
  },
});

/** The agreement whose key signed the assertion. */
async function clientOf(assertion: string, context: ServiceContext): Promise<{ agreement: Agreement; kid: string }> {
  if (assertion === '' || assertion.length > 4096) throw badRequest('client_assertion');
  const { payload, kid } = await verified(assertion, context);
  const agreement = await context.manager.findOneBy(Agreement, { id: payload.sub! });
  if (!agreement) throw badClient();
  await spend(`${payload.sub} ${payload.jti}`, new Date((payload.exp! + LEEWAY_SECONDS) * 1000), context);
  const now = context.clock.now();
  if (agreement.state !== 'ACTIVE' || agreement.validUntil <= now) {
    throw new OAuthRefusal('invalid_grant', { code: 'AGREEMENT_ENDED', rule: 'AGY-IF-12', zh: '数据共享协议未生效、已停止或到期', en: 'The data-sharing agreement is not active, is suspended or has expired', details: { state: agreement.state } });
  }
  if (agreement.validFrom > now) throw new OAuthRefusal('invalid_grant', { code: 'AGREEMENT_NOT_YET', rule: 'AGY-IF-02', zh: '数据共享协议的期限尚未开始', en: 'The period of the agreement has not begun' });
  return { agreement, kid };
}

async function verified(assertion: string, { manager }: ServiceContext): Promise<{ payload: JWTPayload; kid: string }> {
  try {
    const { kid } = decodeProtectedHeader(assertion);
    const claimed = JSON.parse(Buffer.from(assertion.split('.')[1]!, 'base64url').toString('utf8')) as { sub?: unknown };
    if (typeof kid !== 'string' || typeof claimed.sub !== 'string') throw badClient();
    const known = await manager.findOneBy(AgencyKey, { kid, agreementId: claimed.sub, revokedAt: IsNull() });
    if (!known) throw badClient();
    const { key } = await importVerifyingKey(known.publicKey);
    const { payload } = await jwtVerify(assertion, key, {
      algorithms: [ALGORITHM], issuer: claimed.sub, subject: claimed.sub, audience: ASSERTION_AUDIENCE, clockTolerance: LEEWAY_SECONDS, maxTokenAge: ASSERTION_MAX_SECONDS, requiredClaims: ['exp', 'iat', 'jti'],
    });
    if (typeof payload.jti !== 'string' || payload.jti.length < 8 || payload.jti.length > 200 || payload.exp! - payload.iat! > ASSERTION_MAX_SECONDS) throw badClient();
    return { payload, kid };
  } catch {
    throw badClient();
  }
}

/** Uses the assertion up, whatever comes of it; a second use anywhere is refused. The database decides, so that all replicas agree. */
async function spend(id: string, expiresAt: Date, { manager }: ServiceContext): Promise<void> {
  const hash = createHash('sha256').update(id).digest('hex');
  await manager.query('delete from spent_assertion where expires_at < now()');
  const fresh = await manager.query('insert into spent_assertion (hash, expires_at) values ($1, $2) on conflict do nothing returning 1', [hash, expiresAt]);
  if (fresh.length === 0) {
    throw new OAuthRefusal('invalid_client', { code: 'ASSERTION_SPENT', rule: 'AGY-IF-02', field: 'client_assertion', zh: '该断言已使用过', en: 'The assertion has been used before' }, 401);
  }
}

async function tokenFor(agreement: Agreement, kid: string, signingKey: SigningKey, context: ServiceContext): Promise<string> {
  const area = await findOrganization(context.manager, agreement.areaId);
  const actor = agencyActor({
    agencyName: agreement.agencyName, areaLevel: (area?.level ?? 'COUNTY') as Level, areaPath: agreement.areaPath,
    grant: { agreementId: agreement.id, purpose: agreement.purpose, fields: agreement.fields, validUntil: agreement.validUntil.toISOString(), dailyQuota: agreement.dailyQuota, keyThumbprint: kid },
  });
  await context.command('issueAgencyToken', randomUUID(), { agreementId: agreement.id }, async (scope) => {
    scope.as(actor).audit('agreement.token', 'agreement', agreement.id, { kid, purpose: agreement.purpose, address: context.clientAddress });
    return null;
  });
  return signAccessToken(signingKey, actor);
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '')) throw badRequest('content-type');
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_LIMIT_BYTES) throw badRequest('body');
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...(status >= 400 && { connection: 'close' }) });
  response.end(JSON.stringify(body));
}
