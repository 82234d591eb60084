import { createHmac, createPublicKey, generateKeyPairSync, sign as signBytes } from 'node:crypto';
import fc from 'fast-check';
import type { ActorClaims } from './actor';
import { generateKeyPair, importSigningKey, importVerifyingKey, type SigningKey, type VerifyingKey } from './keys';
import {
  ACCESS_TOKEN_MAX_SECONDS, LEEWAY_SECONDS, signAccessToken, signActorToken, TokenError, verifyAccessToken, verifyActorToken,
} from './tokens';

const claims: ActorClaims = {
  accountId: 'a-1', realName: '示例管理员', duty: 'REGISTRY_ADMIN', organizationId: 's-2161000101', organizationName: '示例区第一小学', level: 'SCHOOL',
  path: '/cn/b-61/b-6101/b-610113/s-2161000101/', province: '61', realNameVerified: true, sessionId: 'session-1', certificate: null,
};
const NOW = Date.UTC(2026, 8, 1);

let signing: SigningKey;
let verifying: VerifyingKey;
let publicText: string;
let privateText: string;

beforeAll(async () => {
  const pair = await generateKeyPair();
  publicText = pair.publicKey;
  privateText = pair.privateKey;
  signing = await importSigningKey(pair.privateKey);
  verifying = await importVerifyingKey(pair.publicKey);
});

