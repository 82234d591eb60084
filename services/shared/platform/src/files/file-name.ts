const LONGEST = 120;

/**
 * What a file is called, fit to be shown and told: the last segment of a path, without control, direction and other invisible characters, 120 characters
 * at most with the extension kept. Null when nothing is left. Never used as a path.
 */
export function displayName(name: string | null): string | null {
  const last = (name ?? '').normalize('NFC').split(/[/\\]/).at(-1)!;
  const clean = [...last.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '').trim().replace(/^\.+/, '')];
  if (clean.length <= LONGEST) return clean.join('') || null;
  const extension = [...(/\.[^.]{1,10}$/.exec(clean.join(''))?.[0] ?? '')];
  return [...clean.slice(0, LONGEST - extension.length), ...extension].join('');
}

/** Headers of an answer that a browser shall keep as a file and never show: `asciiName` for clients that know no other. */
export const attachmentHeaders = (mediaType: string, fileName: string, asciiName: string): Record<string, string> => ({
  'content-type': mediaType,
  'content-disposition': `attachment; filename="${asciiName}"; filename*=UTF-8''${encodeURIComponent(fileName).replace(/['()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)}`,
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; sandbox",
});
