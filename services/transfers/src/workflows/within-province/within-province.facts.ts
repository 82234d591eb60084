// The case is filed on these facts; what mattered of them then stays on it, and nothing else is looked at later.
export * from '../../filing/filing.facts';
export type { TransferFacts as WithinProvinceFacts } from '../../filing/filing.facts';
