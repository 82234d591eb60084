export * from './workflow-entity';
export * from './run-command';
export { verifyAudit } from './audit-chain';
export * from './audit-anchors';
export * from './audit-verifier';
export * from './read-ledger';
export { canonicalJson } from './canonical-json';
