/** What the commands on an agreement may carry; each row's rules say what it needs. */
export interface AgreementInput {
  agencyName?: string;
  purpose?: string;
  legalBasis?: string;
  fields?: string[];
  areaId?: string;
  validFrom?: Date;
  validUntil?: Date;
  dailyQuota?: number;
  /** the agency has accepted to keep what it obtains secret */
  confidentialityAccepted?: boolean;
  reason?: string;
}
