import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json';

/** What an entry says of itself. */
export interface EntryContent {
  at: Date;
  accountId: string;
  realName: string;
  duty: string;
  organizationId: string;
  source: string;
  action: string;
  subjectType: string;
  subjectId: string;
  detail: unknown;
}

export const CHAIN_START = '0'.repeat(64);

/** What is hashed of an entry after its place in the chain: the end of a canonical JSON list. */
export const hashedTail = ({ at, accountId, realName, duty, organizationId, source, action, subjectType, subjectId, detail }: EntryContent): string =>
  `"${at.toISOString()}",${canonicalJson(accountId)},${canonicalJson(realName)},${canonicalJson(duty)},${canonicalJson(organizationId)},${canonicalJson(source)},${canonicalJson(action)},${canonicalJson(subjectType)},${canonicalJson(subjectId)},${canonicalJson(detail)}]`;

/** The hash that binds an entry to its place and to all before it. */
export const entryHash = (previousHash: string, chain: number, position: string, tail: string): string =>
  createHash('sha256').update(`["${previousHash}",${chain},"${position}",${tail}`).digest('hex');
