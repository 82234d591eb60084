import { randomUUID } from 'node:crypto';
import { errors, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { z } from 'zod';
import { actorOf, type Actor, type ActorClaims } from './actor';
import { ALGORITHM, type SigningKey, type VerifyingKey } from './keys';

/** The header by which the gateway tells a subgraph who is asking. */
export const ACTOR_HEADER = 'x-xueji-actor';

export const ACCESS_TOKEN_MAX_SECONDS = 600;
export const ACTOR_TOKEN_MAX_SECONDS = 30;

/** Tolerated difference between the clocks of two machines, in seconds. */
export const LEEWAY_SECONDS = 5;

const MAX_TOKEN_LENGTH = 8192;

const ACCESS = { issuer: 'xueji-accounts', audience: 'xueji-gateway', typ: 'xueji-access+jwt' };
const ACTOR = { issuer: 'xueji-gateway', typ: 'xueji-actor+jwt' };

/** A token that is not accepted. Says no more than whether it was merely too old. */
export class TokenError extends Error {
  constructor(readonly code: 'TOKEN_INVALID' | 'TOKEN_EXPIRED') {
    super(code);
    this.name = 'TokenError';
  }
}

/**
 * Token lifetimes follow the machine's clock, never the product's clock, which can be moved in development.
 * `now` exists for tests: milliseconds since 1970.
 */
export interface TokenTime {
  now?: number;
  ttlSeconds?: number;
}

/** What the gateway vouches for towards one subgraph. */
export interface Caller {
  /** null: nobody has signed in. */
  actor: Actor | null;
  /** The network address the client came from, for the audit trail and attempt counters. */
  clientAddress: string | null;
}

const text = z.string().min(1).max(300);
const claimsShape = z.object({
  accountId: text,
  realName: text,
  duty: text,
  organizationId: text,
  organizationName: text,
  level: text,
  path: z.string().regex(/^\/([^/]+\/)+$/).max(600),
  province: z.string().regex(/^\d{2}$/).nullable(),
  realNameVerified: z.boolean(),
  sessionId: text,
  certificate: z.string().nullable(),
  agency: z.object({
    agreementId: text, purpose: text, fields: z.array(text).max(200), validUntil: z.iso.datetime(), dailyQuota: z.number().int().positive(), keyThumbprint: text,
  }).nullish(),
});
const accessShape = z.object({ actor: claimsShape });
const callerShape = z.object({ actor: claimsShape.nullable(), address: z.string().max(64).nullable() });

/** The bearer token a client holds after signing in; issued by the accounts service. Lives at most 600 s. */
export function signAccessToken(key: SigningKey, actor: ActorClaims, time: TokenTime = {}): Promise<string> {
  return sign(key, { ...ACCESS, subject: actor.accountId, payload: { actor: transported(actor) } }, time, ACCESS_TOKEN_MAX_SECONDS);
}

/** @throws TokenError */
export async function verifyAccessToken(key: VerifyingKey, token: string, { now }: { now?: number } = {}): Promise<Actor> {
  const { actor } = await verify(key, token, { ...ACCESS, now, maxSeconds: ACCESS_TOKEN_MAX_SECONDS, shape: accessShape });
  return actorOf(actor as ActorClaims);
}

/** The gateway's word to one subgraph (`audience`: its name). Lives at most 30 s. */
export function signActorToken(
  key: SigningKey,
  actor: ActorClaims | null,
  { audience, clientAddress = null, ...time }: TokenTime & { audience: string; clientAddress?: string | null },
): Promise<string> {
  const payload = { actor: actor && transported(actor), address: clientAddress };
  return sign(key, { ...ACTOR, audience, subject: actor?.accountId ?? 'anonymous', payload }, time, ACTOR_TOKEN_MAX_SECONDS);
}

/** @throws TokenError */
export async function verifyActorToken(key: VerifyingKey, token: string, { audience, now }: { audience: string; now?: number }): Promise<Caller> {
  const { actor, address } = await verify(key, token, { ...ACTOR, audience, now, maxSeconds: ACTOR_TOKEN_MAX_SECONDS, shape: callerShape });
  return { actor: actor && actorOf(actor as ActorClaims), clientAddress: address };
}

function transported(actor: ActorClaims): ActorClaims {
  const { scopes: _, ...claims } = actor as Actor;
  return claims;
}

function sign(
  key: SigningKey,
  { issuer, audience, typ, subject, payload }: { issuer: string; audience: string; typ: string; subject: string; payload: object },
  { now = Date.now(), ttlSeconds }: TokenTime,
  maxSeconds: number,
): Promise<string> {
  const lifetime = ttlSeconds ?? maxSeconds;
  if (!(lifetime > 0 && lifetime <= maxSeconds)) throw new RangeError(`a token may live 1 to ${maxSeconds} seconds, not ${lifetime}`);
  const issuedAt = Math.floor(now / 1000);
  return new SignJWT(payload as JWTPayload)
    .setProtectedHeader({ alg: ALGORITHM, typ, kid: key.kid })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(subject)
    .setJti(randomUUID())
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + lifetime)
    .sign(key.key);
}

async function verify<T>(
  { kid, key }: VerifyingKey,
  token: string,
  expected: { issuer: string; audience: string; typ: string; now?: number; maxSeconds: number; shape: z.ZodType<T> },
): Promise<T> {
  if (typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH) throw new TokenError('TOKEN_INVALID');
  try {
    const { payload, protectedHeader } = await jwtVerify(token, key, {
      algorithms: [ALGORITHM],
      issuer: expected.issuer,
      audience: expected.audience,
      typ: expected.typ,
      currentDate: new Date(expected.now ?? Date.now()),
      clockTolerance: LEEWAY_SECONDS,
      maxTokenAge: expected.maxSeconds,
      requiredClaims: ['exp', 'iat', 'sub', 'jti'],
    });
    if (protectedHeader.kid !== kid || payload.exp! - payload.iat! > expected.maxSeconds) throw new TokenError('TOKEN_INVALID');
    return expected.shape.parse(payload);
  } catch (error) {
    throw new TokenError(error instanceof errors.JWTExpired ? 'TOKEN_EXPIRED' : 'TOKEN_INVALID');
  }
}
