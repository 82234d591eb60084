/** `refuseMove`: what the registry said. */
export interface RefuseMoveInput {
  code: string;
  rule: string;
  zh: string;
  en: string;
  reason: string;
}
