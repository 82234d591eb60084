import { createHash, randomUUID } from 'node:crypto';
import { importSigningKey } from '@xueji/platform';
import { SignJWT } from 'jose';

const seconds = () => Math.floor(Date.now() / 1000);

/** The form an agency posts to `/oauth/token`. `changes` replaces claims. */
export async function tokenRequest(clientId: string, privateKey: string, changes: Record<string, unknown> = {}): Promise<string> {
  const { key, kid } = await importSigningKey(privateKey);
  const claims = { iss: clientId, sub: clientId, aud: 'xueji-accounts', iat: seconds(), exp: seconds() + 120, jti: randomUUID(), ...changes };
  const assertion = await new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA', kid }).sign(key);
  return new URLSearchParams({ grant_type: 'client_credentials', client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: assertion }).toString();
}

/** Proof that this very call is made by the holder of the key (RFC 9449); good once. */
export async function callProof(privateKey: string, accessToken: string, url: string, changes: Record<string, unknown> = {}): Promise<string> {
  const { key } = await importSigningKey(privateKey);
  const { kty, crv, x } = JSON.parse(Buffer.from(privateKey, 'base64url').toString()) as { kty: string; crv: string; x: string };
  const ath = createHash('sha256').update(accessToken).digest('base64url');
  return new SignJWT({ htm: 'POST', htu: url, iat: seconds(), jti: randomUUID(), ath, ...changes }).setProtectedHeader({ alg: 'EdDSA', typ: 'dpop+jwt', jwk: { kty, crv, x } }).sign(key);
}
