export interface HandoverFacts {
  /** from the policy of the school's province */
  workingDays: number;
}
