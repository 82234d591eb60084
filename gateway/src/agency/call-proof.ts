import { createHash } from 'node:crypto';
import { ALGORITHM } from '@xueji/platform';
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify, type JWK } from 'jose';

/** How far the time of a call may be from ours, in seconds. */
export const CALL_WINDOW_SECONDS = 60;

export type ProofFault = 'missing' | 'invalid' | 'late';

/**
 * Checks that the holder of the token's key signed this very call (RFC 9449): method, path, token, time. Returns the call's nonce, which is to be used up.
 */
export async function checkCallProof(
  proof: string | string[] | undefined,
  call: { method: string; path: string; accessToken: string; keyThumbprint: string; now?: number },
): Promise<{ nonce: string } | { fault: ProofFault }> {
  if (proof === undefined || proof === '') return { fault: 'missing' };
  if (typeof proof !== 'string' || proof.length > 4096) return { fault: 'invalid' };
  try {
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, { algorithms: [ALGORITHM], typ: 'dpop+jwt', requiredClaims: ['iat', 'jti', 'htm', 'htu', 'ath'] });
    const jwk = protectedHeader.jwk as JWK;
    const isBound =
      (await calculateJwkThumbprint(jwk)) === call.keyThumbprint && payload.htm === call.method && pathOf(payload.htu) === call.path &&
      payload.ath === createHash('sha256').update(call.accessToken).digest('base64url') && typeof payload.jti === 'string' && payload.jti.length >= 8 && payload.jti.length <= 200;
    if (!isBound) return { fault: 'invalid' };
    const now = (call.now ?? Date.now()) / 1000;
    return Math.abs(now - payload.iat!) > CALL_WINDOW_SECONDS ? { fault: 'late' } : { nonce: payload.jti! };
  } catch {
    return { fault: 'invalid' };
  }
}

/** The path of the address signed; host and scheme may have been changed on the way by a proxy in front of us. */
function pathOf(address: unknown): string | null {
  try {
    return new URL(String(address)).pathname;
  } catch {
    return null;
  }
}
