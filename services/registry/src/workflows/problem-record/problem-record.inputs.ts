import type { ProblemKind, ProblemProof, ProblemResolution } from './problem-record.entity';

/** `open`; the reason says what was found. */
export interface OpenProblemInput {
  studentId: string;
  kind: ProblemKind;
  reason: string | null;
}

/** `submit` */
export interface ResolveProblemInput {
  resolution: ProblemResolution;
  proof: ProblemProof[];
  reason: string | null;
  /** digests of the proof, for the history */
  attachments: string[];
}

/** `approve`, `escalate`, `refuse`; `confirm` with what the authority said */
export interface DecideProblemInput {
  reason?: string | null;
}

export type ProblemInput = OpenProblemInput | ResolveProblemInput | DecideProblemInput;
