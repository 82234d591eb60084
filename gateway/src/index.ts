export type { GatewayContext, LocalSubgraph, Subgraph } from './data-sources';
export type { ExplorerConfig, Persona, ReadyOperation } from './explorer';
export { createGateway, type ExecutorKind, type Gateway, type GatewayOptions } from './gateway';
export { LIMITS } from './operation-limits';
export type { PassThroughRoute } from './pass-through';
export { stripSecurity } from './supergraph';
export { rateLimits, type RateLimits, type RateLimitSetting } from './rate-limits';
export { hashOf, readTrustedDocuments, type TrustedDocuments } from './trusted-documents';
