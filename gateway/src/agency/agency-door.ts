import { createHash } from 'node:crypto';
import { attemptLimiter, notAgreed, type Actor, type AgencyGrant, type AttemptLimiter, type Redis } from '@xueji/platform';
import { execute, type DocumentNode, type ExecutionResult } from 'graphql';
import { LRUCache } from 'lru-cache';
import { CALL_WINDOW_SECONDS, checkCallProof } from './call-proof';
import { contractOf, introspectionIn, outsideOf, type Contract } from './contract';
import { memoryNonces, redisNonces } from './spent-nonces';

/** Why an agency's call goes no further. */
export interface AgencyRefusal {
  status: number;
  code: string;
  zh: string;
  en: string;
  extensions: { rule: string; field: string | null; retryAfterSeconds?: number };
  headers?: Record<string, string>;
}

/** One call as it came in. */
export interface AgencyCall {
  method: string;
  path: string;
  accessToken: string;
  proof: string | string[] | undefined;
  purpose: string | string[] | undefined;
}

/** The gateway's checks of agencies: who calls, for what, how often, and that nothing outside the agreement is asked for. */
export interface AgencyDoor {
  /** Proof of possession, nonce, time window, purpose, quota; null when the call may go on. */
  admit(grant: AgencyGrant, call: AgencyCall): Promise<AgencyRefusal | null>;
  /** The refusal of a document that names anything outside the agreement [AGY-IF-08]. */
  check(grant: AgencyGrant, document: DocumentNode): AgencyRefusal | null;
  /** The answer to a question about the schema: that of the contract, never that of the whole graph. null: it asks for data. */
  describe(grant: AgencyGrant, document: DocumentNode): ExecutionResult | null;
  contract(grant: AgencyGrant): Contract;
}

export const PURPOSE_HEADER = 'x-xueji-purpose';
const DAY_SECONDS = 86_400;

const refusal = (status: number, code: string, rule: string, field: string | null, zh: string, en: string, headers?: Record<string, string>): AgencyRefusal =>
  ({ status, code, zh, en, extensions: { rule, field }, ...(headers && { headers }) });

const challenge = { 'www-authenticate': 'DPoP algs="EdDSA"' };
const PROOF_REFUSALS = {
  missing: refusal(401, 'CALL_PROOF_MISSING', 'AGY-IF-02', 'dpop', '缺少调用签名（DPoP）', 'The proof of the call (DPoP) is missing.', challenge),
  invalid: refusal(401, 'CALL_PROOF_INVALID', 'AGY-IF-02', 'dpop', '调用签名无效', 'The proof of the call is not valid.', challenge),
  late: refusal(401, 'CALL_PROOF_LATE', 'AGY-IF-02', 'dpop', `调用时间与服务器时间相差超过${CALL_WINDOW_SECONDS}秒`, `The time of the call is more than ${CALL_WINDOW_SECONDS} seconds from ours.`, challenge),
  spent: refusal(401, 'CALL_REPLAYED', 'AGY-IF-02', 'dpop', '该调用已提交过', 'This call has been made before.', challenge),
  away: refusal(503, 'CALL_NOT_CHECKED', 'AGY-IF-02', null, '暂时无法核验调用，请稍后再试', 'The call cannot be checked for the moment. Try again later.', { 'retry-after': '5' }),
};

export function agencyDoor(supergraph: DocumentNode, redis: Redis | null): AgencyDoor {
  const nonceSeconds = 2 * CALL_WINDOW_SECONDS + 5;
  const nonces = redis ? redisNonces(redis, nonceSeconds) : memoryNonces(nonceSeconds);
  const contracts = new LRUCache<string, Contract>({ max: 200 });
  const quotas = new Map<number, AttemptLimiter>();

  const quota = (calls: number): AttemptLimiter => {
    const limiter = quotas.get(calls) ?? attemptLimiter(`agency:${calls}`, { points: calls, seconds: DAY_SECONDS }, redis);
    quotas.set(calls, limiter);
    return limiter;
  };
  const contract = ({ fields }: AgencyGrant): Contract => {
    const key = createHash('sha256').update([...fields].sort().join(' ')).digest('hex');
    const found = contracts.get(key) ?? contractOf(supergraph, fields);
    contracts.set(key, found);
    return found;
  };

  return {
    contract,
    async admit(grant, { method, path, accessToken, proof, purpose }) {
      const checked = await checkCallProof(proof, { method, path, accessToken, keyThumbprint: grant.keyThumbprint });
      if ('fault' in checked) return PROOF_REFUSALS[checked.fault];
      const nonce = await nonces.spend(createHash('sha256').update(`${grant.agreementId} ${checked.nonce}`).digest('hex'));
      if (nonce !== 'fresh') return PROOF_REFUSALS[nonce];
      if (purpose === undefined) return refusal(403, 'PURPOSE_MISSING', 'AGY-IF-07', PURPOSE_HEADER, `每次调用须以 ${PURPOSE_HEADER} 说明用途`, `Each call must state its purpose in ${PURPOSE_HEADER}.`);
      if (purpose !== grant.purpose) return refusal(403, 'PURPOSE_NOT_AGREED', 'AGY-IF-07', PURPOSE_HEADER, '用途与协议不符', 'The purpose is not that of the agreement.');
      const wait = await quota(grant.dailyQuota).consume(grant.agreementId);
      if (wait === 0) return null;
      const exceeded = refusal(429, 'QUOTA_EXCEEDED', 'AGY-IF-02', null, '已达到协议约定的每日调用上限', 'The daily quota of the agreement is used up.', { 'retry-after': String(wait) });
      return { ...exceeded, extensions: { ...exceeded.extensions, retryAfterSeconds: wait } };
    },
    check(grant, document) {
      const outside = introspectionIn(document) === 'mixed' ? 'Query.__schema' : outsideOf(contract(grant), document);
      if (outside === null) return null;
      const { code, rule, field, messages } = notAgreed(outside);
      return refusal(403, code, rule!, field, messages.zh, messages.en);
    },
    describe(grant, document) {
      const { schema } = contract(grant);
      return schema && introspectionIn(document) === 'only' ? (execute({ schema, document }) as ExecutionResult) : null;
    },
  };
}

/** A token of an agency comes with a proof, that of a person without: neither passes for the other. */
export const isRightScheme = (scheme: string, actor: Actor): boolean => (scheme.toLowerCase() === 'dpop') === Boolean(actor.agency);
