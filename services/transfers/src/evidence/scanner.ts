import type { Readable } from 'node:stream';

/** `finding` is what the scanner calls what it found; null when it found nothing. */
export interface ScanVerdict {
  finding: string | null;
}

/** Looks for viruses. Throws when it cannot say: then the file stays held and is looked at again. */
export interface VirusScanner {
  /** kept with each verdict, so that it can be told later how much it is worth */
  readonly name: string;
  scan(content: Readable): Promise<ScanVerdict>;
}

/** The string that scanners are tried with, in two parts so that none stops at this file. */
export const TEST_SIGNATURE = Buffer.from('X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD' + '-ANTIVIRUS-TEST-FILE!$H+H*');

/** For development: knows the test signature and no virus at all. */
export const testSignatureScanner: VirusScanner = {
  name: 'test-signature',
  async scan(content) {
    let tail = Buffer.alloc(0);
    for await (const piece of content as AsyncIterable<Buffer>) {
      const seen = Buffer.concat([tail, piece]);
      if (seen.includes(TEST_SIGNATURE)) return { finding: 'EICAR-Test-Signature' };
      tail = seen.subarray(-TEST_SIGNATURE.length);
    }
    return { finding: null };
  },
};
