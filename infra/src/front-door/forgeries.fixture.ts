import { createHmac, createPublicKey, generateKeyPairSync, sign as signBytes, type JsonWebKey } from 'node:crypto';
import fc from 'fast-check';

/** A good token taken to pieces, and the keys it was made with. */
export interface GoodToken {
  header: Record<string, unknown>;
  payload: Record<string, unknown> & { actor: object };
  privateJwk: JsonWebKey;
  publicJwk: JsonWebKey & { x: string };
}

export interface Forgery {
  how: string;
  make(good: GoodToken): string;
}

const encode = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** Signs any header and payload, as only the holder of the key, or a faulty issuer, could. */
export function signed(header: unknown, payload: unknown, key: JsonWebKey): string {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${signBytes(null, Buffer.from(input), { key, format: 'jwk' }).toString('base64url')}`;
}

const foreign = generateKeyPairSync('ed25519');
const foreignJwk = foreign.privateKey.export({ format: 'jwk' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const sort = (how: string, make: Forgery['make']): Forgery => ({ how, make });
const now = () => Math.floor(Date.now() / 1000);

/** What the holder of the real key signs, with one claim or header changed. */
const withClaims = (how: string, claims: object) => sort(how, ({ header, payload, privateJwk }) => signed(header, { ...payload, ...claims }, privateJwk));
const withHeader = (how: string, more: object) => sort(how, ({ header, payload, privateJwk }) => signed({ ...header, ...more }, payload, privateJwk));
const withActor = (how: string, claims: object) => sort(how, ({ header, payload, privateJwk }) => signed(header, { ...payload, actor: { ...payload.actor, ...claims } }, privateJwk));

function secretsOf(publicJwk: GoodToken['publicJwk']): Buffer[] {
  const key = createPublicKey({ key: publicJwk, format: 'jwk' });
  return [
    Buffer.from(publicJwk.x, 'base64url'), Buffer.from(publicJwk.x), Buffer.from(JSON.stringify(publicJwk)), key.export({ type: 'spki', format: 'der' }), Buffer.from(key.export({ type: 'spki', format: 'pem' }) as string),
  ];
}

const oddValues = fc.constantFrom<unknown>(undefined, '', 'x', 0, -1, 1e300, true, [], {}, ['x', 'y'], 'REGISTRY');

/** Tokens that nobody may be let in with. */
export const forgery: fc.Arbitrary<Forgery> = fc.oneof(
  fc.record({ alg: fc.constantFrom('none', 'None', 'NONE', 'nOnE', '', 'EdDSA '), signature: fc.constantFrom('', 'AAAA') })
    .map(({ alg, signature }) => sort('unsigned', ({ header, payload }) => `${encode({ ...header, alg })}.${encode(payload)}.${signature}`)),
  fc.record({ alg: fc.constantFrom(['HS256', 'sha256'], ['HS384', 'sha384'], ['HS512', 'sha512']), of: fc.nat(4) }).map(({ alg: [alg, hash], of }) => sort('public key as secret', ({ header, payload, publicJwk }) => {
    const input = `${encode({ ...header, alg })}.${encode(payload)}`;
    return `${input}.${createHmac(hash!, secretsOf(publicJwk)[of]!).update(input).digest('base64url')}`;
  })),
  fc.constant(sort('RS256', ({ header, payload }) => {
    const input = `${encode({ ...header, alg: 'RS256' })}.${encode(payload)}`;
    return `${input}.${signBytes('sha256', Buffer.from(input), rsa.privateKey).toString('base64url')}`;
  })),
  fc.constantFrom<object>({}, { kid: 'other' }, { jku: 'http://127.0.0.1/keys' }, { x5u: 'http://127.0.0.1/keys' }, { jwk: foreign.publicKey.export({ format: 'jwk' }) }, { x5c: ['MIIB'] }, { kid: '../../dev/null' })
    .map((extra) => sort('foreign key', ({ header, payload }) => signed({ ...header, ...extra }, payload, foreignJwk))),
  fc.constantFrom(undefined, 'other', '../../dev/null', '\' or 1=1').map((kid) => withHeader('another key id', { kid })),
  fc.record({ claim: fc.constantFrom('iss', 'aud', 'exp', 'iat'), value: oddValues }).map(({ claim, value }) => withClaims(`odd ${claim}`, { [claim]: value })),
  fc.constantFrom('jti', 'sub').map((claim) => withClaims(`no ${claim}`, { [claim]: undefined })),
  fc.integer({ min: 6, max: 100_000 }).map((late) => withClaims('too old', { iat: now() - late - 20, exp: now() - late })),
  fc.integer({ min: 60, max: 100_000 }).map((early) => withClaims('not yet', { nbf: now() + early })),
  fc.integer({ min: 601, max: 100_000 }).map((life) => withClaims('too long a life', { iat: now(), exp: now() + life })),
  fc.constantFrom<unknown>('JWT', 'at+jwt', 'xueji+jwt', '', undefined, 7).map((typ) => withHeader('another type', { typ })),
  fc.constantFrom(['b64'], ['exp'], []).map((crit) => withHeader('critical extension', { crit, b64: false })),
  fc.constantFrom('organizationId', 'path', 'duty', 'level', 'accountId', 'sessionId').map((claim) => withActor('incomplete actor', { [claim]: undefined })),
  fc.constantFrom('/', 'cn', '', '//', '/cn', 'cn/').map((path) => withActor('odd path', { path })),
  // The last of two claims counts for a parser, the first for whoever looks at the text.
  fc.constantFrom('aud', 'iss').map((claim) => sort('claim twice', ({ header, payload, privateJwk }) => signed(header, `${JSON.stringify(payload).slice(0, -1)},"${claim}":"other"}`, privateJwk))),
  fc.constant(withClaims('a megabyte', { padding: 'x'.repeat(1_000_000) })),
  fc.record({ at: fc.nat(10_000), letter: fc.constantFrom(...'ABCabc019-_.=') }).map(({ at, letter }) => sort('a letter changed', ({ header, payload, privateJwk }) => {
    const token = signed(header, payload, privateJwk);
    // The last letter of a signature has bits that mean nothing.
    const place = at % (token.length - 2);
    return token[place] === letter ? `${token}x` : token.slice(0, place) + letter + token.slice(place + 1);
  })),
  fc.string({ maxLength: 60 }).map((text) => sort('any text', () => text.replace(/[^\x21-\x7e]/g, '.'))),
);
