/** What the gateway itself says no to, in both languages. */
export interface Refusal {
  status: number;
  code: string;
  zh: string;
  en: string;
  extensions?: Record<string, unknown>;
  headers?: Record<string, string>;
}
