import { calculateJwkThumbprint, exportJWK, generateKeyPair as generate, importJWK, type CryptoKey, type JWK } from 'jose';

/** Every token of the product is signed with Ed25519; no other algorithm is ever accepted. */
export const ALGORITHM = 'EdDSA';

/** An imported Ed25519 private key; `kid` is the RFC 7638 thumbprint of its public half. */
export interface SigningKey {
  use: 'sign';
  kid: string;
  key: CryptoKey;
}

/** An imported Ed25519 public key. */
export interface VerifyingKey {
  use: 'verify';
  kid: string;
  key: CryptoKey;
}

/** A key pair as base64url-encoded JWK, ready for environment variables. */
export interface KeyPairText {
  privateKey: string;
  publicKey: string;
}

export async function generateKeyPair(): Promise<KeyPairText> {
  const { privateKey, publicKey } = await generate(ALGORITHM, { crv: 'Ed25519', extractable: true });
  return { privateKey: toText(await exportJWK(privateKey)), publicKey: toText(await exportJWK(publicKey)) };
}

/** @throws Error KEY_INVALID when the text is no Ed25519 private key. */
export async function importSigningKey(text: string): Promise<SigningKey> {
  const jwk = fromText(text);
  if (!jwk.d) throw new Error('KEY_INVALID: a private key is needed to sign');
  return { use: 'sign', kid: await calculateJwkThumbprint(publicHalf(jwk)), key: await importEd25519(jwk) };
}

/** Takes a public key, or a private one of which only the public half is kept. @throws Error KEY_INVALID. */
export async function importVerifyingKey(text: string): Promise<VerifyingKey> {
  const jwk = publicHalf(fromText(text));
  return { use: 'verify', kid: await calculateJwkThumbprint(jwk), key: await importEd25519(jwk) };
}

async function importEd25519(jwk: JWK): Promise<CryptoKey> {
  try {
    return (await importJWK(jwk, ALGORITHM)) as CryptoKey;
  } catch {
    throw new Error('KEY_INVALID: not a usable Ed25519 key');
  }
}

function publicHalf({ kty, crv, x }: JWK): JWK {
  return { kty, crv, x } as JWK;
}

function toText(jwk: JWK): string {
  return Buffer.from(JSON.stringify(jwk)).toString('base64url');
}

function fromText(text: string): JWK {
  let jwk: JWK | null = null;
  try {
    jwk = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as JWK;
  } catch {
    // Told below: the text itself must not appear in an error.
  }
  if (jwk?.kty !== 'OKP' || jwk.crv !== 'Ed25519' || typeof jwk.x !== 'string') {
    throw new Error('KEY_INVALID: expected an Ed25519 JWK encoded as base64url');
  }
  return jwk;
}
