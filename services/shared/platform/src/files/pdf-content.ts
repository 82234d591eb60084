import { promisify } from 'node:util';
import { inflate } from 'node:zlib';

const inflated = promisify(inflate);

/** Names by which a PDF acts by itself, calls out, or carries other files. */
const ACTIVE = /\/(JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoToE)(?![\w.-])/;
const OBJECTS = /\/ObjStm(?![\w.-])/;
/** All that the object streams of one file may unfold to. */
const UNFOLDED_BYTES = 32 << 20;

/** A name may be written with its letters as numbers: `/J#61vaScript`. */
const spelt = (text: string): string => text.replace(/#([0-9a-f]{2})/gi, (_mark, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/**
 * What a PDF does beyond showing pages: the name of the first such thing, UNREADABLE when parts of it are hidden from the look (encrypted, or objects packed in
 * another way than usual), null when there is nothing. The bytes are looked through as they are, streams as well, so nothing escapes by posing as a picture;
 * only objects packed in object streams have to be unfolded.
 */
export async function concealedIn(content: Buffer): Promise<string | null> {
  const text = content.toString('latin1');
  const plain = spelt(text);
  const found = ACTIVE.exec(plain)?.[1];
  if (found) return found;
  if (/\/Encrypt(?![\w.-])/.test(plain)) return 'UNREADABLE';
  let left = UNFOLDED_BYTES;
  let packed = 0;
  for (const { dictionary, start } of streams(text)) {
    if (!OBJECTS.test(dictionary)) continue;
    packed += 1;
    if (!/\/Filter(?![\w.-])/.test(dictionary)) continue;
    const filters = [...dictionary.matchAll(/\/(\w+Decode|Crypt)(?![\w.-])/g)].map(([, name]) => name);
    if (filters.join() !== 'FlateDecode' || /\/DecodeParms/.test(dictionary)) return 'UNREADABLE';
    const unfolded = await inflated(content.subarray(start), { maxOutputLength: left }).catch(() => null);
    if (!unfolded) return 'UNREADABLE';
    left -= unfolded.length;
    const within = ACTIVE.exec(spelt(unfolded.toString('latin1')))?.[1];
    if (within) return within;
  }
  // Each mention must have led to a stream that was looked into.
  return packed === (plain.match(new RegExp(OBJECTS, 'g')) ?? []).length ? null : 'UNREADABLE';
}

/** Every place where a stream may begin, with what stands before it back to the start of its object. */
function* streams(text: string): Generator<{ dictionary: string; start: number }> {
  const opening = /stream\r?\n/g;
  for (let match = opening.exec(text); match; match = opening.exec(text)) {
    if (text.startsWith('end', match.index - 3)) continue;
    const from = text.lastIndexOf('obj', match.index);
    yield { dictionary: spelt(text.slice(Math.max(from, match.index - 4096, 0), match.index)), start: match.index + match[0].length };
  }
}
