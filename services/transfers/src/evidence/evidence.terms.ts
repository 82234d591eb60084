/** RECEIVING the body is still coming in; PENDING held until a scanner has looked at it; CLEAN may be read; INFECTED is never handed out. */
export const EvidenceScan = { RECEIVING: 'RECEIVING', PENDING: 'PENDING', CLEAN: 'CLEAN', INFECTED: 'INFECTED' } as const;
export type EvidenceScan = keyof typeof EvidenceScan;

/** How a filing names a document. */
export interface NamedEvidence {
  kind: string;
  evidenceId: string;
}

/** What the rules know of an uploaded file. `caseId` null: not bound yet. */
export interface EvidenceFacts {
  id: string;
  fileName: string;
  sha256: string;
  scan: EvidenceScan;
  caseId: string | null;
}

export const EVIDENCE_RULE = 'TRF-GEN-09';
export const EVIDENCE_LIMITS = {
  fileBytes: 10 << 20,
  /** documents of one case */
  perCase: 20,
  /** files of one school that no case has yet */
  waiting: 200,
} as const;
