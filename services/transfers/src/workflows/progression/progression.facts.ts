// Filing a progression looks at what filing a transfer looks at: the pupil, who is a graduate here, the two schools, and the window.
export type { TransferFacts as ProgressionFacts } from '../../filing/filing.facts';