const refused = (code: string) => expect.objectContaining({ name: 'TokenError', code });
const encode = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const payloadOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>;
/** Signs any header and payload with the real private key: what only a faulty issuer could make. */
function forge(header: object, payload: object, key = privateText): string {
  const jwk = JSON.parse(Buffer.from(key, 'base64url').toString()) as Record<string, string>;
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${signBytes(null, Buffer.from(input), { key: jwk as any, format: 'jwk' }).toString('base64url')}`;
}

describe('access token', () => {
  it('gives back the actor with the scopes of duty and level [ACC-DUTY-02]', async () => {
    const actor = await verifyAccessToken(verifying, await signAccessToken(signing, claims, { now: NOW }), { now: NOW });
    expect(actor).toEqual({ ...claims, scopes: ['pupil.enter', 'pupil.read', 'identity.read', 'ticket.open'] });
  });

  it('takes no scopes from the token', async () => {
    const token = await signAccessToken(signing, { ...claims, scopes: ['system.configure'] } as ActorClaims, { now: NOW });
    expect(payloadOf(token).actor).not.toHaveProperty('scopes');
    const greedy = forge({ alg: 'EdDSA', typ: 'xueji-access+jwt', kid: signing.kid }, { ...payloadOf(token), actor: { ...claims, scopes: ['system.configure'] } });
    expect((await verifyAccessToken(verifying, greedy, { now: NOW })).scopes).not.toContain('system.configure');
  });

  it('is refused when its time has passed, and before it has come', async () => {
    const token = await signAccessToken(signing, claims, { now: NOW, ttlSeconds: 60 });
    await expect(verifyAccessToken(verifying, token, { now: NOW + 59_000 })).resolves.toBeDefined();
    await expect(verifyAccessToken(verifying, token, { now: NOW + (60 + LEEWAY_SECONDS) * 1000 })).rejects.toEqual(refused('TOKEN_EXPIRED'));
    await expect(verifyAccessToken(verifying, token, { now: NOW - (LEEWAY_SECONDS + 2) * 1000 })).rejects.toEqual(refused('TOKEN_INVALID'));
  });

  it('cannot be issued for longer than ten minutes', () => {
    expect(() => signAccessToken(signing, claims, { ttlSeconds: ACCESS_TOKEN_MAX_SECONDS + 1 })).toThrow(RangeError);
  });

  it('is refused when it claims a longer life than allowed', async () => {
    const issuedAt = NOW / 1000;
    const token = forge({ alg: 'EdDSA', typ: 'xueji-access+jwt', kid: signing.kid },
      { ...payloadOf(await signAccessToken(signing, claims, { now: NOW })), iat: issuedAt, exp: issuedAt + 86_400 });
    await expect(verifyAccessToken(verifying, token, { now: NOW })).rejects.toEqual(refused('TOKEN_INVALID'));
  });
});

describe('actor token', () => {
  it('carries the actor, or nobody, and the address to one subgraph', async () => {
    const named = await signActorToken(signing, claims, { audience: 'registry', clientAddress: '127.0.0.1', now: NOW });
    expect(await verifyActorToken(verifying, named, { audience: 'registry', now: NOW })).toMatchObject({ actor: { accountId: 'a-1' }, clientAddress: '127.0.0.1' });
    const nobody = await signActorToken(signing, null, { audience: 'registry', now: NOW });
    expect(await verifyActorToken(verifying, nobody, { audience: 'registry', now: NOW })).toEqual({ actor: null, clientAddress: null });
  });

  it('is refused by another subgraph', async () => {
    const token = await signActorToken(signing, claims, { audience: 'registry', now: NOW });
    await expect(verifyActorToken(verifying, token, { audience: 'transfers', now: NOW })).rejects.toEqual(refused('TOKEN_INVALID'));
  });

  it('is refused as an access token, and the reverse', async () => {
    const actorToken = await signActorToken(signing, claims, { audience: 'xueji-gateway', now: NOW });
    await expect(verifyAccessToken(verifying, actorToken, { now: NOW })).rejects.toEqual(refused('TOKEN_INVALID'));
    const accessToken = await signAccessToken(signing, claims, { now: NOW });
    await expect(verifyActorToken(verifying, accessToken, { audience: 'xueji-gateway', now: NOW })).rejects.toEqual(refused('TOKEN_INVALID'));
  });

  it('is refused after half a minute', async () => {
    const token = await signActorToken(signing, claims, { audience: 'registry', now: NOW });
    await expect(verifyActorToken(verifying, token, { audience: 'registry', now: NOW + (30 + LEEWAY_SECONDS) * 1000 })).rejects.toEqual(refused('TOKEN_EXPIRED'));
  });
});

describe('forged tokens', () => {
  const header = () => ({ alg: 'EdDSA', typ: 'xueji-access+jwt', kid: signing.kid });
  let good: string;
  beforeAll(async () => { good = await signAccessToken(signing, claims, { now: NOW }); });
  const verify = (token: string) => verifyAccessToken(verifying, token, { now: NOW });

  it('accepts what the forge makes of an untouched token, so the refusals below are for the change alone', async () => {
    await expect(verify(forge(header(), payloadOf(good)))).resolves.toMatchObject({ accountId: 'a-1' });
  });

  it('are refused without signature, in every spelling of none', async () => {
    for (const alg of ['none', 'None', 'NONE', 'nOnE', '']) {
      for (const signature of ['', good.split('.')[2]]) {
        await expect(verify(`${encode({ ...header(), alg })}.${good.split('.')[1]}.${signature}`)).rejects.toEqual(refused('TOKEN_INVALID'));
      }
    }
  });

  it('are refused when the public key serves as the secret of a symmetric signature', async () => {
    const jwk = JSON.parse(Buffer.from(publicText, 'base64url').toString()) as { x: string };
    const publicKey = createPublicKey({ key: jwk as any, format: 'jwk' });
    const secrets = [
      Buffer.from(jwk.x, 'base64url'), Buffer.from(jwk.x), Buffer.from(publicText), Buffer.from(JSON.stringify(jwk)),
      publicKey.export({ type: 'spki', format: 'der' }), Buffer.from(publicKey.export({ type: 'spki', format: 'pem' }) as string),
    ];
    for (const [alg, hash] of [['HS256', 'sha256'], ['HS384', 'sha384'], ['HS512', 'sha512']] as const) {
      for (const secret of secrets) {
        const input = `${encode({ ...header(), alg })}.${good.split('.')[1]}`;
        await expect(verify(`${input}.${createHmac(hash, secret).update(input).digest('base64url')}`)).rejects.toEqual(refused('TOKEN_INVALID'));
      }
    }
  });

  it('are refused when they bring or name another key', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const jwk = publicKey.export({ format: 'jwk' });
    const foreign = encode(privateKey.export({ format: 'jwk' }));
    for (const extra of [{}, { jwk }, { kid: 'another' }, { jku: 'http://127.0.0.1/keys' }, { x5u: 'http://127.0.0.1/keys' }, { x5c: ['MIIB'] }]) {
      await expect(verify(forge({ ...header(), ...extra }, payloadOf(good), foreign))).rejects.toEqual(refused('TOKEN_INVALID'));
    }
    await expect(verify(forge({ ...header(), kid: 'another' }, payloadOf(good)))).rejects.toEqual(refused('TOKEN_INVALID'));
    await expect(verify(forge({ alg: 'EdDSA', typ: 'xueji-access+jwt' }, payloadOf(good)))).rejects.toEqual(refused('TOKEN_INVALID'));
  });

  it.each([
    ['another issuer', { iss: 'someone' }], ['another audience', { aud: 'registry' }], ['no issuer', { iss: undefined }], ['no audience', { aud: undefined }],
    ['no expiry', { exp: undefined }], ['an expiry in text', { exp: '9999999999' }], ['no time of issue', { iat: undefined }],
    ['a start in the future', { nbf: NOW / 1000 + 60 }], ['no actor', { actor: undefined }], ['an actor without organisation', { actor: { ...claims, organizationId: undefined } }],
    ['an actor with a relative path', { actor: { ...claims, path: 'cn' } }], ['an actor whose path is the root', { actor: { ...claims, path: '/' } }],
  ])('are refused with %s, though well signed', async (_what, change) => {
    await expect(verify(forge(header(), { ...payloadOf(good), ...change }))).rejects.toEqual(refused('TOKEN_INVALID'));
  });

  it.each([['another type', { typ: 'JWT' }], ['no type', { typ: undefined }], ['an unknown critical extension', { crit: ['b64'], b64: false }]])(
    'are refused with %s, though well signed', async (_what, change) => {
      await expect(verify(forge({ ...header(), ...change }, payloadOf(good)))).rejects.toEqual(refused('TOKEN_INVALID'));
    });

  it('are refused at a megabyte', async () => {
    const huge = forge(header(), { ...payloadOf(good), padding: 'x'.repeat(1_000_000) });
    await expect(verify(huge)).rejects.toEqual(refused('TOKEN_INVALID'));
    await expect(verify('x'.repeat(1_000_000))).rejects.toEqual(refused('TOKEN_INVALID'));
  });

  it('are refused whichever byte is changed', async () => {
    const parts = () => good.split('.');
    const changed = fc.tuple(fc.nat(good.length - 1), fc.constantFrom(...'ABCabc012-_.= \n')).map(([at, letter]) => good.slice(0, at) + letter + good.slice(at + 1));
    const swappedPayload = fc.object().map((payload) => `${parts()[0]}.${encode(payload)}.${parts()[2]}`);
    const swappedHeader = fc.object().map((other) => `${encode({ ...header(), ...other, injected: true })}.${parts()[1]}.${parts()[2]}`);
    const cut = fc.nat(good.length - 1).map((at) => good.slice(0, at));
    await fc.assert(fc.asyncProperty(fc.oneof(changed, swappedPayload, swappedHeader, cut, fc.string()), async (token) => {
      fc.pre(token !== good && !isSameSignature(token, good));
      await expect(verify(token)).rejects.toBeInstanceOf(TokenError);
    }), { numRuns: 2000 });
  });
});

/** The last base64url letter of a 64-byte signature holds two unused bits: another letter can mean the same bytes. */
function isSameSignature(token: string, good: string): boolean {
  const [a, b] = [token.split('.'), good.split('.')];
  return a.length === 3 && a[0] === b[0] && a[1] === b[1] && Buffer.from(a[2]!, 'base64url').equals(Buffer.from(b[2]!, 'base64url'));
}

describe('keys', () => {
  it('cannot sign with a public key, and says nothing of the key it refuses', async () => {
    await expect(importSigningKey(publicText)).rejects.toThrow('KEY_INVALID');
    const rsa = encode({ kty: 'RSA', n: 'secret-part', e: 'AQAB' });
    for (const text of ['', 'nonsense', rsa, encode({ kty: 'OKP', crv: 'X25519', x: 'AAAA' }), encode({ kty: 'OKP', crv: 'Ed25519', x: 'AAAA' })]) {
      const error = await importVerifyingKey(text).then(() => null, (reason: Error) => reason);
      expect(error?.message).toContain('KEY_INVALID');
      expect(error?.message).not.toContain('secret-part');
    }
  });
});
