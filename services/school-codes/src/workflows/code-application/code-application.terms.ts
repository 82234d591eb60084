/** What is asked for: a first identifier, or a new name under the same one (CODE-ID-03). */
export const CODE_APPLICATION_KINDS = ['NEW', 'RENAME'] as const;
export type CodeApplicationKind = (typeof CODE_APPLICATION_KINDS)[number];
