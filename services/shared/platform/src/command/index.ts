export * from './workflow-entity';
export * from './run-command';
export { verifyAudit } from './audit-chain';
export * from './read-ledger';
export { canonicalJson } from './canonical-json';
